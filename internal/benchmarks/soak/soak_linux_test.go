package soak

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/stage"
)

// TestMain is the crowd, where it is started as such.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "crowd" {
		if err := RunCrowd(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	if built != "" {
		os.RemoveAll(filepath.Dir(built))
	}
	os.Exit(code)
}

// built is the program that serves, once a test has wanted it.
var built string

func program(t *testing.T) string {
	t.Helper()
	if built == "" {
		dir, err := os.MkdirTemp("", "ferry-soak-test-")
		check(t, err)
		built = filepath.Join(dir, "ferry")
		check(t, stage.Build(t.Context(), built, ".", "./internal/benchmarks/profiled"))
	}
	return built
}

// short are the options of a short soak.
func short(t *testing.T) Options {
	t.Helper()
	this, err := os.Executable()
	check(t, err)
	o := Options{
		Sessions: 400, TLS: 20, Duration: 6 * time.Second, Pause: 20 * time.Millisecond,
		Mix:   map[string]int{"download": 6, "upload": 4, "list": 2, "abort": 2, "vanish": 1, "return": 1},
		Small: 4 << 10, Large: 512 << 10, Rate: 4 << 20,
		// Of the time that things take nothing is asked here.
		LoginLimit: time.Minute, Patience: time.Minute,
		Ferry: program(t), Tells: true, Program: this, Dir: t.TempDir(),
	}
	if testing.Short() {
		o.Sessions, o.Duration = 200, 2*time.Second
	}
	return o
}

// A short soak: all that the long one looks at, but for times.
func TestSoak(t *testing.T) {
	o := short(t)
	r, err := Run(t.Context(), o)
	check(t, err)
	if err := r.Grown(); err != nil {
		t.Error(err)
	}
	text := r.Markdown("the command", nil)
	t.Log("\n" + text)
	done := make(map[string]int64)
	for i, p := range r.Periods {
		for name, often := range p.Acts {
			done[name] += often
		}
		for _, l := range []Logins{p.Plain, p.TLS} {
			if l.Number == 0 || l.P50 <= 0 || l.P99 < l.P50 || l.Most < l.P99 {
				t.Errorf("period %d: newcomers %+v", i+1, l)
			}
		}
		if p.Goroutines < o.Sessions || p.Descriptors < o.Sessions || p.Resident == 0 || p.Heap == 0 || p.Threads == 0 {
			t.Errorf("period %d is not of %d sessions: %+v", i+1, o.Sessions, p.State)
		}
	}
	for name := range acts {
		if done[name] == 0 {
			t.Errorf("nobody did %s: %v", name, done)
		}
	}
	if !strings.Contains(text, "nothing has grown") {
		t.Error("the page does not say so")
	}
	left, err := os.ReadDir(o.Dir)
	check(t, err)
	if len(left) > 0 {
		t.Errorf("%s is left", left[0])
	}
}

// What a server does wrong is found: here what it serves is not what it was to be, or is
// not all.
func TestFaults(t *testing.T) {
	o := short(t)
	o.Sessions, o.Duration = 20, 2*time.Second
	o.Mix = map[string]int{"download": 1, "list": 1}
	for want, f := range map[string]func(root string) error{
		"it is not what was to come": func(root string) error {
			for i := range smallFiles {
				f, err := os.OpenFile(filepath.Join(root, smallFile(i)), os.O_WRONLY, 0)
				if err != nil {
					return err
				}
				if _, err := f.WriteAt([]byte("wrong"), 4000); err != nil {
					return err
				}
				if err := f.Close(); err != nil {
					return err
				}
			}
			return nil
		},
		"octets came, and not 4096": func(root string) error {
			for i := range smallFiles {
				if err := os.Truncate(filepath.Join(root, smallFile(i)), 4095); err != nil {
					return err
				}
			}
			return nil
		},
		"entry-007 is missing": func(root string) error { return os.Remove(filepath.Join(root, listing, listedFile(7))) },
		"there are 201 entries": func(root string) error {
			return os.WriteFile(filepath.Join(root, listing, "more"), nil, 0o600)
		},
	} {
		t.Run(want, func(t *testing.T) {
			dir := t.TempDir()
			root := filepath.Join(dir, "root")
			check(t, os.Mkdir(root, 0o755))
			check(t, furnish(root, o))
			check(t, f(root))
			s, err := serve(t.Context(), o, dir, root)
			check(t, err)
			r := &Result{Options: o}
			r.Empty, err = s.settled(t.Context())
			check(t, err)
			if err := s.bear(t.Context(), o, r); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("want %q, got %v", want, err)
			}
			// What its clients have left behind does not hold it up, but may be worth a warning.
			check(t, s.emptied(t.Context(), r))
			s.log.fault()
			check(t, s.end(o.Patience))
		})
	}
}

// A server that ends under its clients is an error, and no wait.
func TestKilled(t *testing.T) {
	o := short(t)
	o.Sessions, o.Duration = 20, time.Minute
	dir := t.TempDir()
	root := filepath.Join(dir, "root")
	check(t, os.Mkdir(root, 0o755))
	check(t, furnish(root, o))
	s, err := serve(t.Context(), o, dir, root)
	check(t, err)
	killed := time.AfterFunc(300*time.Millisecond, func() { s.cmd.Process.Kill() })
	defer killed.Stop()
	begun := time.Now()
	if err := s.bear(t.Context(), o, &Result{Options: o}); err == nil {
		t.Error("the server was killed, and nobody has seen it")
	}
	if took := time.Since(begun); took > 30*time.Second {
		t.Errorf("it was seen after %v", took)
	}
	if err := s.end(o.Patience); err == nil {
		t.Error("a server that was killed has ended well")
	}
}

func TestRoom(t *testing.T) {
	if err := room(1 << 40); err == nil || !strings.Contains(err.Error(), "--sessions") {
		t.Errorf("a million million sessions: %v", err)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
