package ftpclient_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
)

// TestLoginOptions shows what goes before and behind USER and PASS.
func TestLoginOptions(t *testing.T) {
	const (
		user  = "C: USER anonymous\nS: 331 Password?\nC: PASS ferry@\nS: 230 In.\n"
		noOne = "C: FEAT\nS: 500 What?\n"
	)
	host := ftpclient.Options{VirtualHost: "books.example"}
	lang := ftpclient.Options{Lang: "zh-CN"}
	mount := ftpclient.Options{Mount: "archive"}
	all := ftpclient.Options{Data: ftpclient.DataEPSVAll}
	tests := []struct {
		name, script string
		o            ftpclient.Options
		want         error
		text         string // of the error; "": it succeeds
	}{
		{name: "HOST", o: host, script: "S: 220 Hi.\nC: HOST books.example\nS: 220 Books.\n" + user + noOne},
		{name: "HOST is not known", o: host, script: "S: 220 Hi.\nC: HOST books.example\nS: 500 What?\n" + user + noOne},
		{name: "HOST is not implemented", o: host, script: "S: 220 Hi.\nC: HOST books.example\nS: 502 No.\n" + user + noOne},
		{name: "HOST before the login", o: host, script: "S: 220 Hi.\nC: HOST books.example\nS: 530 Login first.\n" + user + noOne},
		{name: "HOST of another", o: host, want: ftpclient.ErrHost, text: "HOST: 504 No books here.",
			script: "S: 220 Hi.\nC: HOST books.example\nS: 504 No books here.\nX: client closed\n"},
		{name: "HOST badly written", o: host, want: ftpclient.ErrHost, text: "501",
			script: "S: 220 Hi.\nC: HOST books.example\nS: 501 Bad.\nX: client closed\n"},
		{name: "HOST too late", o: host, want: ftpclient.ErrHost, text: "503",
			script: "S: 220 Hi.\nC: HOST books.example\nS: 503 Late.\nX: client closed\n"},
		{name: "HOST away for now", o: host, want: ftpclient.ErrHost, text: "421 Back soon.",
			script: "S: 220 Hi.\nC: HOST books.example\nS: 421 Back soon.\nX: closed\n"},
		{name: "LANG", o: lang, script: "S: 220 Hi.\nC: LANG zh-CN\nS: 200 OK.\n" + user + noOne},
		{name: "LANG is not spoken", o: lang, script: "S: 220 Hi.\nC: LANG zh-CN\nS: 504 No.\n" + user + noOne},
		{name: "LANG after the login", o: lang, script: "S: 220 Hi.\nC: LANG zh-CN\nS: 530 Login first.\n" + user + "C: LANG zh-CN\nS: 200 OK.\n" + noOne},
		{name: "LANG never", o: lang, script: "S: 220 Hi.\nC: LANG zh-CN\nS: 530 Login first.\n" + user + "C: LANG zh-CN\nS: 530 No.\n" + noOne},
		{name: "HOST, then LANG", o: ftpclient.Options{VirtualHost: "b", Lang: "fr"}, script: "S: 220 Hi.\nC: HOST b\nS: 220 B.\nC: LANG fr\nS: 200 OK.\n" + user + noOne},
		{name: "SMNT", o: mount, script: oldServer + "C: SMNT archive\nS: 250 Mounted.\n"},
		{name: "SMNT is superfluous", o: mount, script: oldServer + "C: SMNT archive\nS: 202 All is here.\n"},
		{name: "SMNT of nothing", o: mount, text: "SMNT: 550 None such.", script: oldServer + "C: SMNT archive\nS: 550 None such.\nX: client closed\n"},
		{name: "SMNT is not known", o: mount, want: errors.ErrUnsupported, text: "SMNT", script: oldServer + "C: SMNT archive\nS: 502 No.\nX: client closed\n"},
		{name: "EPSV ALL", o: all, script: oldServer + "C: EPSV ALL\nS: 200 OK.\n"},
		{name: "EPSV ALL is refused", o: all, text: "EPSV: 500", script: oldServer + "C: EPSV ALL\nS: 500 What?\nX: client closed\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script := tt.script
			if tt.text == "" {
				script = polite(script)
			}
			playing(t, script, tt.o, func(t *testing.T, _ *memnet.Net, o *ftpclient.Options) {
				c, err := ftpclient.Dial(t.Context(), addr, o)
				if err == nil {
					c.Quit(t.Context())
				}
				if (err != nil) != (tt.text != "") || tt.want != nil && !errors.Is(err, tt.want) {
					t.Errorf("Dial: %v, want %v", err, tt.want)
				}
				if err != nil && !strings.Contains(err.Error(), tt.text) {
					t.Errorf("the error %q does not say %q", err, tt.text)
				}
			})
		})
	}
}

// A server with CSID is told who comes, once, and says whether case counts.
func TestCSID(t *testing.T) {
	script := "S: 220 Hi.\nC: USER anonymous\nS: 230 In.\nC: FEAT\nS: 211-F\nS:  CSID\nS:  REST STREAM\nS: 211 End\n"
	for answer, want := range map[string]bool{
		"200 Name=Files; Version=3; CaseSensitive=0; DirSep=/;": true,
		"200 CaseSensitive=1;DirSep=/;":                         false,
		"501 No.":                                               false,
	} {
		withClient(t, script+"C~ CSID Name=ferry; Version=.*;\nS: "+answer+"\nC: SITE HELP\nS: 214 None.\nC: SITE WHO\nS: 200 You.\n", ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
			if got := cl.Features().Has(storage.CaseFolding); got != want {
				t.Errorf("%s: case folds: %v", answer, got)
			}
			cl.Features() // it is known now
			cl.Do(t.Context(), "SITE", "WHO")
		})
	}
}

// TestAccountLater shows an account that is asked for after the login: a command
// that was discarded is sent again, one that is held is not.
func TestAccountLater(t *testing.T) {
	o := ftpclient.Options{Account: "books"}
	const early = "C: ACCT books\nS: 503 Not now.\n"
	acct := "C: ACCT books\nS: 230 OK.\n"
	tests := []struct {
		name, script string
		do           func(t *testing.T, cl *ftpclient.Client) error
		err          error
	}{
		{name: "not asked for", script: newServer + acct + "C: DELE a\nS: 250 Gone.\n", do: remove},
		{name: "superfluous", script: newServer + "C: ACCT books\nS: 202 Fine.\nC: DELE a\nS: 250 Gone.\n", do: remove},
		{name: "taken and asked for", err: ftpclient.ErrAccount, script: newServer + acct + "C: DELE a\nS: 532 Another one.\n", do: remove},
		{name: "532", script: newServer + early + "C: DELE a\nS: 532 Account?\n" + acct + "C: DELE a\nS: 250 Gone.\n", do: remove},
		{name: "532 twice", err: ftpclient.ErrAccount, script: newServer + early + "C: DELE a\nS: 532 Account?\n" + acct + "C: DELE a\nS: 532 Account?\n", do: remove},
		{name: "532, and ACCT is refused", err: ftpclient.ErrAccount, script: newServer + early + "C: DELE a\nS: 532 Account?\nC: ACCT books\nS: 530 No.\n", do: remove},
		{name: "332", script: newServer + early + "C: DELE a\nS: 332 Account?\n" + acct + "S: 250 Gone.\n", do: remove},
		{name: "332, ACCT without a reply of its own", script: newServer + early + "C: DELE a\nS: 332 Account?\nC: ACCT books\nS: 250 Gone.\n", do: remove},
		{name: "532 to the second of a pair", script: newServer + early + "C: RNFR a\nS: 350 To?\nC: RNTO b\nS: 532 Account?\n" + acct + "C: RNFR a\nS: 350 To?\nC: RNTO b\nS: 250 OK.\n",
			do: func(t *testing.T, cl *ftpclient.Client) error { return cl.Rename(t.Context(), "a", "b") }},
		{name: "332 amid commands sent ahead", script: ferryServer + early + "C: RNFR a\nC: RNTO b\nS: 332 Account?\nS: 503 RNFR first.\n" + acct + "C: RNFR a\nC: RNTO b\nS: 350 To?\nS: 250 OK.\n",
			do: func(t *testing.T, cl *ftpclient.Client) error { return cl.Rename(t.Context(), "a", "b") }},
		{name: "532 to STOR", script: newServer + early + typeI + missing + epsv + "C: STOR a\nS: 532 Account?\n" + acct + missing + epsv + "C: STOR a\nS: 150 Send.\n" + stored + facts("a", 5), do: store},
		{name: "332 to STOR", script: newServer + early + typeI + missing + epsv + "C: STOR a\nS: 332 Account?\n" + acct + "S: 150 Send.\n" + stored + facts("a", 5), do: store},
		{name: "332 to STOR, ACCT without a reply of its own", script: newServer + early + typeI + missing + epsv + "C: STOR a\nS: 332 Account?\nC: ACCT books\nS: 150 Send.\n" + stored + facts("a", 5), do: store},
		{name: "332 to STOR, and ACCT is refused", err: ftpclient.ErrAccount, script: newServer + early + typeI + missing + epsv + "C: STOR a\nS: 332 Account?\nC: ACCT books\nS: 532 No.\n", do: store},
		{name: "532 to a listing", script: newServer + early + typeI + epsv + "C: MLSD\nS: 532 Account?\n" + acct + epsv + "C: MLSD\nS: 150 Here.\nD open\nD< closed\nS: 226 Done.\n",
			do: func(t *testing.T, cl *ftpclient.Client) error {
				for _, err := range cl.List(t.Context(), ".") {
					return err
				}
				return nil
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withClient(t, tt.script, o, func(t *testing.T, cl *ftpclient.Client) {
				if err := tt.do(t, cl); !errors.Is(err, tt.err) {
					t.Errorf("%v, want %v", err, tt.err)
				}
			})
		})
	}
}

func remove(t *testing.T, cl *ftpclient.Client) error {
	return cl.Remove(t.Context(), "a", storage.KindFile)
}

// store stores "hello" as "a".
func store(t *testing.T, cl *ftpclient.Client) error {
	w, err := cl.Create(t.Context(), "a", storage.CreateOptions{})
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := io.WriteString(w, "hello"); err != nil {
		return err
	}
	_, err = w.Commit(t.Context())
	return err
}

// Another user on the same connection: nothing of the first is taken for known.
func TestRelogin(t *testing.T) {
	relogin := func(want error) func(*testing.T, *ftpclient.Conn) {
		return func(t *testing.T, c *ftpclient.Conn) {
			fetches(1)(t, c)
			if err := c.Relogin(t.Context(), "anna", "secret", ""); !errors.Is(err, want) {
				t.Fatalf("Relogin: %v", err)
			}
			if want != nil {
				return
			}
			if !c.Features().Has("HASH") || c.Features().Has("MLST") {
				t.Errorf("the features are %v", c.Features())
			}
			fetches(1)(t, c)
		}
	}
	anna := "C: USER anna\nS: 331 Password?\nC: PASS secret\nS: 230 In.\nC: FEAT\nS: 211-F\nS:  HASH\nS: 211 End\n"
	begun := newServer + typeI + passive + retr
	withConn(t, begun+"C: REIN\nS: 220 Ready.\n"+anna+typeI+passive+retr, ftpclient.Options{}, relogin(nil))
	withConn(t, begun+"C: REIN\nS: 120 Ready in 2 minutes.\n+2m30s\nS: 220 Ready.\n"+anna+typeI+passive+retr, ftpclient.Options{}, relogin(nil))
	host := ftpclient.Options{VirtualHost: "books"}
	hosted := strings.Replace(begun, "C: USER", "C: HOST books\nS: 220 Books.\nC: USER", 1)
	withConn(t, hosted+"C: REIN\nS: 220 Ready.\nC: HOST books\nS: 220 Books.\n"+anna+typeI+passive+retr, host, relogin(nil))
	withConn(t, hosted+"C: REIN\nS: 502 No.\n"+anna+typeI+passive+retr, host, relogin(nil)) // it is too late for HOST
	withConn(t, begun+"C: REIN\nS: 502 No.\n"+anna+typeI+passive+retr, ftpclient.Options{}, relogin(nil))
	withConn(t, begun+"C: REIN\nS: 220 Ready.\nC: USER anna\nS: 530 No.\n", ftpclient.Options{}, relogin(ftpclient.ErrLogin))
	withConn(t, begun+"C: REIN\nS: 421 Bye.\nX: closed\n", ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
		fetches(1)(t, c)
		if err := c.Relogin(t.Context(), "anna", "secret", ""); err == nil || !strings.Contains(err.Error(), "421 Bye.") {
			t.Errorf("Relogin: %v", err)
		}
	})
}
