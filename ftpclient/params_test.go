package ftpclient_test

import (
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

const done = "D< closed\nS: 226 Done.\n"

// TestParams shows which commands set the parameters, and that none is sent twice.
func TestParams(t *testing.T) {
	get := func(set, data string) string {
		return set + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< " + data + "\n" + done
	}
	a, i := ftp.Params{Type: 'A'}, ftp.Params{}
	tests := []struct {
		name, script string
		o            ftpclient.Options
		use          []*ftp.Params
		want         string // of each transfer
	}{
		{name: "nothing chosen", use: []*ftp.Params{nil, nil}, want: "a\r\nb",
			script: get(typeI, `"a\r\nb"`) + get("", `"a\r\nb"`)},
		{name: "type A of all", o: ftpclient.Options{Params: a}, use: []*ftp.Params{nil, nil}, want: "a\nb",
			script: get("C: TYPE A\nS: 200 OK.\n", `"a\r\nb"`) + get("", `"a\r\nb"`)},
		{name: "type A of one", use: []*ftp.Params{&a, &i, &a}, o: ftpclient.Options{Params: i}, want: "ab",
			script: get("C: TYPE A\nS: 200 OK.\n", `"ab"`) + get(typeI, `"ab"`) + get("C: TYPE A\nS: 200 OK.\n", `"ab"`)},
		{name: "a format", use: []*ftp.Params{{Type: 'A', Form: 'T'}, {Type: 'A'}}, want: "ab",
			script: get("C: TYPE A T\nS: 200 OK.\n", `"ab"`) + get("C: TYPE A\nS: 200 OK.\n", `"ab"`)},
		{name: "L 8", use: []*ftp.Params{{Type: 'L'}}, want: "ab", script: get("C: TYPE L 8\nS: 200 OK.\n", `"ab"`)},
		{name: "the user's own TYPE", use: []*ftp.Params{nil, nil}, want: "ab",
			script: get(typeI, `"ab"`) + get("", `"ab"`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withConn(t, oldServer+tt.script, tt.o, func(t *testing.T, c *ftpclient.Conn) {
				for _, p := range tt.use {
					if p == &i {
						p = &ftp.Params{Type: 'I'}
					}
					got, err := fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a", Params: p})
					if got != tt.want || err != nil {
						t.Errorf("RETR: %q, %v; want %q", got, err, tt.want)
					}
				}
			})
		})
	}
}

// A user's own TYPE, STRU or MODE is put right before the next transfer.
func TestParamsForgotten(t *testing.T) {
	for verb, restored := range map[string]string{
		"TYPE A": typeI, "STRU R": "C: STRU F\nS: 200 OK.\n", "MODE B": "C: MODE S\nS: 502 What?\n",
		"USER anonymous": typeI,
	} {
		script := oldServer + typeI + passive + retr + "C: " + verb + "\nS: 200 OK.\n" + restored + passive + retr + passive + retr
		withConn(t, script, ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
			fetches(1)(t, c)
			name, arg, _ := strings.Cut(verb, " ")
			var args []string
			if arg != "" {
				args = []string{arg}
			}
			if _, err := c.Do(t.Context(), name, args...); err != nil {
				t.Error(err)
			}
			fetches(2)(t, c)
		})
	}
}

// A wish that the server refuses is an error that names both; the connection goes
// on.
func TestParamsRefused(t *testing.T) {
	tests := []struct {
		p            ftp.Params
		script, want string
	}{
		{ftp.Params{Type: 'E'}, "C: TYPE E\nS: 504 No EBCDIC.\n", "TYPE E: 504 No EBCDIC."},
		{ftp.Params{Stru: 'R'}, typeI + "C: STRU R\nS: 504 No records.\n", "STRU R: 504 No records."},
		{ftp.Params{Mode: 'B'}, typeI + "C: MODE B\nS: 504 No blocks.\n", "MODE B: 504 No blocks."},
		{ftp.Params{Mode: 'C'}, typeI + "C: MODE C\nS: 502 What?\n", "MODE C: 502 What?"},
	}
	for _, tt := range tests {
		script := oldServer + tt.script + passive + "D refused\n"
		withConn(t, script+"C: SYST\nS: 215 UNIX\n", ftpclient.Options{Params: tt.p}, func(t *testing.T, c *ftpclient.Conn) {
			_, err := c.Begin(t.Context(), ftpclient.Command{Verb: "RETR", Arg: "a"})
			var re *ftpclient.ReplyError
			if !errors.As(err, &re) || err.Error() != tt.want || !errors.Is(err, errors.ErrUnsupported) {
				t.Errorf("%v: %v, want %q", tt.p, err, tt.want)
			}
			if _, err := c.Do(t.Context(), "SYST"); err != nil {
				t.Errorf("SYST: %v", err)
			}
		})
	}
}

// A text goes up with line ends as the network has them, and its size on the
// server is nobody's business.
func TestTextUpload(t *testing.T) {
	script := newServer + "C: TYPE A\nS: 200 OK.\nC: MLST a\nS: 550 No such file.\n" + passive +
		"C: STOR a\nS: 150 Go on.\nD open\nD> \"one\\r\\ntwo\\r\\n\"\nD> closed\nS: 226 Done.\n" +
		"C: MLST a\nS: 250-Facts\nS:  type=file;size=1000; a\nS: 250 End\n"
	withClient(t, script, ftpclient.Options{Params: ftp.Params{Type: 'A'}}, func(t *testing.T, cl *ftpclient.Client) {
		w, err := cl.Create(t.Context(), "a", storage.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, "one\ntwo\n"); err != nil {
			t.Error(err)
		}
		if _, err := w.Commit(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Offsets in a text are not those on the wire.
func TestTextOffset(t *testing.T) {
	cl := ftpclient.New(addr, &ftpclient.Options{Params: ftp.Params{Type: 'A'}, Log: slog.New(slog.DiscardHandler)})
	defer cl.Close()
	if _, err := cl.Open(t.Context(), "a", storage.Range{Off: 1}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Open: %v", err)
	}
	if _, err := cl.Create(t.Context(), "a", storage.CreateOptions{Mode: storage.Resume, Offset: 1}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Create: %v", err)
	}
	if _, err := cl.Create(t.Context(), "a", storage.CreateOptions{Form: "R"}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Create with a form: %v", err)
	}
}

// A refusal of unusual type or structure that says nothing more is not about rights.
func TestParamsUnfit(t *testing.T) {
	for typ, denied := range map[byte]bool{'I': true, 'L': false} {
		set := map[byte]string{'I': typeI, 'L': "C: TYPE L 36\nS: 200 OK.\n"}[typ]
		script := newServer + set + facts("a", 5) + passive + "C: RETR a\nS: 550 No.\n" + facts("a", 5)
		withClient(t, script, ftpclient.Options{Params: ftp.Params{Type: typ, Bits: 36}}, func(t *testing.T, cl *ftpclient.Client) {
			if _, err := cl.Open(t.Context(), "a", storage.Range{}); err == nil || errors.Is(err, fs.ErrPermission) != denied {
				t.Errorf("TYPE %c: %v", typ, err)
			}
		})
	}
}
