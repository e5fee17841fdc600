package load

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// run is one Run.
type run struct {
	o       Options
	dir     string // the folder to list and to write in
	file    string // to download; "" if there is none but those that are written
	scratch string // the folder that was made; "" if none was
	workers []*worker
	text    []byte // what is written into files
}

// block is how much is read and written at once.
const block = 256 << 10

func newRun(o Options) *run {
	r := &run{o: o, dir: o.Path}
	for i := range o.Connections {
		r.workers = append(r.workers, &worker{run: r, num: i})
	}
	return r
}

// client returns a Client of one connection, for what is not measured.
func (r *run) client() *ftpclient.Client {
	o := r.o.Client
	o.MaxConns = 1
	return ftpclient.New(r.o.Addr, &o)
}

// look finds out what Path is, and so whether the server lets anybody in.
func (r *run) look(ctx context.Context) error {
	cl := r.client()
	defer cl.Close()
	info, err := cl.Stat(ctx, r.o.Path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		r.file = r.o.Path
		r.dir, _ = storage.Split(r.o.Path)
	}
	return nil
}

// makeScratch makes the folder for all that is written.
func (r *run) makeScratch(ctx context.Context) error {
	r.text = make([]byte, block)
	rand.Read(r.text) // nothing on the way can make it shorter
	cl := r.client()
	defer cl.Close()
	name := storage.Join(r.dir, "ferry-bench-"+rand.Text()[:10]+".tmp")
	r.scratch = name // from now on it may be there, whatever the answer
	err := cl.Mkdir(ctx, name)
	var refused *ftpclient.ReplyError
	if errors.As(err, &refused) {
		r.scratch = ""
	}
	return err
}

// sweepTime is how long removing the scratch folder may take, and sweepTries how often
// it is tried: a server may believe for a moment that the connections are still there.
const (
	sweepTime  = time.Minute
	sweepTries = 4
)

// sweep removes the scratch folder, even though ctx has ended.
func (r *run) sweep(ctx context.Context) error {
	if r.scratch == "" {
		return nil
	}
	r.hangUp()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sweepTime)
	defer cancel()
	var err error
	for try := range sweepTries {
		if try > 0 && wait(ctx, time.Second) != nil {
			break
		}
		if err = r.remove(ctx); err == nil {
			return nil
		}
	}
	return &ScratchError{r.scratch, err}
}

// remove removes what is in the scratch folder, which has no folders in it, and then
// itself.
func (r *run) remove(ctx context.Context) error {
	cl := r.client()
	defer cl.Close()
	var names []string
	for info, err := range cl.List(ctx, r.scratch) {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		names = append(names, info.Name)
	}
	for _, name := range names {
		err := cl.Remove(ctx, storage.Join(r.scratch, name), storage.KindFile)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	err := cl.Remove(ctx, r.scratch, storage.KindDir)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return err
}

// hangUp says goodbye on all connections.
func (r *run) hangUp() {
	ended := make(chan struct{})
	for _, w := range r.workers {
		go func() {
			w.quit(context.Background())
			ended <- struct{}{}
		}()
	}
	for range r.workers {
		<-ended
	}
}

// wait waits, or returns the error of ctx.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// path returns a name as a command has it, on a connection to the server.
func (r *run) path(c *ftpclient.Conn, name string) string {
	o := &r.o.Client
	if _, utf8 := c.Features()["UTF8"]; !o.Charset.IsUTF8() && (o.NoUTF8 || !utf8) {
		if octets, ok := o.Charset.Encode(name); ok {
			name = octets
		}
	}
	switch {
	case name == ".":
		return o.Root
	case o.Root != "":
		return strings.TrimSuffix(o.Root, "/") + "/" + name
	case strings.IndexByte(" -~", name[0]) >= 0:
		return "./" + name // some servers take these for something else
	}
	return name
}
