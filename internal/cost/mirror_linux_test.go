package cost_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/seed-6092453b/ferry/internal/app"
)

// TestMirrorSystemCalls copies a folder of few files and one of many with "ferry mirror":
// the difference is what one file takes the client.
func TestMirrorSystemCalls(t *testing.T) {
	const few, more = 20, 400
	addr, dir := serve(t)
	alone, there := serve(t, func(o *app.Options) { o.Server.NoReuseData = true })
	plain, too := serve(t, func(o *app.Options) { o.Server.NoReuseData, o.TLS = true, app.TLS{} })
	for _, dir := range []string{dir, there, too} {
		for _, n := range []int{few, few + more} {
			folder := filepath.Join(dir, fmt.Sprint(n), "folder")
			check(t, os.MkdirAll(folder, 0o777))
			for i := range n {
				write(t, filepath.Join(folder, fmt.Sprintf("file-%d", i)), smallSize)
			}
		}
	}
	url := func(addr string) string { return fmt.Sprintf("ftp://%s:%s@%s/", user, password, addr) }
	remote := url(addr)
	for _, tt := range []struct {
		name     string
		measured float64
		most     float64
		folders  func(n int) (src, dst string)
	}{
		{"a download of 4 KiB", 11.6, 12, func(n int) (src, dst string) {
			return fmt.Sprint(remote, n), filepath.Join(t.TempDir(), "new")
		}},
		{"an upload of 4 KiB", 18.7, 19.5, func(n int) (src, dst string) {
			return filepath.Join(dir, fmt.Sprint(n)), fmt.Sprint(remote, "up-", n)
		}},
		{"a download of 4 KiB over TLS by a data connection of its own", 27, 28, func(n int) (src, dst string) {
			return fmt.Sprint(url(alone), n), filepath.Join(t.TempDir(), "new")
		}},
		{"a download of 4 KiB by a data connection of its own", 20, 21, func(n int) (src, dst string) {
			return fmt.Sprint(url(plain), n), filepath.Join(t.TempDir(), "new")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			count := func(n int) map[string]int {
				src, dst := tt.folders(n)
				return tracedCommand(t, "mirror", "--quiet", "--sync", "never", src, dst)
			}
			sum, each := difference(count(few), count(few+more), more)
			t.Logf("%.2f: %s", sum, each)
			if sum > tt.most {
				t.Errorf("%s takes %.1f system calls, and may take %v; when that was set it took %v:\n%s", tt.name, sum, tt.most, tt.measured, each)
			}
		})
	}
}

// tracedCommand runs the program to its end below strace, and returns how often it made
// each system call, but for those in vain, and for those of waiting.
func tracedCommand(t *testing.T, args ...string) map[string]int {
	t.Helper()
	home := t.TempDir()
	summary := filepath.Join(home, "calls")
	cmd := exec.Command(requireStrace(t), append([]string{"-f", "-c", "-o", summary, ownProgram(t)}, args...)...)
	cmd.Env = environment(home)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	calls := counted(t, summary)
	// Who is the faster says, too, how many data connections have to be waited for, each of
	// which is handed to the runtime's poller by a call of fcntl and two of epoll_ctl.
	calls["fcntl"] -= calls["epoll_ctl"] / 2
	delete(calls, "epoll_ctl")
	return calls
}
