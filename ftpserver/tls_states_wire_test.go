package ftpserver_test

import (
	"errors"
	"io"
	"net"
	"testing/synctest"
)

// layers is the client's end of a control connection of which a part may be TLS. It
// reads TLS record by record, so that what comes behind its end is not lost, and can
// have what is written end in the middle.
type layers struct {
	net.Conn
	secure bool   // what comes must be records
	header []byte // of the record that is being read
	left   int    // octets of it that were not read
	stray  []byte // what came in the place of a record
	eof    bool   // the server has closed its side
	log    []byte // all that was read while secure

	split int    // where writes are cut in two, if not 0
	leave int    // octets that are still written, if cut is set
	cut   func() // what happens then, once
	spent bool   // it has happened
}

var errCutShort = errors.New("cut short by the test")

func (l *layers) Read(p []byte) (int, error) {
	if !l.secure || len(p) == 0 {
		return l.receive(p)
	}
	if len(l.stray) > 0 {
		return 0, io.EOF
	}
	if l.left > 0 {
		n, err := l.receive(p[:min(len(p), l.left)])
		l.left -= n
		l.log = append(l.log, p[:n]...)
		return n, err
	}
	n, err := l.receive(p[:min(len(p), 5-len(l.header))])
	if n > 0 && len(l.header) == 0 && (p[0] < 20 || p[0] > 23) {
		l.stray = append(l.stray, p[:n]...)
		return 0, io.EOF
	}
	l.header = append(l.header, p[:n]...)
	l.log = append(l.log, p[:n]...)
	if len(l.header) == 5 {
		l.left = int(l.header[3])<<8 | int(l.header[4])
		l.header = l.header[:0]
	}
	return n, err
}

func (l *layers) receive(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	l.eof = l.eof || err == io.EOF
	return n, err
}

// rest reads all that comes, to the end of the connection, and returns it behind
// what was read before while secure.
func (l *layers) rest() ([]byte, error) {
	b, err := io.ReadAll(l.Conn)
	return append(append(l.log, l.stray...), b...), err
}

func (l *layers) Write(p []byte) (int, error) {
	if l.cut != nil {
		if l.leave < len(p) {
			if !l.spent {
				l.spent = true
				l.Conn.Write(p[:l.leave])
				synctest.Wait()
				l.cut()
			}
			l.leave = 0
			return 0, errCutShort
		}
		l.leave -= len(p)
	}
	if l.split > 0 && l.split < len(p) {
		if n, err := l.Conn.Write(p[:l.split]); err != nil {
			return n, err
		}
		synctest.Wait() // the server has done all it can with that
		n, err := l.Conn.Write(p[l.split:])
		return l.split + n, err
	}
	return l.Conn.Write(p)
}

// records reports whether b are records of TLS and nothing else. The last one may be
// cut.
func records(b []byte) bool {
	for len(b) > 0 {
		if b[0] < 20 || b[0] > 23 {
			return false
		}
		if len(b) < 5 {
			return true
		}
		b = b[min(len(b), 5+int(b[3])<<8+int(b[4])):]
	}
	return true
}
