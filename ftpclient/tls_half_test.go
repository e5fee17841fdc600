package ftpclient_test

import (
	"crypto/tls"
	"errors"
	"io"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/mint"
)

// TestTLSHalf shows when the client ends its half of TLS before it reads: on small
// downloads from a server that is known to bear it, under TLS 1.3, behind which others
// follow, and no more once one of them has failed.
func TestTLSHalf(t *testing.T) {
	cert := mint.Cert{}.Make()
	for _, tt := range []struct {
		name, greeting string
		version        uint16
		want           []bool // for each file, whether it ended early
		fails          int    // the file that is cut; 0 none
		final          string // that the server says to it
	}{
		{"vsftpd", "220 (vsFTPd 3.0.3)", tls.VersionTLS13, []bool{true, true, false}, 0, ""},
		{"vsftpd breaks a file off", "220 (vsFTPd 3.0.3)", tls.VersionTLS13, []bool{true, false, false}, 1, "426 Cut."},
		{"somebody cuts a file of vsftpd", "220 (vsFTPd 3.0.3)", tls.VersionTLS13, []bool{true, false, false}, 1, "226 Done."},
		{"vsftpd before TLS 1.3", "220 (vsFTPd 3.0.3)", tls.VersionTLS12, []bool{false, false, false}, 0, ""},
		{"another", "220 ProFTPD Server", tls.VersionTLS13, []bool{false, false, false}, 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			against(t, cert, demanding(cert, tt.version), func(p *peer) {
				p.accept()
				p.say(tt.greeting)
				p.talk("AUTH TLS", "234 Go.")
				p.protect()
				p.talk("USER anonymous", "230 In.", "PBSZ 0", "200 PBSZ=0", "PROT P", "200 P.", "FEAT", noFeats)
				p.talk("TYPE I", "200 I.")
				p.passive()
				for i, want := range tt.want {
					p.talk("RETR "+"abc"[i:i+1], "150 Here.")
					d := p.takeTLS(p.cfg)
					d.SetReadDeadline(time.Now().Add(time.Second))
					if _, err := d.Read(make([]byte, 1)); (err == io.EOF) != want || !want && !errors.Is(err, os.ErrDeadlineExceeded) {
						t.Errorf("before file %d: %v", i+1, err)
					}
					d.Write([]byte("hello"))
					if i+1 == tt.fails {
						d.NetConn().Close()
						p.say(tt.final)
					} else {
						d.Close()
						p.say("226 Done.")
					}
					if i+1 < len(tt.want) {
						p.passive()
					}
				}
				p.leave()
			}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
				cl := ftpclient.New(addr, o)
				defer cl.Close()
				n := 0
				err := cl.ReadFiles(t.Context(), slices.Values([]string{"a", "b", "c"}), func(name string, r io.Reader, err error) error {
					if err != nil {
						return err
					}
					n++
					b, err := io.ReadAll(r)
					if whole := err == nil && string(b) == "hello"; whole == (n == tt.fails) {
						t.Errorf("%s: %q, %v", name, b, err)
					}
					return nil
				})
				if err != nil || n != len(tt.want) {
					t.Errorf("%d files, %v", n, err)
				}
			})
		})
	}
}
