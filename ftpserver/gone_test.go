package ftpserver_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// Whoever reads the log is told that a client went, however far its transfer was: not that
// its TLS or its firewall is at fault.
func TestClientGone(t *testing.T) {
	for name, connected := range map[string]bool{"waiting": false, "handshake": true} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				var codes []ftp.Code
				observe := w.cfg.Observe
				w.cfg.Observe = func(ctx context.Context, e ftpserver.Event) {
					observe(ctx, e)
					if e, ok := e.(ftpserver.TransferEnded); ok {
						codes = append(codes, e.Code)
					}
				}
				c := w.connectTLS(trusting(nil))
				at := c.passive()
				c.want(ftp.CodeOpening, "STOR f")
				if connected {
					defer w.tap(at).Close()
				}
				synctest.Wait()
				c.conn.Close()
				synctest.Wait()
				if len(codes) != 1 || codes[0] != ftp.CodeAborted {
					t.Errorf("the transfer ended with %d, want %d", codes, ftp.CodeAborted)
				}
			})
		})
	}
}
