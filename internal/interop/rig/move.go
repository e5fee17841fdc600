package rig

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// Upload stores a local file from the offset of o on.
func Upload(ctx context.Context, cl *ftpclient.Client, local, remote string, o storage.CreateOptions) error {
	f, err := os.Open(local)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Seek(o.Offset, io.SeekStart); err != nil {
		return err
	}
	w, err := cl.Create(ctx, remote, o)
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := io.Copy(w, f); err != nil {
		return err
	}
	_, err = w.Commit(ctx)
	return err
}

// Download fetches a file from an offset on, which is how much there is of it.
func Download(ctx context.Context, cl *ftpclient.Client, remote, local string, off int64) error {
	r, err := cl.Open(ctx, remote, storage.Range{Off: off})
	if err != nil {
		return err
	}
	defer r.Close()
	f, err := os.OpenFile(local, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(f, r)
	return errors.Join(err, r.Close(), f.Close())
}
