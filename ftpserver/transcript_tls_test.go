package ftpserver_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/internal/transcript"
)

// plain finds the scripts that are about connections in the clear: they speak of
// TLS themselves, or show what differs with it.
var plain = regexp.MustCompile(`(?m)^T:|config tls|^C: FEAT|^C: (HELP )?STAT\r?$|^C: AUTH|^C: REIN|^C< "ADAT|SITE WHO|\\x16|TLS`)

// What is true of a session is true under TLS: each script of testdata that can be
// is played again, on control connections that AUTH has protected.
func TestTranscriptsUnderTLS(t *testing.T) {
	files, err := filepath.Glob("testdata/*.ftp")
	if err != nil {
		t.Fatal(err)
	}
	played := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if plain.Match(source) {
			continue
		}
		played++
		t.Run(strings.TrimSuffix(filepath.Base(file), ".ftp"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				defer w.end()
				w.withTLS()
				env := w.env()
				env.Dial = w.dialTLS
				transcript.Run(t, file, env)
			})
		})
	}
	if played < 100 {
		t.Errorf("only %d scripts were played", played)
	}
}

// dialTLS makes a control connection, begins TLS on it, and hands it over as if its
// greeting were still to come. One that is greeted otherwise stays as it is.
func (w *world) dialTLS(ctx context.Context) (net.Conn, error) {
	conn, err := w.dial(ctx)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(time.Second))
	defer conn.SetDeadline(time.Time{})
	var greeting bytes.Buffer
	r := bufio.NewReader(io.TeeReader(conn, &greeting))
	if reply, err := readReply(r); err != nil || reply.Code != 220 {
		return &handedOver{Conn: conn, wire: conn, first: greeting.Bytes()}, nil
	}
	text := bytes.Clone(greeting.Bytes())
	if _, err := io.WriteString(conn, "AUTH TLS\r\n"); err != nil {
		return nil, err
	}
	if _, err := readReply(r); err != nil {
		return nil, err
	}
	secure, err := w.tlsClient(conn, "control", []string{"sni="})
	if err != nil {
		return nil, err
	}
	return &handedOver{Conn: secure, wire: conn, first: text}, nil
}

// handedOver is a connection of which something has been read.
type handedOver struct {
	net.Conn
	wire  net.Conn // below TLS
	first []byte
	reset bool
}

func (h *handedOver) Read(p []byte) (int, error) {
	if len(h.first) > 0 {
		n := copy(p, h.first)
		h.first = h.first[n:]
		return n, nil
	}
	return h.Conn.Read(p)
}

// SetLinger has Close reset the connection.
func (h *handedOver) SetLinger(sec int) error {
	h.reset = sec == 0
	return h.wire.(interface{ SetLinger(int) error }).SetLinger(sec)
}

// Close ends TLS in good order, unless it is a reset.
func (h *handedOver) Close() error {
	if c, ok := h.Conn.(*tls.Conn); ok && !h.reset {
		return c.Close()
	}
	return h.wire.Close()
}
