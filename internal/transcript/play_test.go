package transcript_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/transcript"
)

// playBoth plays two scripts against each other, and returns what each of the
// players thinks of it.
func playBoth(t *testing.T, env transcript.Env, c, s string) (clientErr, serverErr error) {
	t.Helper()
	var l net.Listener
	var err error
	if env.Network != nil {
		l, err = env.Network.Listen(t.Context(), "tcp", "127.0.0.1:0")
	} else {
		l, err = net.Listen("tcp", "127.0.0.1:0")
		env.Dial = func(context.Context) (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) }
	}
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	env.Addr = l.Addr().String()
	server := parse(t, s)
	done := make(chan error)
	serverEnv := env
	serverEnv.Secure, env.Secure = secureServer, secureClient
	go func() {
		done <- server.PlayServer(context.Background(), l, serverEnv)
	}()
	clientErr = parse(t, c).PlayClient(t.Context(), env)
	return clientErr, <-done
}

// scripts returns the texts of the scripts in testdata.
func scripts(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.ftp")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scripts, error %v", len(files), err)
	}
	all := make(map[string]string)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(f)] = string(text)
	}
	return all
}

func parse(t *testing.T, script string) *transcript.Script {
	t.Helper()
	s, err := transcript.Parse("test", []byte(script))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ignore(string, []string) error { return nil }

func TestBothEndsFakeTime(t *testing.T) {
	for name, s := range scripts(t) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := memnet.New()
				env := transcript.Env{Network: n, FakeTime: true, Directive: ignore}
				c, s := playBoth(t, env, s, s)
				if c != nil || s != nil {
					t.Errorf("client: %v\nserver: %v", c, s)
				}
				if open := n.OpenEnds(); len(open) > 0 {
					t.Errorf("still open: %v", open)
				}
			})
		})
	}
}

func TestBothEndsRealNetwork(t *testing.T) {
	for name, s := range scripts(t) {
		if strings.Contains(s, "\n+") {
			continue // time passes in bubbles only
		}
		t.Run(name, func(t *testing.T) {
			c, s := playBoth(t, transcript.Env{Directive: ignore}, s, s)
			if c != nil || s != nil {
				t.Errorf("client: %v\nserver: %v", c, s)
			}
		})
	}
}

func TestRunAndServe(t *testing.T) {
	var said []string
	note := func(name string, args []string) error {
		said = append(said, name+strings.Join(args, "|"))
		return nil
	}
	s := transcript.Serve(t, "testdata/passive.ftp", transcript.Env{Directive: ignore})
	transcript.Run(t, "testdata/passive.ftp", transcript.Env{Addr: s.Addr, Directive: note})
	s.Wait()
	if want := []string{"filea.txt|hello\r\n"}; !slices.Equal(said, want) {
		t.Errorf("directives %q, want %q", said, want)
	}
}

// Each way for a peer to depart from the script is found, at the right line.
func TestFailures(t *testing.T) {
	const passive = "C: PASV\nS: 227 ($hostport)\n"
	tests := []struct {
		name           string
		client, server string
		want           string // in the client's failure
	}{
		{"other text", "S: 220 Ready.", "S: 220 Steady.", "1: got S: 220 Steady."},
		{"more text", "S: 220 Ready", "S: 220 Ready.", "1: got S: 220 Ready."},
		{"pattern", "S~ 2\\d\\d .*", "S: 421 No.", "1: got S: 421 No."},
		{"no CR", "S: 220 x", `S< "220 x\n"`, "without CR"},
		{"half a line", "S: 220 x", "S< \"220 x\"\nX: closed", `EOF behind "220 x"`},
		{"no line", "S: 220 x", "+1s\nC: NOOP", "timeout"},
		{"too many lines", "S: 220 x", "S: 220 x\nS: 421 y", `there came "421 y\r\n"`},
		{"early", "S: 220 a\n+10s\nS: 220 x", "S: 220 a\n+9s\nS: 220 x", `2: got "220 x\r\n" 1s early`},
		{"early end", "S: 220 x\n+10s", "S: 220 x\n+9s\nX: closed", "2: the connection ended 1s early: EOF"},
		{"late end", "X: closed", "+1s\nC: NOOP", "still open"},
		{"reset", "X: closed", "X: reset", "the connection broke"},
		{"not reset", "X: reset", "X: closed", "in good order"},
		{"raw bytes", `S< "abc"`, `S< "abd"`, `byte 2 differs: got "d", want "c"`},
		{"data", passive + "D open\nD< \"abc\"", passive + "D open\nD< \"abd\"", "4: byte 2 differs"},
		{"short data", passive + "D open\nD< \"abc\"", passive + "D open\nD< \"ab\"\nD< closed", "after 2 of 3 bytes"},
		{"long data", passive + "D open\nD< closed", passive + "D open\nD< \"ab\"\nD< closed", `got "ab" before the end`},
		{"data line", passive + "D open\nD~ a.c", passive + "D open\nD< \"abd\\r\\n\"", `got "abd\r\n"`},
		{"not quiet", passive + "D open\nD quiet", passive + "D open\nD< \"ab\"\n+1s\nC: x", `4: got "ab"`},
		{"not open", passive + "D open\nD quiet", passive + "D open\nD< closed\n+1s\nC: x", "4: the connection ended: EOF"},
		{"not refused", passive + "D refused", passive + "D open", "was accepted"},
		{"refused", passive + "D open", passive + "D refused\nC: x", "refused"},
		{"no data connection", "D open", "C: x", "neither side"},
		{"unknown variable", "S: $x", "S: 220 x", "$x has no value"},
		{"second use", "S~ 220 (?P<x>.*)\nS: 230 $x", "S: 220 a\nS: 230 b", "2: got S: 230 b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				env := transcript.Env{Network: memnet.New(), FakeTime: true}
				got, _ := playBoth(t, env, tt.client, tt.server)
				var f *transcript.Failure
				if !errors.As(got, &f) || !strings.Contains(got.Error(), tt.want) {
					t.Errorf("got %v, want a failure with %q", got, tt.want)
				}
			})
		})
	}
}

func TestFailureText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := "S: 220 a\nC: USER b\nS: 230 c"
		s := "S: 220 a\nC: USER b\nS: 530 d"
		got, _ := playBoth(t, transcript.Env{Network: memnet.New(), FakeTime: true}, c, s)
		const want = `test:3: got S: 530 d
  line: S: 230 c
  dialogue so far:
    S: 220 a
    C: USER b
    S: 530 d`
		if got == nil || got.Error() != want {
			t.Errorf("got\n%v\nwant\n%s", got, want)
		}
	})
}

func TestPauseNeedsFakeTime(t *testing.T) {
	c, s := net.Pipe()
	defer c.Close()
	defer s.Close()
	env := transcript.Env{Dial: func(context.Context) (net.Conn, error) { return c, nil }}
	if err := parse(t, "+1h").PlayClient(t.Context(), env); err == nil {
		t.Error("an hour of real time passed")
	}
}
