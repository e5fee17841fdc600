package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// append appends the local file to the remote one. What a cut leaves there is not
// known to be part of it next time, so it is said how much arrived.
func (c *putCmd) append(ctx context.Context, r *remote) error {
	if r.url.Folder {
		return usagef("%s is a folder: name the file to append to", r.url)
	}
	if err := c.sendable(ctx, r); err != nil {
		return err
	}
	local, err := os.Open(c.Local)
	if err != nil {
		return err
	}
	defer local.Close()
	o := storage.CreateOptions{Mode: storage.Append}
	if info, err := local.Stat(); err == nil {
		o.SizeHint = info.Size()
	}
	w, err := r.Create(ctx, r.url.Path, o)
	if err != nil {
		return err
	}
	defer w.Abort()
	n, err := io.Copy(w, local)
	if err == nil {
		_, err = w.Commit(ctx)
	}
	if n > 0 {
		return hint(err, "up to %d octets of %s may have been appended", n, printable(c.Local))
	}
	return err
}

// sendable refuses a file that could not come back the same. One that is kept as
// records or pages is whole by itself alone.
func (c *putCmd) sendable(ctx context.Context, r *remote) error {
	local, err := openLocal(filepath.Dir(c.Local), disk.SyncAlways)
	if err != nil {
		return err
	}
	defer local.Close()
	info, err := local.Stat(ctx, filepath.Base(c.Local))
	if err != nil || info.Kind != storage.KindFile {
		return err // a pipe has no form
	}
	if info.Form != "" {
		err = hint(errors.ErrUnsupported, "the file has the form %s: put stores such a file without --append and --unique", info.Form)
	} else {
		err = r.Sends(info)
	}
	if err != nil {
		return storage.PathError("put", c.Local, err)
	}
	return nil
}

// unique stores the local file under a name that the server chooses.
func (c *putCmd) unique(ctx context.Context, s *stdio, r *remote) error {
	if err := c.sendable(ctx, r); err != nil {
		return err
	}
	local, err := os.Open(c.Local)
	if err != nil {
		return err
	}
	defer local.Close()
	name, err := r.StoreUnique(ctx, r.url.Path, local)
	if errors.Is(err, ftpclient.ErrUnnamed) {
		s.say("ferry: %s", message(err))
		return nil
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return s.json(jsonStored{r.url.Of(name)})
	}
	_, err = fmt.Fprintln(s.out, r.url.Of(name))
	return err
}

// jsonStored is what --json shows of what put --unique has stored.
type jsonStored struct {
	URL string `json:"url"`
}
