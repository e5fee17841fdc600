package console

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// login opens a shell on a server and types the password.
func login(t *testing.T, s *server, home string) *terminal {
	t.Helper()
	m := open(t, home, nil, "shell", s.url())
	m.expect(`Password for bob on 127\.0\.0\.1: `)
	m.press("hush", enter)
	m.expect("bob@127.0.0.1:~" + prompt)
	return m
}

func TestShell(t *testing.T) {
	s := serve(t, map[string]string{"two words.txt": "hello\n", "note": "a note\n", "-dash": "dash\n", "odd\x1b]0;x\a": "odd\n"})
	home := t.TempDir()
	m := login(t, s, home)

	// A name with a blank, by Tab; the shell itself then gets it.
	m.press("get two", tab)
	m.expect(`get two\\ words\.txt `)
	m.press(enter)
	m.expect(`got two words\.txt: 6 B`)
	m.expect(prompt)
	if got := m.local("two words.txt"); string(got) != "hello\n" {
		t.Errorf("what was fetched is %q", got)
	}

	// A folder goes on with a slash, within quotes as well.
	m.press("cd 'my", tab)
	m.expect(`cd 'my folder/`)
	m.press("'", enter)
	m.expect(`bob@127\.0\.0\.1:~/my folder` + prompt)
	m.run("cd ..")

	// The arrow brings back what was typed.
	m.press(up, up)
	m.expect(`cd 'my folder/'`)
	m.cancel()

	// No name makes the terminal do anything, nor is one taken for an option.
	if out := m.run("ls"); !strings.Contains(out, `odd\x1b]0;x\a`) || strings.Contains(out, "\x1b]0") {
		t.Errorf("the listing shows %q", out)
	}
	m.press("get odd", tab)
	m.expect(`get \$'odd\\033\]0;x\\007' `)
	m.press(enter)
	m.expect(`got odd`)
	m.expect(prompt)
	m.press("cat -", tab)
	m.expect(`cat -dash `)
	m.cancel()
	m.press("get ./-d", tab)
	m.expect(`get \./-dash `)
	m.press(enter)
	m.expect(`got -dash`)
	m.expect(prompt)

	// Commands, and what there is of several.
	m.press("lp", tab)
	m.expect("lpwd ")
	if out := m.runPressed(); !strings.Contains(out, m.dir) {
		t.Errorf("lpwd shows %q", out)
	}
	m.press("mk", tab)
	m.expect("mkdir ")
	m.press("new")
	m.runPressed()
	if out := m.run("!echo from $((40 + 2)); pwd"); !strings.Contains(out, "from 42\r\n"+m.dir) {
		t.Errorf("a command of the system shows %q", out)
	}
	m.press("echo 'open", enter)
	m.expect(`\r\n> $`)
	m.press("closed'", enter)
	m.expect(`open\\nclosed\r\n`)
	m.expect(prompt)
	if out := m.run("nonsense"); !strings.Contains(out, "nonsense is no command") {
		t.Errorf("nonsense is answered by %q", out)
	}
	m.run("open -u bob,hush " + s.addr)
	m.run("quote PASS hush")
	m.press(ctrlD)
	if code := m.end(); code != 0 {
		t.Errorf("exit code %d", code)
	}

	// The password was shown nowhere but where it was typed in the clear, and is not kept.
	if shown := strings.Count(m.text(), "hush"); shown > strings.Count(m.text(), "bob,hush")+strings.Count(m.text(), "PASS hush") {
		t.Errorf("the password was shown: %q", m.text())
	}
	path := filepath.Join(home, ".local", "state", "ferry", "history")
	kept, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(kept), "hush") || !strings.Contains(string(kept), "nonsense\n") {
		t.Errorf("the history is %q, %v", kept, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the history is %v, %v", info.Mode(), err)
	}

	// Another shell goes on with it.
	m = login(t, s, home)
	m.press(up)
	m.expect("nonsense")
	m.cancel()
	m.press("exit 3", enter)
	if code := m.end(); code != 3 {
		t.Errorf("exit code %d, want 3", code)
	}
}

// runPressed ends a line that was pressed, and returns all up to the next prompt.
func (m *terminal) runPressed() string {
	m.t.Helper()
	m.press(enter)
	m.expect(`\r\n`)
	return m.expect(prompt)
}

// cancel has Ctrl-C take away what was typed at the prompt.
func (m *terminal) cancel() {
	m.t.Helper()
	m.press(ctrlC)
	m.expect(`\^C\r\n`) // behind it no prompt is drawn again in the middle of a line
	m.expect(prompt)
}

func TestInterrupt(t *testing.T) {
	s := serve(t, map[string]string{"big": big()})
	m := login(t, s, t.TempDir())
	s.slow.stall.Store(1 << 20)
	m.press("get big", enter)
	m.expect(`[1-9][\d.]* [KM]iB / 4\.0 MiB`) // the bar
	m.press(ctrlC)
	m.expect(`interrupted`)
	m.expect(prompt)
	s.slow.stall.Store(0)
	if out := m.run("get big"); !strings.Contains(out, "got big: 4.0 MiB (") {
		t.Errorf("the copy is continued by %q", out)
	}
	if string(m.local("big")) != big() {
		t.Error("what was fetched is not the file")
	}
	// What is typed at a prompt goes away by Ctrl-C, and the shell stays.
	m.press("rm big")
	m.expect("rm big")
	m.cancel()
	if _, err := s.files.Stat(t.Context(), "home/bob/big"); err != nil {
		t.Error(err)
	}
	m.run("pwd")
	m.press("quit", enter)
	m.end()
}

func TestJobs(t *testing.T) {
	s := serve(t, map[string]string{"big": big(), "small": "small\n"})
	m := login(t, s, t.TempDir())
	s.slow.stall.Store(1 << 20)
	m.run("get big &")
	<-s.slow.stalled
	m.run("queue get small")
	out := m.run("jobs")
	if !strings.Contains(out, "[1] running") || !strings.Contains(out, "get big") {
		t.Errorf("jobs shows %q", out)
	}
	m.press(ctrlD)
	m.expect(`runs?: end all and leave\? \(yes/no\) `)
	m.press("no", enter)
	m.expect(prompt)
	m.press("echo now; wait 1", enter)
	m.expect(`\nnow\r\n`) // the command runs
	m.press(ctrlC)        // ends the waiting
	m.expect(`interrupted`)
	m.expect(prompt)
	if out := m.run("kill 1; wait"); !strings.Contains(out, "[1] killed: get big") {
		t.Errorf("kill shows %q", out)
	}
	if got := m.local("small"); string(got) != "small\n" {
		t.Errorf("the queue has fetched %q", got)
	}
	m.run("get big &")
	<-s.slow.stalled
	m.press("fg", enter)
	m.expect("get big\r\n")
	m.press(ctrlC)
	m.expect(`killed`)
	m.expect(prompt)
	s.slow.stall.Store(0)
	m.run("get big & wait")
	if string(m.local("big")) != big() {
		t.Error("what was fetched is not the file")
	}
	s.slow.stall.Store(1 << 20)
	m.run("get -n big again &")
	<-s.slow.stalled
	m.press("exit", enter)
	m.expect(`end all and leave\?`)
	m.press("yes", enter)
	if code := m.end(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestResize(t *testing.T) {
	files := make(map[string]string)
	for _, name := range strings.Fields("alpha beta gamma delta epsilon zeta") {
		files[name] = name
	}
	s := serve(t, files)
	m := login(t, s, t.TempDir())
	if out := m.run("cls"); strings.Count(out, "\r\n") != 1 {
		t.Errorf("on 100 columns: %q", out)
	}
	m.resize(50)
	if out := m.run("cls"); strings.Count(out, "\r\n") != 2 {
		t.Errorf("on 50 columns: %q", out)
	}
	m.press("echo " + strings.Repeat("x", 60))
	m.expect(`\{x+`) // the line is scrolled sideways
	m.resize(100)
	m.press("y", enter)
	m.expect(`x{60}y\r\n`)
	m.expect(prompt)
	m.press(ctrlD)
	m.end()
}

// TestLostConnection ends the connections of a shell, which finds its way back by itself.
func TestLostConnection(t *testing.T) {
	s := serve(t, map[string]string{"my folder/a": "a\n"})
	m := login(t, s, t.TempDir())
	m.run("cd my*")
	s.conns.cut()
	if out := m.run("ls -1"); !strings.Contains(out, "\na\r\n") && !strings.HasPrefix(out, "a\r\n") {
		t.Errorf("after the connection was lost: %q", out)
	}
	if out := m.run("pwd"); !strings.HasPrefix(out, "/home/bob/my folder\r\n") {
		t.Errorf("the folder is %q", out)
	}
	m.signal(syscall.SIGTERM)
	if code := m.end(); code != 130 {
		t.Errorf("exit code %d after SIGTERM, want 130", code)
	}
}

// TestWrongPassword sees that the shell ends as other commands do.
func TestWrongPassword(t *testing.T) {
	s := serve(t, nil)
	m := open(t, t.TempDir(), nil, "shell", s.url())
	m.expect("Password for bob")
	m.press(ctrlC)
	m.expect("interrupted")
	if code := m.end(); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	m = open(t, t.TempDir(), nil, "shell")
	m.expect("ferry" + prompt)
	m.press("open "+s.url(), enter)
	m.expect("Password for bob")
	m.press("wrong", enter)
	m.expect("check the user name and the password")
	m.expect("ferry" + prompt)
	if out := m.run("ls"); !strings.Contains(out, "not connected") {
		t.Errorf("without a connection: %q", out)
	}
	if strings.Contains(m.text(), "wrong") {
		t.Error("the password was shown")
	}
	m.press(ctrlD)
	m.end()
}

// TestShellPlain logs in where lines cannot be edited: the terminal of another program
// often has no size, and that in an editor's window cannot move the cursor.
func TestShellPlain(t *testing.T) {
	for name, c := range map[string]struct {
		size pty.Winsize
		env  []string
	}{
		"no size": {},
		"dumb":    {pty.Winsize{Rows: 30, Cols: 100}, []string{"TERM=dumb"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]string{"note": "a note\n"})
			m := openSized(t, t.TempDir(), c.size, c.env, "shell", s.url())
			m.expect(`Password for bob on 127\.0\.0\.1: `)
			m.press("hush\n")
			m.expect("bob@127.0.0.1:~> ")
			if strings.Contains(m.text(), "hush") {
				t.Error("the password is shown")
			}
			m.press("get note\n")
			m.expect(`got note: 7 B`)
			m.press("exit\n")
			if code := m.end(); code != 0 {
				t.Errorf("exit code %d, want 0", code)
			}
		})
	}
}
