package cli

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/mint"
)

// elsewhere is a port to which nobody may come. came closes it and tells who did.
func elsewhere(t *testing.T, host string) (port int, came func() int64) {
	t.Helper()
	ln, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Skip(err)
	}
	var n atomic.Int64
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			n.Add(1)
			conn.Close()
		}
	}()
	return ln.Addr().(*net.TCPAddr).Port, func() int64 { ln.Close(); <-ended; return n.Load() }
}

// A client that connects to where a 227 points scans other people's networks.
func TestHostileAddress(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has all of 127.0.0.0/8")
	}
	bothWays(t, func(t *testing.T, start func(*fake) *fake) {
		port, came := elsewhere(t, "127.0.0.2")
		p := fmt.Sprintf("%d,%d", port>>8, port&255)
		for _, reply := range []string{
			"227 Here (127,0,0,2," + p + ")", "227 Here 127,0,0,2," + p,
			fmt.Sprintf("229 Here (|1|127.0.0.2|%d|)", port), fmt.Sprintf("229 Here (|2|::ffff:127.0.0.2|%d|)", port),
		} {
			f := start(&fake{files: map[string]string{"x": "x"}, on: map[string]func(*fakeConn, string) bool{
				"EPSV": func(c *fakeConn, _ string) bool {
					c.say(map[bool]string{true: reply, false: "502 No."}[reply[2] == '9'])
					return true
				},
				"PASV": func(c *fakeConn, _ string) bool { c.say(reply); return true },
				"PORT": func(c *fakeConn, _ string) bool { c.say("502 No."); return true },
				"EPRT": func(c *fakeConn, _ string) bool { c.say("502 No."); return true },
				"RETR": func(c *fakeConn, _ string) bool { c.say("425 No."); return true },
			}})
			if code, _, stderr := ferry(t, "cat", "--passive", f.url("ftp", "x")); code == exitOK {
				t.Errorf("%s: it worked: %s", reply, stderr)
			}
		}
		if n := came(); n > 0 {
			t.Errorf("%d connections to where the server pointed", n)
		}
	})
}

// Replies that make no sense are refused, and another way is tried.
func TestHostileEPSV(t *testing.T) {
	bothWays(t, func(t *testing.T, start func(*fake) *fake) {
		for _, reply := range []string{
			"229 Here (|||0|)", "229 Here (|||65536|)", "229 Here (|||-1|)", "229 Here (|||99999999999999999999|)", "229 Here", "229 ()", "229 (|||)", "229 (||||)",
			"229 (|||1e3|)", "229 (\x00\x00\x00\x30\x00)", "229 (|||80", "227 (1,2,3)", "229 (|||\x1b[2J|)", "200 OK.",
		} {
			f := start(&fake{files: map[string]string{"x": "hello"}, on: map[string]func(*fakeConn, string) bool{
				"EPSV": func(c *fakeConn, _ string) bool { c.say(reply); return true },
			}})
			code, stdout, stderr := ferry(t, "cat", f.url("ftp", "x"))
			if code == exitOK != (stdout == "hello") || strings.Contains(stderr, "\x1b") {
				t.Errorf("%q: exit code %d, %q, %s", reply, code, stdout, stderr)
			}
		}
	})
}

// In active mode only the server's own connection counts.
func TestHostileStranger(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has all of 127.0.0.0/8")
	}
	bothWays(t, func(t *testing.T, start func(*fake) *fake) {
		f := start(&fake{files: map[string]string{"x": "hello"}, on: map[string]func(*fakeConn, string) bool{
			"EPRT": func(c *fakeConn, _ string) bool { c.say("502 No."); return true },
			"PORT": func(c *fakeConn, arg string) bool {
				p := strings.Split(arg, ",")
				var hi, lo int
				fmt.Sscan(p[4], &hi)
				fmt.Sscan(p[5], &lo)
				c.active = fmt.Sprintf("127.0.0.1:%d", hi<<8|lo)
				from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
				stranger, err := from.Dial("tcp", c.active)
				if err != nil {
					t.Error(err)
				} else {
					stranger.Write([]byte("evil"))
					stranger.SetReadDeadline(time.Now().Add(5 * time.Second))
					// It may be sent away only when the server has come.
					t.Cleanup(func() {
						if n, err := stranger.Read(make([]byte, 1)); n > 0 || os.IsTimeout(err) {
							t.Errorf("the stranger was not sent away: %d, %v", n, err)
						}
						stranger.Close()
					})
				}
				c.say("200 OK.")
				return true
			},
		}})
		code, stdout, stderr := ferry(t, "cat", "--active", f.url("ftp", "x"))
		if code != exitOK || stdout != "hello" {
			t.Errorf("exit code %d, %q, %s", code, stdout, stderr)
		}
	})
}

func TestHostileEndlessListing(t *testing.T) {
	bothWays(t, func(t *testing.T, start func(*fake) *fake) {
		var sent atomic.Int64
		f := start(&fake{listing: map[string]string{"tree": ""}, on: map[string]func(*fakeConn, string) bool{
			"MLSD": func(c *fakeConn, _ string) bool {
				sent.Add(c.endless("type=file;size=1; "+strings.Repeat("x", 3000)+"\r\n", 1<<40))
				return true
			},
		}})
		for _, args := range [][]string{{"ls"}, {"get", "-r"}, {"rm", "-r"}, {"du"}} {
			sent.Store(0)
			args = append(args, "--max-listing", "6M", f.url("ftp", "tree"))
			if args[0] == "get" {
				args = append(args, t.TempDir())
			}
			code, _, stderr := ferry(t, args...)
			if code == exitOK || !strings.Contains(stderr, "--max-listing") {
				t.Errorf("%v: exit code %d, %s", args, code, stderr)
			}
			if n := sent.Load(); n > 64<<20 {
				t.Errorf("%v: took %d octets of a listing of 6 MiB at most", args, n)
			}
		}
	})
}

// One line of a listing without end.
func TestHostileEndlessLine(t *testing.T) {
	bothWays(t, func(t *testing.T, start func(*fake) *fake) {
		for _, verb := range []string{"MLSD", "LIST"} {
			f := start(&fake{listing: map[string]string{"": ""}, on: map[string]func(*fakeConn, string) bool{
				"MLSD": func(c *fakeConn, _ string) bool {
					if verb == "LIST" {
						c.say("500 What?")
					} else {
						c.endless("x", 1<<40)
					}
					return true
				},
				"LIST": func(c *fakeConn, _ string) bool { c.endless("x", 1<<40); return true },
			}})
			if code, _, stderr := ferry(t, "ls", "--max-listing", "6M", f.url("ftp", "")); code == exitOK {
				t.Errorf("%s: exit code %d, %s", verb, code, stderr)
			}
		}
	})
}

func TestHostileEndlessReply(t *testing.T) {
	if testing.Short() {
		t.Skip("a flood of gigabytes")
	}
	bothWays(t, func(t *testing.T, start func(*fake) *fake) {
		for name, piece := range map[string]string{
			"line": "200 " + strings.Repeat("x", 1<<16), "lines": "200-x\r\n" + strings.Repeat("x\r\n", 1<<14), "long lines": "200-x\r\n" + strings.Repeat(strings.Repeat("y", 1<<12)+"\r\n", 16),
			"preliminary": strings.Repeat("150 Wait.\r\n", 1<<12), "strays": strings.Repeat("\r\n", 1<<15), "NUL": strings.Repeat("\x00", 1<<16) + "\r\n", "telnet": strings.Repeat("\xff\xfb\x01", 1<<14) + "\r\n",
		} {
			f := start(&fake{files: map[string]string{"x": "x"}, on: map[string]func(*fakeConn, string) bool{
				"TYPE": func(c *fakeConn, _ string) bool {
					out := bufio.NewWriter(c.Conn)
					times := 1 << 12
					if name == "NUL" || name == "telnet" {
						times = 1 << 8 // these are nothing: they end with the time that a reply may take
					}
					for range times {
						if _, err := out.WriteString(piece); err != nil {
							return true // the client has had enough
						}
						if i := strings.IndexByte(piece, '-'); i == 3 {
							piece = piece[strings.IndexByte(piece, '\n')+1:]
						} else {
							piece = strings.TrimPrefix(piece, "200 ")
						}
					}
					if name != "NUL" && name != "telnet" {
						t.Errorf("%s: the client took all of %d octets", name, len(piece)<<12)
					}
					return true
				},
			}})
			if code, _, stderr := ferry(t, "cat", "--timeout", "1s", f.url("ftp", "x")); code == exitOK {
				t.Errorf("%s: exit code %d, %s", name, code, stderr)
			}
		}
	})
}

// A file without end, of which a few octets were announced.
func TestHostileEndlessFile(t *testing.T) {
	if testing.Short() {
		t.Skip("a flood of gigabytes")
	}
	bothWays(t, func(t *testing.T, start func(*fake) *fake) {
		small, big := "hello", strings.Repeat("x", 128<<10)
		f := start(&fake{
			files:   map[string]string{"small": small, "big": big, "tree/small": small},
			listing: map[string]string{"tree": "type=file;size=5; small\r\n"},
			on:      map[string]func(*fakeConn, string) bool{"RETR": func(c *fakeConn, _ string) bool { c.endless("x", 1<<30); return true }},
		})
		for _, args := range [][]string{{"get", "small"}, {"get", "big"}, {"get", "-r", "tree"}} {
			dst := t.TempDir()
			args[len(args)-1] = f.url("ftp", args[len(args)-1])
			code, _, stderr := ferry(t, append(args, dst)...)
			if code == exitOK {
				t.Errorf("%v: exit code %d, %s", args, code, stderr)
			}
			for _, name := range under(t, dst) {
				if info, err := os.Stat(filepath.Join(dst, name)); err != nil || info.Size() > 32<<20 {
					t.Errorf("%v: %s has %d octets, %v", args, name, info.Size(), err)
				}
			}
		}
	})
}

// Less than was announced, and a reply that calls it complete.
func TestHostileShortFile(t *testing.T) {
	bothWays(t, func(t *testing.T, start func(*fake) *fake) {
		whole := strings.Repeat("x", 128<<10)
		f := start(&fake{
			files:   map[string]string{"big": whole, "small": "hello", "tree/small": "hello"},
			listing: map[string]string{"tree": "type=file;size=5; small\r\n"},
			on: map[string]func(*fakeConn, string) bool{"RETR": func(c *fakeConn, arg string) bool {
				c.send([]byte(c.files[arg][:len(c.files[arg])/2]))
				return true
			}},
		})
		for _, args := range [][]string{{"get", "small"}, {"get", "big"}, {"get", "-r", "tree"}} {
			dst := t.TempDir()
			args[len(args)-1] = f.url("ftp", args[len(args)-1])
			code, _, stderr := ferry(t, append(args, dst)...)
			if code == exitOK {
				t.Errorf("%v: exit code %d, %s", args, code, stderr)
			}
			for _, name := range under(t, dst) {
				if name == "small" || name == "big" {
					t.Errorf("%v: %s has its name although it is not whole", args, name)
				}
			}
		}
	})
}

// Anybody on the way can end a TCP connection. Only the server can end TLS.
func TestHostileTruncation(t *testing.T) {
	home := atHome(t)
	cert := mint.Cert{}.Make()
	f := startFake(t, &fake{cert: cert, on: map[string]func(*fakeConn, string) bool{
		"MLST": func(c *fakeConn, _ string) bool { c.say("250-Facts:\r\n type=file; x\r\n250 End"); return true },
		"RETR": func(c *fakeConn, _ string) bool {
			conn := c.open()
			if conn == nil {
				return true
			}
			conn.Write([]byte("half of "))
			conn.(*tls.Conn).NetConn().Close()
			c.say("226 Done.")
			return true
		},
	}})
	for _, flag := range []string{"--trust", "--tls=require"} {
		dst := filepath.Join(home, "dst")
		code, _, stderr := ferry(t, "get", flag, f.url("ftp", "x"), dst)
		if _, err := os.Stat(dst); code != exitLost || err == nil || !strings.Contains(stderr, "close_notify") {
			t.Errorf("%s: exit code %d, %v, %s", flag, code, err, stderr)
		}
	}
}
