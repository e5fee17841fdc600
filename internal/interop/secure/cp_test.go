package secure_test

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestProgramCopies has ferry's program copy a folder from one server to another:
// straight, where they let it, else through itself, and then it says why, unless it is
// told to do that or nothing.
func TestProgramCopies(t *testing.T) {
	ca := peers.NewAuthority(t)
	for _, tt := range []struct {
		name     string
		args     string
		plain    bool
		reuse    ftpserver.TLSReuse
		foreign  bool
		exit     int
		says     string
		straight bool
	}{
		{name: "through here", args: "--fxp=false", foreign: true},
		{name: "straight", args: "--fxp --verify", foreign: true, straight: true},
		{name: "straight, in the clear", args: "--fxp-only --tls off", plain: true, foreign: true, straight: true},
		{name: "not willing", args: "--fxp", says: "so it comes through here: copy tree/"},
		{name: "not willing, and nothing else will do", args: "--fxp-only", exit: 1, says: "with --fxp in place of --fxp-only"},
		{name: "both demand what neither can", args: "--fxp", foreign: true, reuse: ftpserver.ReuseRequire, says: ": 522 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			addressed := make([]string, 2)
			files := map[string][]byte{"a": []byte("a"), "empty": nil, "sub/b c": bytes.Repeat([]byte("b"), 1<<20)}
			var servers []*rig.Server
			args := strings.Fields("cp -r --parallel 2 " + tt.args)
			for i, name := range []string{"", "tree"} {
				authority := ca
				if tt.plain {
					authority = nil
				}
				s := serveFar(t, authority, tt.reuse, tt.foreign)
				servers = append(servers, s)
				u := url.URL{Scheme: "ftpes", Host: s.Addr(), Path: "/" + name}
				if tt.plain {
					u.Scheme = "ftp"
				}
				addressed[i] = u.String()
			}
			if !tt.plain {
				args = append(args, "--trust")
			}
			for name, content := range files {
				name = filepath.Join(servers[0].Root, name)
				check(t, os.MkdirAll(filepath.Dir(name), 0o777))
				check(t, os.WriteFile(name, content, 0o666))
			}
			p := rig.NewProgram(t)
			cmd := rig.Command(t, p.Invoke(servers[0].Target, append(args, addressed...)...))
			out, err := cmd.CombinedOutput()
			if got := cmd.ProcessState.ExitCode(); got != tt.exit || !strings.Contains(string(out), tt.says) {
				t.Fatalf("exit code %d, want %d and %q (%v)\n%s", got, tt.exit, tt.says, err, out)
			}
			if n := strings.Count(string(out), "comes through here"); n > 1 {
				t.Errorf("it said so %d times:\n%s", n, out)
			}
			if tt.exit != 0 {
				return
			}
			for name, content := range files {
				if got, err := os.ReadFile(filepath.Join(servers[1].Root, "tree", name)); err != nil || !bytes.Equal(got, content) {
					t.Errorf("%s has %d octets, not %d, or others: %v", name, len(got), len(content), err)
				}
			}
			// Straight, one of the two connects to the other; otherwise this program does.
			straight := 0
			for _, s := range servers {
				for _, c := range rig.These[ftpserver.Commanded](s.Log) {
					if slices.Contains([]string{"PORT", "EPRT"}, c.Verb) && c.Code == 200 {
						straight++
					}
				}
			}
			if tt.straight != (straight == len(files)) {
				t.Errorf("%d of %d files went straight", straight, len(files))
			}
			again, err := rig.Command(t, p.Invoke(servers[0].Target, append(args, addressed...)...)).CombinedOutput()
			if n := strings.Count(string(again), "skipped: is complete"); err != nil || n != len(files) {
				t.Errorf("%d of %d files were skipped afterwards: %v\n%s", n, len(files), err, again)
			}
		})
	}
}
