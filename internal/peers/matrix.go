package peers

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Matrix lets a client do every cell against a server, each as a subtest named
// after the cell. The function start runs the server for one family; it is
// called once for each and its server has to stay until the test ends.
func Matrix(t *testing.T, c Client, start func(t testing.TB, f Family) Target) {
	targets := map[Family]Target{IPv4: start(t, IPv4), IPv6: start(t, IPv6)}
	for _, cell := range Cells() {
		t.Run(cell.String(), func(t *testing.T) {
			Check(t, c, targets[cell.Family], cell)
		})
	}
}

// Check lets a client do one cell and verifies what it did. The test is skipped
// with the proof where the client cannot do it.
func Check(t *testing.T, c Client, tg Target, cell Cell) {
	t.Helper()
	if proof := c.Cannot(cell); proof != "" {
		t.Skip(proof)
	}
	f := newFixture(t, tg, cell)
	res := c.Run(t, tg, f.job)
	f.verify(t, res)
	verifyMode(t, cell.Mode, res.Sent)
}

// fixture is the state of both disks before a job, and what has to become of it.
type fixture struct {
	job     Job
	remote  string // the directory on the server's disk
	content []byte // the whole file
	resumed []byte // what a genuine resume makes of the partial one
}

const (
	fileSize   = 300_000 // more than the buffers of both sides
	partSize   = 100_000
	remoteName = "remote.bin"
	newName    = "renamed.bin"
	localName  = "local.bin"
)

// listed is what a listing has to show besides remoteName.
var listed = [...]string{"alpha.txt", "beta.tar.gz", "subdirectory"}

func newFixture(t *testing.T, tg Target, cell Cell) *fixture {
	t.Helper()
	dir, err := os.MkdirTemp(tg.Root, string(cell.Op)+"-")
	check(t, err)
	// The server's account is not always the one that runs the test.
	check(t, os.Chmod(dir, 0o777))

	name := filepath.Base(dir)
	f := &fixture{remote: dir, content: content()}
	f.job = Job{
		Cell:   cell,
		Local:  filepath.Join(t.TempDir(), localName),
		Remote: name + "/" + remoteName,
		To:     name + "/" + newName,
		Offset: partSize,
	}
	// The part differs from the file's beginning, so that a client that
	// silently transferred everything again is found out.
	part := bytes.Repeat([]byte("part"), partSize/4)
	f.resumed = slices.Concat(part, f.content[partSize:])

	remote := filepath.Join(dir, remoteName)
	switch cell.Op {
	case Upload:
		write(t, f.job.Local, f.content, wholeAge)
	case ResumeUpload:
		write(t, f.job.Local, f.content, wholeAge)
		write(t, remote, part, partAge)
	case ResumeDownload:
		write(t, remote, f.content, wholeAge)
		write(t, f.job.Local, part, partAge)
	case List:
		f.job.Remote = name
		for _, n := range listed[:2] {
			write(t, filepath.Join(dir, n), []byte("hello\n"), wholeAge)
		}
		check(t, os.Mkdir(filepath.Join(dir, listed[2]), 0o755))
	case Delete:
		write(t, filepath.Join(dir, "kept.bin"), f.content, wholeAge)
		fallthrough
	default:
		write(t, remote, f.content, wholeAge)
	}
	return f
}

// The file is older than its part, as it is where a transfer was cut: clients
// that compare the times refuse to continue otherwise.
const (
	wholeAge = 48 * time.Hour
	partAge  = 24 * time.Hour
)

// verify compares both disks with what the job has to leave on them.
func (f *fixture) verify(t *testing.T, res Result) {
	t.Helper()
	remote := filepath.Join(f.remote, remoteName)
	switch f.job.Op {
	case Upload:
		same(t, remote, f.content)
		f.names(t, remoteName)
	case Download:
		same(t, f.job.Local, f.content)
	case ResumeUpload:
		same(t, remote, f.resumed)
		f.names(t, remoteName)
	case ResumeDownload:
		same(t, f.job.Local, f.resumed)
	case Rename:
		same(t, filepath.Join(f.remote, newName), f.content)
		f.names(t, newName)
	case Delete:
		f.names(t, "kept.bin")
	case List:
		for _, n := range listed {
			if !strings.Contains(res.Out, n) {
				t.Errorf("the listing lacks %s:\n%s", n, res.Out)
			}
		}
	}
}

// names fails the test unless the server's directory holds just these files.
func (f *fixture) names(t *testing.T, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(f.remote)
	check(t, err)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("the server's directory holds %q, want %q", got, want)
	}
}

// content returns octets of every value, with CR and LF in all combinations, so
// that a conversion of any kind changes them.
func content() []byte {
	b := make([]byte, fileSize)
	r := rand.NewChaCha8([32]byte{})
	r.Read(b)
	copy(b[partSize:], "\r\n\n\r\r\n\x00\xff\xff\x1a\r")
	return b
}

func write(t *testing.T, name string, b []byte, age time.Duration) {
	t.Helper()
	check(t, os.WriteFile(name, b, 0o666))
	check(t, os.Chmod(name, 0o666))
	// Whole seconds, since most of FTP knows no others.
	at := time.Now().Add(-age).Truncate(time.Second)
	check(t, os.Chtimes(name, at, at))
}

func same(t *testing.T, name string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(name)
	check(t, err)
	if bytes.Equal(got, want) {
		return
	}
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	t.Errorf("%s has %d octets, want %d; the first difference is at %d", filepath.Base(name), len(got), len(want), i)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
