package ftpclient_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/transcript"
)

// The beginnings of scripts: a login at a server of which nothing is known and
// which has no FEAT, one with the features of today, and ferry's own.
const (
	oldServer = `
S: 220 Service ready.
C: USER anonymous
S: 331 Password?
C: PASS ferry@
S: 230 In.
C: FEAT
S: 502 No.
`
	newServer = `
S: 220 Service ready.
C: USER anonymous
S: 331 Password?
C: PASS ferry@
S: 230 In.
C: FEAT
S: 211-Features:
S:  MLST type*;size*;modify*;UNIX.mode*;
S:  SIZE
S:  MDTM
S:  MFMT
S:  REST STREAM
S:  EPSV
S: 211 End
`
	ferryServer = `
S: 220 Welcome to the library.
C: USER anonymous
S: 331 Password?
C: PASS ferry@
S: 230 In.
C: FEAT
S: 211-Features:
S:  MLST type*;size*;modify*;UNIX.mode*;
S:  SIZE
S:  MDTM
S:  REST STREAM
S:  EPSV
S:  XPIPELINE
S: 211 End
`
	passive = `
C: EPSV
S: 229 Entering Extended Passive Mode (|||$dport|)
`
)

// playing runs a script as the server for what do does, in a bubble, and demands
// that the two agree to the letter and that nothing is left open.
func playing(t *testing.T, source string, o ftpclient.Options, do func(t *testing.T, n *memnet.Net, o *ftpclient.Options)) {
	t.Helper()
	playingAt(t, addr, source, o, do)
}

func playingAt(t *testing.T, at, source string, o ftpclient.Options, do func(t *testing.T, n *memnet.Net, o *ftpclient.Options)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		script, err := transcript.Parse(t.Name(), []byte(source))
		if err != nil {
			t.Fatal(err)
		}
		ln, err := n.Listen(t.Context(), "tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() {
			ended <- script.PlayServer(context.WithoutCancel(t.Context()), ln, transcript.Env{Network: n, FakeTime: true, Patience: hour})
			ln.Close()
		}()
		o.Net = n
		if o.Security == ftpclient.SecurityAuto {
			o.Security = ftpclient.SecurityOff // unless it is what the test is about: see asking
		}
		do(t, n, &o)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if ends := n.OpenEnds(); len(ends) > 0 {
			t.Errorf("left open: %q", ends)
		}
	})
}

// pass lets the fake time of a synctest bubble pass; nothing waits for it.
func pass(d time.Duration) { time.Sleep(d) }

const addr = "127.0.0.1:21"

// goodbye ends a script that ends in good order.
const goodbye = `
C: QUIT
S: 221 Bye.
X: closed
`

// withClient runs a script for a Client. The goodbye is added unless the script
// ends the last connection itself.
func withClient(t *testing.T, source string, o ftpclient.Options, do func(t *testing.T, cl *ftpclient.Client)) {
	t.Helper()
	playing(t, polite(source), o, func(t *testing.T, _ *memnet.Net, o *ftpclient.Options) {
		cl := ftpclient.New(addr, o)
		defer cl.Close()
		do(t, cl)
	})
}

// withConn runs a script for a Conn.
func withConn(t *testing.T, source string, o ftpclient.Options, do func(t *testing.T, c *ftpclient.Conn)) {
	t.Helper()
	playing(t, polite(source), o, func(t *testing.T, _ *memnet.Net, o *ftpclient.Options) {
		c, err := ftpclient.Dial(t.Context(), addr, o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Quit(t.Context())
		do(t, c)
	})
}

func polite(source string) string {
	lines := strings.Split(strings.TrimSpace(source), "\n")
	if strings.HasPrefix(lines[len(lines)-1], "X:") {
		return source
	}
	return source + goodbye
}
