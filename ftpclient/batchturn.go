package ftpclient

import (
	"context"
	"errors"
)

// batchTurn has many files moved over connections of the pool, one at a time. Between
// two turns, while nobody knows what is next, it holds none.
type batchTurn struct {
	cl    *Client
	lease *lease
	idle  func() // ends the use of the lease
	begun bool   // a file has begun in this turn
}

// batchWork is what is to be moved.
type batchWork interface {
	// wait waits until there is something to do, and reports false where there will be
	// nothing.
	wait(ctx context.Context) (bool, error)
	// work does what is known. Where it fails before a file has begun, it can be called
	// again with another connection.
	work(ctx context.Context, c *Conn) error
}

func (t *batchTurn) run(ctx context.Context, w batchWork) error {
	for {
		if ok, err := w.wait(ctx); !ok {
			return errors.Join(err, ctx.Err())
		}
		l, err := t.cl.pool.find(ctx, true)
		if err != nil {
			return err
		}
		l.hold()
		l.conn.strict = true
		t.lease, t.idle, t.begun = l, l.use(), false
		err = w.work(ctx, l.conn)
		t.idle()
		l.release()
		if errors.Is(err, errPairs) && ctx.Err() == nil {
			continue // they are asked for otherwise now
		}
		if err != nil && (t.begun || !again(ctx, l, true, err)) {
			return err
		}
	}
}

// tell calls a function of the caller's, who may do there what he likes: the
// connection does not count as used meanwhile, so that he is not kept waiting for it.
func (t *batchTurn) tell(fn func() error) error {
	t.idle()
	err := fn()
	t.idle = t.lease.use()
	return err
}
