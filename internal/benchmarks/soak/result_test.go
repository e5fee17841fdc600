package soak

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// What grows is found, each by its name.
func TestGrown(t *testing.T) {
	steady := State{Heap: 40 << 20, Stacks: 4 << 20, Resident: 80 << 20, Goroutines: 500, Descriptors: 520, Threads: 40}
	empty := State{Heap: 1 << 20, Goroutines: 5, Descriptors: 10, Threads: 5}
	result := func(late State, end State) *Result {
		r := &Result{Options: Options{LoginLimit: time.Second}, Empty: empty, End: end}
		for i := range periods {
			p := Period{State: steady}
			if i >= periods-2 { // most of the last three
				p.State = late
			}
			r.Periods = append(r.Periods, p)
		}
		return r
	}
	if err := result(steady, empty).Grown(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(late, end *State){
		"octets of the heap: ":                   func(late, _ *State) { late.Heap *= 2 },
		"octets of stacks: ":                     func(late, _ *State) { late.Stacks *= 2 },
		"octets of memory: ":                     func(late, _ *State) { late.Resident *= 2 },
		"goroutines: ":                           func(late, _ *State) { late.Goroutines += 60 },
		"descriptors: ":                          func(late, _ *State) { late.Descriptors += 61 },
		"threads: ":                              func(late, _ *State) { late.Threads += 141 },
		"goroutines when all had gone: ":         func(_, end *State) { end.Goroutines = 100 },
		"descriptors when all had gone: ":        func(_, end *State) { end.Descriptors = 100 },
		"octets of the heap when all had gone: ": func(_, end *State) { end.Heap = 20 << 20 },
	} {
		late, end := steady, empty
		change(&late, &end)
		if err := result(late, end).Grown(); err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if err := (&Result{Periods: make([]Period, 3)}).Grown(); err == nil {
		t.Error("three periods are enough")
	}
}

// One moment is no growth, and neither is what was there while it was warming up.
func TestGrownOnce(t *testing.T) {
	r := &Result{Options: Options{LoginLimit: time.Second}}
	for range periods {
		r.Periods = append(r.Periods, Period{State: State{Heap: 40 << 20, Descriptors: 500}})
	}
	r.Periods[0].Descriptors = 100
	r.Periods[periods-1].Heap *= 3
	if err := r.Grown(); err != nil {
		t.Error(err)
	}
	r.Periods[4].TLS.P99 = 2 * time.Second
	want := "logins over TLS in period 5: one in a hundred took 2s and more, and 1s are allowed"
	if err := r.Grown(); err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
}

func TestSummed(t *testing.T) {
	var all []time.Duration
	for i := range 200 {
		all = append(all, time.Duration(200-i))
	}
	if got, want := summed(all), (Logins{Number: 200, P50: 101, P99: 199, Most: 200}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := summed(nil); got != (Logins{}) {
		t.Errorf("of nobody: %+v", got)
	}
}

// Of what a server says, that is a fault which is no news of a session.
func TestServerLog(t *testing.T) {
	for line, fault := range map[string]bool{
		`{"level":"INFO","msg":"logged in"}`:                        false,
		`{"level":"WARN","msg":"transfer","code":426}`:              false,
		`{"level":"WARN","msg":"transfer","code":451}`:              true,
		`{"level":"WARN","msg":"refused a data connection"}`:        true,
		`{"level":"ERROR","msg":"a bug ended the session"}`:         true,
		`panic: runtime error: invalid memory address`:              true,
		`{"level":"INFO","msg":"serving","urls":["ftp://[::1]:7"]}`: false,
	} {
		l := newServerLog()
		l.read(strings.NewReader(line + "\n"))
		<-l.ended
		if err := l.fault(); (err != nil) != fault {
			t.Errorf("%s: %v", line, err)
		}
		if err := l.fault(); err != nil {
			t.Errorf("%s is told twice", line)
		}
		if strings.Contains(line, "serving") && <-l.serving != "[::1]:7" {
			t.Errorf("%s has no address", line)
		}
	}
}

func TestLeftovers(t *testing.T) {
	dir := t.TempDir()
	check := func(want ...string) {
		t.Helper()
		got, err := leftovers(dir)
		slices.Sort(got)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q, error %v, want %q", got, err, want)
		}
	}
	if err := furnish(dir, Options{Small: 1, Large: 2}); err != nil {
		t.Fatal(err)
	}
	check()
	for _, name := range []string{".temporary", "up/1-1", "list/.ferry", "files/small-99"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check(".temporary", "files/small-99", "list/.ferry", "up/1-1")
	for _, name := range []string{".temporary", "up/1-1", "list/.ferry", "files/small-99", "list/entry-003"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	check("list, which has lost 1")
}

// What cannot be soaked is refused in words.
func TestOptions(t *testing.T) {
	good := Command{Sessions: 10, Duration: time.Second, Pause: 1, Patience: 1, Small: 1, Large: 1, Rate: 1, Mix: map[string]int{"list": 1}}
	if _, err := good.options(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(c *Command){
		"ten sessions": func(c *Command) { c.Sessions = 9 },
		"a second":     func(c *Command) { c.Duration-- },
		"pauses":       func(c *Command) { c.Pause = 0 },
		"--tls":        func(c *Command) { c.TLS = 101 },
		"no act dance": func(c *Command) { c.Mix = map[string]int{"dance": 1} },
		"no act list":  func(c *Command) { c.Mix = map[string]int{"list": -1} },
		"--mix":        func(c *Command) { c.Mix = map[string]int{"list": 0} },
	} {
		c := good
		change(&c)
		if _, err := c.options(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// The page names all that was not as usual.
func TestCommand(t *testing.T) {
	c := usual
	if got, want := c.command(), "go run ./internal/benchmarks soak --write docs/soak.md"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	c.Sessions, c.Duration, c.LoginLimit = 50, time.Minute, time.Second
	if got, want := c.command(), "go run ./internal/benchmarks soak --sessions 50 --duration 1m0s --login-limit 1s --write docs/soak.md"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for name, want := range map[string]string{"Sessions": "10000", "Duration": "10m", "LoginLimit": "2s"} {
		f, _ := reflect.TypeFor[Command]().FieldByName(name)
		if got := f.Tag.Get("default"); got != want {
			t.Errorf("%s is %s by default, want %s", name, got, want)
		}
	}
}
