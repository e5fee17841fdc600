package distance

import (
	"context"
	"net"
	"strconv"
	"time"
)

// A link is a connection in two parts: near, which was accepted, and the one that is
// made to the address to.
type link struct {
	near net.Conn
	to   string

	// reversed: near is the server's, in active mode.
	reversed bool
	// talk, if not nil, makes it a control connection.
	talk *dialogue
}

// join makes the second part and carries octets both ways until both have ended.
func (r *Relay) join(ctx context.Context, k link) {
	if k.talk != nil {
		r.count.control.Add(1)
	} else {
		r.count.data.Add(1)
		r.data.add(1)
		defer r.data.add(-1)
	}
	half := r.o.RTT / 2
	stands := time.Now().Add(3 * half) // the third segment of the handshake arrives
	up := &lane{from: k.near, half: half, floor: stands, read: func(n int) { r.count.up.Add(int64(n)) }}
	down := &lane{to: k.near, half: half, floor: stands.Add(half), read: func(n int) { r.count.down.Add(int64(n)) }}
	if k.reversed {
		up.read, down.read = down.read, up.read
	}
	if k.talk != nil {
		k.talk.between(r, up, down)
	}
	inline(k.near)
	up.start()
	defer close(up.gone)

	if !until(stands, ctx.Done()) {
		return
	}
	far, err := r.o.Net.Dial(ctx, "tcp", nil, k.to)
	if err != nil {
		until(down.floor, ctx.Done())
		reset(k.near)
		return
	}
	defer far.Close()
	inline(far)
	up.to, down.from = far, far
	if k.talk != nil {
		k.talk.meet(k.near, far)
	}
	down.start()
	defer close(down.gone)
	r.carry(ctx, up, down)
}

// carry runs both lanes. Where one of them breaks, both connections are reset.
func (r *Relay) carry(ctx context.Context, lanes ...*lane) {
	// What waits in a read or in a write wakes up when its connection is closed.
	broken := func() {
		for _, l := range lanes {
			reset(l.from)
		}
	}
	defer context.AfterFunc(ctx, broken)()
	ended := make(chan error)
	for _, l := range lanes {
		r.work.Go(func() { ended <- l.run(ctx.Done()) })
	}
	for range lanes {
		if err := <-ended; err != nil {
			broken()
		}
	}
}

func joined(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }
