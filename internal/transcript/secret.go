package transcript

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// A secret is the connection below TLS. It sees whether that ended first: if so,
// there was no close_notify. It hands out one record at a time, so that what comes
// in the clear behind the last is not taken for TLS.
type secret struct {
	net.Conn
	ended  bool
	header []byte // of the record that is being read
	left   int    // bytes of it that are to come
}

func (s *secret) Read(p []byte) (int, error) {
	const size = 5
	head := s.left == 0
	ask := s.left
	if head {
		ask = size - len(s.header)
	}
	n, err := s.Conn.Read(p[:min(len(p), ask)])
	s.ended = s.ended || errors.Is(err, io.EOF)
	if !head {
		s.left -= n
		return n, err
	}
	if s.header = append(s.header, p[:n]...); len(s.header) == size {
		s.left = int(s.header[3])<<8 | int(s.header[4])
		s.header = s.header[:0]
	}
	return n, err
}

// SetLinger has a reset reach the connection.
func (s *secret) SetLinger(sec int) error {
	if l, ok := s.Conn.(interface{ SetLinger(int) error }); ok {
		return l.SetLinger(sec)
	}
	return errors.ErrUnsupported
}

// cut reports whether TLS ended without close_notify, once it has ended.
func (s *secret) cut() bool { return s.ended }

// begin makes TLS of conn, or sees it fail as the step says: it then returns nil.
func (s *secret) begin(env Env, kind string, st step) (*tls.Conn, error) {
	if env.Secure == nil {
		return nil, errors.New("there is no TLS here")
	}
	s.Conn.SetDeadline(env.deadline())
	conn, err := env.Secure(s, kind, st.words)
	switch {
	case st.fails == "" && err != nil:
		return nil, fmt.Errorf("TLS: %w", err)
	case st.fails != "" && err == nil:
		return nil, errors.New("TLS has begun")
	case st.fails != "" && !strings.Contains(err.Error(), st.fails):
		return nil, fmt.Errorf("TLS failed otherwise: %w", err)
	}
	return conn, nil
}

// secure begins TLS on the control connection.
func (c *control) secure(st step) error {
	if _, ok := c.conn.(*tls.Conn); ok || c.secret != nil {
		return errors.New("TLS has begun before")
	}
	if n := c.r.Buffered(); n > 0 {
		return fmt.Errorf("%d bytes came ahead of TLS", n)
	}
	s := &secret{Conn: c.conn}
	conn, err := s.begin(c.player.env, "control", st)
	if err == nil && conn != nil {
		c.conn, c.secret, c.r = conn, s, bufio.NewReader(conn)
	}
	return err
}

// endTLS sends close_notify, if it is to, and goes on in the clear.
func (c *control) endTLS(how ending) error {
	conn, ok := c.conn.(*tls.Conn)
	if !ok {
		return errors.New("what is sent is in the clear already")
	}
	c.conn = conn.NetConn().(*secret).Conn
	if how == cut {
		return nil
	}
	return conn.CloseWrite()
}

// expectEndOfTLS waits for close_notify; what comes behind it is in the clear.
func (c *control) expectEndOfTLS() error {
	if c.secret == nil {
		return errors.New("what is received is in the clear already")
	}
	c.conn.SetReadDeadline(c.player.env.deadline())
	rest, err := io.ReadAll(c.r)
	if err := ended(rest, err, inOrder, c.secret); err != nil {
		return err
	}
	c.r, c.secret = bufio.NewReader(c.secret.Conn), nil
	return nil
}

// secure begins TLS on the data connection.
func (d *data) secure(c *control, st step) error {
	if d.conn == nil {
		return errNoData
	}
	s := &secret{Conn: d.conn}
	conn, err := s.begin(c.player.env, "data", st)
	if err == nil && conn != nil {
		d.conn, d.secret, d.r = conn, s, bufio.NewReader(conn)
	}
	return err
}
