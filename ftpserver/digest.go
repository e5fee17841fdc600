package ftpserver

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/storage"
)

// digester computes digests for all sessions, as many at once as there are
// processors, and remembers them.
type digester struct {
	turn  chan struct{} // holds one for each that is at work
	cache *digestCache
}

func newDigester(remember int) *digester {
	return &digester{turn: make(chan struct{}, runtime.GOMAXPROCS(0)), cache: newDigestCache(remember)}
}

// digest is what is to be computed: the octets from first up to, and without,
// end of a file. They are the stored ones, whatever TYPE is.
type digest struct {
	fs         storage.FS
	name, alg  string
	info       storage.Info // of the file, from just now
	first, end int64
}

// sum returns the digest, and adds to done how many octets it is through with. A
// file that is not, or no longer, as dg.info says is storage.ErrChanged.
func (d *digester) sum(ctx context.Context, dg digest, done *atomic.Int64) ([]byte, error) {
	key, keeps := digestKeyOf(dg.fs, dg.info, dg.alg, dg.first, dg.end)
	if keeps {
		if sum := d.cache.get(key); sum != nil {
			done.Add(dg.end - dg.first)
			return sum, nil
		}
	}
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	sum, err := dg.compute(ctx, done)
	// The version was the file's before the first octet was read and was so behind
	// the last. A fresh one it could have had in between for other contents.
	if err == nil && keeps && !dg.info.Fresh {
		d.cache.put(key, sum)
	}
	return sum, err
}

// compute has the storage compute the digest, if it can, or reads the file.
func (dg digest) compute(ctx context.Context, done *atomic.Int64) ([]byte, error) {
	h, ok := storage.NewHash(dg.alg)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	r := storage.Range{Off: dg.first, Len: dg.end - dg.first, Version: dg.info.Version}
	if hasher, ok := storage.As[storage.Hasher](dg.fs); ok {
		sum, err := hasher.Hash(ctx, dg.name, dg.alg, r)
		if err == nil {
			done.Add(dg.end - dg.first)
		}
		if !errors.Is(err, errors.ErrUnsupported) {
			return sum, err
		}
	}
	f, err := dg.fs.Open(ctx, dg.name, r)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	n, err := copyFile(countWriter{h, done}, ctxReader{ctx, f})
	if err != nil {
		return nil, err
	}
	if n != r.Len { // where there are no versions
		return nil, storage.ErrChanged
	}
	return h.Sum(nil), nil
}

// countWriter counts what goes through it.
type countWriter struct {
	w io.Writer
	n *atomic.Int64
}

func (c countWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n.Add(int64(n))
	return n, err
}
