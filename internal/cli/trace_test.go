package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
)

// session is a dialogue on two connections: lines of the client begin with ">".
const session = `
1 220-Welcome
1 220 Ready.
1 > USER anna
1 331 Password?
1 > PASS ***
1 230 In.
1 > TYPE I
1 > PASV
1 200 OK.
1 227 Entering Passive Mode (192,168,1,2,195,80)
1 > RETR a.txt
1 150 Here it comes.
2 220 Ready.
2 > NOOP
2 200 OK.
1 > NOOP
1 200 OK.
1 226 Done.
1 > TYPE A
1 200 OK.
1 > PASV
1 227 Entering Passive Mode (192,168,1,2,195,81)
1 > RETR b.txt
1 550 No such file.
1 > EPSV
1 229 Entering Extended Passive Mode (|||50000|)
1 > PORT 192,168,1,7,200,1
1 200 OK.
1 > SITE CHMOD 644 a.txt
1 200 OK.
1 > XYZZY
1 500 What?
1 > MDTM a.txt
1 213 20260102030405
1 > QUIT
1 221 Bye.
1 220 Ready.
2 421 Too late.
`

// The dialogue as -v and -vv show it, in both languages.
func TestTrace(t *testing.T) {
	for name, f := range map[string]remoteFlags{
		"v.en": {Verbose: 1, Lang: "en"}, "v.zh-CN": {Verbose: 1, Lang: "zh-CN"}, "vv.en": {Verbose: 2, Lang: "EN-gb"}, "vv.zh-CN": {Verbose: 2, Lang: "zh"},
	} {
		t.Run(name, func(t *testing.T) {
			got := traced(t, &f, session)
			file := filepath.Join("testdata", "trace."+name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s is not what is shown (go test ./internal/cli -update):\n%s", file, got)
			}
			// Those who read it with programs find what they have always found.
			var plain strings.Builder
			for line := range strings.Lines(got) {
				if fields := strings.Fields(line); fields[1] != "#" {
					plain.WriteString(line)
				}
			}
			lines := strings.Split(strings.TrimSpace(session), "\n")
			for i, line := range lines {
				if conn, rest, _ := strings.Cut(line, " "); rest[0] != '>' {
					lines[i] = conn + " < " + strings.Replace(rest, "-", " ", 1)
				}
			}
			if want := strings.Join(lines, "\n") + "\n"; plain.String() != want {
				t.Errorf("without explanations:\n%s", plain.String())
			}
		})
	}
}

// A server cannot have the explanations say what it wants.
func TestTraceHostile(t *testing.T) {
	got := traced(t, &remoteFlags{Verbose: 1, Lang: "en"}, "\n1 220 \x1b[2J\n1 > PASV\n1 227 \x1b[31m(1,2,3,4,5,6)\n1 > MDTM \x1b\n1 213 \x1b20260102030405\n1 999 x\n")
	if strings.ContainsAny(got, "\x1b") || !strings.Contains(got, "1 # The server waits at 1.2.3.4, port 5 x 256 + 6 = 1286\n") {
		t.Errorf("%q", got)
	}
}

// The language is that of --lang, and else that of the environment.
func TestTraceLanguage(t *testing.T) {
	for _, tt := range []struct{ lang, env, want string }{
		{"", "zh_CN.UTF-8", "1 # 服务器已就绪，可供新用户登录\n"},
		{"fr", "zh_CN.UTF-8", "1 # 服务器已就绪，可供新用户登录\n"},
		{"en", "zh_CN.UTF-8", "1 # The server is ready for a new user\n"},
		{"", "fr_FR.UTF-8", "1 # The server is ready for a new user\n"},
	} {
		t.Setenv("LC_ALL", tt.env)
		if got := traced(t, &remoteFlags{Verbose: 1, Lang: tt.lang}, "1 220 Hi.\n"); got != "1 < 220 Hi.\n"+tt.want {
			t.Errorf("--lang %q and LC_ALL=%s: %s", tt.lang, tt.env, got)
		}
	}
}

// traced returns what is shown of a session.
func traced(t *testing.T, f *remoteFlags, session string) string {
	t.Helper()
	out, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	show := f.traceTo(&stdio{err: out})
	var lines []string // of a reply that has more of them
	for line := range strings.SplitSeq(strings.TrimSpace(session), "\n") {
		e := ftpclient.TraceEvent{}
		number, line, _ := strings.Cut(line, " ")
		fmt.Sscan(number, &e.Conn)
		if e.Line, e.Sent = strings.CutPrefix(line, "> "); !e.Sent {
			e.Line = ""
			fmt.Sscanf(line, "%d", &e.Reply.Code)
			lines = append(lines, line[4:])
			if line[3] == '-' {
				continue
			}
			e.Reply, lines = ftp.Reply{Code: e.Reply.Code, Lines: lines}, nil
		}
		show(e)
	}
	shown, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(shown)
}
