package ftpclient_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
)

const hour = time.Hour

func TestLogin(t *testing.T) {
	anna := ftpclient.Options{User: "anna", Password: "secret", Account: "books"}
	tests := []struct {
		name, script string
		o            ftpclient.Options
		want         error // nil: it succeeds
		text         string
	}{
		{name: "anonymous", script: oldServer},
		{name: "USER is enough", o: anna, script: "S: 220 Hi.\nC: USER anna\nS: 230 In.\nC: FEAT\nS: 500 What?\nC: ACCT books\nS: 202 Fine.\n"},
		{name: "USER is enough by security exchange", o: anna, script: "S: 220 Hi.\nC: USER anna\nS: 232 In.\nC: FEAT\nS: 500 What?\nC: ACCT books\nS: 202 Fine.\n"},
		{name: "PASS is superfluous", o: anna, script: "S: 220 Hi.\nC: USER anna\nS: 331 Password?\nC: PASS secret\nS: 202 In.\nC: FEAT\nS: 500 What?\nC: ACCT books\nS: 202 Fine.\n"},
		{name: "account after PASS", o: anna, script: "S: 220 Hi.\nC: USER anna\nS: 331 Password?\nC: PASS secret\nS: 332 Account?\nC: ACCT books\nS: 230 In.\nC: FEAT\nS: 500 What?\n"},
		{name: "account after USER", o: anna, script: "S: 220 Hi.\nC: USER anna\nS: 332 Account?\nC: ACCT books\nS: 230 In.\nC: FEAT\nS: 500 What?\n"},
		{name: "no account to give", o: ftpclient.Options{User: "anna"}, want: ftpclient.ErrAccount,
			script: "S: 220 Hi.\nC: USER anna\nS: 331 Password?\nC: PASS \nS: 332 Account?\nX: client closed\n"},
		{name: "wrong password", o: anna, want: ftpclient.ErrLogin, text: "530 Login incorrect.",
			script: "S: 220 Hi.\nC: USER anna\nS: 331 Password?\nC: PASS secret\nS: 530 Login incorrect.\nX: client closed\n"},
		{name: "challenge without an answer", o: anna, want: ftpclient.ErrLogin, text: "[ otp-md5 99 ke1234 ]",
			script: "S: 220 Hi.\nC: USER anna\nS: 336 [ otp-md5 99 ke1234 ]\nX: client closed\n"},
		{name: "ready in minutes", script: "S: 120 Ready in 3 minutes.\n+3m30s\n" + strings.TrimSpace(oldServer) + "\n"},
		{name: "greeting of 500 lines", script: strings.Repeat("S: 220-Welcome.\n", 499) + strings.TrimSpace(oldServer) + "\n"},
		{name: "greeting with free text", script: "S: 220-Welcome\nS: to all\nS:   124 of you\nS: 230 who came\n" + strings.TrimSpace(oldServer) + "\n"},
		{name: "octet by octet", script: "S< \"220 H\"\n+1s\nS< \"i.\\n\"\nC: USER anonymous\nS< \"230 In.\\r\\n\"\nC: FEAT\nS: 500 What?\n"},
		{name: "Telnet options", script: "S< \"\\xff\\xfd\\x18220 Hi.\\r\\n\"\nC: USER anonymous\nS< \"\\xff\\xfb\\x01230 In.\\r\\n\"\nC: FEAT\nS: 500 What?\n"},
		{name: "unknown codes", script: "S: 229 Hi.\nC: USER anonymous\nS: 299 In.\nC: FEAT\nS: 599 What?\n"},
		{name: "full", want: ftpclient.ErrTooMany, text: "421 Too many users.", script: "S: 421 Too many users.\nX: closed\n"},
		{name: "not FTP", text: "this is not an FTP server", script: "S< \"HTTP/1.1 400 Bad Request\\r\\n\" \"x\\r\\n\" * 2000\nX: client reset\n"},
		{name: "SSH", text: `it says "SSH-2.0-OpenSSH_9.2", as no FTP server does: SFTP`, script: "S< \"SSH-2.0-OpenSSH_9.2\\r\\n\"\nX: client closed\n"},
		{name: "a web server", text: `it says "HTTP/1.1 400 Bad Request", as no FTP server does)`, script: "S< \"HTTP/1.1 400 Bad Request\\r\\n\\r\\n\"\nX: closed\n"},
		{name: "a long line", text: `it says "` + strings.Repeat("x", 80) + `...", as`, script: "S< \"" + strings.Repeat("x", 81) + "\\r\\n\"\nX: closed\n"},
		{name: "silent", text: "perhaps this is no FTP server", want: nil, script: "X: client closed\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fails := tt.want != nil || tt.text != ""
			script := tt.script
			if !fails {
				script = polite(script)
			}
			playing(t, script, tt.o, func(t *testing.T, _ *memnet.Net, o *ftpclient.Options) {
				c, err := ftpclient.Dial(t.Context(), addr, o)
				if err == nil {
					c.Quit(t.Context())
				}
				if fails != (err != nil) || tt.want != nil && !errors.Is(err, tt.want) {
					t.Errorf("Dial: %v, want %v", err, tt.want)
				}
				if err != nil && !strings.Contains(err.Error(), tt.text) {
					t.Errorf("the error %q does not say %q", err, tt.text)
				}
			})
		})
	}
}

// Only 120 announces a delay: a number of minutes in any other greeting is about something
// else.
func TestGreetingOfMinutes(t *testing.T) {
	playing(t, "S: 150 You will be disconnected after 15 minutes of inactivity.\nX: client closed\n", ftpclient.Options{Timeout: time.Minute}, func(t *testing.T, _ *memnet.Net, o *ftpclient.Options) {
		start := time.Now()
		if _, err := ftpclient.Dial(t.Context(), addr, o); err == nil || time.Since(start) > 2*time.Minute {
			t.Errorf("Dial: %v after %v", err, time.Since(start))
		}
	})
}

// The challenge is shown before the password is asked for.
func TestChallenge(t *testing.T) {
	var shown string
	o := ftpclient.Options{User: "anna", Challenge: func(_ context.Context, text string) (string, error) {
		shown = text
		return "GOAT RIDE", nil
	}}
	withConn(t, "S: 220 Hi.\nC: USER anna\nS: 336 otp-md5 99\nC: PASS GOAT RIDE\nS: 230 In.\nC: FEAT\nS: 500 What?\n", o,
		func(t *testing.T, c *ftpclient.Conn) {})
	if shown != "otp-md5 99" {
		t.Errorf("shown was %q", shown)
	}
}

// A dial that is cancelled ends at once and leaves nothing.
func TestDialCancelled(t *testing.T) {
	playing(t, "S: 220 Hi.\nC: USER anonymous\nX: client closed\n", ftpclient.Options{}, func(t *testing.T, _ *memnet.Net, o *ftpclient.Options) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := ftpclient.Dial(ctx, addr, o)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("Dial: %v after %v", err, time.Since(start))
		}
	})
}

// The trace has the whole dialogue but for secrets.
func TestTrace(t *testing.T) {
	var mu sync.Mutex
	var got []string
	o := ftpclient.Options{User: "anna", Password: "secret", Trace: func(e ftpclient.TraceEvent) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case e.Sent:
			got = append(got, fmt.Sprint(e.Conn, " > ", e.Line))
		case e.Reply.IsZero():
			got = append(got, fmt.Sprint(e.Conn, " ? ", e.Line))
		default:
			got = append(got, fmt.Sprint(e.Conn, " < ", e.Reply))
		}
	}}
	withConn(t, "S: 220 Hi.\nC: USER anna\nS: 331 Password?\nC: PASS secret\nS: stray line\nS: 230 In.\nC: FEAT\nS: 500 What?\n", o,
		func(*testing.T, *ftpclient.Conn) {})
	want := "1 < 220 Hi.|1 > USER anna|1 < 331 Password?|1 > PASS ***|1 ? stray line|1 < 230 In.|1 > FEAT|1 < 500 What?|1 > QUIT|1 < 221 Bye."
	if g := strings.Join(got, "|"); g != want {
		t.Errorf("the trace is\n%s\nwant\n%s", g, want)
	}
}

func TestDo(t *testing.T) {
	script := oldServer + `
C: SITE WHO a b
S: 200-One.
S:  Two.
S: 200 Three.
C: NOOP
S: 500 What?
C< "PWD a\r\x00b\xff\xff\r\n"
S: 257 "/x"
`
	withConn(t, script, ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
		r, err := c.Do(t.Context(), "site", "WHO a b")
		if err != nil || r.Text() != "One.\n Two.\nThree." {
			t.Errorf("SITE: %v, %v", r, err)
		}
		r, err = c.Do(t.Context(), "NOOP")
		var re *ftpclient.ReplyError
		if !errors.As(err, &re) || re.Reply.Code != 500 || r.Code != 500 || !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("NOOP: %v, %v", r, err)
		}
		if _, err := c.Do(t.Context(), "PWD", "a\rb\xff"); err != nil {
			t.Errorf("PWD: %v", err)
		}
		for _, bad := range []string{"a\nDELE b", "a\x00"} {
			if _, err := c.Do(t.Context(), "DELE", bad); err == nil {
				t.Errorf("DELE %q was sent", bad)
			}
		}
		if _, err := c.Do(t.Context(), "RETR", "x"); err == nil {
			t.Error("RETR without a data connection was sent")
		}
	})
}

// Commands go ahead of the replies at a server that is known to take that, and at
// no other.
func TestPipeline(t *testing.T) {
	ask := func(t *testing.T, c *ftpclient.Conn) {
		replies, err := c.Pipeline(t.Context(), "NOOP", "DELE x y", "SYST")
		var codes []ftp.Code
		for _, r := range replies {
			codes = append(codes, r.Code)
		}
		if err != nil || fmt.Sprint(codes) != "[200 550 215]" {
			t.Errorf("Pipeline: %v, %v", codes, err)
		}
	}
	withConn(t, oldServer+"C: NOOP\n+1s\nS: 200 OK.\nC: DELE x y\n+1s\nS: 550 No.\nC: SYST\nS: 215 UNIX\n", ftpclient.Options{}, ask)
	withConn(t, ferryServer+"C: NOOP\nC: DELE x y\nC: SYST\n+1s\nS: 200 OK.\nS: 550 No.\nS: 215 UNIX\n", ftpclient.Options{}, ask)
}

// A 421 is the reason of the close, whenever it comes.
func TestClosing(t *testing.T) {
	withConn(t, oldServer+"C: NOOP\nS: 421 Shutting down.\nX: closed\n", ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
		_, err := c.Do(t.Context(), "NOOP")
		if err == nil || !strings.Contains(err.Error(), "421 Shutting down.") {
			t.Errorf("NOOP: %v", err)
		}
		if _, err := c.Do(t.Context(), "NOOP"); err == nil || !strings.Contains(err.Error(), "421 Shutting down.") {
			t.Errorf("NOOP on a closed connection: %v", err)
		}
	})
	withConn(t, oldServer+"+5s\nS: 421 Idle too long.\nX: closed\n", ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
		pass(10 * time.Second)
		_, err := c.Do(t.Context(), "NOOP")
		var ce *ftpclient.ConnError
		if !errors.As(err, &ce) || ce.Data || !strings.Contains(err.Error(), "421 Idle too long.") {
			t.Errorf("NOOP: %v", err)
		}
	})
}

// A reply too many is not taken for the next one, and one that is missing is not
// waited for without end.
func TestOutOfStep(t *testing.T) {
	withConn(t, oldServer+"C: NOOP\nS: 200 OK.\nS: 200 OK again.\n+1s\nC: SYST\nS: 215 UNIX\n", ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
		c.Do(t.Context(), "NOOP")
		pass(time.Second)
		if r, err := c.Do(t.Context(), "SYST"); err != nil || r.Code != 215 {
			t.Errorf("SYST: %v, %v", r, err)
		}
	})
	withConn(t, oldServer+"C: NOOP\nX: client closed\n", ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
		start := time.Now()
		_, err := c.Do(t.Context(), "NOOP")
		var ce *ftpclient.ConnError
		if !errors.As(err, &ce) || !ce.Timeout() || time.Since(start) != time.Minute {
			t.Errorf("NOOP: %v after %v", err, time.Since(start))
		}
	})
	// A command that was given up is answered later; its reply belongs to nobody.
	withConn(t, oldServer+"C: NOOP\n+2s\nS: 200 Late.\nC: SYST\nS: 215 UNIX\n", ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Do(ctx, "NOOP"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("NOOP: %v", err)
		}
		pass(2 * time.Second)
		if r, err := c.Do(t.Context(), "SYST"); err != nil || r.Code != 215 {
			t.Errorf("SYST: %v, %v", r, err)
		}
	})
}
