package conformance

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// get downloads a file, or goes on with a download that was cut.
func (u *libraryUser) get(ctx context.Context, cl *ftpclient.Client, name, local string) error {
	from, flags := cutDownload{}, os.O_CREATE|os.O_WRONLY|os.O_TRUNC
	if u.j.Task == TaskResume || u.j.Task == TaskResumeBlock {
		from = u.cut(local)
		flags = os.O_CREATE | os.O_WRONLY
	}
	f, err := os.OpenFile(local, flags, 0o666)
	if err != nil {
		return err
	}
	return errors.Join(u.fetch(ctx, cl, name, local, f, from), f.Close())
}

func (u *libraryUser) fetch(ctx context.Context, cl *ftpclient.Client, name, local string, f *os.File, from cutDownload) error {
	off, err := u.place(ctx, cl, name, f, &from)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Truncate(off), seek(f, off)); err != nil {
		return err
	}
	var r storage.Reader
	switch u.j.Task {
	case TaskGetBlock, TaskResumeBlock:
		r, err = cl.OpenAt(ctx, name, ftpclient.Restart{From: from.mark, OnMark: func(m ftpclient.Mark) error {
			from.mark = m
			u.remember(local, from)
			return nil
		}})
	default:
		r, err = cl.Open(ctx, name, storage.Range{Off: off})
	}
	if err != nil {
		return err
	}
	from.info = r.Info()
	u.remember(local, from)
	_, err = io.Copy(f, r)
	return errors.Join(err, r.Close())
}

// place returns where the download begins, in the local file: where it was cut, if the
// file on the server is still the same.
func (u *libraryUser) place(ctx context.Context, cl *ftpclient.Client, name string, f *os.File, from *cutDownload) (int64, error) {
	if u.j.Task != TaskResume && u.j.Task != TaskResumeBlock {
		return 0, nil
	}
	now, err := cl.Stat(ctx, name)
	if err != nil {
		return 0, err
	}
	if now.Size != from.info.Size || !now.ModTime.Equal(from.info.ModTime) {
		*from = cutDownload{}
		return 0, nil
	}
	if u.j.Task == TaskResumeBlock {
		return from.mark.Here.Off, nil
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (l *library) cut(local string) cutDownload {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cuts[local]
}

func (l *library) remember(local string, c cutDownload) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cuts[local] = c
}

func seek(f *os.File, off int64) error {
	_, err := f.Seek(off, io.SeekStart)
	return err
}
