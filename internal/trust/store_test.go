package trust

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

var day = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

func key(n byte) Key { return Key{n} }

func entry(host string, port uint16, n byte) Entry {
	return Entry{NewServer(host, port), key(n), day}
}

func TestStore(t *testing.T) {
	s := NewStore(filepath.Join(t.TempDir(), "not", "yet"))
	if list, err := s.List(); len(list) > 0 || err != nil {
		t.Fatalf("an empty store: %v, %v", list, err)
	}
	if known, err := s.Remove(NewServer("a", 21)); known || err != nil {
		t.Fatalf("Remove: %v, %v", known, err)
	}
	for _, e := range []Entry{entry("A.example.", 21, 1), entry("a.example", 990, 2), entry("FE80::1%eth0", 21, 3)} {
		if got, err := s.Learn(e); got != e || err != nil {
			t.Fatalf("Learn: %v, %v", got, err)
		}
	}
	if got, err := s.Learn(entry("a.example", 21, 9)); got.Key != key(1) || err != nil {
		t.Errorf("Learn overwrote a key: %v, %v", got, err)
	}
	if got, found, err := s.Find(NewServer("a.EXAMPLE.", 21)); got != entry("a.example", 21, 1) || !found || err != nil {
		t.Errorf("Find: %v, %v, %v", got, found, err)
	}
	if _, found, err := s.Find(NewServer("a.example", 22)); found || err != nil {
		t.Errorf("another port is another server: %v, %v", found, err)
	}
	if err := s.Set(entry("a.example", 21, 4)); err != nil {
		t.Error(err)
	}
	if known, err := s.Remove(NewServer("a.example", 990)); !known || err != nil {
		t.Errorf("Remove: %v, %v", known, err)
	}
	text, err := os.ReadFile(s.Path())
	want := header + "\nfe80::1%eth0 21 " + key(3).String() + " 2026-11-21\na.example 21 " + key(4).String() + " 2026-11-21\n"
	if string(text) != want || err != nil {
		t.Errorf("the file: %v\n%swant\n%s", err, text, want)
	}
	if info, _ := os.Stat(s.Path()); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file has the mode %v", info.Mode())
	}
	files, _ := filepath.Glob(filepath.Join(s.dir, ".trusted-*"))
	if len(files) > 0 {
		t.Errorf("left behind: %v", files)
	}
}

// What people write into the file stays, and what they get wrong is told by its line.
func TestStoreByHand(t *testing.T) {
	good := "# mine\r\n\n  A.Example\t21  " + strings.Repeat("00:", 31) + "00\n"
	tests := []struct{ text, err string }{
		{good, ""},
		{"a 21\n", "line 1"},
		{"a 0 " + key(1).String() + "\n", "line 1"},
		{"a 99999 " + key(1).String() + "\n", "line 1"},
		{"a 21 sha256//AAAA\n", "not a fingerprint"},
		{good + "b 21 " + key(1).String() + " 21.11.2026\n", "line 4"},
		{good + "a.example 21 " + key(1).String() + "\n", "line 4 of"},
		{"a 21 " + key(1).String() + " 2026-11-21 more\n", "line 1"},
		{"\x1b[2J 21 " + key(1).String() + "\n", "line 1"},
		{strings.Repeat("#\n", maxStore), "too large"},
	}
	for _, tt := range tests {
		s := NewStore(t.TempDir())
		if err := os.WriteFile(s.Path(), []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := s.Find(NewServer("a.example", 21))
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%.60q: %v, want %q", tt.text, err, tt.err)
			}
			if s.Set(entry("c", 21, 1)) == nil {
				t.Errorf("%.60q: a file that makes no sense was overwritten", tt.text)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Set(entry("c", 21, 1)); err != nil {
			t.Error(err)
		}
		if text, _ := os.ReadFile(s.Path()); !strings.HasPrefix(string(text), "# mine\n\n  A.Example") {
			t.Errorf("what was written by hand is gone:\n%s", text)
		}
	}
}

func TestStoreRefuses(t *testing.T) {
	s := NewStore(t.TempDir())
	for _, host := range []string{"", "a b", "a\nb 21 x", "#a", "\x1b[1m", "fe80::1%a b"} {
		if _, err := s.Learn(entry(host, 21, 1)); err == nil {
			t.Errorf("the host %q was remembered", host)
		}
	}
	if err := os.WriteFile(s.Path(), []byte("a 21 "+key(1).String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(s.Path(), 0o622); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Find(NewServer("a", 21)); runtime.GOOS != "windows" && (err == nil || !strings.Contains(err.Error(), "chmod 600")) {
		t.Errorf("a file that others can write to: %v", err)
	}
	if err := os.Remove(s.Path()); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(s.Path(), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Find(NewServer("a", 21)); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder in the place of the file: %v", err)
	}
}

// The same server is met for the first time by many at once, in one process and in
// several: one key counts for all, and nobody's entry is lost.
func TestStoreAtOnce(t *testing.T) {
	const each = 8
	if dir := os.Getenv("TRUST_DIR"); dir != "" {
		learnMany(t, NewStore(dir), os.Getenv("TRUST_NAME"), each)
		return
	}
	s := NewStore(t.TempDir())
	var all sync.WaitGroup
	for _, name := range []string{"p", "q"} {
		all.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestStoreAtOnce$")
			cmd.Env = append(os.Environ(), "TRUST_DIR="+s.dir, "TRUST_NAME="+name)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	all.Go(func() { learnMany(t, s, "r", each) })
	all.Wait()
	list, err := s.List()
	if len(list) != 3*each+1 || err != nil {
		t.Errorf("%d entries, %v", len(list), err)
	}
}

func learnMany(t *testing.T, s *Store, name string, each int) {
	var all sync.WaitGroup
	for i := range each {
		all.Go(func() {
			if _, err := s.Learn(entry(fmt.Sprint(name, i), 21, byte(i))); err != nil {
				t.Error(err)
			}
			first, err := s.Learn(entry("shared", 21, name[0]+byte(i)))
			again, err2 := s.Learn(entry("shared", 21, 0))
			if err != nil || err2 != nil || first.Key != again.Key {
				t.Errorf("two keys count: %v, %v; %v, %v", first, again, err, err2)
			}
		})
	}
	all.Wait()
}

func FuzzParseLine(f *testing.F) {
	for _, s := range []string{"a 21 " + key(1).String() + " 2026-11-21", "# x", "::1 990 " + strings.Repeat("ab", 32), "fe80::1%z 1 x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, ok, err := parseLine(s)
		if !ok || err != nil {
			return
		}
		line, err := e.line()
		if err != nil || strings.ContainsAny(line, "\r\n") {
			t.Fatalf("%q is read as %+v, which is no line: %q, %v", s, e, line, err)
		}
		if back, ok, err := parseLine(line); back != e || !ok || err != nil {
			t.Fatalf("%q is read as %+v, and its line as %+v, %v", s, e, back, err)
		}
	})
}
