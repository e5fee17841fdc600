package transfer

import "sync"

const (
	// limited is how much goes over at once where there is a limit to its pace.
	limited = 32 << 10

	// ample is what there is to be copied from which on a large buffer pays: each
	// octet costs a fifth less.
	ample = 16 << 20
)

// buffer is what a copy goes through.
type buffer struct {
	b    []byte
	pool *sync.Pool // that it is given back to
}

var (
	buffers = pool(256 << 10)
	large   = pool(1 << 20)
)

// pool keeps buffers of one size.
func pool(size int) *sync.Pool {
	p := new(sync.Pool)
	p.New = func() any { return &buffer{make([]byte, size), p} }
	return p
}

// buffer returns a buffer for what there is to be copied. The caller frees it.
func (r *run) buffer() *buffer {
	pool := buffers
	if r.c.Limit == nil && r.size-r.done >= ample {
		pool = large
	}
	b := pool.Get().(*buffer)
	if r.c.Limit != nil {
		b.b = b.b[:limited]
	}
	return b
}

func (b *buffer) free() {
	b.b = b.b[:cap(b.b)]
	b.pool.Put(b)
}
