package peers_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestUnreadTickets shows what becomes of uploads over TLS 1.3. A server sends tickets
// on each data connection, and a client that closes without having read them makes
// its kernel reset the connection: what the server has not read by then is gone.
// vsftpd 3.0.3 answers 426 then, pyftpdlib 1.5.7 says 226 to the half of a file. Not
// an octet is lost of a client that says that it has ended, and reads until the
// server has, before it closes.
func TestUnreadTickets(t *testing.T) {
	ca := peers.NewAuthority(t)
	loses := map[string]string{"vsftpd": "426", "pyftpdlib": "226"}
	for _, s := range peers.Servers() {
		for _, reads := range []bool{false, true} {
			if !reads && loses[s.Name] == "" {
				continue // nothing is known of it that a test could hold it to
			}
			t.Run(fmt.Sprintf("%s/reads=%t", s.Name, reads), func(t *testing.T) {
				cell := peers.TLSCell{Start: peers.Explicit, Version: tls.VersionTLS13}
				tg := peers.StartTLS(t, s, peers.IPv4, peers.Protection{TLSCell: cell, Authority: ca})
				u := newUploader(t, tg)
				whole := 0
				said := make(map[string]int)
				tries := few
				if !reads {
					tries = 50 * few // whether octets are lost is a race, which the server may win
				}
				for range tries {
					code, ok := u.store(bytes.Repeat([]byte("12345678"), 400_000), reads)
					if ok {
						whole++
					} else {
						said[code]++
					}
					if !reads && said[loses[s.Name]] > 0 {
						break
					}
				}
				switch {
				case reads && whole != few:
					t.Errorf("%d of %d files are whole; of the others it said %v", whole, few, said)
				case !reads && said[loses[s.Name]] == 0:
					t.Errorf("%d of %d files are whole; of the others it said %v, not once %s", whole, tries, said, loses[s.Name])
				}
			})
		}
	}
}

// An uploader is a client in a few lines, on Go's TLS.
type uploader struct {
	t      *testing.T
	tg     peers.Target
	config *tls.Config
	conn   net.Conn
	r      *bufio.Reader
}

// slot has room for one session, whatever the connection is that asks for it.
type slot struct{ state *tls.ClientSessionState }

func (s *slot) Get(string) (*tls.ClientSessionState, bool)  { return s.state, s.state != nil }
func (s *slot) Put(_ string, state *tls.ClientSessionState) { s.state = state }

// newUploader logs in, and makes a directory for what it stores.
func newUploader(t *testing.T, tg peers.Target) *uploader {
	t.Helper()
	u := &uploader{t: t, tg: tg, config: &tls.Config{
		RootCAs: tg.TLS.Roots, ServerName: tg.Host, MinVersion: tg.TLS.Version, MaxVersion: tg.TLS.Version,
		ClientSessionCache: &slot{},
	}}
	u.conn = u.dial(tg.Addr())
	t.Cleanup(func() { u.conn.Close() })
	u.r = bufio.NewReader(u.conn)
	u.reply("220")
	u.command("AUTH TLS", "234")
	conn := tls.Client(u.conn, u.config)
	u.check(conn.Handshake())
	u.conn, u.r = conn, bufio.NewReader(conn)
	u.command("USER "+tg.User, "331")
	u.command("PASS "+tg.Password, "230")
	u.command("PBSZ 0", "200")
	u.command("PROT P", "200")
	u.command("TYPE I", "200")
	dir := filepath.Join(tg.Root, "in")
	u.check(os.Mkdir(dir, 0o777))
	u.check(os.Chmod(dir, 0o777))
	return u
}

// store uploads a file, and returns what the server said in the end and whether it has
// all of it.
func (u *uploader) store(content []byte, reads bool) (code string, whole bool) {
	u.t.Helper()
	name := fmt.Sprintf("in/%d", time.Now().UnixNano())
	fields := strings.Split(u.command("EPSV", "229"), "|")
	data := tls.Client(u.dial(net.JoinHostPort(u.tg.Host, fields[3])), u.config)
	defer data.Close()
	u.command("STOR "+name, "1")
	u.check(data.Handshake())
	_, _ = data.Write(content) // the server's reply is what counts
	if reads {
		u.check(data.CloseWrite())
		_, err := io.Copy(io.Discard, data)
		u.check(err)
	}
	_ = data.Close() // it may have been reset
	reply := u.reply("")
	got, err := os.ReadFile(filepath.Join(u.tg.Root, name))
	u.check(err)
	return reply[:3], bytes.Equal(got, content)
}

func (u *uploader) dial(addr string) net.Conn {
	u.t.Helper()
	conn, err := net.DialTimeout("tcp", addr, 10*time.Second)
	u.check(err)
	u.check(conn.SetDeadline(time.Now().Add(time.Minute)))
	return conn
}

func (u *uploader) command(line, code string) string {
	u.t.Helper()
	_, err := fmt.Fprintf(u.conn, "%s\r\n", line)
	u.check(err)
	return u.reply(code)
}

// reply returns the last line of a reply, which has to begin so.
func (u *uploader) reply(code string) string {
	u.t.Helper()
	for {
		line, err := u.r.ReadString('\n')
		u.check(err)
		if len(line) < 4 || line[3] != ' ' {
			continue
		}
		if !strings.HasPrefix(line, code) {
			u.t.Fatalf("the server says %q", line)
		}
		return line
	}
}

func (u *uploader) check(err error) {
	u.t.Helper()
	if err != nil {
		u.t.Fatal(err)
	}
}
