package ftpclient_test

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
)

// TestBroken shows what is said when a transfer does not come to its end.
func TestBroken(t *testing.T) {
	tests := []struct {
		name, script string
		want         string
		timeout      bool
		alone        bool // nothing is said of the data connection
	}{
		{name: "426", script: reading + "D< closed\nS: 426 Disk on fire.\n", want: "426 Disk on fire."},
		{name: "451", script: reading + "D< closed\nS: 451 Local error.\n", want: "451 Local error."},
		{name: "reset with a reason", script: reading + "D< reset\nS: 451 Read error.\n", want: "451 Read error."},
		{name: "reset and 550", script: reading + "D< reset\nS: 550 Is no folder.\n", want: "550 Is no folder.", alone: true},
		{name: "reset and 522", script: reading + "D< reset\nS: 522 Use TLS.\n", want: "data connection to 127.0.0.1"},
		{name: "reset and 226", script: reading + "D< reset\nS: 226 Done.\n", want: "data connection to 127.0.0.1"},
		{name: "stall", script: reading + "+5m\n" + synch + "D> closed\nS: 426 Cut.\nS: 226 Aborted.\n", want: "no octet of the file has moved for 5m0s", timeout: true},
		{name: "no final reply", script: reading + "D< closed\n+1m\nX: client closed\n", want: "control connection to 127.0.0.1:21: wait for the end of RETR", timeout: true},
		{name: "control connection closed", script: reading + "D< closed\nX: closed\n", want: "closed by the server"},
		{name: "550", script: typeI + passive + "C: RETR a\nS: 550 No such file.\n", want: "RETR: 550 No such file."},
		{name: "425", script: typeI + passive + "C: RETR a\nS: 150 Wait.\nD open\nD< closed\nS: 425 No.\n", want: "425 No."},
		{name: "silence", script: typeI + passive + "C: RETR a\n+1m\nX: client closed\n", want: "the server is silent", timeout: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withConn(t, oldServer+tt.script, ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
				got, err := fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a"})
				if err == nil || !strings.Contains(err.Error(), tt.want) || errors.Is(err, io.EOF) && got == "" && !strings.Contains(tt.name, "closed") {
					t.Errorf("RETR: %v, want %q", err, tt.want)
				}
				if errors.Is(err, os.ErrDeadlineExceeded) != tt.timeout {
					t.Errorf("a timeout: %v", err)
				}
				if tt.alone && strings.Contains(err.Error(), "data connection") {
					t.Errorf("says more than the reply: %v", err)
				}
			})
		})
	}
}

// A server that refuses in the middle of an upload, and does not read on, is heard
// at once.
func TestRefusedUpload(t *testing.T) {
	script := oldServer + typeI + passive + "C: STOR a\nS: 150 Go on.\nD open\nD> \"x\"\n+1s\nS: 552 Full.\n+1s\nC: SYST\nS: 215 UNIX\n"
	playing(t, polite(script), ftpclient.Options{}, func(t *testing.T, n *memnet.Net, o *ftpclient.Options) {
		n.Window = 16
		c, err := ftpclient.Dial(t.Context(), addr, o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Quit(t.Context())
		tr, err := c.Begin(t.Context(), ftpclient.Command{Verb: "STOR", Arg: "a"})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = tr.Write([]byte(strings.Repeat("x", 1000)))
		if err == nil || !strings.Contains(err.Error(), "552 Full.") || time.Since(start) != time.Second {
			t.Errorf("Write: %v after %v", err, time.Since(start))
		}
		if err := tr.Close(); err == nil {
			t.Error("Close succeeded")
		}
		pass(time.Second)
		if _, err := c.Do(t.Context(), "SYST"); err != nil {
			t.Errorf("SYST: %v", err)
		}
	})
}

// STOU tells the name before the data (RFC 1123, 4.1.2.9).
func TestUniqueName(t *testing.T) {
	script := oldServer + typeI + passive + "C: STOU\nS: 150 FILE: x.17\nD open\nD> \"hello\"\nD> closed\nS: 226 Done.\n"
	withConn(t, script, ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
		tr, err := c.Begin(t.Context(), ftpclient.Command{Verb: "STOU"})
		if err != nil {
			t.Fatal(err)
		}
		if got := tr.Opening().String(); got != "150 FILE: x.17" {
			t.Errorf("the opening is %q", got)
		}
		if _, err := io.WriteString(tr, "hello"); err != nil {
			t.Error(err)
		}
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
	})
}

// NOOP is sent in long transfers to a server that is known to bear it, and to no
// other; its reply may come at once or afterwards.
func TestNoop(t *testing.T) {
	slow := "+61s\nD< \"o\"\n"
	begin := "C: TYPE I\nC: EPSV\nS: 200 OK.\nS: 229 Passive (|||$dport|)\nC: RETR a\nS: 150 Here it comes.\nD open\nD< \"hell\"\n"
	withConn(t, ferryServer+begin+slow+"C: NOOP\nS: 200 OK.\nD< closed\nS: 226 Done.\nC: SYST\nS: 215 UNIX\n", ftpclient.Options{}, longFetch)
	withConn(t, ferryServer+begin+slow+"C: NOOP\nD< closed\nS: 226 Done.\nS: 200 OK.\nC: SYST\nS: 215 UNIX\n", ftpclient.Options{}, longFetch)
	withConn(t, oldServer+reading[:strings.Index(reading, "D< ")]+"D< \"hell\"\n"+slow+"D< closed\nS: 226 Done.\nC: SYST\nS: 215 UNIX\n", ftpclient.Options{}, longFetch)
}

func longFetch(t *testing.T, c *ftpclient.Conn) {
	fetches(1)(t, c)
	if r, err := c.Do(t.Context(), "SYST"); err != nil || r.Code != 215 {
		t.Errorf("SYST: %v, %v", r, err)
	}
}
