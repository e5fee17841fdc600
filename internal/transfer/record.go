package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

// maxRecord bounds what is read of a file that should hold a record.
const maxRecord = 64 << 10

// load reads a record. It reports false if there is none that makes sense.
func load(ctx context.Context, fsys storage.FS, name string, record any) bool {
	r, err := fsys.Open(ctx, name, storage.Range{})
	if err != nil {
		return false
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxRecord))
	return err == nil && json.Unmarshal(b, record) == nil
}

// save writes a record, all or nothing.
func save(ctx context.Context, fsys storage.FS, name string, record any) error {
	b, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return err
	}
	w, err := fsys.Create(ctx, name, storage.CreateOptions{})
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := w.Write(append(b, '\n')); err != nil {
		return err
	}
	_, err = w.Commit(ctx)
	return err
}

// remove removes a file that may be missing.
func remove(ctx context.Context, fsys storage.FS, name string) error {
	err := fsys.Remove(ctx, name, storage.KindFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
