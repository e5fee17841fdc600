package ftpclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
)

// fetch reads a file over a Conn.
func fetch(t *testing.T, c *ftpclient.Conn, cmd ftpclient.Command) (string, error) {
	t.Helper()
	tr, err := c.Begin(t.Context(), cmd)
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(tr)
	return string(data), errors.Join(err, tr.Close())
}

// fetches reads "a" once and again, and wants "hello" both times.
func fetches(times int) func(t *testing.T, c *ftpclient.Conn) {
	return func(t *testing.T, c *ftpclient.Conn) {
		for range times {
			if got, err := fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a"}); got != "hello" || err != nil {
				t.Errorf("RETR: %q, %v", got, err)
			}
		}
	}
}

const (
	retr = `
C: RETR a
S: 150 Here it comes.
D open
D< "hello"
D< closed
S: 226 Done.
`
	typeI = "C: TYPE I\nS: 200 OK.\n"
)

// TestWays shows which commands make the data connection, and that what was
// learnt is not tried again.
func TestWays(t *testing.T) {
	active := ftpclient.Options{Data: ftpclient.DataActive}
	tests := []struct {
		name, script string
		o            ftpclient.Options
		times        int
	}{
		{name: "EPSV", times: 2, script: typeI + passive + retr + passive + retr},
		{name: "EPSV with another delimiter", times: 1, script: typeI + "C: EPSV\nS: 229 ok (!!!$dport!)\n" + retr},
		{name: "PASV after 5yz, remembered", times: 2,
			script: typeI + "C: EPSV\nS: 500 What?\nC: PASV\nS: 227 Passive ($hostport).\n" + retr + "C: PASV\nS: 227 Passive ($hostport)\n" + retr},
		{name: "PASV after 4yz, not remembered for EPSV", times: 1,
			script: typeI + "C: EPSV\nS: 425 Not now.\nC: PASV\nS: 227 Passive ($hostport).\n" + retr},
		{name: "PASV without parentheses", times: 1,
			script: typeI + "C: EPSV\nS: 502 No.\nC: PASV\nS: 227 Entering Passive Mode $hostport\n" + retr},
		{name: "PASV after a 229 that names no port", times: 1,
			script: typeI + "C: EPSV\nS: 229 Sure.\nC: PASV\nS: 227 Passive ($hostport).\n" + retr},
		{name: "PORT after both", times: 2,
			script: typeI + "C: EPSV\nS: 502 No.\nC: PASV\nS: 502 No.\nC: HELP\nS: 502 No.\nC: PORT $hostport\nS: 200 OK.\n" + retr + "C: PORT $hostport\nS: 200 OK.\n" + retr},
		{name: "SPSV that HELP lists", times: 2,
			script: typeI + "C: EPSV\nS: 502 No.\nC: PASV\nS: 500 What?\nC: HELP\nS: 214-Here:\nS:  LPSV* SPSV\nS: 214 End\nC: SPSV\nS: 227 $dport\n" + retr + "C: SPSV\nS: 227 $dport\n" + retr},
		{name: "LPSV that HELP lists", times: 2,
			script: typeI + "C: EPSV\nS: 502 No.\nC: PASV\nS: 500 What?\nC: HELP\nS: 214 LPSV PORT\nC: LPSV\nS: 228 Long (4,4,10,0,0,1,2,$p1,$p2)\n" + retr + "C: LPSV\nS: 228 (4, 4, 10, 0, 0, 1, 2, $p1, $p2)\n" + retr},
		{name: "SPSV by choice", o: ftpclient.Options{Data: ftpclient.DataSPSV}, times: 1, script: typeI + "C: SPSV\nS: 227 $dport\n" + retr},
		{name: "LPSV by choice", o: ftpclient.Options{Data: ftpclient.DataLPSV}, times: 1, script: typeI + "C: LPSV\nS: 228 (4,4,10,0,0,1,2,$p1,$p2)\n" + retr},
		{name: "LPRT by choice", o: ftpclient.Options{Data: ftpclient.DataLPRT}, times: 1, script: typeI + "C: LPRT 4,4,127,0,0,1,2,$p1,$p2\nS: 200 OK.\n" + retr},
		{name: "LPRT that HELP lists", o: active, times: 1,
			script: typeI + "C: PORT $hostport\nS: 502 No.\nC: EPRT |1|$dhost|$dport|\nS: 502 No.\nC: HELP\nS: 214 LPRT\nC: LPRT 4,4,127,0,0,1,2,$p1,$p2\nS: 200 OK.\n" + retr},
		{name: "EPSV ALL", o: ftpclient.Options{Data: ftpclient.DataEPSVAll}, times: 1, script: "C: EPSV ALL\nS: 200 OK.\n" + typeI + passive + retr},
		{name: "PORT", o: active, times: 1, script: typeI + "C: PORT $hostport\nS: 200 OK.\n" + retr},
		{name: "EPRT where there is no PORT", o: active, times: 2,
			script: typeI + "C: PORT $hostport\nS: 502 No.\nC: EPRT |1|$dhost|$dport|\nS: 200 OK.\n" + retr + "C: EPRT |1|$dhost|$dport|\nS: 200 OK.\n" + retr},
		{name: "connection refused for EPSV", times: 1,
			script: typeI + "C: EPSV\nS: 229 Passive (|||9|)\nC: PASV\nS: 227 Passive ($hostport).\n" + retr},
		{name: "150 after the connection", times: 1,
			script: typeI + passive + "C: RETR a\nD open\n+1s\nS: 150 Here it comes.\nS: 150 Really.\nD< \"hello\"\nD< closed\nS: 226 Done.\n"},
		{name: "226 before the data", times: 1,
			script: typeI + passive + "C: RETR a\nS: 150 Here it comes.\nS: 226 Done.\nD open\nD< \"hello\"\nD< closed\n"},
		{name: "no 150", times: 1,
			script: typeI + passive + "C: RETR a\nD open\nD< \"hello\"\nD< closed\nS: 226 Done.\n"},
		{name: "250 is as good", times: 1,
			script: typeI + passive + "C: RETR a\nS: 125 Already open.\nD open\nD< \"hello\"\nD< closed\nS: 250 Done.\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { withConn(t, oldServer+tt.script, tt.o, fetches(tt.times)) })
	}
}

// The address in a 227 is never connected to: it would make the client a proxy,
// and is wrong behind many a NAT.
func TestForeignAddress(t *testing.T) {
	script := oldServer + typeI + "C: EPSV\nS: 502 No.\nC: PASV\nS: 227 Passive (10,9,8,7,$p1,$p2)\n" + retr
	withConn(t, script, ftpclient.Options{}, fetches(1))
	withConn(t, oldServer+typeI+"C: EPSV\nS: 229 Passive (|1|10.9.8.7|$dport|)\n"+retr, ftpclient.Options{}, fetches(1))
}

// In active mode others than the server are sent away and do no harm.
func TestActiveStranger(t *testing.T) {
	script := oldServer + typeI + "C: PORT $hostport\nS: 200 OK.\nC: RETR a\n+1s\nS: 150 Here it comes.\nD open\nD< \"hello\"\nD< closed\nS: 226 Done.\n"
	o := ftpclient.Options{Data: ftpclient.DataActive, ActivePorts: [2]uint16{5000, 5001}}
	playing(t, polite(script), o, func(t *testing.T, n *memnet.Net, o *ftpclient.Options) {
		c, err := ftpclient.Dial(t.Context(), addr, o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Quit(t.Context())
		stranger := n.Host("10.6.6.6")
		stopped := make(chan error)
		go func() {
			pass(time.Second / 2)
			conn, err := stranger.Dial(context.Background(), "tcp", nil, "127.0.0.1:5000")
			if err == nil {
				_, err = conn.Read(make([]byte, 1))
				conn.Close()
			}
			stopped <- err
		}()
		fetches(1)(t, c)
		if err := <-stopped; err != io.EOF {
			t.Errorf("the stranger got %v, want io.EOF", err)
		}
	})
}

// A server that makes no data connections over IPv6 says so in a way that helps.
func TestProtocols(t *testing.T) {
	script := oldServer + typeI + "C~ EPRT .2.::1.(?P<port>[0-9]+).\nS: 522 Not supported, use (1)\n"
	o := ftpclient.Options{Data: ftpclient.DataActive}
	playingAt(t, "[::1]:21", polite(script), o, func(t *testing.T, n *memnet.Net, o *ftpclient.Options) {
		c, err := ftpclient.Dial(t.Context(), "[::1]:21", o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Quit(t.Context())
		_, err = fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a"})
		if err == nil || !strings.Contains(err.Error(), "IPv4") {
			t.Errorf("RETR: %v", err)
		}
	})
}

// named is a network on which a server has a name, and an address of each family.
type named struct{ *memnet.Net }

func (n named) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	if port, ok := strings.CutPrefix(address, "ftp.example:"); ok {
		host := map[string]string{"tcp": "[::1]:", "tcp6": "[::1]:", "tcp4": "127.0.0.1:"}[network]
		return n.Net.Dial(ctx, network, local, host+port)
	}
	if port, ok := strings.CutPrefix(address, "127.0.0.1:"); ok && network == "tcp" {
		return n.Net.Dial(ctx, network, nil, "[::1]:"+port) // where the script listens
	}
	if network == "tcp4" || strings.HasPrefix(address, "[::1]:") {
		return n.Net.Dial(ctx, network, local, address)
	}
	return nil, fmt.Errorf("%s is dialed", address)
}

// TestOtherFamily shows what is done where the control connection stands on IPv6
// and the server makes data connections by IPv4 alone (RFC 2428, 2).
func TestOtherFamily(t *testing.T) {
	get := "C: RETR a\nS: 150 Here it comes.\nD open\nD< \"hello\"\nD< closed\nS: 226 Done.\n"
	active := "C: PORT $hostport\nS: 200 OK.\n" + get
	passive := "C: EPSV 1\nS: 229 Passive (|||$dport|)\n" + get
	active = typeI + "C~ EPRT .2.::1.[0-9]+.\nS: 522 Not supported, use (1)\n" + active + active
	passive = typeI + "C: EPSV\nS: 522 Not supported, use (1)\n" + passive + passive
	for name, tt := range map[string]struct {
		at     string
		script string
		mode   ftpclient.DataMode
	}{
		"active":            {"ftp.example", active, ftpclient.DataActive},
		"passive":           {"ftp.example", passive, ftpclient.DataPassive},
		"active, loopback":  {"[::1]:21", active, ftpclient.DataActive},
		"passive, loopback": {"[::1]:21", passive, ftpclient.DataPassive},
	} {
		t.Run(name, func(t *testing.T) {
			o := ftpclient.Options{Data: tt.mode, NoVirtualHost: true}
			playingAt(t, "[::1]:21", polite(oldServer+tt.script), o, func(t *testing.T, n *memnet.Net, o *ftpclient.Options) {
				probed, err := n.Listen(t.Context(), "tcp", "127.0.0.1:21")
				if err != nil {
					t.Fatal(err)
				}
				defer probed.Close()
				o.Net = named{n}
				c, err := ftpclient.Dial(t.Context(), tt.at, o)
				if err != nil {
					t.Fatal(err)
				}
				defer c.Quit(t.Context())
				fetches(2)(t, c)
				conn, err := probed.Accept()
				if err != nil {
					t.Fatal(err)
				}
				conn.Close()
			})
		})
	}
}

// A server that is many is told what is to come before it says where, as it asks for
// by PRET in FEAT, and may refuse at that point.
func TestPRET(t *testing.T) {
	many := "S: 220 Hi.\nC: USER anonymous\nS: 230 In.\nC: FEAT\nS: 211-F\nS:  PRET\nS: 211 End\n" + typeI
	withConn(t, many+"C: PRET RETR a\nS: 200 OK.\n"+passive+retr, ftpclient.Options{}, fetches(1))
	unheard := "C: PRET RETR a\nS: 500 What?\n" + passive + retr
	withConn(t, many+unheard+unheard+passive+retr, ftpclient.Options{}, fetches(3))
	pure := strings.Replace(many, "S:  PRET\n", "S:  PRET\nS:  ESTP\n", 1)
	withConn(t, pure+passive+retr, ftpclient.Options{}, fetches(1))
	known := strings.Replace(many, "S: 220 Hi.", "S: 220---------- Welcome to Pure-FTPd ----------\nS: 220 Idle for 15 minutes, and out.", 1)
	withConn(t, known+passive+retr, ftpclient.Options{}, fetches(1))
	withConn(t, many+"C: PRET RETR a\nS: 550 No such file.\n"+passive, ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
		_, err := c.Begin(t.Context(), ftpclient.Command{Verb: "RETR", Arg: "a"})
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("RETR: %v", err)
		}
	})
}

// TestDataConnectFails shows what is said, and done, when the data connection
// cannot be made.
func TestDataConnectFails(t *testing.T) {
	script := oldServer + typeI + "C: EPSV\nS: 229 Passive (|||2001|)\n+15s\nC: PASV\nS: 227 Passive (127,0,0,1,7,210)\n+15s\nC: NOOP\nS: 200 OK.\n"
	playing(t, polite(script), ftpclient.Options{}, func(t *testing.T, n *memnet.Net, o *ftpclient.Options) {
		n.Host("127.0.0.1").Firewall(func(port uint16) memnet.Verdict {
			if port == 21 {
				return memnet.Allow
			}
			return memnet.Drop
		})
		c, err := ftpclient.Dial(t.Context(), addr, o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Quit(t.Context())
		_, err = fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a"})
		var ce *ftpclient.ConnError
		if !errors.As(err, &ce) || !ce.Data || !ce.Timeout() {
			t.Errorf("RETR: %v", err)
		}
		for _, part := range []string{"data connection to 127.0.0.1:2001: connect: timed out", "127.0.0.1:2002", "firewall"} {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("the error does not say %q: %v", part, err)
			}
		}
		if _, err := c.Do(t.Context(), "NOOP"); err != nil {
			t.Errorf("NOOP afterwards: %v", err)
		}
	})
}

// TestStrayPort has a port named in reply to a command that does not have it told in that
// way: replies are out of step, and the next command would be taken for done before it is.
// Nothing more is sent on such a connection.
func TestStrayPort(t *testing.T) {
	const extended, classic = "S: 229 Passive (|||2001|)\n", "S: 227 Passive (127,0,0,1,7,210)\n"
	for name, tt := range map[string]struct {
		script string
		mode   ftpclient.DataMode
	}{
		"PASV":      {"C: EPSV\nS: 200 OK.\nC: PASV\n" + extended, ftpclient.DataAuto},
		"PORT":      {"C: PORT $hostport\n" + classic, ftpclient.DataActive},
		"LPSV, 227": {"C: LPSV\n" + classic, ftpclient.DataLPSV},
	} {
		t.Run(name, func(t *testing.T) {
			withConn(t, oldServer+typeI+tt.script+"X: client closed\n", ftpclient.Options{Data: tt.mode}, func(t *testing.T, c *ftpclient.Conn) {
				var lost *ftpclient.ConnError
				if _, err := fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a"}); !errors.As(err, &lost) {
					t.Errorf("RETR: %v", err)
				}
			})
		})
	}
}
