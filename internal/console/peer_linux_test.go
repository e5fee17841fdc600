package console

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestPeers drives the shell against the servers of others.
func TestPeers(t *testing.T) {
	for _, server := range []peers.Server{peers.VSFTPD(), peers.ProFTPD()} {
		t.Run(server.Name, func(t *testing.T) {
			tg := peers.Start(t, server, peers.IPv4)
			folder := filepath.Join(tg.Root, "two words")
			for _, err := range []error{
				os.Mkdir(folder, 0o777), os.Chmod(folder, 0o777),
				os.WriteFile(filepath.Join(folder, "[a] b.txt"), []byte("hello\n"), 0o666),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
			m := open(t, t.TempDir(), nil, "shell")
			m.expect("ferry" + prompt)
			m.press("open -u "+tg.User+" -p "+strconv.Itoa(int(tg.Port))+" "+tg.Host, enter)
			m.expect("Password for ")
			m.press(tg.Password, enter)
			m.expect(prompt)
			m.press("cd two", tab)
			m.expect(`cd two\\ words/`)
			m.press(enter)
			m.expect(`two words` + prompt)
			m.press("get [", tab)
			m.expect(`get \\\[a\\\] b\.txt |get \\\[a\\\]\\ b\.txt `)
			if out := m.runPressed(); !strings.Contains(out, "got [a] b.txt: 6 B") {
				t.Errorf("get shows %q", out)
			}
			if got := m.local("[a] b.txt"); string(got) != "hello\n" {
				t.Errorf("what was fetched is %q", got)
			}
			if out := m.run("!echo up > up.txt"); strings.Contains(out, "ferry:") {
				t.Errorf("a command of the system shows %q", out)
			}
			if out := m.run("mput *.txt && mv up.txt 'moved up' && rm [[]*"); strings.Contains(out, "ferry:") {
				t.Errorf("mput, mv and rm show %q", out)
			}
			if out := m.run("ls -1"); !strings.HasPrefix(out, "moved up\r\n") {
				t.Errorf("ls shows %q", out)
			}
			if got, err := os.ReadFile(filepath.Join(folder, "moved up")); err != nil || string(got) != "up\n" {
				t.Errorf("what was sent is %q, %v", got, err)
			}
			if out := m.run("cd ../.. && pwd; cd -; quote NOOP; cd nowhere"); !strings.Contains(out, "200 ") || !strings.Contains(out, "nowhere") {
				t.Errorf("cd, pwd and quote show %q", out)
			}
			m.press(ctrlD)
			m.end()
		})
	}
}
