package loader

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// A session is a control connection. It is used by one goroutine at a time.
type session struct {
	load *load
	ctl  net.Conn
	tls  *tls.Config // nil: there is no TLS
	buf  []byte      // what was read and is not used yet
	room [2048]byte  // for buf
}

// login opens a session and makes it ready for transfers.
func (l *load) login() (*session, error) {
	conn, err := dial(l.Addr)
	if err != nil {
		return nil, err
	}
	s := &session{load: l, ctl: conn}
	if err := s.begin(conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return s, nil
}

func (s *session) begin(conn *socket) error {
	l := s.load
	if _, err := s.final(2); err != nil {
		return err
	}
	if l.TLS {
		if err := s.expect("AUTH TLS", 2); err != nil {
			return err
		}
		s.tls = &tls.Config{
			// The server is on this machine, started by whom it is measured by; to verify
			// its certificate would be work of the load.
			InsecureSkipVerify: true,
			ServerName:         "localhost",
			MinVersion:         tls.VersionTLS13,
			ClientSessionCache: tls.NewLRUClientSessionCache(1),
		}
		c := tls.Client(conn, s.tls)
		if err := c.Handshake(); err != nil {
			return err
		}
		s.ctl = c
	}
	if err := s.expect("USER "+l.User, 3); err != nil {
		return err
	}
	if err := s.expect("PASS "+l.Password, 2); err != nil {
		return err
	}
	switch l.Verb {
	case "login", "idle", "NOOP":
		return nil
	}
	if l.TLS {
		if err := errors.Join(s.expect("PBSZ 0", 2), s.expect("PROT P", 2)); err != nil {
			return err
		}
	}
	return s.expect("TYPE I", 2)
}

func (s *session) quit() error {
	err := s.expect("QUIT", 2)
	return errors.Join(err, s.ctl.Close())
}

func (s *session) send(command string) error {
	_, err := s.ctl.Write(append([]byte(command), "\r\n"...))
	return err
}

// expect sends a command, whose reply has to begin with a digit.
func (s *session) expect(command string, first int) error {
	if err := s.send(command); err != nil {
		return err
	}
	if _, err := s.final(first); err != nil {
		name, _, _ := strings.Cut(command, " ")
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// final reads a reply, behind those that begin with 1, which has to begin with a digit.
func (s *session) final(first int) (last string, err error) {
	for {
		line, err := s.reply()
		if err != nil {
			return "", err
		}
		switch int(line[0] - '0') {
		case first:
			return line, nil
		case 1:
		default:
			return "", errors.New("the server said " + strconv.Quote(line))
		}
	}
}

// reply reads a reply and returns its last line.
func (s *session) reply() (last string, err error) {
	code := ""
	for {
		i := bytes.IndexByte(s.buf, '\n')
		if i < 0 {
			if len(s.buf) == len(s.room) {
				return "", errors.New("a reply has too long a line")
			}
			n := copy(s.room[:], s.buf)
			m, err := s.ctl.Read(s.room[n:])
			if err != nil {
				return "", err
			}
			s.buf = s.room[:n+m]
			continue
		}
		line := string(bytes.TrimRight(s.buf[:i], "\r\n"))
		s.buf = s.buf[i+1:]
		switch {
		case code == "" && (len(line) < 3 || line[0] < '1' || line[0] > '5'):
			return "", fmt.Errorf("%q is no reply", line)
		case code == "" && len(line) > 3 && line[3] == '-':
			code = line[:3] + " "
		case code == "" || strings.HasPrefix(line, code):
			return line, nil
		}
	}
}
