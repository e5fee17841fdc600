package transfer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

const (
	// proof is how many octets at the end of what is there are compared with the
	// source before anything is added.
	proof = 64 << 10

	// seam is how many octets a segment is compared with the one behind it.
	seam = 16 << 10
)

// wrongPart says that what there is of a copy is no part of the source. The copy has to
// begin anew.
type wrongPart struct{ why string }

func (e *wrongPart) Error() string { return e.why }

// errOther is what a comparison ends in.
var errOther = &wrongPart{"the end of what is there is not what the source has in its place"}

// openProven opens a file within r, after the n octets before r.Off were compared with
// those that same has there. If they are others the error is errOther.
func openProven(ctx context.Context, fsys storage.FS, name string, r storage.Range, n int64, same storage.FS, sameName string) (storage.Reader, error) {
	n = min(n, proof)
	here, err := readRange(ctx, same, sameName, storage.Range{Off: r.Off - n, Len: n})
	if err != nil {
		return nil, err
	}
	r.Off -= n
	if r.Len > 0 {
		r.Len += n
	}
	src, err := fsys.Open(ctx, name, r)
	if err != nil {
		return nil, err
	}
	there := make([]byte, n)
	if _, err := io.ReadFull(src, there); err != nil && !shorter(err) {
		src.Close()
		return nil, err
	}
	if !bytes.Equal(here, there) {
		src.Close()
		return nil, errOther
	}
	return src, nil
}

// proven compares the end of a remote file, of that size, with what local has from off
// on: the error is errOther if they differ. Where the server lets nobody read the file
// its hash is compared, if there is one, with errors.ErrUnsupported if there is none.
func (c *Copier) proven(ctx context.Context, remote, local string, off, size int64) error {
	n := min(size, proof)
	there, err := readRange(ctx, c.Remote, remote, storage.Range{Off: size - n, Len: n})
	if unreadable(err) {
		return c.provenByHash(ctx, remote, local, off, size)
	}
	if err != nil {
		return err
	}
	here, err := readRange(ctx, c.Local, local, storage.Range{Off: off + size - n, Len: n})
	if err == nil && !bytes.Equal(here, there) {
		err = errOther
	}
	return err
}

// unreadable reports whether a file that is there cannot be read from its middle, or at
// all.
func unreadable(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist)
}

func (c *Copier) provenByHash(ctx context.Context, remote, local string, off, size int64) error {
	h, ok := storage.As[storage.Hasher](c.Remote)
	if !ok {
		return errors.ErrUnsupported
	}
	for _, alg := range storage.HashNames() {
		there, err := h.Hash(ctx, remote, alg, storage.Range{})
		if unreadable(err) {
			continue
		} else if err != nil {
			return err
		}
		here, err := storage.Hash(ctx, c.Local, local, alg, storage.Range{Off: off, Len: size})
		if err == nil && !bytes.Equal(here, there) {
			err = errOther
		}
		return err
	}
	return errors.ErrUnsupported
}

// readRange reads r.Len octets, which may be none.
func readRange(ctx context.Context, fsys storage.FS, name string, r storage.Range) ([]byte, error) {
	if r.Len == 0 {
		return nil, nil
	}
	f, err := fsys.Open(ctx, name, r)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, r.Len)
	n, err := io.ReadFull(f, b)
	if shorter(err) {
		err = nil
	}
	return b[:n], err
}

// shorter reports whether a file ended before as many octets were read as were wanted.
func shorter(err error) bool {
	return err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF)
}
