package trust

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// Key is the SHA-256 of a public key (its SubjectPublicKeyInfo), which stays the
// same when a certificate is renewed for it.
type Key [sha256.Size]byte

// KeyOf returns the key of a certificate.
func KeyOf(cert *x509.Certificate) Key { return sha256.Sum256(cert.RawSubjectPublicKeyInfo) }

// String is as ftpclient.KeyFingerprint has it.
func (k Key) String() string { return "sha256//" + base64.StdEncoding.EncodeToString(k[:]) }

// Server is the address of a server as it was asked for, not as it was resolved.
type Server struct {
	Host string
	Port uint16
}

// NewServer returns a Server whose host is in the one form that all spellings of it
// have in common.
func NewServer(host string, port uint16) Server {
	if ip, err := netip.ParseAddr(host); err == nil {
		return Server{ip.String(), port}
	}
	return Server{strings.ToLower(strings.TrimSuffix(host, ".")), port}
}

func (s Server) String() string { return net.JoinHostPort(s.Host, strconv.Itoa(int(s.Port))) }

// Entry says that a server has a key.
type Entry struct {
	Server
	Key Key
	Day time.Time // on which it was remembered; zero if the file does not say
}

const dayForm = "2006-01-02"

// line is the entry as a line of the file, without its end.
func (e Entry) line() (string, error) {
	if e.Host == "" || strings.HasPrefix(e.Host, "#") || strings.ContainsFunc(e.Host, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }) {
		return "", fmt.Errorf("the host %q cannot be remembered", e.Host)
	}
	s := fmt.Sprintf("%s %d %s", e.Host, e.Port, e.Key)
	if !e.Day.IsZero() {
		s += " " + e.Day.Format(dayForm)
	}
	return s, nil
}

// errLine reports a line that is no entry.
var errLine = errors.New("not a host, a port, the fingerprint of a key and a day")

// parseLine reads a line of the file. ok is false for one that is empty or a comment.
func parseLine(line string) (e Entry, ok bool, err error) {
	fields := strings.Fields(line)
	if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
		return e, false, nil
	}
	if len(fields) != 3 && len(fields) != 4 {
		return e, false, errLine
	}
	port, err := strconv.ParseUint(fields[1], 10, 16)
	if err != nil || port == 0 {
		return e, false, errLine
	}
	e.Server = NewServer(fields[0], uint16(port))
	if e.Key, err = ftpclient.ParseFingerprint(fields[2]); err != nil {
		return e, false, err
	}
	if len(fields) == 4 {
		if e.Day, err = time.Parse(dayForm, fields[3]); err != nil {
			return e, false, errLine
		}
	}
	if _, err := e.line(); err != nil {
		return e, false, errLine
	}
	return e, true, nil
}
