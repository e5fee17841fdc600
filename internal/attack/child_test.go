package attack_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	"github.com/seed-6092453b/ferry/internal/cli"
)

// asFerry in the environment has the binary of the tests be the program itself.
const asFerry = "FERRY_ATTACK_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asFerry) != "" {
		os.Exit(cli.Main())
	}
	os.Exit(m.Run())
}

// child is "ferry serve" as a process of its own.
type child struct {
	cmd *exec.Cmd
	out output
}

// output is what a process has said so far.
type output struct {
	mu   sync.Mutex
	said bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.said.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.said.String()
}

var served = regexp.MustCompile(`ftp://(127\.0\.0\.1:\d+)/`)

// serveChild runs ferry serve, by way of another program if there is one before it
// (strace), for joe with the password "secret", and returns its world.
func serveChild(t testing.TB, before []string, args ...string) (*world, *child) {
	t.Helper()
	w := &world{t: t, outer: t.TempDir()}
	w.dir = filepath.Join(w.outer, "root")
	check(t, os.Mkdir(w.dir, 0o777))
	self, err := os.Executable()
	check(t, err)
	line := append(append(before, self, "serve", "--listen", here+":0", "--user", "joe:secret"), args...)
	c := &child{cmd: exec.Command(line[0], append(line[1:], w.dir)...)}
	c.cmd.Env = append(os.Environ(), asFerry+"=1", "XDG_STATE_HOME="+w.outer, "HOME="+w.outer)
	c.cmd.Stdout, c.cmd.Stderr = &c.out, &c.out
	apart(c.cmd)
	check(t, c.cmd.Start())
	t.Cleanup(func() { c.kill() })
	eventually(t, "ferry serves", func() bool { return served.MatchString(c.out.String()) })
	w.addr = served.FindStringSubmatch(c.out.String())[1]
	return w, c
}

// kill ends the process at once, as kill -9 does.
func (c *child) kill() {
	if c.cmd.ProcessState == nil {
		killAll(c.cmd)
		c.cmd.Wait()
	}
}
