package transcript

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A data is the data connection of a session and what it is made with: a
// listener of the script's, or the other side's address.
type data struct {
	listener net.Listener   // nil: the script does not listen
	stopped  bool           // the script has listened, and has the other side refused
	to       netip.AddrPort // not valid: the other side does not listen
	conn     net.Conn       // nil: there is none
	r        *bufio.Reader
	secret   *secret // nil: it is in the clear
}

// listen opens a new listener and sets the variables that speak of it.
func (d *data) listen(c *control) error {
	d.unlisten()
	at, err := netip.ParseAddrPort(c.conn.LocalAddr().String())
	if err != nil {
		return err
	}
	addr := at.Addr().Unmap()
	ctx := context.Background() // a local bind does not block
	d.listener, err = c.player.env.network().Listen(ctx, "tcp", netip.AddrPortFrom(addr, 0).String())
	if err != nil {
		return err
	}
	if at, err = netip.ParseAddrPort(d.listener.Addr().String()); err != nil {
		return err
	}
	v, port := c.player.values, int(at.Port())
	v["dhost"], v["dport"] = addr.String(), strconv.Itoa(port)
	v["p1"], v["p2"] = strconv.Itoa(port>>8), strconv.Itoa(port&0xff)
	delete(v, "hostport")
	if addr.Is4() {
		v["hostport"] = fmt.Sprintf("%s,%d,%d", strings.ReplaceAll(addr.String(), ".", ","), port>>8, port&0xff)
	}
	return nil
}

// stop has the other side refused.
func (d *data) stop() {
	d.unlisten()
	d.stopped = true
}

// unlisten forgets what the next connection was to be made with.
func (d *data) unlisten() {
	if d.listener != nil {
		d.listener.Close()
		d.listener = nil
	}
	d.stopped = false
	d.to = netip.AddrPort{}
}

// learn takes the other side's address from the variables that were found in
// one of its lines, if they speak of one.
func (d *data) learn(c *control, found map[string]string) error {
	host, port := found["dhost"], found["dport"]
	if host == "" {
		at, err := netip.ParseAddrPort(c.conn.RemoteAddr().String())
		if err != nil {
			return err
		}
		host = at.Addr().String()
	}
	p1, p2 := found["p1"], found["p2"]
	if all := strings.Split(found["hostport"], ","); len(all) == 6 {
		host, p1, p2 = strings.Join(all[:4], "."), all[4], all[5]
	}
	if p1 != "" && p2 != "" {
		high, err1 := strconv.ParseUint(p1, 10, 8)
		low, err2 := strconv.ParseUint(p2, 10, 8)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		port = strconv.FormatUint(high<<8|low, 10)
	}
	if port == "" {
		return nil
	}
	to, err := netip.ParseAddrPort(net.JoinHostPort(host, port))
	if err != nil {
		return err
	}
	d.unlisten()
	d.to = to
	return nil
}

// open makes the connection.
func (d *data) open(ctx context.Context, c *control) error {
	if d.conn != nil {
		return errors.New("a data connection is open")
	}
	var err error
	switch {
	case d.listener != nil:
		setDeadline(d.listener, c.player.env.deadline())
		d.conn, err = d.listener.Accept()
	case d.to.IsValid():
		d.conn, err = d.dial(ctx, c)
	default:
		return errNobodyListens
	}
	d.unlisten()
	if err == nil {
		d.r = bufio.NewReader(d.conn)
	}
	return err
}

var errNobodyListens = errors.New("neither side has said where it listens")

func (d *data) dial(ctx context.Context, c *control) (net.Conn, error) {
	ctx, cancel := context.WithDeadline(ctx, c.player.env.deadline())
	defer cancel()
	return c.player.env.network().Dial(ctx, "tcp", nil, d.to.String())
}

// refused sees that the other side does not listen, where it is not the script
// that has stopped to.
func (d *data) refused(ctx context.Context, c *control) error {
	defer d.unlisten()
	switch {
	case d.stopped:
		return nil
	case !d.to.IsValid():
		return errNobodyListens
	}
	conn, err := d.dial(ctx, c)
	if err == nil {
		conn.Close()
		return errors.New("the data connection was accepted")
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return err
	}
	return nil
}

var errNoData = errors.New("there is no data connection")

func (d *data) send(c *control, p []byte) error {
	if d.conn == nil {
		return errNoData
	}
	d.conn.SetWriteDeadline(c.player.env.deadline())
	_, err := d.conn.Write(p)
	return err
}

func (d *data) expect(c *control, want []byte) error {
	if d.conn == nil {
		return errNoData
	}
	d.conn.SetReadDeadline(c.player.env.deadline())
	got := make([]byte, len(want))
	n, err := io.ReadFull(d.r, got)
	return differ(got[:n], want, err)
}

func (d *data) expectLine(c *control, re *regexp.Regexp) error {
	if d.conn == nil {
		return errNoData
	}
	d.conn.SetReadDeadline(c.player.env.deadline())
	line, err := d.r.ReadString('\n')
	if err != nil {
		return fmt.Errorf("%w behind %q", err, line)
	}
	text, ok := strings.CutSuffix(line, "\r\n")
	if !ok || !re.MatchString(text) {
		return fmt.Errorf("got %q", line)
	}
	for i, name := range re.SubexpNames() {
		if name != "" {
			c.player.values[name] = re.FindStringSubmatch(text)[i]
		}
	}
	return nil
}

// quiet sees that the connection is open, and that nothing has come that the script
// does not know of.
func (d *data) quiet(c *control) error {
	if d.conn == nil {
		return errNoData
	}
	if !c.player.env.FakeTime {
		return errors.New("what has not come shows in bubbles only")
	}
	d.conn.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err := d.r.Peek(1)
	switch {
	case err == nil:
		p, _ := d.r.Peek(d.r.Buffered())
		return fmt.Errorf("got %s", quote(p))
	case !errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("the connection ended: %w", err)
	}
	return nil
}

// end closes the connection.
func (d *data) end(how ending) error {
	if d.conn == nil {
		return errNoData
	}
	hangUp(d.conn, how)
	d.conn, d.secret = nil, nil
	return nil
}

// expectEnd waits for the other side to close, and closes as well.
func (d *data) expectEnd(c *control, how ending) error {
	if d.conn == nil {
		return errNoData
	}
	d.conn.SetReadDeadline(c.player.env.deadline())
	rest, err := io.ReadAll(d.r)
	s := d.secret
	d.end(inOrder)
	return ended(rest, err, how, s)
}

// close drops whatever there is.
func (d *data) close() {
	d.unlisten()
	if d.conn != nil {
		d.conn.Close()
		d.conn, d.secret = nil, nil
	}
}

// setDeadline bounds an Accept where the listener can.
func setDeadline(l net.Listener, t time.Time) {
	if l, ok := l.(interface{ SetDeadline(time.Time) error }); ok {
		l.SetDeadline(t)
	}
}
