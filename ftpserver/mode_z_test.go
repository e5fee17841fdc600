package ftpserver_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
)

// fetch does a transfer to the client, and returns what goes over.
func (w *world) fetch(c *client, line string) []byte {
	w.t.Helper()
	ap, err := ftp.ParseExtendedPassive(c.want(ftp.CodeExtendedPassive, "EPSV").Text())
	if err != nil {
		w.t.Fatal(err)
	}
	at := net.TCPAddr{IP: net.ParseIP(server4), Port: int(ap.Port())}
	conn, err := w.net.Host(client4).Dial(context.Background(), "tcp", nil, at.String())
	if err != nil {
		w.t.Fatal(err)
	}
	defer conn.Close()
	c.want(ftp.CodeOpening, line)
	data, err := io.ReadAll(conn)
	if err != nil {
		w.t.Fatal(err)
	}
	if r := c.reply(); r.Code != ftp.CodeDone {
		w.t.Errorf("%s: %v", line, r)
	}
	return data
}

// inflate reads a whole zlib stream with nothing behind it.
func inflate(t testing.TB, wire []byte) string {
	t.Helper()
	r := bytes.NewReader(wire)
	z, err := zlib.NewReader(r)
	if err != nil {
		t.Fatalf("%q: %v", wire, err)
	}
	data, err := io.ReadAll(z)
	if err != nil || r.Len() > 0 {
		t.Fatalf("%q: %v, %d octets behind it", wire, err, r.Len())
	}
	return string(data)
}

// TestModeZ has everything that the server sends compressed (TRF-40, TRF-42).
func TestModeZ(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.ModeZ = true
		text := strings.Repeat("so many lines are alike\n", 5000)
		for name, content := range map[string]string{"text": text, "empty": ""} {
			if err := w.write(name, content); err != nil {
				t.Fatal(err)
			}
		}
		c := w.connect()
		c.login("joe", "secret")
		if feat := c.do("FEAT").Lines; !slices.Contains(feat, " MODE Z") {
			t.Errorf("FEAT: %q", feat)
		}
		c.want(ftp.CodeOK, "OPTS MLST size;")
		c.want(ftp.CodeOK, "MODE Z")
		wide := strings.ReplaceAll(text, "\n", "\r\n")
		list := "empty\r\ntext\r\n"
		facts := "size=0; empty\r\nsize=120000; text\r\n"
		tests := []struct{ before, line, want string }{
			{"TYPE I", "RETR text", text},
			{"TYPE I", "RETR empty", ""},
			{"REST 119990", "RETR text", text[119990:]},
			{"REST 120000", "RETR text", ""},
			{"TYPE A", "RETR text", wide},
			{"REST 7", "RETR text", wide[7:]},
			{"TYPE A", "NLST", list},
			{"TYPE I", "NLST", list},
			{"TYPE I", "MLSD", facts},
			{"OPTS MODE Z BLOCKSIZE 512", "RETR text", text},
		}
		for _, tt := range tests {
			if r := c.do(tt.before); !r.Code.OK() && !r.Code.Intermediate() {
				t.Errorf("%s: %v", tt.before, r)
			}
			if got := inflate(t, w.fetch(c, tt.line)); got != tt.want {
				t.Errorf("%s, %s: %d octets, want %d", tt.before, tt.line, len(got), len(tt.want))
			}
		}
		c.want(ftp.CodePending, "REST 120001")
		c.want(ftp.CodeBadRestart, "RETR text")
	})
}

// The level is 1, until OPTS sets another, and again once it resets that.
func TestDeflateLevel(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.ModeZ = true
		content := strings.Repeat("a tree is a tree, how many more do you need to look at? ", 2000)
		if err := w.write("f", content); err != nil {
			t.Fatal(err)
		}
		c := w.connect()
		c.login("joe", "secret")
		c.want(ftp.CodeOK, "TYPE I")
		c.want(ftp.CodeOK, "MODE Z")
		size := make(map[string]int)
		for _, set := range []string{"", "LEVEL 0", "LEVEL 1", "LEVEL 9", "BLOCKSIZE 512"} {
			c.want(ftp.CodeOK, strings.Trim("OPTS MODE Z "+set, " "))
			wire := w.fetch(c, "RETR f")
			size[set] = len(wire)
			if got := inflate(t, wire); got != content {
				t.Errorf("%s: %d octets", set, len(got))
			}
			if set == "" && wire[1] != 0x01 { // RFC 1950, 2.2: FLEVEL 0 and its check
				t.Errorf("without a level the second octet is %#x", wire[1])
			}
		}
		if size[""] != size["LEVEL 1"] || size["LEVEL 0"] <= len(content) || size["LEVEL 9"] > size["LEVEL 1"] ||
			size["BLOCKSIZE 512"] <= size["LEVEL 9"] {
			t.Errorf("%d octets become %v", len(content), size)
		}
	})
}
