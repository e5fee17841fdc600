package ftpserver_test

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
)

// A client may send a marker behind every octet, and has the storage sync no more
// often for that.
func TestMarksAreBounded(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		c := w.connect()
		c.login("joe", "secret")
		c.want(ftp.CodeOK, "TYPE I")
		c.want(ftp.CodeOK, "MODE B")
		ap, err := ftp.ParseExtendedPassive(c.want(ftp.CodeExtendedPassive, "EPSV").Text())
		if err != nil {
			t.Fatal(err)
		}
		at := net.TCPAddr{IP: net.ParseIP(server4), Port: int(ap.Port())}
		conn, err := w.net.Host(client4).Dial(context.Background(), "tcp", nil, at.String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		c.want(ftp.CodeOpening, "STOR marked")
		const sent = 1000
		go conn.Write([]byte(strings.Repeat("\x00\x00\x01x\x10\x00\x01m", sent) + "\x40\x00\x00"))
		marks := 0
		r := c.reply()
		for ; r.Code == ftp.CodeMarker; r = c.reply() {
			marks++
		}
		if r.Code != ftp.CodeActionDone {
			t.Errorf("the end: %v", r)
		}
		if marks < 100 || marks > 200 {
			t.Errorf("%d of %d markers were confirmed", marks, sent)
		}
		if r := c.do("MLST marked"); !strings.Contains(r.Text(), "size=1000;") {
			t.Errorf("the file: %v", r)
		}
	})
}
