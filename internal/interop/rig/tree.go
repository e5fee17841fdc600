package rig

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// GoTree returns the source tree of Go itself: more than ten thousand files, of
// every size up to megabytes, some of them empty or hidden.
func GoTree(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	check(t, err)
	// Distributions have links on the way.
	root, err := filepath.EvalSymlinks(filepath.Join(strings.TrimSpace(string(out)), "src"))
	check(t, err)
	return root
}

// A tree is what is in a directory, by slash-separated name. Directories end in
// a slash. Symbolic links and special files are left out: what becomes of them
// is the client's choice.
type tree map[string]fs.FileInfo

func readTree(t testing.TB, root string) tree {
	t.Helper()
	all := make(tree)
	check(t, filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == root {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		switch {
		case d.IsDir():
			rel += "/"
		case !d.Type().IsRegular():
			return nil
		}
		all[rel], err = d.Info()
		return err
	}))
	return all
}

// SameTree fails the test unless both directories hold the same names, and their
// files the same octets.
func SameTree(t testing.TB, got, want string) {
	t.Helper()
	have, due := readTree(t, got), readTree(t, want)
	if len(due) == 0 {
		t.Fatalf("%s is empty", want)
	}
	for name := range have {
		if due[name] == nil {
			t.Errorf("%s is too many", name)
		}
	}
	for name := range due {
		if have[name] == nil {
			t.Errorf("%s is missing", name)
			continue
		}
		if strings.HasSuffix(name, "/") {
			continue
		}
		if a, b := have[name].ModTime().Unix(), due[name].ModTime().Unix(); a != b {
			t.Errorf("%s has another time", name)
		}
		a, err := os.ReadFile(filepath.Join(got, filepath.FromSlash(name)))
		check(t, err)
		b, err := os.ReadFile(filepath.Join(want, filepath.FromSlash(name)))
		check(t, err)
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs: it has %d octets, not %d", name, len(a), len(b))
		}
	}
}

// Plant makes files of these contents, and directories of names that end in a
// slash.
func Plant(t testing.TB, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			check(t, os.MkdirAll(path, 0o777))
			continue
		}
		check(t, os.MkdirAll(filepath.Dir(path), 0o777))
		check(t, os.WriteFile(path, []byte(text), 0o666))
		// Trees that are planted one after the other are the same.
		check(t, os.Chtimes(path, planted, planted))
	}
}

// planted is when all files of Plant were modified.
var planted = time.Date(2021, 2, 3, 4, 5, 6, 0, time.UTC)
