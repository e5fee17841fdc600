package interop_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// programRuns are what ferry's program is asked to do at every foreign server, in
// this order: the exit code, and a part of what it says. SERVER is the folder there,
// HERE one on this side.
var programRuns = []struct {
	args string
	exit int
	says string
	at   map[string]result // where it is otherwise
}{
	{args: "hash -a MD5 SERVER/a", says: "b1946ac92492d2347c6235b4d2611184  a\n"},
	{args: "hash --offset 1 --length 2 -a CRC32 SERVER/a", says: "  a\n"},
	{args: "hash SERVER/none", exit: 5},
	{args: "cp SERVER/a SERVER/copy"},
	{args: "cat SERVER/copy", says: "hello\n"},
	{args: "cp SERVER/none SERVER/copy", exit: 5},
	{args: "cp -r SERVER/sub SERVER/sub2", says: "copied dir/sub2/d"},
	{args: "cp -r SERVER/sub SERVER/sub/in", exit: 2, says: "into itself"},
	{args: "cp SERVER/sub SERVER/sub3", exit: 1, says: "add -r"},
	{args: "combine SERVER/copy b c"},
	{args: "cat SERVER/copy", says: "hello\nxy"},
	{args: "ln -s ../a SERVER/sub/link", exit: 1, says: "the server makes no links", at: map[string]result{"ProFTPD": {0, ""}}},
	{args: "cat SERVER/sub/link", exit: 5, at: map[string]result{"ProFTPD": {0, "hello\n"}}},
	{args: "ln -s sub SERVER/a", exit: 1},
	{args: "chmod 644 SERVER/a", at: map[string]result{"vsftpd": {1, "the server has no command for that"}}},
	{args: "df SERVER/", exit: 1, says: "does not tell how much room"},
	{args: "thumb SERVER/a HERE/t.png", exit: 1, says: "no small pictures (THMB)"},
	{args: "du SERVER/none", exit: 5},
	{args: "mkdir -p SERVER/m/n/o"},
	{args: "rm SERVER/m", exit: 1, says: "add -r"},
	{args: "rm -r SERVER/m"},
	{args: "cat --offset 1 --length 3 SERVER/a", says: "ell"},
	{args: "get --mode B SERVER/a HERE/no", exit: 1, says: "leave --mode out"},
	{args: "get -r --mode C SERVER/ HERE/tree", exit: 1, says: "leave --mode out"},
	{args: "put --mode Z HERE/up SERVER/no", exit: 1, says: "leave --mode out"},
	{args: "get --stru R SERVER/a HERE/no", exit: 1, says: "leave --stru out"},
	{args: "get --type E SERVER/a HERE/no", exit: 1, says: "leave --type out"},
	{args: "get --type L36 SERVER/a HERE/no", exit: 1, says: "TYPE L 36"},
	{args: "get --mount x SERVER/a HERE/no", exit: 1, says: "SMNT"},
	{args: "get --data lpsv SERVER/a HERE/no", exit: 1, says: "LPSV"},
	{args: "put --unique HERE/up SERVER/", says: "ftp://"},
	{args: "put --append HERE/up SERVER/b"}, // which was combined away, and is made anew
	{args: "cat SERVER/b", says: "up\n"},
	{args: "quote SERVER/ NOOP", says: "200 "},
}

// result is how a run ends.
type result struct {
	exit int
	says string
}

// TestProgramAtServers: what a server can do is done, what it lacks is done in small
// steps or refused in words that help, and nothing is left behind then.
func TestProgramAtServers(t *testing.T) {
	p := rig.NewProgram(t)
	for _, s := range peers.Servers() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			tg := peers.Start(t, s, peers.IPv4)
			there, here := filepath.Join(tg.Root, "dir"), t.TempDir()
			for name, text := range map[string]string{"a": "hello\n", "b": "x", "c": "y", "sub/d": ""} {
				name = filepath.Join(there, name)
				check(t, os.MkdirAll(filepath.Dir(name), 0o777))
				check(t, os.WriteFile(name, []byte(text), 0o666))
				rig.Own(t, filepath.Dir(name), name, there)
			}
			check(t, os.WriteFile(filepath.Join(here, "up"), []byte("up\n"), 0o666))
			words := strings.NewReplacer("SERVER/", tg.URL("dir/"), "HERE/", here+"/")
			for _, r := range programRuns {
				want, special := r.at[s.Name]
				if !special {
					want = result{r.exit, r.says}
				}
				cmd := rig.Command(t, p.Invoke(tg, strings.Fields(words.Replace(r.args))...))
				out, err := cmd.CombinedOutput()
				if got := cmd.ProcessState.ExitCode(); got != want.exit || !strings.Contains(string(out), want.says) {
					t.Errorf("ferry %s: exit code %d, want %d and %q (%v)\n%s", r.args, got, want.exit, want.says, err, out)
				}
			}
			if _, err := os.Stat(filepath.Join(here, "no")); err == nil {
				t.Error("a refused get has left a file")
			}
		})
	}
}
