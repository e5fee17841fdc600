package ftpclient

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
)

// maxHeader is how long the head of a proxy's response may be.
const maxHeader = 64 << 10

// maxInterim is how many responses (1xx; RFC 9110, 15.2) may come before the final one.
const maxInterim = 16

// connect has an HTTP proxy connect to the address. No octet behind its response is
// read: the server may have greeted already.
func (t *tunnel) connect(conn net.Conn, address string) error {
	request := "CONNECT " + address + " HTTP/1.1\r\nHost: " + address + "\r\n"
	if t.p.User != "" {
		secret := base64.StdEncoding.EncodeToString([]byte(t.p.User + ":" + t.p.Password))
		request += "Proxy-Authorization: Basic " + secret + "\r\n"
	}
	if _, err := conn.Write([]byte(request + "\r\n")); err != nil {
		return err
	}
	for range 1 + maxInterim {
		head, err := readHead(conn)
		if err != nil {
			return err
		}
		code, text, fields, err := parseHead(head)
		switch {
		case err != nil:
			return t.refused("what answers is not an HTTP proxy", "if it is a SOCKS proxy, its URL begins with socks5://")
		case code >= 200 && code < 300:
			return nil
		case code >= 200:
			return t.turnedDown(code, text, fields, address)
		}
	}
	return t.refused("it answers without coming to an end", "")
}

// readHead reads up to the empty line, octet by octet: what follows is not the
// proxy's.
func readHead(conn net.Conn) ([]byte, error) {
	var head []byte
	var one [1]byte
	for len(head) < maxHeader {
		if _, err := io.ReadFull(conn, one[:]); err != nil {
			return nil, err
		}
		head = append(head, one[0])
		if one[0] == '\n' && (bytes.HasSuffix(head, []byte("\r\n\r\n")) || bytes.HasSuffix(head, []byte("\n\n"))) {
			return head, nil
		}
		if len(head) == 5 && !bytes.HasPrefix(head, []byte("HTTP/")) {
			return head, nil // it will never end
		}
	}
	return head, nil
}

var errNoHTTP = errors.New("not a response of HTTP")

// parseHead takes the head of a response apart (RFC 9112, 4).
func parseHead(head []byte) (code int, text string, fields textproto.MIMEHeader, err error) {
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(head)))
	line, err := r.ReadLine()
	if err != nil {
		return 0, "", nil, errNoHTTP
	}
	version, status, ok := strings.Cut(line, " ")
	digits, text, _ := strings.Cut(status, " ")
	code, err = strconv.Atoi(digits)
	if !ok || !strings.HasPrefix(version, "HTTP/") || err != nil || len(digits) != 3 || code < 100 {
		return 0, "", nil, errNoHTTP
	}
	fields, err = r.ReadMIMEHeader()
	if err != nil {
		err = errNoHTTP
	}
	return code, text, fields, err
}

// turnedDown explains why a proxy does not connect.
func (t *tunnel) turnedDown(code int, text string, fields textproto.MIMEHeader, address string) *ProxyError {
	_, port, _ := net.SplitHostPort(address)
	e := t.refused(strings.TrimSpace(fmt.Sprintf("it answers %d %s", code, text)), "")
	switch code {
	case 401, 407: // tinyproxy says the former to who tries
		e.Hint = "give the user and the password at the proxy, as in http://USER:PASSWORD@" + t.p.Addr
		if t.p.User != "" {
			e.Hint = "check the user and the password at the proxy"
		}
		if ways := fields.Values("Proxy-Authenticate"); len(ways) > 0 && !hasBasic(ways) {
			e.Hint = "the proxy demands a way of logging in that is not supported: " + strings.Join(ways, ", ")
		}
	case 400, 403, 405, 501:
		e.Hint = "the proxy does not allow connections to port " + port
		if port != "21" && port != "990" {
			e.Hint += "; for data connections it has to allow CONNECT to all the passive ports of the server"
		}
	case 404, 500, 502, 503, 504:
		e.Hint = "the proxy cannot reach " + address
	}
	return e
}

func hasBasic(ways []string) bool {
	for _, w := range ways {
		if len(w) >= 5 && strings.EqualFold(w[:5], "basic") {
			return true
		}
	}
	return false
}
