package ftpclient

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// said is a connection on which a proxy has said all that it will ever say, and takes
// whatever it is told.
type said struct {
	net.Conn // nil: nothing else is asked of it
	io.Reader
}

func (s said) Read(p []byte) (int, error)  { return s.Reader.Read(p) }
func (s said) Write(p []byte) (int, error) { return len(p), nil }
func (s said) SetDeadline(time.Time) error { return nil }

// answered has a proxy say something in a dialogue, and checks what comes of it: an error
// that can be told to a person, or all that the proxy says being taken, and nothing of what
// the server says behind it.
func answered(t *testing.T, answer string, talk func(net.Conn) error) {
	t.Helper()
	left := strings.NewReader(answer)
	err := talk(said{Reader: left})
	pieces := talk(said{Reader: iotest.OneByteReader(strings.NewReader(answer))})
	if (err == nil) != (pieces == nil) || err != nil && err.Error() != pieces.Error() {
		t.Errorf("%q: %v, and octet by octet %v", answer, err, pieces)
	}
	var refused *ProxyError
	switch {
	case errors.As(err, &refused):
		if refused.Reason == "" || !strings.Contains(answer, "secret") && strings.Contains(refused.Error(), "secret") {
			t.Errorf("%q: %v", answer, err)
		}
		return
	case err != nil:
		if err != io.EOF && err != io.ErrUnexpectedEOF {
			t.Errorf("%q: %v", answer, err)
		}
		return
	}
	answer = answer[:len(answer)-left.Len()]
	const greeting = "220 Ready.\r\n"
	left = strings.NewReader(answer + greeting)
	if err := talk(said{Reader: left}); err != nil || left.Len() != len(greeting) {
		t.Errorf("%q before a greeting: %v, with %d octets of that left", answer, err, left.Len())
	}
	if err := talk(said{Reader: strings.NewReader(answer[:len(answer)-1])}); err == nil {
		t.Errorf("%q is enough without its last octet", answer)
	}
}

// FuzzSocksReplies has a proxy answer anything to a login and a command.
func FuzzSocksReplies(f *testing.F) {
	for _, s := range []string{
		"\x05\x00\x05\x00\x00\x01\x0a\x00\x00\x01\x04\x38",
		"\x05\x02\x01\x00\x05\x00\x00\x04" + strings.Repeat("\x00", 15) + "\x01\x00\x15",
		"\x05\x00\x05\x00\x00\x03\x04host\x00\x15", "\x05\x00\x05\x00\x00\x03\x00\x00\x15",
		"\x05\x02\x01\x01", "\x05\xff", "\x05\x01", "\x04\x5a", "HTTP/1.1 400 Bad Request\r\n\r\n",
		"\x05\x00\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00", "\x05\x00\x05\x63\x00\x01", "\x05\x00\x05\x00\x00\x09", "\x05", "",
	} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, answer string, login bool) {
		p := &Proxy{Kind: ProxySOCKS5, Addr: "10.0.0.1:1080"}
		if login {
			p.User, p.Password = "bob", "secret"
		}
		answered(t, answer, func(conn net.Conn) error {
			at, err := (&tunnel{p: p}).socks(conn, socksBind, "192.0.2.1:21")
			if err != nil && at.IsValid() || at.Addr().Is4In6() {
				t.Errorf("%q: %v, %v", answer, at, err)
			}
			return err
		})
	})
}

// FuzzConnectResponses has an HTTP proxy answer anything to CONNECT.
func FuzzConnectResponses(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200\n\n", "HTTP/1.1 200 OK\r\nVia: a\r\n b\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n",
		"HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\n\r\n", "HTTP/1.1 403 Forbidden\r\n\r\n", "HTTP/1.1 503 \r\n\r\n",
		"HTTP/1.1 99 x\r\n\r\n", "HTTP/1.1 +20 x\r\n\r\n", "HTTP/1.1 200 OK\r\nno field\r\n\r\n", "\x05\x00", "220 Ready.\r\n", "HTTP/", "",
	} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, answer string, login bool) {
		p := &Proxy{Kind: ProxyHTTP, Addr: "10.0.0.1:8080"}
		if login {
			p.User, p.Password = "bob", "secret"
		}
		answered(t, answer, func(conn net.Conn) error { return (&tunnel{p: p}).connect(conn, "192.0.2.1:21") })
	})
}

// TestConnectEndless: a proxy that never comes to its answer is not heard for ever.
func TestConnectEndless(t *testing.T) {
	for name, text := range map[string]string{
		"interim responses": "HTTP/1.1 100 Continue\r\n\r\n",
		"one head":          "HTTP/1.1 200 OK: b\r\n",
	} {
		tn := &tunnel{p: &Proxy{Kind: ProxyHTTP, Addr: "10.0.0.1:8080"}}
		left := strings.NewReader(strings.Repeat(text, 1<<17))
		var refused *ProxyError
		if err := tn.connect(said{Reader: left}, "192.0.2.1:21"); !errors.As(err, &refused) {
			t.Errorf("%s without end: %v, with %d octets left", name, err, left.Len())
		}
	}
}
