package peers

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// verify compares both disks with what the job has to leave on them, and what
// the client sent with the mode it had to use.
func (f *fixture) verify(res Result) error {
	remote := filepath.Join(f.remote, remoteName)
	mode := verifyMode(f.job.Mode, res.Sent)
	switch f.job.Op {
	case Upload:
		return errors.Join(mode, same(remote, f.content), f.names(remoteName))
	case Download:
		return errors.Join(mode, same(f.job.Local, f.content))
	case ResumeUpload:
		return errors.Join(mode, same(remote, f.resumed), f.names(remoteName))
	case ResumeDownload:
		return errors.Join(mode, same(f.job.Local, f.resumed))
	case Rename:
		return errors.Join(mode, same(filepath.Join(f.remote, newName), f.content), f.names(newName))
	case Delete:
		return errors.Join(mode, f.names(keptName))
	case List:
		return errors.Join(mode, f.listing(res.Out))
	}
	return fmt.Errorf("nothing is known of the operation %q", f.job.Op)
}

// names says whether the server's directory holds just these files.
func (f *fixture) names(want ...string) error {
	entries, err := os.ReadDir(f.remote)
	if err != nil {
		return err
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("the server's directory holds %q, want %q", got, want)
	}
	return nil
}

// listing says whether a listing shows all that is in the server's directory.
func (f *fixture) listing(out string) error {
	entries, err := os.ReadDir(f.remote)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.Contains(out, e.Name()) {
			return fmt.Errorf("the listing lacks %s:\n%s", e.Name(), out)
		}
	}
	return nil
}

// same says whether a file has just these octets.
func same(name string, want []byte) error {
	got, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if bytes.Equal(got, want) {
		return nil
	}
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	return fmt.Errorf("%s has %d octets, want %d; the first difference is at %d", filepath.Base(name), len(got), len(want), i)
}

// verifyMode says whether the client asked for its data connections in the given
// mode and in no other.
func verifyMode(m Mode, sent []string) error {
	passive := []string{"PASV", "EPSV", "LPSV"}
	active := []string{"PORT", "EPRT", "LPRT"}
	want, not := passive, active
	switch m {
	case Active:
		want, not = active, passive
	case Control:
		// A client may list a directory on the way; how is its business.
		return nil
	}
	var seen bool
	for _, line := range sent {
		verb, _, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		if slices.Contains(not, verb) {
			return fmt.Errorf("%s in %s mode", line, m)
		}
		seen = seen || slices.Contains(want, verb)
	}
	if !seen {
		return fmt.Errorf("none of %q was sent for a transfer in %s mode, but %q", want, m, sent)
	}
	return nil
}
