package mirror

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/seed-6092453b/ferry/storage"
)

// errCompare says that a copy is not what it was copied from.
var errCompare = errors.New("the copy differs from the file")

// verifyCopy compares a file of SRC with its copy: by a hash that both sides compute, else
// by one that only one of them does, the other being read, else both are read.
func (r *runner) verifyCopy(ctx context.Context, src, dst string) error {
	err := compareHashes(ctx, r.dst.FS, dst, r.src.FS, src)
	if !errors.Is(err, errors.ErrUnsupported) {
		return storage.PathError("verify", dst, err)
	}
	for _, alg := range storage.HashNames() {
		if want, err := ask(ctx, r.src.FS, src, alg); !errors.Is(err, errors.ErrUnsupported) {
			return r.compareRead(ctx, r.dst.FS, dst, alg, want, err)
		}
		if got, err := ask(ctx, r.dst.FS, dst, alg); !errors.Is(err, errors.ErrUnsupported) {
			return r.compareRead(ctx, r.src.FS, src, alg, got, err)
		}
	}
	alg := storage.HashNames()[0]
	want, err := storage.Hash(ctx, r.src.FS, src, alg, storage.Range{})
	return r.compareRead(ctx, r.dst.FS, dst, alg, want, err)
}

// compareRead compares the hash that one side has told with that of what the other has.
func (r *runner) compareRead(ctx context.Context, other storage.FS, name, alg string, told []byte, err error) error {
	if err != nil {
		return err
	}
	sum, err := storage.Hash(ctx, other, name, alg, storage.Range{})
	if err != nil {
		return err
	}
	return storage.PathError("verify", name, equal(alg, sum, told))
}

// compareHashes compares two files by a hash that both sides compute themselves;
// errors.ErrUnsupported if there is none.
func compareHashes(ctx context.Context, dst storage.FS, to string, src storage.FS, from string) error {
	for _, alg := range storage.HashNames() {
		want, err := ask(ctx, src, from, alg)
		if errors.Is(err, errors.ErrUnsupported) {
			continue
		} else if err != nil {
			return err
		}
		got, err := ask(ctx, dst, to, alg)
		if errors.Is(err, errors.ErrUnsupported) {
			continue
		} else if err != nil {
			return err
		}
		return equal(alg, got, want)
	}
	return errors.ErrUnsupported
}

// ask has an FS compute a hash; errors.ErrUnsupported if the file would have to be read.
func ask(ctx context.Context, fsys storage.FS, name, alg string) ([]byte, error) {
	h, ok := storage.As[storage.Hasher](fsys)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	return h.Hash(ctx, name, alg, storage.Range{})
}

func equal(alg string, got, want []byte) error {
	if bytes.Equal(got, want) {
		return nil
	}
	return fmt.Errorf("%w: its %s is %x, and that of the file %x", errCompare, alg, got, want)
}
