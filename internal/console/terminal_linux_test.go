package console

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/seed-6092453b/ferry/internal/cli"
)

// asFerry in the environment makes the test binary the ferry that is tested.
const asFerry = "FERRY_CONSOLE_TEST"

func TestMain(m *testing.M) {
	if os.Getenv(asFerry) != "" {
		os.Exit(cli.Main())
	}
	os.Exit(m.Run())
}

// terminal is a pseudo-terminal on which a ferry runs.
type terminal struct {
	t      *testing.T
	home   string // of the user; the current folder is in it
	dir    string
	pty    *os.File
	cmd    *exec.Cmd
	exited chan error

	mu   sync.Mutex
	more chan struct{} // closed when there is more output
	out  bytes.Buffer
	over bool
	seen int // how much of out was expected
}

// The usual keys.
const (
	enter = "\r"
	tab   = "\t"
	up    = "\x1b[A"
	ctrlC = "\x03"
	ctrlD = "\x04"
)

// open runs ferry on a terminal of 100 columns, in a home of its own; nil env adds
// nothing to the environment.
func open(t *testing.T, home string, env []string, args ...string) *terminal {
	t.Helper()
	return openSized(t, home, pty.Winsize{Rows: 30, Cols: 100}, env, args...)
}

// openSized is open on a terminal of a size, of which 0 is one that nobody has told.
func openSized(t *testing.T, home string, size pty.Winsize, env []string, args ...string) *terminal {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, home: home, dir: filepath.Join(home, "here"), more: make(chan struct{}), exited: make(chan error, 1)}
	if err := os.MkdirAll(term.dir, 0o777); err != nil {
		t.Fatal(err)
	}
	term.cmd = exec.Command(exe, args...)
	term.cmd.Dir = term.dir
	term.cmd.Env = append([]string{asFerry + "=1", "HOME=" + home, "TERM=xterm", "PATH=" + os.Getenv("PATH"), "TZ=UTC", "NETRC=/nonexistent", "GORACE=" + os.Getenv("GORACE")}, env...)
	if term.pty, err = pty.StartWithSize(term.cmd, &size); err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	read := make(chan struct{})
	go func() {
		term.read()
		close(read)
	}()
	go func() { term.exited <- term.cmd.Wait() }()
	t.Cleanup(func() {
		if term.cmd.Process.Kill() == nil {
			<-term.exited
		}
		term.pty.Close()
		<-read
		if strings.Contains(term.text(), "DATA RACE") {
			t.Error("ferry has a data race")
		}
		if t.Failed() {
			t.Logf("the terminal: %q", term.text())
		}
	})
	return term
}

// read gathers what appears.
func (m *terminal) read() {
	buf := make([]byte, 4096)
	for {
		n, err := m.pty.Read(buf)
		m.mu.Lock()
		m.out.Write(buf[:n])
		m.over = err != nil // EIO, when the last process has closed it
		close(m.more)
		m.more = make(chan struct{})
		m.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (m *terminal) text() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.out.String()
}

// press types keys.
func (m *terminal) press(keys ...string) {
	m.t.Helper()
	if _, err := io.WriteString(m.pty, strings.Join(keys, "")); err != nil {
		m.t.Fatal(err)
	}
}

// patience is how long a terminal may show nothing new; machines are slow at times.
const patience = 10 * time.Second

// expect waits for a pattern behind what was expected before, and returns all up to it.
func (m *terminal) expect(pattern string) string {
	m.t.Helper()
	re := regexp.MustCompile(pattern)
	late := time.After(patience)
	for {
		m.mu.Lock()
		rest, over, more := m.out.Bytes()[m.seen:], m.over, m.more
		if at := re.FindIndex(rest); at != nil {
			text := string(rest[:at[1]])
			m.seen += at[1]
			m.mu.Unlock()
			return text
		}
		text := string(rest)
		m.mu.Unlock()
		if over {
			m.t.Fatalf("ferry has ended; %q was to come in %q", pattern, text)
		}
		select {
		case <-more:
		case <-late:
			m.t.Fatalf("%q does not come in %q", pattern, text)
		}
	}
}

// run types a command line, and returns all that appears before the next prompt.
func (m *terminal) run(line string) string {
	m.t.Helper()
	m.press(line, enter)
	m.expect(`\r\n`)
	return m.expect(prompt)
}

// prompt is the end of a prompt, behind which the cursor waits.
const prompt = `> (\x1b\[0K\x1b\[\d+G)?$`

// end waits until ferry has ended, and returns its exit code.
func (m *terminal) end() int {
	m.t.Helper()
	select {
	case err := <-m.exited:
		m.exited <- nil
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			return exit.ExitCode()
		}
		if err != nil {
			m.t.Fatal(err)
		}
		return 0
	case <-time.After(patience):
		m.t.Fatalf("ferry does not end")
		return -1
	}
}

// resize gives the terminal another width.
func (m *terminal) resize(columns uint16) {
	m.t.Helper()
	if err := pty.Setsize(m.pty, &pty.Winsize{Rows: 30, Cols: columns}); err != nil {
		m.t.Fatal(err)
	}
}

// signal sends ferry a signal.
func (m *terminal) signal(sig syscall.Signal) {
	m.t.Helper()
	if err := m.cmd.Process.Signal(sig); err != nil {
		m.t.Fatal(err)
	}
}

// local reads a file of the current folder.
func (m *terminal) local(name string) []byte {
	m.t.Helper()
	b, err := os.ReadFile(filepath.Join(m.dir, name))
	if err != nil {
		m.t.Fatal(err)
	}
	return b
}
