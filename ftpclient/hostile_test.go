package ftpclient_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
)

// What a server must not do, and what becomes of it: an error or the right file,
// within the time limits, and a connection that both sides understand the same way
// or that is closed.

// TestHostile shows a single download. What it is read to must be what is given, or
// an error; "hello" is read afterwards unless the connection is gone.
func TestHostile(t *testing.T) {
	inZ := ftpclient.Options{Params: ftp.Params{Mode: 'Z'}}
	begin := func(mode string) string {
		return oldServer + typeI + "C: MODE " + mode + "\nS: 200 OK.\n" + passive + "C: RETR a\nS: 150 Here it comes.\nD open\n"
	}
	const zipped = `"\x78\x9c\xcb\x48\xcd\xc9\xc9\x07\x00\x06\x2c\x02\x15"`
	again := func(data, end string) string {
		return passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< " + data + "\n" + end
	}
	afterB := again(blocks, "S: 250 Done.\n")
	afterZ := again(zipped, "D< closed\nS: 226 Done.\n")
	cutOff := synch + "D> closed\nS: 426 Cut.\nS: 226 Aborted.\n"
	tests := []struct {
		name, script string
		o            ftpclient.Options
		want         string // read without an error
		err          string // part of the error
		within       time.Duration
	}{
		{name: "blocks for a refused command", o: inBlocks, err: "550 No.",
			script: oldServer + modeB + passive + "C: RETR a\nS: 150 One.\nD open\nD< " + blocks + "\nS: 250 Done.\n" +
				"C: RETR a\nS: 550 No.\nD< " + blocks + "\n+1s\nD> closed\n" + afterB},
		{name: "226, and open for ever", o: inBlocks, want: "hello", script: begin("B") + "D< " + blocks + "\nS: 226 Done.\nD> closed\n" + afterB},
		{name: "250 and the end of the data connection at once", o: inBlocks, want: "hello", script: begin("B") + "D< " + blocks + "\nS: 250 Done.\nD< closed\n+1s\n" + afterB},
		{name: "two final replies", o: inBlocks, want: "hello", script: begin("B") + "D< " + blocks + "\nS: 250 Done.\nS: 226 Done.\n+1s\nC: RETR a\nS: 125 Next.\nD< " + blocks + "\nS: 250 Done.\n"},
		{name: "octets behind the end", o: inBlocks, want: "hello", script: begin("B") + "D< " + blocks + "\nD< \"\\x00\\x00\\x03abc\"\nS: 250 Done.\n+1s\nD> closed\n" + afterB},
		{name: "FIN instead of the end", o: inBlocks, err: "closed before the end", script: begin("B") + "D< \"\\x00\\x00\\x05hello\"\nD< closed\nS: 250 Done.\n" + afterB},
		{name: "RST instead of the end", o: inBlocks, err: "data connection", script: begin("B") + "D< \"\\x00\\x00\\x05hello\"\nD< reset\nS: 250 Done.\n" + afterB},
		{name: "110 to a download", o: inBlocks, want: "hello", script: begin("B") + "S: 110 MARK 5 = 5\nS: 110 \xc3\xa9\nS: 110\nD< " + blocks + "\nS: 110 MARK 5 = 5\nS: 250 Done.\n"},
		{name: "a marker of odd octets", o: inBlocks, err: "marker", script: begin("B") + "D< \"\\x10\\x00\\x03\\x00\\r\\n\"\n" + cutOff + afterB},
		{name: "125 on a connection that is gone", o: inBlocks, err: "closed before the end",
			script: oldServer + modeB + passive + "C: RETR a\nS: 150 One.\nD open\nD< " + blocks + "\nS: 250 Done.\nC: RETR a\nS: 125 Next.\nD< closed\nS: 426 Cut.\n" + afterB},
		{name: "no end of blocks without octets", o: inBlocks, err: "no octet of the file has moved", within: 5 * time.Minute,
			script: begin("B") + strings.Repeat("D< \"\\x00\\x00\\x00\" * 1000\n+1m\n", 5) + cutOff + afterB},
		{name: "no end of 110", o: inBlocks, err: "replies without end", script: begin("B") + "D< " + blocks + "\n" + strings.Repeat("S: 110 MARK 1 = 1\n", 10_000) + "X: client closed\n"},
		{name: "deflated without end", o: inZ, err: "no octet of the file has moved", within: 5 * time.Minute,
			script: begin("Z") + "D< \"\\x78\\x9c\"\n" + strings.Repeat("D< \"\\x00\\x00\\x00\\xff\\xff\" * 1000\n+1m\n", 5) + cutOff + afterZ},
		{name: "deflated, FIN in the middle", o: inZ, err: "closed before the end", script: begin("Z") + "D< \"\\x78\\x9c\\xcb\\x48\"\nD< closed\nS: 226 Done.\n" + afterZ},
		{name: "not deflated", o: inZ, err: "", script: begin("Z") + "D< \"hello, this is no zlib\"\n" + cutOff + afterZ},
		{name: "success without a data connection", err: "data connection",
			script: oldServer + typeI + "C: EPSV\nS: 229 OK (|||$dport|)\nC: RETR a\nS: 150 One.\nD open\nD< \"hello\"\nD< closed\nS: 226 Done.\n" +
				"C: EPSV\nS: 229 OK (|||1|)\nC: RETR a\nS: 150 Here.\nS: 226 Done.\n" + again(`"hello"`, "D< closed\nS: 226 Done.\n")},
		{name: "success that never began", err: "data connection",
			script: oldServer + typeI + "C: EPSV\nS: 229 OK (|||$dport|)\nC: RETR a\nS: 150 One.\nD open\nD< \"hello\"\nD< closed\nS: 226 Done.\n" +
				"C: EPSV\nS: 229 OK (|||1|)\nC: RETR a\nS: 226 Done.\n" + again(`"hello"`, "D< closed\nS: 226 Done.\n")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lateConn(t, tt.script, tt.o, func(t *testing.T, c *ftpclient.Conn) {
				if countRETR(tt.script) == 3 {
					fetches(1)(t, c)
				}
				start := time.Now()
				got, err := fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a"})
				if tt.want != "" && (got != tt.want || err != nil) {
					t.Errorf("RETR: %q, %v", got, err)
				}
				if tt.want == "" && (err == nil || errors.Is(err, io.EOF) || !strings.Contains(err.Error(), tt.err)) {
					t.Errorf("RETR: %q, %v, want %q", got, err, tt.err)
				}
				if took := time.Since(start); tt.within > 0 && took > tt.within+time.Second {
					t.Errorf("it took %v", took)
				}
				if countRETR(tt.script) == 1 {
					return // that was the end of the connection
				}
				pass(3 * time.Second)
				fetches(1)(t, c)
			})
		})
	}
}

// lateNet finds out that nobody listens at port 1 after all replies have come.
type lateNet struct{ *memnet.Net }

func (n lateNet) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	if strings.HasSuffix(address, ":1") {
		pass(time.Second)
	}
	return n.Net.Dial(ctx, network, local, address)
}

// lateConn is withConn over a lateNet.
func lateConn(t *testing.T, source string, o ftpclient.Options, do func(t *testing.T, c *ftpclient.Conn)) {
	t.Helper()
	playing(t, polite(source), o, func(t *testing.T, n *memnet.Net, o *ftpclient.Options) {
		o.Net = lateNet{n}
		c, err := ftpclient.Dial(t.Context(), addr, o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Quit(t.Context())
		do(t, c)
	})
}

func countRETR(script string) int { return strings.Count(script, "C: RETR a\n") }

// An upload for which the server never had a data connection is not stored, whatever
// the server says.
func TestHostileUpload(t *testing.T) {
	for _, opening := range []string{"S: 150 Go on.\n", ""} {
		script := oldServer + typeI + "C: EPSV\nS: 229 OK (|||$dport|)\nC: STOR a\nS: 150 Go on.\nD open\nD> \"hello\"\nD> closed\nS: 226 Done.\n" +
			"C: EPSV\nS: 229 OK (|||1|)\nC: STOR a\n" + opening + "S: 226 Done.\nC: NOOP\nS: 200 OK.\n"
		lateConn(t, script, ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
			if err := send(t, c, ftpclient.Command{Verb: "STOR", Arg: "a"}, "hello"); err != nil {
				t.Error(err)
			}
			if err := send(t, c, ftpclient.Command{Verb: "STOR", Arg: "a"}, ""); err == nil {
				t.Error("an upload without a data connection succeeded")
			}
			if _, err := c.Do(t.Context(), "NOOP"); err != nil {
				t.Error(err)
			}
		})
	}
}

// A success that stands where the beginning of an upload should is none, if the file then
// is not there.
func TestHostileSuccess(t *testing.T) {
	script := newServer + typeI + missing + epsv + "C: STOR a\nS: 226 Done.\nD open\nD> \"hello\"\nD> closed\n" + missing
	withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		w, err := cl.Create(t.Context(), "a", storage.CreateOptions{})
		if err == nil {
			_, err = io.WriteString(w, "hello")
			if _, cerr := w.Commit(t.Context()); err == nil {
				err = cerr
			}
		}
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Commit: %v", err)
		}
	})
}

// A reply too many or too few to one of many files would shift those behind it: a file
// that is refused would be given the octets of the next. The connection is given up.
func TestHostileReplies(t *testing.T) {
	const asked = "C: RETR b\nC: RETR c\nC: RETR d\n"
	const refusal = "S: 550 No such file.\n"
	sent := func(name, text string) string {
		return "S: 125 Sending /home/" + name + ".\nD< " + block(text) + "\n"
	}
	for name, tt := range map[string]struct{ script, want string }{
		"two ends":                {sent("b", "22") + "S: 250 Done.\nS: 226 Done.\n", "a=1 b=22"},
		"two beginnings":          {sent("b", "22") + "S: 125 Sending /home/b.\n", "a=1 b!"},
		"no end":                  {sent("b", "22") + sent("c", "333"), "a=1 b!"},
		"no beginning":            {sent("b", "22") + "S: 250 Done.\nS: 250 Done.\n", "a=1 b=22"},
		"a refusal that is lost":  {sent("c", "333"), "a=1"},
		"a refusal twice":         {refusal + refusal + sent("c", "333"), "a=1 b! c!"},
		"a refusal late":          {sent("c", "333") + refusal, "a=1"},
		"an end for a refusal":    {"S: 250 Done.\n", "a=1"},
		"a beginning and no file": {"S: 125 No such file.\n" + sent("c", "333"), "a=1"},
		"another reply's code":    {sent("b", "22") + "S: 200 OK.\n", "a=1 b!"},
	} {
		t.Run(name, func(t *testing.T) {
			withClient(t, begunTogether+asked+tt.script+"X: client closed\n", ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				got, err := together(t, cl, "a", "b", "c", "d")
				if got != tt.want || !ftp.IsProtocolError(err) {
					t.Errorf("got %q, %v; want %q", got, err, tt.want)
				}
			})
		})
	}
}

// An announced size is held to, in stream mode too, where the end of the data connection is
// all that tells of the end of the file.
func TestHostileSizes(t *testing.T) {
	const hello = "D open\nD< \"hello\"\nD< closed\nS: 226 Done.\n"
	script := oldServer + typeI + passive + "C: RETR a\nS: 150 Opening a (5 bytes).\n" + hello +
		passive + "C: RETR b\nS: 150 Opening b (6 bytes).\n" + hello + passive + "C: RETR c\nS: 150 Opening c (4 bytes).\n" + hello
	withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		if got, err := together(t, cl, "a", "b", "c"); got != "a=hello b! c!" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// A server that takes an offset or a range and sends the file from its beginning is
// found out, unless the range begins there.
func TestHostileRange(t *testing.T) {
	const file = "0123456789"
	sent := "C: RETR a\nS: 150 Here.\nD open\nD< \"" + file + "\"\nD< closed\nS: 226 Done.\n"
	begin := offering("RANG STREAM") + typeI + facts("a", 10) + epsv
	size := func(n string) string { return "C: SIZE a\nS: 213 " + n + "\nC: MDTM a\nS: 550 No.\n" }
	tests := []struct {
		name, script string
		r            storage.Range
		want         string
		err          error
	}{
		{"from the beginning", begin + "C: RANG 0 3\nS: 350 OK.\n" + sent, storage.Range{Len: 4}, "0123", nil},
		{"a range", begin + "C: RANG 2 5\nS: 350 OK.\n" + sent, storage.Range{Off: 2, Len: 4}, "", storage.ErrChanged},
		{"a range as long as the file", begin + "C: RANG 2 19\nS: 350 OK.\n" + sent + size("10"), storage.Range{Off: 2, Len: 18}, "", storage.ErrChanged},
		{"an offset", begin + "C: REST 2\nS: 350 OK.\n" + sent + size("10"), storage.Range{Off: 2}, "", storage.ErrChanged},
		{"a file that has grown", begin + "C: REST 2\nS: 350 OK.\n" + sent + size("12"), storage.Range{Off: 2}, file, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withClient(t, tt.script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				f, err := cl.Open(t.Context(), "a", tt.r)
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				got, err := io.ReadAll(f)
				if !errors.Is(err, tt.err) || err == nil && string(got) != tt.want {
					t.Errorf("%q, %v; want %q, %v", got, err, tt.want, tt.err)
				}
			})
		})
	}
}

// A server that cuts off what stands behind a range that it has taken is found out.
func TestHostileRangeUpload(t *testing.T) {
	script := offering("RANG STREAM") + typeI + facts("a", 10) + epsv + "C: RANG 2 4\nS: 350 OK.\nC: STOR a\nS: 150 Send.\nD open\nD> \"abc\"\nD> closed\nS: 226 Done.\n" + facts("a", 5)
	withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		w, err := cl.Create(t.Context(), "a", storage.CreateOptions{Mode: storage.Resume, Offset: 2, Len: 3})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		if _, err := io.WriteString(w, "abc"); err != nil {
			t.Error(err)
		}
		if _, err := w.Commit(t.Context()); !errors.Is(err, storage.ErrChanged) || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Commit: %v", err)
		}
	})
}
