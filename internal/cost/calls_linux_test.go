package cost_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// systemCalls are those of the server for one file, or one MiB of a file, or one command.
var systemCalls = []struct {
	name     string
	measured float64
	most     float64
	tls      bool
	more     int // how many operations are done more in the second run: see TestSystemCalls
	do       func(c *client, dir string, n int)
}{
	{"NOOP", 2, 2.5, false, 400, commands},
	{"RETR of 4 KiB", 18.2, 19.8, false, 200, retrieveSmall},
	{"RETR of 4 KiB from a folder", 19, 19.8, false, 200, retrieveDeep},
	{"STOR of 4 KiB", 28.5, 30.5, false, 200, storeSmall},
	{"STOR of 4 KiB that are there before", 22.2, 24, false, 200, storeAhead},
	{"RETR of 1 MiB", 0.05, 0.3, false, 256, retrieve},
	{"STOR of 1 MiB", 2, 3, false, 256, store},
	{"LIST of an entry", 1.02, 1.05, false, 2000, list("LIST")},
	{"MLSD of an entry", 1.02, 1.05, false, 2000, list("MLSD")},
	{"NLST of an entry", 0.01, 0.03, false, 2000, list("NLST")},
	{"a login, and QUIT", 20.8, 21.5, false, 200, logins},
	{"NOOP over TLS", 2, 2.5, true, 400, commands},
	{"RETR of 4 KiB over TLS", 36.8, 38.5, true, 200, retrieveSmall},
	{"STOR of 4 KiB over TLS", 37.4, 40, true, 200, storeSmall},
	{"RETR of 1 MiB over TLS", 8, 9, true, 256, retrieve},
	{"STOR of 1 MiB over TLS", 5.5, 7, true, 256, store},
}

func commands(c *client, _ string, n int) {
	for range n {
		c.do("NOOP", "200")
	}
}

// logins are sessions of their own: the one of c is not used.
func logins(c *client, _ string, n int) {
	for range n {
		s := dial(c.t, c.conn.RemoteAddr().String())
		s.do("QUIT", "221")
		check(c.t, s.conn.Close())
	}
}

func retrieveSmall(c *client, _ string, n int) {
	for range n {
		c.receive("RETR file")
	}
}

func retrieveDeep(c *client, dir string, n int) {
	check(c.t, os.MkdirAll(filepath.Join(dir, "a", "folder"), 0o777))
	write(c.t, filepath.Join(dir, "a", "folder", "file"), smallSize)
	for range n {
		c.receive("RETR a/folder/file")
	}
}

func storeSmall(c *client, _ string, n int) {
	for i := range n {
		c.store(fmt.Sprintf("STOR stored-%d", i), smallSize)
	}
}

func storeAhead(c *client, _ string, n int) {
	for i := range n {
		c.storeAhead(fmt.Sprintf("STOR stored-%d", i), smallSize)
	}
}

func retrieve(c *client, dir string, n int) {
	check(c.t, os.Truncate(filepath.Join(dir, "file"), int64(n)<<20))
	c.receive("RETR file")
}

func store(c *client, _ string, n int) { c.store("STOR stored", n<<20) }

func list(verb string) func(c *client, dir string, n int) {
	return func(c *client, dir string, n int) {
		fill(c.t, filepath.Join(dir, "many"), n)
		c.receive(verb + " many")
	}
}

// scheduling are the calls by which the Go runtime runs goroutines and gets memory. How
// often it does so differs from run to run, and says little about the server.
var scheduling = []string{
	"futex", "nanosleep", "sched_yield", "epoll_pwait", "tgkill", "getpid", "gettid", "rt_sigreturn", "rt_sigprocmask", "rt_sigaction",
	"sigaltstack", "clone", "clone3", "set_robust_list", "rseq", "mmap", "munmap", "mprotect", "madvise", "restart_syscall",
}

// difference is what each of more operations took, without scheduling.
func difference(before, after map[string]int, more int) (sum float64, each string) {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		n := float64(after[name]-before[name]) / float64(more)
		if n != 0 && !slices.Contains(scheduling, name) {
			sum += n
			all = append(all, fmt.Sprintf("%s %.2f", name, n))
		}
	}
	return sum, strings.Join(all, ", ")
}

// TestSystemCalls runs the program once for few operations and once for many: the
// difference is what they take, and not the start. What the runtime does beside is not
// the same in two runs, so that it may try again.
func TestSystemCalls(t *testing.T) {
	for _, tt := range systemCalls {
		t.Run(tt.name, func(t *testing.T) {
			var flags []string
			connect := dial
			if tt.tls {
				connect, flags = dialTLS, []string{"--tls", "require"}
			}
			count := func(n int) map[string]int {
				return traced(t, func(addr, dir string) {
					c := connect(t, addr)
					tt.do(c, dir, n)
					c.do("QUIT", "221")
				}, flags...)
			}
			const few = 16
			var sum float64
			var each string
			for range 3 {
				before, after := count(few), count(few+tt.more)
				sum, each = difference(before, after, tt.more)
				t.Logf("%.2f: %s", sum, each)
				if sum <= tt.most {
					return
				}
			}
			t.Errorf("%s takes %.1f system calls, and may take %v; when that was set it took %v:\n%s", tt.name, sum, tt.most, tt.measured, each)
		})
	}
}
