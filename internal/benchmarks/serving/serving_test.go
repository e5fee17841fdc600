package serving

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/loader"
)

// TestMain is the load, where it is started as such.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "load" {
		if err := loader.Main(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// tiny is so little of everything that it says nothing of any server.
var tiny = sizes{
	large: 1 << 20, part: 1 << 18, copies: 1, small: 32, logins: 16, idle: [2]int{5, 20}, entries: [2]int{50, 300}, noops: 5,
}

// needs skips a test that starts servers where it cannot.
func needs(t *testing.T) {
	t.Helper()
	switch {
	case os.Getuid() != 0:
		t.Skip("the servers have to be started by root")
	case testing.Short():
		t.Skip("all that is measured is in other processes")
	}
}

// TestRows does each row once with ferry, and each server a row, so that the command still
// works when it is needed. What it measures has to be there, whatever it is.
func TestRows(t *testing.T) {
	needs(t)
	for _, tt := range []struct{ name, rows, servers string }{
		{"rows", "", "^ferry"},
		{"servers", "^retr/small/(plain|tls)/16$", "^(vsftpd|ProFTPD|Pure-FTPd|pyftpdlib|ftpserverlib)$"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir, err := folder("")
			check(t, err)
			t.Cleanup(func() { check(t, os.RemoveAll(dir)) })
			t.Setenv("TMPDIR", dir) // the command sets it, and does not set it back
			program, err := os.Executable()
			check(t, err)
			c := Command{Repeat: 1, Dir: dir, Disk: dir, Server: tt.servers, rest: 50 * time.Millisecond}
			todo := chosen(tiny, regexp.MustCompile(tt.rows))
			p, err := c.measure(t.Context(), todo, program, t.Output())
			check(t, err)
			if len(p.outcomes) != len(todo) {
				t.Fatalf("of %d rows %d were measured", len(todo), len(p.outcomes))
			}
			for _, o := range p.outcomes {
				for _, part := range o.parts {
					if part.failure != nil {
						t.Errorf("%s: %s: %v", o.name, part.name, part.failure)
					}
					if part.done() {
						plausible(t, o, part)
					}
				}
				if _, ok := o.part("ferry"); !ok && tt.rows == "" {
					t.Errorf("%s: nothing of ferry: %+v", o.name, o.parts)
				}
			}
			text := p.markdown()
			for _, want := range []string{"## In short", "| **", todo[0].title} {
				if !strings.Contains(text, want) {
					t.Errorf("there is no %q in the page:\n%s", want, text)
				}
			}
			left, err := filepath.Glob(filepath.Join(dir, "*"))
			check(t, err)
			if len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

// TestCurves has curves that go not far.
func TestCurves(t *testing.T) {
	needs(t)
	dir, err := folder("")
	check(t, err)
	t.Cleanup(func() { check(t, os.RemoveAll(dir)) })
	t.Setenv("TMPDIR", dir)
	program, err := os.Executable()
	check(t, err)
	c := Curves{Repeat: 1, Dir: dir, rest: 10 * time.Millisecond}
	p, err := c.measure(t.Context(), extents{
		sessions: []int64{5, 10}, streams: []int64{1, 2}, entries: []int64{10, 100}, sizes: []int64{1 << 10, 1 << 20}, stream: 1 << 20,
	}, program, t.Output())
	check(t, err)
	text := p.markdown("plots")
	for _, d := range p.curves {
		if len(d.outcomes) != 2 {
			t.Errorf("%s has %d points", d.name, len(d.outcomes))
		}
		for _, o := range d.outcomes {
			part, ok := o.part("ferry")
			if !ok {
				t.Fatalf("%s: nothing of ferry: %+v", o.name, o.parts)
			}
			plausible(t, o, part)
		}
		if n := strings.Count(d.svg(), "<circle"); n < 4 || n > 6 {
			t.Errorf("%s has %d points in its plot", d.name, n)
		}
		if !strings.Contains(text, "](plots-"+d.name+".svg)") {
			t.Errorf("%s is not in the page:\n%s", d.name, text)
		}
	}
	if len(p.curves) != 6 {
		t.Errorf("%d curves", len(p.curves))
	}
}

// TestProfile looks into a ferry at work, beside the rows of a page that is written.
func TestProfile(t *testing.T) {
	needs(t)
	dir, err := folder("")
	check(t, err)
	t.Cleanup(func() { check(t, os.RemoveAll(dir)) })
	t.Setenv("TMPDIR", dir)
	t.Setenv("FERRY_PROFILE", "")
	program, err := os.Executable()
	check(t, err)
	c := Command{Write: "page.md", Server: "^ferry$", Repeat: 1, Dir: dir, Disk: dir}
	p, err := c.measure(t.Context(), chosen(tiny, regexp.MustCompile("^login/plain/16$")), program, t.Output())
	check(t, err)
	// Which functions there are is a matter of chance: it has few samples.
	sampled := regexp.MustCompile(`(?m)^ +[0-9.]+m?s +[0-9.]+% .*% +[a-z/]+\.[^ ]+$`)
	for _, text := range []string{p.markdown(), p.profiles()} {
		if !strings.Contains(text, "flat%") || !sampled.MatchString(text) || strings.Contains(text, "Syscall6") {
			t.Errorf("there is no profile in:\n%s", text)
		}
	}
}

// TestGrowth tells what is flat from what is not.
func TestGrowth(t *testing.T) {
	for want, f := range map[string]func(n float64) float64{
		"does not grow":                 func(n float64) float64 { return 7 },
		"is proportional to it":         func(n float64) float64 { return 3 * n },
		"grows as the power 2.00 of it": func(n float64) float64 { return n * n },
		"falls, as its power -1.00":     func(n float64) float64 { return 5 / n },
	} {
		d := drawn{curve: curve{x: "sessions"}}
		for _, n := range []int64{1, 10, 100, 1000} {
			d.points = append(d.points, point{n: n, text: fmt.Sprint(n)})
			d.outcomes = append(d.outcomes, outcome{parts: []part{{name: "ferry", samples: []sample{{sessions: int(n)}}}}})
		}
		got := d.growth(figure{name: "cost", of: func(s sample) float64 { return f(float64(s.sessions)) }})
		if want := "- cost: from 10 to 1000 (sessions) it " + want + ".\n"; got != want {
			t.Errorf("said %q, want %q", got, want)
		}
	}
}

// plausible holds figures to what cannot be otherwise.
func plausible(t *testing.T, o outcome, p part) {
	t.Helper()
	for _, s := range p.samples {
		ops := int64(o.each * o.job.Sessions)
		switch {
		case s.Err != "":
			t.Errorf("%s: %s: %s", o.name, p.name, s.Err)
		case o.job.Verb == "idle":
			if s.rest <= 0 || s.empty <= 0 {
				t.Errorf("%s: %s: %d octets with sessions, %d without", o.name, p.name, s.rest, s.empty)
			}
		case !p.limit && (s.Ops != ops || s.Wall <= 0 || s.cpu < 0):
			t.Errorf("%s: %s: %d done of %d: %+v", o.name, p.name, s.Ops, ops, s)
		case o.job.Size > 0 && s.Octets < ops*o.job.Size:
			t.Errorf("%s: %s: %d octets", o.name, p.name, s.Octets)
		case o.busy > 0 && (s.P50 <= 0 || s.P99 < s.P50):
			t.Errorf("%s: %s: half took %v, and 99 %% %v", o.name, p.name, s.P50, s.P99)
		case o.has(peak) && s.peak <= 0:
			t.Errorf("%s: %s: no memory", o.name, p.name)
		}
	}
}

// TestLost has uploads that are not whole found out.
func TestLost(t *testing.T) {
	for name, tt := range map[string]struct {
		files []string
		want  string
	}{
		"whole":   {[]string{"hello", "hello"}, ""},
		"short":   {[]string{"hello", "hell"}, "uploads were confirmed and are not whole: 1 of 2 are"},
		"missing": {[]string{"hello"}, "uploads were confirmed and are not whole: 1 of 2 are"},
		"other":   {[]string{"jelly", "hello"}, "uploads were confirmed and are not whole"},
	} {
		dir := t.TempDir()
		of := dir + "/of"
		check(t, os.WriteFile(of, []byte("hello"), 0o600))
		check(t, os.Mkdir(dir+"/up", 0o700))
		for i, text := range tt.files {
			check(t, os.WriteFile(fmt.Sprintf("%s/up/%d", dir, i), []byte(text), 0o600))
		}
		got := ""
		if err := uploaded(dir+"/up", 2, 5, of); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: said %q, want %q", name, got, tt.want)
		}
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestRemarks demands that there is a row for each remark.
func TestRemarks(t *testing.T) {
	for _, r := range remarks {
		if !slices.ContainsFunc(rows(full), func(row row) bool { return strings.HasPrefix(row.name, r.rows) }) {
			t.Errorf("no row begins with %q", r.rows)
		}
	}
	if remark("noop/16") == "" || remark("another") != "" {
		t.Error("a remark is of another row")
	}
}
