package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// worker is one connection, and what is done over it. It is used by one goroutine at a
// time, but for moved.
type worker struct {
	run   *run
	num   int
	conn  *ftpclient.Conn // nil: there is none
	moved atomic.Int64    // octets of files and listings

	large bool // its large file has been written
	small int  // how many of its small files have been written
	next  int  // the small file that is next
}

// dial connects and logs in, if that is not so already.
func (w *worker) dial(ctx context.Context) error {
	if w.conn != nil {
		return nil
	}
	c, err := ftpclient.Dial(ctx, w.run.o.Addr, &w.run.o.Client)
	if err == nil {
		w.conn = c
	}
	return err
}

// quit says goodbye.
func (w *worker) quit(ctx context.Context) error {
	if w.conn == nil {
		return nil
	}
	c := w.conn
	w.conn = nil
	return c.Quit(ctx)
}

// check closes the connection after an error that leaves none.
func (w *worker) check(err error) {
	if w.conn != nil && isLost(err) {
		w.conn.Close()
		w.conn = nil
	}
}

func (w *worker) visit(ctx context.Context) error {
	if err := w.dial(ctx); err != nil {
		return err
	}
	return w.quit(ctx)
}

func (w *worker) noop(ctx context.Context) error {
	_, err := w.conn.Do(ctx, "NOOP")
	return err
}

// list fetches a listing and reads nothing in it.
func (w *worker) list(ctx context.Context) error {
	verb := "LIST"
	if _, ok := w.conn.Features()["MLST"]; ok {
		verb = "MLSD"
	}
	return w.receive(ctx, verb, w.run.path(w.conn, w.run.dir))
}

func (w *worker) download(ctx context.Context) error {
	name := w.run.file
	if name == "" {
		name = w.largeName()
	}
	return w.receive(ctx, "RETR", w.run.path(w.conn, name))
}

// most is how much is thrown away at once.
const most = 1 << 20

// receive reads what a command sends, and throws it away.
func (w *worker) receive(ctx context.Context, verb, arg string) error {
	t, err := w.conn.Begin(ctx, ftpclient.Command{Verb: verb, Arg: arg})
	if err != nil {
		return err
	}
	for err == nil {
		var n int
		n, err = t.Discard(most)
		w.moved.Add(int64(n))
	}
	if err != io.EOF {
		t.Abort()
		return err
	}
	return t.Close()
}

// send writes a file of so many octets.
func (w *worker) send(ctx context.Context, name string, size int64) error {
	t, err := w.conn.Begin(ctx, ftpclient.Command{Verb: "STOR", Arg: w.run.path(w.conn, name)})
	if err != nil {
		return err
	}
	for size > 0 {
		n, err := t.Write(w.run.text[:min(size, block)])
		w.moved.Add(int64(n))
		size -= int64(n)
		if err != nil {
			return errors.Join(err, t.Abort())
		}
	}
	return t.Close()
}

func (w *worker) largeName() string {
	return storage.Join(w.run.scratch, "large-"+strconv.Itoa(w.num))
}

func (w *worker) smallName(i int) string {
	return storage.Join(w.run.scratch, fmt.Sprintf("small-%d-%d", w.num, i))
}

// share is how many of the small files are this worker's.
func (w *worker) share() int { return max(w.run.o.Files/len(w.run.workers), 1) }

func (w *worker) upload(ctx context.Context) error {
	err := w.send(ctx, w.largeName(), w.run.o.Size)
	w.large = err == nil // else part of it may be there
	return err
}

// putSmall writes the next small file, from the first again after the last.
func (w *worker) putSmall(ctx context.Context) error {
	i := w.next % w.share()
	if err := w.send(ctx, w.smallName(i), w.run.o.FileSize); err != nil {
		return err
	}
	w.small = max(w.small, i+1)
	w.next = i + 1
	return nil
}

// getSmall reads the next small file.
func (w *worker) getSmall(ctx context.Context) error {
	i := w.next % w.small
	w.next = i + 1
	return w.receive(ctx, "RETR", w.run.path(w.conn, w.smallName(i)))
}

// haveLarge writes the large file, unless it is there or is not needed.
func (w *worker) haveLarge(ctx context.Context) error {
	if w.run.file != "" || w.large {
		return nil
	}
	return w.upload(ctx)
}

// haveSmall writes the small files that are not there.
func (w *worker) haveSmall(ctx context.Context) error {
	for w.small < w.share() {
		w.next = w.small
		if err := w.putSmall(ctx); err != nil {
			return err
		}
	}
	w.next = 0
	return nil
}

// isLost reports whether err means that the control connection is of no use any more.
func isLost(err error) bool {
	var refused *ftpclient.ReplyError
	var failed *ftpclient.ConnError
	return errors.As(err, &failed) && !failed.Data || errors.As(err, &refused) && refused.Reply.Code == ftp.CodeClosing ||
		errors.Is(err, ftpclient.ErrClosed) || ftp.IsProtocolError(err)
}
