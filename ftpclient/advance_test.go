package ftpclient_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
)

// TestAskedAhead shows when the next port is asked for, and what becomes of replies that
// do not fit.
func TestAskedAhead(t *testing.T) {
	const (
		port = "S: 229 Entering Extended Passive Mode (|||$dport|)\n"
		ask  = "C: EPSV\n"
	)
	// file is the transfer of a file up to its end.
	file := func(name string) string {
		return "C: RETR " + name + "\nS: 150 Here it comes.\nD open\nD< \"" + name + "\"\nD< closed\n"
	}
	first := oldServer + typeI + passive + file("a")
	queues := ferryServer + typeI + passive
	both := func(name string) string {
		return "C: RETR " + name + "\nC: EPSV\nS: 150 Here it comes.\nD open\nD< \"" + name + "\"\nD< closed\n"
	}
	// A server that takes pairs is asked for all that is known, once it has sent a file.
	pairs := strings.Replace(oldServer, "S: 220 Service ready.", "S: 220 Welcome to Pure-FTPd", 1) + typeI + passive
	pair := func(names ...string) (s string) {
		for _, name := range names {
			s += ask + "C: RETR " + name + "\n"
		}
		return s
	}
	begun := func(name string) string {
		return "S: 150 Here it comes.\nD open\nD< \"" + name + "\"\nD< closed\n"
	}
	again := "X: client closed\n== second\n" + strings.Replace(pairs, "C: FEAT\nS: 502 No.\n", "", 1)
	inStep := file("b") + "S: 226 Done.\n" + passive + file("c") + "S: 226 Done.\n"
	long := strings.Repeat("x", 248)
	tests := []struct {
		name, script, want string
		names              string
		lost               bool
	}{
		{name: "pairs", names: "a b c", want: "a=a b=b c=c",
			script: pairs + file("a") + pair("b", "c") + "S: 226 Done.\n" + port + begun("b") + "S: 226 Done.\n" + port + begun("c") + "S: 226 Done.\n"},
		{name: "pairs, more than go at a time", names: "a b c d e f g h i j k", want: "a=a b=b c=c d=d e=e f=f g=g h=h i=i j=j k=k",
			script: pairs + file("a") + pair("b", "c", "d", "e", "f", "g", "h", "i") + "S: 226 Done.\n" +
				port + begun("b") + "S: 226 Done.\n" + port + begun("c") + "S: 226 Done.\n" + port + begun("d") + "S: 226 Done.\n" + port + begun("e") + "S: 226 Done.\n" +
				port + begun("f") + "S: 226 Done.\n" + port + begun("g") + "S: 226 Done.\n" + port + begun("h") + "S: 226 Done.\n" + port + begun("i") +
				pair("j", "k") + "S: 226 Done.\n" + port + begun("j") + "S: 226 Done.\n" + port + begun("k") + "S: 226 Done.\n"},
		{name: "pairs, more than fit", names: "a 1" + long + " 2" + long + " c", want: "a=a 1" + long + "=b 2" + long + "! c=c",
			script: pairs + file("a") + pair("1"+long) + "S: 226 Done.\n" + port + begun("b") + pair("2"+long, "c") + "S: 226 Done.\n" + port + "S: 550 No.\n" +
				port + begun("c") + "S: 226 Done.\n"},
		{name: "pairs, refused", names: "a none b also c", want: "a=a none! b=b also! c=c",
			script: pairs + file("a") + pair("none", "b", "also", "c") + "S: 226 Done.\n" + port + "S: 550 No.\n" + port + begun("b") + "S: 226 Done.\n" +
				port + "S: 550 No.\n" + port + begun("c") + "S: 226 Done.\n"},
		{name: "pairs, without a port", names: "a b c", want: "a=a b=b c=c",
			script: pairs + file("a") + pair("b", "c") + "S: 226 Done.\nS: 421 No more ports.\n" + again + inStep},
		{name: "pairs, taken for an abort", names: "a b c", want: "a=a b=b c=c",
			script: pairs + file("a") + pair("b", "c") + "S: 226 Done.\nS: 500 What?\n" + again + inStep},
		{name: "pairs, nobody connected in time", names: "a b c", want: "a=a b=b c=c",
			script: pairs + file("a") + pair("b", "c") + "S: 226 Done.\n" + port + "S: 425 Nobody came.\n" + again + file("b") + ask + "S: 226 Done.\n" + port + file("c") + "S: 226 Done.\n"},
		{name: "pairs, an end too many", names: "a b c", want: "a=a b=b c=c",
			script: pairs + file("a") + pair("b", "c") + "S: 226 Done.\nS: 226 Done.\n" + again + inStep},
		{name: "pairs, a port too many", names: "a b c", want: "a=a b=b c=c",
			script: pairs + file("a") + pair("b", "c") + "S: 226 Done.\n" + port + "S: 229 Again (|||$dport|)\n" + again + inStep},
		{name: "pairs, broken off", names: "a b c", want: "a=a b! c=c",
			script: pairs + file("a") + pair("b", "c") + "S: 226 Done.\n" + port + begun("b") + "S: 426 Broken.\n" + port + begun("c") + "S: 226 Done.\n"},
		{name: "at the end", names: "a b c", want: "a=a b=b c=c",
			script: first + ask + "S: 226 Done.\n" + port + file("b") + ask + "S: 226 Done.\n" + port + file("c") + "S: 226 Done.\n"},
		{name: "not behind the last", names: "a", want: "a=a", script: first + "S: 226 Done.\n"},
		{name: "behind one that is refused", names: "a b c", want: "a=a b! c=c",
			script: first + ask + "S: 226 Done.\n" + port + "C: RETR b\nS: 550 No.\n" + passive + file("c") + "S: 226 Done.\n"},
		{name: "refused", names: "a b c", want: "a=a b=b c=c",
			script: first + ask + "S: 226 Done.\nS: 503 Not now.\n" + passive + file("b") + "S: 226 Done.\n" + passive + file("c") + "S: 226 Done.\n"},
		{name: "broken off", names: "a b c", want: "a! b=b c=c",
			script: first + ask + "S: 426 What was that?\n" + port + file("b") + "S: 226 Done.\n" + passive + file("c") + "S: 226 Done.\n"},
		{name: "out of turn", names: "a b c", want: "a=a b=b c=c",
			script: first + ask + port + "S: 226 Done.\n" + file("b") + "S: 226 Done.\n" + passive + file("c") + "S: 226 Done.\n"},
		{name: "one end too many", names: "a b", want: "a=a", lost: true,
			script: first + ask + "S: 226 Done.\nS: 226 Done.\nX: client closed\n"},
		{name: "one port too many", names: "a b c", want: "a=a b=b", lost: true,
			script: first + ask + "S: 226 Done.\n" + port + file("b") + ask + "S: 226 Done.\n" + port + "C: RETR c\nS: 229 Again (|||$dport|)\nX: client closed\n"},
		{name: "an end without a beginning", names: "a b", want: "a=a", lost: true,
			script: first + ask + "S: 226 Done.\n" + port + "C: RETR b\nS: 226 Done.\nX: client closed\n"},
		{name: "together", names: "a b c", want: "a=a b=b c=c",
			script: queues + file("a") + ask + "S: 226 Done.\n" + port + both("b") + "S: 226 Done.\n" + port + file("c") + "S: 226 Done.\n"},
		{name: "together and refused", names: "a b c", want: "a=a b! c=c",
			script: queues + file("a") + ask + "S: 226 Done.\n" + port + "C: RETR b\nC: EPSV\nS: 550 No.\n" + port + file("c") + "S: 226 Done.\n"},
		{name: "another reply than one of the end", names: "a b", want: "a!", lost: true,
			script: queues + file("a") + ask + "S: 200 Fine.\nX: client closed\n"},
		{name: "fewer octets than announced", names: "a b", want: "a! b=b",
			script: oldServer + typeI + passive + strings.Replace(file("a"), "Here it comes.", "Sending a (3 bytes).", 1) + ask + "S: 226 Done.\n" + port + file("b") + "S: 226 Done.\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withClient(t, tt.script, ftpclient.Options{Params: ftp.Params{Mode: 'S'}}, func(t *testing.T, cl *ftpclient.Client) {
				got, err := together(t, cl, strings.Split(tt.names, " ")...)
				if got != tt.want || (err != nil) != tt.lost {
					t.Errorf("got %q, %v; want %q", got, err, tt.want)
				}
			})
		})
	}
}

// lateNetwork makes data connections that stand only when everything has been said about
// them.
type lateNetwork struct{ ftpclient.Network }

func (n lateNetwork) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	if address != addr {
		pass(time.Second)
	}
	return n.Network.Dial(ctx, network, local, address)
}

// The end of a transfer may be told before its data connection is seen to stand: what comes
// behind is for the next.
func TestAskedAheadOverLateConnections(t *testing.T) {
	const port = "S: 229 Entering Extended Passive Mode (|||$dport|)\n"
	script := ferryServer + typeI + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< \"a\"\nD< closed\nC: EPSV\nS: 226 Done.\n" + port +
		"C: RETR b\nC: EPSV\nS: 150 Here it comes.\nS: 226 Done.\nD open\nD< \"b\"\nD< closed\n" + port +
		"C: RETR c\nS: 150 Here it comes.\nS: 226 Done.\nD open\nD< \"c\"\nD< closed\n"
	playing(t, polite(script), ftpclient.Options{Params: ftp.Params{Mode: 'S'}}, func(t *testing.T, _ *memnet.Net, o *ftpclient.Options) {
		o.Net = lateNetwork{o.Net}
		cl := ftpclient.New(addr, o)
		defer cl.Close()
		if got, err := together(t, cl, "a", "b", "c"); got != "a=a b=b c=c" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
}
