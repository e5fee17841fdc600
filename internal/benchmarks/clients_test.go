package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/report"
	"github.com/seed-6092453b/ferry/internal/distance"
)

// TestClients measures a few rows with few files, so that the command still works when it
// is needed: each client, each server, each direction, with and without TLS, near and far.
func TestClients(t *testing.T) {
	for _, tt := range []struct {
		name, rows string
	}{
		{"line", `^(down/flat/plain/1ms/1/(vsftpd|Pure-FTPd)|up/tree/plain/1ms/8/ProFTPD|down/tree/tls/1ms/8/ferry|up/flat/plain/loopback/8/ferry)$`},
		{"relay", `^(down/flat/plain/1ms/1/vsftpd|down/tree/tls/1ms/8/ProFTPD)$`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			relay := tt.name == "relay"
			if !relay {
				l, err := distance.OpenLine()
				if errors.Is(err, distance.ErrNoLine) {
					t.Skip(err)
				}
				check(t, errors.Join(err, l.Close()))
			}
			if os.Getuid() != 0 {
				t.Skip("the servers have to be started by root")
			}
			measure(t, clientsCmd{Limit: 40 * time.Millisecond, Repeat: 1, Relay: relay}, chosen(regexp.MustCompile(tt.rows)))
		})
	}
}

// measure runs the command and holds its page to what it has to say.
func measure(t *testing.T, c clientsCmd, todo []row) {
	t.Helper()
	dir, err := os.MkdirTemp("", "ferry-benchmarks-")
	check(t, err)
	t.Cleanup(func() { check(t, os.RemoveAll(dir)) })
	check(t, os.Chmod(dir, 0o711))
	p, err := c.page(t.Context(), dir, todo, t.Output())
	check(t, err)
	if os.Getenv("FERRY_REQUIRE_PEERS") == "1" && len(p.outcomes) != len(todo) {
		t.Errorf("of %d rows %d were measured", len(todo), len(p.outcomes))
	}
	for _, o := range p.outcomes {
		for _, part := range o.parts {
			if err := part.failure(); err != nil {
				t.Errorf("%s: %s: %v", o.row, part.name, err)
			}
			for _, r := range part.results {
				files := float64(o.what.Files)
				if o.RTT > 0 && (r.counts.Control == 0 || r.counts.Data == 0 || r.counts.Turns == 0 || r.wall < o.RTT) {
					t.Errorf("%s: %s: %+v", o.row, part.name, r)
				}
				if o.RTT > 0 && float64(r.counts.Up+r.counts.Down) < files*1024 {
					t.Errorf("%s: %s: %d files were copied by %+v", o.row, part.name, o.what.Files, r.counts)
				}
			}
		}
		if text := p.markdown(); !strings.Contains(text, "| "+o.Server+" |") || !strings.Contains(text, "| ferry |") {
			t.Errorf("nothing of %s is in the page:\n%s", o.row, text)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "run-*"))
	check(t, err)
	if len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestWrong has the comparison find what a client has lost, mixed up or cut.
func TestWrong(t *testing.T) {
	s := shape{Folders: 2, Files: 6, Size: 1024}
	for name, change := range map[string]func(dir string) error{
		"": func(string) error { return nil },
		"of 6 files 1 are missing and 0 are not the same": func(dir string) error {
			return os.Remove(filepath.Join(dir, "folder-001", "file-00005.bin"))
		},
		"of 6 files 0 are missing and 1 are not the same": func(dir string) error {
			return os.Truncate(filepath.Join(dir, "folder-000", "file-00001.bin"), 1000)
		},
		"of 6 files 1 are missing and 1 are not the same": func(dir string) error {
			return os.Rename(filepath.Join(dir, "folder-000", "file-00001.bin"), filepath.Join(dir, "folder-000", "file-00002.bin"))
		},
	} {
		dir := filepath.Join(t.TempDir(), "tree")
		check(t, s.make(dir))
		check(t, change(dir))
		got := ""
		if err := s.check(dir); err != nil {
			got = err.Error()
		}
		if got != name {
			t.Errorf("said %q, want %q", got, name)
		}
	}
}

func TestBounded(t *testing.T) {
	for _, tt := range []struct {
		row   string
		limit time.Duration
		want  int
	}{
		{"down/tree/plain/loopback/8/ferry", 0, 10_000},
		{"down/flat/plain/100ms/1/ferry", 0, 1000},
		{"down/flat/plain/100ms/1/ferry", time.Second, 20},
		{"down/flat/plain/100ms/8/ferry", time.Second, 40},
		{"down/flat/plain/20ms/1/ferry", 10 * time.Second, 95},
		{"down/flat/plain/20ms/8/ferry", time.Hour, 1000},
		{"down/tree/plain/20ms/8/ferry", 10 * time.Second, 756},
		{"down/big/plain/100ms/1/ferry", time.Second, 1},
	} {
		which := chosen(regexp.MustCompile("^" + tt.row + "$"))
		if len(which) != 1 {
			t.Fatalf("%d rows are called %s", len(which), tt.row)
		}
		s := which[0].bounded(tt.limit)
		if s.Files != tt.want || len(s.names()) != tt.want {
			t.Errorf("%s in %v: %d files, want %d", tt.row, tt.limit, s.Files, tt.want)
		}
	}
}

// TestUsual sees that the expression names rows that there are.
func TestUsual(t *testing.T) {
	if n := len(chosen(usual)); n < 25 || n > 50 {
		t.Errorf("%d rows are measured by default", n)
	}
}

func TestFigures(t *testing.T) {
	for f, want := range map[float64]string{0: "0.00", 0.0012: "0.001", 0.12: "0.12", 1.234: "1.23", 12.34: "12.3", 123.4: "123", 9.99: "10.0"} {
		if got := report.Figure(f); got != want {
			t.Errorf("%g is written %q, want %q", f, got, want)
		}
	}
	for n, want := range map[int]string{1: "1", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := report.Thousands(n); got != want {
			t.Errorf("%d is written %q, want %q", n, got, want)
		}
	}
	if got := shapes["big"].String() + "; " + shapes["tree"].String(); got != "1 file of 1 GiB; 10,000 files of 1 KiB in 100 folders" {
		t.Error(got)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
