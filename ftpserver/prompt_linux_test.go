package ftpserver_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
)

// A small file that the client is ready for goes over at once, and what is said of it is
// one segment.
func TestPrompt(t *testing.T) {
	for _, tt := range []struct {
		name  string
		size  int
		wrap  func(storage.FS) storage.FS
		first bool   // the client connects before it asks
		from  string // somebody else, who has connected before
		once  bool   // 150 and 226 come together for certain
	}{
		{name: "ready", size: 4096, first: true, once: true},
		{name: "empty", size: 0, first: true, once: true},
		{name: "not connected yet", size: 4096},
		{name: "too large", size: 100_000, first: true},
		{name: "shorter than listed", size: 4096, first: true, wrap: func(fs storage.FS) storage.FS { return longerFS{fs} }},
		{name: "after a stranger", size: 4096, first: true, from: "127.0.0.2", once: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, tt.wrap)
			want := bytes.Repeat([]byte("0123456789abcde\n"), tt.size/16)
			if err := os.WriteFile(filepath.Join(s.dir, "file"), want[:len(want):len(want)], 0o644); err != nil {
				t.Fatal(err)
			}
			c := s.connect(t)
			for range 2 { // the session is in step after the first
				ap, err := ftp.ParseExtendedPassive(c.want(ftp.CodeExtendedPassive, "EPSV").Text())
				if err != nil {
					t.Fatal(err)
				}
				if tt.from != "" {
					d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(tt.from)}}
					stranger, err := d.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", ap.Port()))
					if err != nil {
						t.Fatal(err)
					}
					defer stranger.Close()
				}
				var conn net.Conn
				dial := func() {
					if conn, err = net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", ap.Port())); err != nil {
						t.Fatal(err)
					}
					t.Cleanup(func() { conn.Close() })
				}
				if tt.first {
					dial()
				}
				fmt.Fprint(c.conn, "RETR file\r\n")
				c.conn.SetReadDeadline(time.Now().Add(30 * time.Second))
				buf := make([]byte, 1024)
				n, err := c.conn.Read(buf)
				if err != nil {
					t.Fatal(err)
				}
				said := string(buf[:n])
				both := strings.Contains(said, "\r\n226 ")
				if !strings.HasPrefix(said, "150 ") || tt.once && !both || !tt.first && both {
					t.Errorf("the first segment is %q", said)
				}
				if !tt.first {
					dial()
				}
				conn.SetReadDeadline(time.Now().Add(30 * time.Second))
				if got, err := io.ReadAll(conn); err != nil || !bytes.Equal(got, want) {
					t.Fatalf("%d octets came of %d, or others: %v", len(got), len(want), err)
				}
				if !both {
					if r := c.reply(); r.Code != ftp.CodeDone {
						t.Fatal(r)
					}
				}
			}
			c.want(ftp.CodeOK, "NOOP")
		})
	}
}

// longerFS lists files as longer than they are.
type longerFS struct{ storage.FS }

func (f longerFS) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	file, err := f.FS.Open(ctx, name, r)
	if err != nil {
		return nil, err
	}
	return longer{file, file.(syscall.Conn)}, nil
}

type longer struct {
	storage.Reader
	syscall.Conn
}

func (f longer) Info() storage.Info {
	i := f.Reader.Info()
	i.Size += 100
	return i
}
