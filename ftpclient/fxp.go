package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// FXP has the server of src send a file to the server of dst, which stores it: the
// octets do not pass through here (RFC 959, 2.3). One server is told to listen and the
// other to connect; where the one refuses its part, they change places. Servers often
// allow neither, as it makes them connect to foreign addresses (RFC 2577, 3).
//
// Where data connections are protected, they are so on both sides, and one server is
// the client of TLS: by CPSV the one that listens, or else by SSCN either. The servers
// then vouch for each other, if they do at all; nothing of that can be seen here.
// Where only one side is protected the error is ErrSecurity: see TLS.ClearData.
//
// Both Conns are busy meanwhile. When one server fails, the transfer of the other is
// aborted (ABOR), and what dst has got of the file stays. At the end the sizes are
// compared, if both servers tell them: fewer octets are io.ErrUnexpectedEOF. The file
// is sent as it is, in stream mode, from the offset off on: dst keeps what it has
// before that.
//
// Where the two servers cannot or will not do it, whatever the file, the error is
// errors.ErrUnsupported, besides what they say.
func FXP(ctx context.Context, dst *Conn, dstName string, src *Conn, srcName string, off int64) error {
	if dst.transfer != nil || src.transfer != nil {
		return storage.ErrBusy
	}
	if dst == src {
		return fmt.Errorf("%w: FXP needs two connections", errors.ErrUnsupported)
	}
	if dst.private() != src.private() {
		return &fxpError{fmt.Errorf("%w: only one of the servers protects data connections", ErrSecurity)}
	}
	x := &fxp{dst: side{who: "target", verb: "STOR", c: dst, name: dstName, off: off}, src: side{who: "source", verb: "RETR", c: src, name: srcName, off: off}}
	for _, s := range []*side{&x.dst, &x.src} {
		s.c.dropKept()
		list := s.c.setParams(image)
		err := s.c.exchange(ctx, list...)
		if err == nil {
			err = s.c.tookParams(image, list)
		}
		if err != nil {
			return s.error(err)
		}
	}
	err := x.run(ctx)
	if err != nil {
		return err
	}
	return x.compare(ctx)
}

// fxp is a transfer between two servers.
type fxp struct{ dst, src side }

// side is one of them.
type side struct {
	who  string
	verb string
	c    *Conn
	name string
	off  int64
	t    *Transfer
}

// fxpError is what keeps two servers from transferring any file between them.
type fxpError struct{ err error }

func (e *fxpError) Error() string   { return e.err.Error() }
func (e *fxpError) Unwrap() []error { return []error{errors.ErrUnsupported, e.err} }

// error says on which side it was.
func (s *side) error(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", s.who, err)
}

// run tries both ways round.
func (x *fxp) run(ctx context.Context) error {
	ways := x.ways()
	if len(ways) == 0 {
		return &fxpError{errors.New("neither server can be the client of TLS (CPSV or SSCN)")}
	}
	var failed []error
	for _, w := range ways {
		err := w.run(ctx)
		if err == nil {
			return nil
		}
		var we *wayError
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case !errors.As(err, &we), !x.dst.c.alive(), !x.src.c.alive():
			return errors.Join(append(failed, err)...)
		case !slices.ContainsFunc(failed, func(other error) bool { return other.Error() == err.Error() }):
			failed = append(failed, err)
		}
	}
	return &fxpError{errors.Join(failed...)}
}

// fxpWay is who does what.
type fxpWay struct {
	listens, connects *side
	cpsv              bool
	sscn              *side // the client of TLS by SSCN; nil if there is none
}

// ways returns the ways that the servers have, in the order in which they are tried.
func (x *fxp) ways() []fxpWay {
	plain := []fxpWay{{listens: &x.dst, connects: &x.src}, {listens: &x.src, connects: &x.dst}}
	if !x.dst.c.private() {
		return plain
	}
	var list []fxpWay
	for _, w := range plain {
		if w.listens.c.srv.offersFeature("CPSV") {
			w.cpsv = true
			list = append(list, w)
		}
	}
	for _, s := range []*side{&x.dst, &x.src} {
		if !s.c.srv.offersFeature("SSCN") {
			continue
		}
		for _, w := range plain {
			w.sscn = s
			list = append(list, w)
		}
		break
	}
	return list
}

// run makes the transfer. It is a *wayError where another way may work.
func (w fxpWay) run(ctx context.Context) (err error) {
	if w.sscn != nil {
		if err := w.sscn.c.SSCN(ctx, true); err != nil {
			return &wayError{err: w.sscn.error(err)}
		}
		defer func() {
			late, cancel := context.WithTimeout(context.WithoutCancel(ctx), reasonTime)
			defer cancel()
			if offErr := w.sscn.c.SSCN(late, false); offErr != nil {
				w.sscn.c.shut() // its next data connection would be one between two clients
			}
		}()
	}
	at, err := w.listens.c.listens(ctx, w.cpsv)
	if err != nil {
		return w.listens.error(err)
	}
	if err := w.connects.c.announce(ctx, at); err != nil {
		return w.connects.error(err)
	}
	// Who listens is told first: the other might connect before it knows what for.
	for _, s := range []*side{w.listens, w.connects} {
		if err := s.begin(ctx); err != nil {
			w.abort()
			return s.error(err)
		}
	}
	return w.await(ctx)
}

// listens has the server listen, and returns where. The address is that of the control
// connection, for the same reason as in dialLink.
func (c *Conn) listens(ctx context.Context, cpsv bool) (netip.AddrPort, error) {
	_, peer := c.ends()
	q, way := newRequest("PASV"), wayPASV
	switch {
	case cpsv:
		q = newRequest("CPSV")
	case peer.Is6():
		q, way = c.epsv(), wayEPSV
	}
	if err := c.exchange(ctx, q); err != nil {
		return netip.AddrPort{}, err
	}
	at, err := passivePort(way, q)
	if err != nil {
		return netip.AddrPort{}, err
	}
	if !peer.IsValid() {
		return netip.AddrPort{}, &wayError{err: errors.New("the address of the server is not known on this network"), final: true}
	}
	return netip.AddrPortFrom(peer, at.Port()), nil
}

// begin sends the command.
func (s *side) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	cmd := Command{Verb: s.verb, Arg: s.name, Rest: s.off}
	if err := s.c.restart(ctx, cmd.restart()); err != nil {
		return err
	}
	s.t = s.c.newTransfer(cmd, image)
	if err := s.c.send(newRequest(s.verb, s.name)); err != nil {
		s.t = nil
		return err
	}
	s.t.seq = s.c.sent
	s.c.transfer = s.t
	return nil
}

// await waits for the final replies of both. When one fails, the other's transfer is
// aborted: it might wait for a connection that nobody makes. But a server that only sees
// that the other has broken the data connection (426) may be the first to say so, and
// the reason is what the other has yet to say.
func (w fxpWay) await(ctx context.Context) error {
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	sides := []*side{w.listens, w.connects}
	errs := make([]error, len(sides))
	ended := make(chan int, len(sides))
	for i, s := range sides {
		go func() {
			errs[i] = s.await(waiting)
			ended <- i
		}()
	}
	cause := <-ended
	switch {
	case isCut(errs[cause]):
		defer time.AfterFunc(reasonTime, cancel).Stop()
	case errs[cause] != nil:
		cancel()
	}
	<-ended
	if errs[0] == nil && errs[1] == nil {
		return nil
	}
	w.abort()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	rest := 1 - cause
	if errs[cause] == nil || isCut(errs[cause]) && errs[rest] != nil && !errors.Is(errs[rest], context.Canceled) {
		cause, rest = rest, cause
	}
	err := sides[cause].error(errs[cause])
	if other := errs[rest]; other != nil && !isCut(other) && !errors.Is(other, context.Canceled) {
		err = errors.Join(err, sides[rest].error(other))
	}
	if noData(err) || refusedSession(err) {
		return &wayError{err: err}
	}
	return err
}

// isCut reports whether a server only says that the data connection broke.
func isCut(err error) bool {
	var re *ReplyError
	return errors.As(err, &re) && re.Reply.Code == ftp.CodeAborted
}

// refusedSession reports whether a server has refused the data connection because it
// does not resume the session of its control connection, which another server's cannot.
// That is for the server of TLS to demand: as the client of it, the same one may agree.
func refusedSession(err error) bool {
	var re *ReplyError
	return errors.As(err, &re) && re.Reply.Code == ftp.CodeProtocols
}

// await waits for the final reply, however long the file takes.
func (s *side) await(ctx context.Context) error {
	if err := s.t.wait(ctx, 0); err != nil {
		return err
	}
	if !s.t.final.Code.OK() {
		return s.t.end(newReplyError(s.verb, s.t.final))
	}
	s.t.end(io.EOF)
	return nil
}

// abort ends what has not ended.
func (w fxpWay) abort() {
	for _, s := range []*side{w.listens, w.connects} {
		if s.t != nil {
			s.t.Abort()
			s.t = nil
		}
	}
}

// compare compares the sizes, as far as the servers tell them.
func (x *fxp) compare(ctx context.Context) error {
	var sizes [2]int64
	for i, s := range []*side{&x.dst, &x.src} {
		if !s.c.srv.has("SIZE") {
			return nil
		}
		q := newRequest("SIZE", s.name)
		if err := s.c.exchange(ctx, q); err != nil {
			return s.error(err)
		}
		var err error
		if sizes[i], err = sizeOf(q); err != nil {
			return nil // both have said that all is well
		}
	}
	got, want := sizes[0], sizes[1]
	switch {
	case got == want:
		return nil
	case got < want:
		return fmt.Errorf("%w: the target has %d octets of %d, though both servers report success", io.ErrUnexpectedEOF, got, want)
	}
	return fmt.Errorf("%w: the target has %d octets, and the source %d", storage.ErrChanged, got, want)
}

// SSCN has the server be the client of TLS on its data connections (of which FXP has
// need), or the server again, as it is to this client.
func (c *Conn) SSCN(ctx context.Context, on bool) error {
	word := "OFF"
	if on {
		word = "ON"
	}
	q := newRequest("SSCN", word)
	if err := c.free(q); err != nil {
		return err
	}
	c.dropKept()
	if err := c.exchange(ctx, q); err != nil {
		return err
	}
	return q.err()
}

// CPSV has the server listen as PASV does, and be the client of TLS to whoever
// connects, which has to be another server. The address is as the server says.
func (c *Conn) CPSV(ctx context.Context) (netip.AddrPort, error) {
	q := newRequest("CPSV")
	if err := c.free(q); err != nil {
		return netip.AddrPort{}, err
	}
	c.dropKept()
	if err := c.exchange(ctx, q); err != nil {
		return netip.AddrPort{}, err
	}
	if err := q.err(); err != nil {
		return netip.AddrPort{}, err
	}
	return ftp.ParsePassive(q.reply.Text())
}
