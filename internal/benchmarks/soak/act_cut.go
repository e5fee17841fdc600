package soak

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// A cut is a transfer that is not to be whole: half of it has been moved.
type cut struct {
	data   net.Conn
	upload string // its name; "": it is a download
	all    []byte // what it was to be
}

// half begins a transfer of a large file, one way or the other.
func (a *actor) half() (c cut, err error) {
	size := a.crowd.Large
	if a.rand.IntN(2) == 0 {
		name, number := a.existing(size)
		if c.data, err = a.open("RETR %s", name); err != nil {
			return c, err
		}
		want := a.crowd.contents.of(number, size)
		begun := time.Now()
		for n := 0; n < len(want)/2 && err == nil; {
			var k int
			k, err = a.some(c.data, want[n:], begun, n)
			n += k
		}
		return c, err
	}
	name, data := a.fresh(size)
	if c.data, err = a.open("STOR %s", name); err != nil {
		return c, err
	}
	c.upload, c.all = name, data
	return c, a.pour(c.data, data[:len(data)/2])
}

// abort breaks a transfer off by ABOR (RFC 959, 4.1.3), and goes on.
func (a *actor) abort(context.Context) error {
	c, err := a.half()
	if err != nil {
		return err
	}
	if err := a.send("ABOR"); err != nil {
		return err
	}
	code, err := a.reply(426, 226)
	switch {
	case err != nil:
		return fmt.Errorf("ABOR: %w", err)
	case code == 226 && c.upload != "":
		return errors.New("ABOR: half of an upload was taken for all of it")
	}
	if _, err := a.reply(226, 225); err != nil {
		return fmt.Errorf("ABOR: %w", err)
	}
	// It may be reset.
	_ = under(c.data).Close()
	return a.mend(c)
}

// vanish breaks both connections off in the middle of a transfer, as a client does that is
// killed, and comes back.
func (a *actor) vanish(ctx context.Context) error {
	c, err := a.half()
	if err != nil {
		return err
	}
	if a.rand.IntN(2) == 0 {
		for _, conn := range []net.Conn{a.conn, c.data} {
			if tcp, ok := under(conn).(*net.TCPConn); ok {
				// Both are reset.
				if err := tcp.SetLinger(0); err != nil {
					return err
				}
			}
		}
	}
	err = a.drop()
	// Two processors may tell the server of both in another order, and what ends in order on
	// a session that is there is an upload (ARCHITECTURE.md).
	time.Sleep(20 * time.Millisecond)
	if err := errors.Join(err, under(c.data).Close()); err != nil {
		return err
	}
	if err := a.enter(ctx); err != nil {
		return err
	}
	return a.mend(c)
}

// mend goes on with an upload where it was cut, and sees that it is whole then. What has come
// of a new file is there under its name, for this.
func (a *actor) mend(c cut) error {
	if c.upload == "" {
		return nil
	}
	n, err := a.part(c.upload)
	if err != nil {
		return err
	}
	if n > len(c.all)/2+chunk {
		return fmt.Errorf("of %s there are %d octets, more than were sent", c.upload, n)
	}
	if _, err := a.do(350, "REST %d", n); err != nil {
		return err
	}
	return a.whole(c.upload, c.all, n)
}

// part returns how many octets there are of an upload that was cut. The server may not know
// yet that its client has gone.
func (a *actor) part(name string) (n int, err error) {
	for late := time.Now().Add(a.Patience); ; time.Sleep(10 * time.Millisecond) {
		if err = a.send("SIZE %s", name); err != nil {
			return 0, err
		}
		code, text, err := a.read(213, 550)
		switch {
		case err != nil:
			return 0, fmt.Errorf("SIZE: %w", err)
		case code == 213:
			return strconv.Atoi(text)
		case time.Now().After(late):
			return 0, fmt.Errorf("half of %s was uploaded, and nothing of it is there", name)
		}
	}
}
