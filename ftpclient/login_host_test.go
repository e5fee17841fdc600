package ftpclient_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
)

// anyName is a network on which every host is 127.0.0.1, port 21.
type anyName struct{ *memnet.Net }

func (n anyName) Dial(ctx context.Context, network string, local net.Addr, _ string) (net.Conn, error) {
	return n.Net.Dial(ctx, network, local, addr)
}

// TestHostByName: the server is told by which name it was reached (RFC 7151, 3.2.2), and
// whatever it makes of that, it is used.
func TestHostByName(t *testing.T) {
	const user = "C: USER anonymous\nS: 331 Password?\nC: PASS ferry@\nS: 230 In.\nC: FEAT\nS: 500 What?\n"
	for name, tt := range map[string]struct {
		at, host string // host is what the server is told; "" nothing
		reply    string
		o        ftpclient.Options
		fails    bool
	}{
		"a name":           {at: "ftp.example", host: "ftp.example", reply: "220 Hello."},
		"with a port":      {at: "ftp.example:21", host: "ftp.example", reply: "220 Hello."},
		"in capitals":      {at: "FTP.Example.", host: "ftp.example", reply: "220 Hello."},
		"of one label":     {at: "localhost", host: "localhost", reply: "220 Hello."},
		"not known":        {at: "ftp.example", host: "ftp.example", reply: "500 What?"},
		"not implemented":  {at: "ftp.example", host: "ftp.example", reply: "502 No."},
		"login first":      {at: "ftp.example", host: "ftp.example", reply: "530 Log in."},
		"of another":       {at: "localhost", host: "localhost", reply: "504 I am not."},
		"badly written":    {at: "ftp.example", host: "ftp.example", reply: "501 Hm."},
		"away":             {at: "ftp.example", host: "ftp.example", reply: "421 Back soon.", fails: true},
		"an address":       {at: "127.0.0.1:21"},
		"an IPv6 address":  {at: "[::1]:21"},
		"no domain name":   {at: "under_score.example"},
		"beyond ASCII":     {at: "bücher.example"},
		"not to be told":   {at: "ftp.example", o: ftpclient.Options{NoVirtualHost: true}},
		"something else":   {at: "ftp.example", host: "books.example", reply: "220 Hello.", o: ftpclient.Options{VirtualHost: "books.example"}},
		"of the other one": {at: "ftp.example", host: "books.example", reply: "504 I am not.", o: ftpclient.Options{VirtualHost: "books.example"}, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			script := "S: 220 Hi.\n"
			if tt.host != "" {
				script += "C: HOST " + tt.host + "\nS: " + tt.reply + "\n"
			}
			if tt.fails {
				script += "X: client closed\n"
			} else {
				script = polite(script + user)
			}
			playing(t, script, tt.o, func(t *testing.T, n *memnet.Net, o *ftpclient.Options) {
				o.Net = anyName{n}
				c, err := ftpclient.Dial(t.Context(), tt.at, o)
				if tt.fails != (err != nil) || tt.fails && !errors.Is(err, ftpclient.ErrHost) {
					t.Error(err)
				}
				if err == nil {
					c.Quit(t.Context())
				}
			})
		})
	}
}

// TestHostOnce: a server that does not take its name is not told it again.
func TestHostOnce(t *testing.T) {
	for _, reply := range []string{"500 What?", "530 Log in.", "504 I am not."} {
		const user = "C: USER anonymous\nS: 331 Password?\nC: PASS ferry@\nS: 230 In.\n"
		script := "S: 220 Hi.\nC: HOST ftp.example\nS: " + reply + "\n" + user + "C: FEAT\nS: 500 What?\n" +
			"C: NOOP\nS: 421 Time is up.\nX: closed\n== two\nS: 220 Hi.\n" + user + "C: NOOP\nS: 200 OK.\n"
		playing(t, polite(script), ftpclient.Options{}, func(t *testing.T, n *memnet.Net, o *ftpclient.Options) {
			o.Net = anyName{n}
			cl := ftpclient.New("ftp.example", o)
			defer cl.Close()
			if _, err := cl.Do(t.Context(), "NOOP"); err == nil {
				t.Error("the first NOOP succeeds")
			}
			if _, err := cl.Do(t.Context(), "NOOP"); err != nil {
				t.Error(err)
			}
		})
	}
}
