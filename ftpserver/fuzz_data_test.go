package ftpserver_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftp"
)

// FuzzUpload sends octets as they come on the data connection. Whatever they are and
// whatever they are said to be, the upload has one result that says what came of
// them, and the session is still in step.
func FuzzUpload(f *testing.F) {
	for _, s := range []string{
		"", "\x40\x00\x03abc", "\x00\x00\x01a\x10\x00\x011\x80\x00\x01b\x40\x00\x00", "\x40\x00\x05ab", "\x10\x00\x03a b",
		"\x03abc\x00\x40\xc0", "\x03abc\x00\x40", "\x00\x00\x00", "\xc5\x83x\x00\x10\x01m\x00\xc0\x01y", "\x00\x10\xc0",
		"a\xff\x01b\xff\x03", "a\xff\x04", "\x04\x00\x01\x01A\x04\x00\x00\x00", "\x03\x00\x00\x00", "\x04\xff\xff\x01",
		"\x78\x9c\xcb\x48\xcd\xc9\xc9\xe7\x02\x00\x08\x4b\x02\x1f", "\x78\x9c\x03", "\x1f\x8b\x08\x00", "one\r\ntwo\r\x00\r",
	} {
		for i := range 4 {
			f.Add(uint8(i), uint8(0), []byte(s))
			f.Add(uint8(i), uint8(7), []byte(s))
		}
	}
	types := []string{"I", "A", "E", "L 36"}
	f.Fuzz(func(t *testing.T, mode, kind uint8, in []byte) {
		if len(in) > 8<<10 {
			return
		}
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			defer w.end()
			w.cfg.ModeZ = true
			c := w.connect()
			c.login("joe", "secret")
			c.want(ftp.CodeOK, "TYPE "+types[kind%4])
			c.want(ftp.CodeOK, "STRU "+"FRP"[kind/4%3:][:1])
			c.want(ftp.CodeOK, "MODE "+"SBCZ"[mode%4:][:1])
			ap, err := ftp.ParseExtendedPassive(c.want(ftp.CodeExtendedPassive, "EPSV").Text())
			if err != nil {
				t.Fatal(err)
			}
			at := net.TCPAddr{IP: net.ParseIP(server4), Port: int(ap.Port())}
			conn, err := w.net.Host(client4).Dial(context.Background(), "tcp", nil, at.String())
			if err != nil {
				t.Fatal(err)
			}
			c.want(ftp.CodeOpening, "STOR f")
			go func() {
				conn.Write(in)
				conn.Close()
			}()
			r := c.reply()
			for r.Code == ftp.CodeMarker {
				r = c.reply()
			}
			if !ftp.Lookup("STOR").Permits(r.Code) || r.Code.Preliminary() || strings.Contains(r.Text(), "log tells more") {
				t.Errorf("%v", r)
			}
			_, err = w.fs.Stat(t.Context(), "f")
			if r.Code.OK() && err != nil || err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%v, and the file: %v", r, err)
			}
			c.want(ftp.CodeOK, "NOOP")
			c.want(ftp.CodeBye, "QUIT")
		})
	})
}
