package loader

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// data opens a data connection.
func (s *session) data() (*socket, error) {
	if err := s.send("EPSV"); err != nil {
		return nil, err
	}
	line, err := s.final(2)
	if err != nil {
		return nil, fmt.Errorf("EPSV: %w", err)
	}
	_, port, _ := strings.Cut(line, "(|||")
	port, _, ok := strings.Cut(port, "|)")
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || !ok {
		return nil, fmt.Errorf("EPSV: %q has no port", line)
	}
	return dial(netip.AddrPortFrom(s.load.Addr.Addr(), uint16(n)))
}

// download has the server send something, drops it, and returns how much came.
func (s *session) download(command string) (int64, error) {
	data, err := s.data()
	if err != nil {
		return 0, err
	}
	if err := s.send(command); err != nil {
		data.Close()
		return 0, err
	}
	n, err := s.drop(data)
	err = errors.Join(err, data.Close())
	if _, said := s.final(2); said != nil {
		err = said
	}
	return n, err
}

// drop reads all of a data connection and keeps nothing of it.
func (s *session) drop(data *socket) (int64, error) {
	if s.tls == nil {
		return data.discard()
	}
	c := tls.Client(data, s.tls)
	if err := c.Handshake(); err != nil {
		return 0, fmt.Errorf("TLS of the data connection: %w", err)
	}
	// These are records, which nobody opens.
	n, err := data.discardSome(s.load.Size)
	if err != nil {
		return n, err
	}
	rest, ended, err := data.untilAlert()
	n += rest
	if !ended || err != nil {
		return n, err
	}
	// All is there. Some servers close the connection only when they have heard the same
	// from the client; those that have closed it meanwhile reset it, which does no harm.
	_ = c.CloseWrite()
	_, _ = data.discard()
	return n, nil
}

// upload sends a file of so many octets.
func (s *session) upload(command string, f *os.File, size int64) error {
	data, err := s.data()
	if err != nil {
		return err
	}
	if err := s.send(command); err != nil {
		data.Close()
		return err
	}
	err = s.fill(data, f, size)
	err = errors.Join(err, data.Close())
	if _, said := s.final(2); said != nil {
		err = errors.Join(said, err)
	}
	return err
}

// fill sends a file over a data connection, and says that it has ended.
func (s *session) fill(data *socket, f *os.File, size int64) error {
	if s.tls == nil {
		return data.sendFile(f, size)
	}
	// One call of the system for many records.
	g := &gathered{socket: data}
	c := tls.Client(g, s.tls)
	if err := c.Handshake(); err != nil {
		return fmt.Errorf("TLS of the data connection: %w", err)
	}
	buf := make([]byte, 256<<10)
	g.on = true
	for size > 0 {
		n, err := f.Read(buf[:min(int64(len(buf)), size)])
		if err != nil {
			return err
		}
		if _, err := c.Write(buf[:n]); err != nil {
			return err
		}
		size -= int64(n)
	}
	if err := c.CloseWrite(); err != nil {
		return err
	}
	if err := g.flush(); err != nil {
		return err
	}
	// To close while the server's session tickets are unread would reset the connection,
	// and lose what the server has not read yet.
	if err := data.shutdown(); err != nil {
		return err
	}
	_, err := data.discard()
	return err
}

// gathered holds back what is written to a socket until there is much of it.
type gathered struct {
	*socket
	on  bool
	buf []byte
}

func (g *gathered) Write(p []byte) (int, error) {
	if !g.on {
		return g.socket.Write(p)
	}
	g.buf = append(g.buf, p...)
	if len(g.buf) < 256<<10 {
		return len(p), nil
	}
	return len(p), g.flush()
}

func (g *gathered) flush() error {
	_, err := g.socket.Write(g.buf)
	g.buf = g.buf[:0]
	return err
}
