package interop_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage"
)

// TestClientMatrix lets ferry's client do every cell with every foreign server.
func TestClientMatrix(t *testing.T) {
	for _, s := range peers.Servers() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			peers.Matrix(t, ferryClient{}, func(t testing.TB, f peers.Family) peers.Target {
				return peers.Start(t, s, f)
			})
		})
	}
}

// ferryClient is ferry's own client, by way of the library.
type ferryClient struct{}

func (ferryClient) Name() string             { return "ferry" }
func (ferryClient) Package() string          { return "" }
func (ferryClient) Cannot(peers.Cell) string { return "" }

func (ferryClient) Run(t testing.TB, tg peers.Target, j peers.Job) peers.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var log dialogue
	mode := map[peers.Mode]ftpclient.DataMode{
		peers.Passive: ftpclient.DataPassive,
		peers.Active:  ftpclient.DataActive,
	}[j.Mode]
	cl := ftpclient.New(tg.Addr(), &ftpclient.Options{
		User: tg.User, Password: tg.Password, Data: mode, Trace: log.trace,
	})
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(log.text.String())
		}
	})
	out, err := work(ctx, cl, tg, j)
	if err := errors.Join(err, cl.Close()); err != nil {
		t.Fatal(err)
	}
	log.mu.Lock()
	defer log.mu.Unlock()
	return peers.Result{Out: out, Sent: log.sent}
}

// work does a job and returns what a listing shows.
func work(ctx context.Context, cl *ftpclient.Client, tg peers.Target, j peers.Job) (string, error) {
	switch j.Op {
	case peers.Upload:
		return "", upload(ctx, cl, j.Local, j.Remote, storage.CreateOptions{})
	case peers.ResumeUpload:
		return "", upload(ctx, cl, j.Local, j.Remote, storage.CreateOptions{Mode: storage.Resume, Offset: j.Offset})
	case peers.Download:
		return "", download(ctx, cl, j.Remote, j.Local, 0)
	case peers.ResumeDownload:
		return "", download(ctx, cl, j.Remote, j.Local, j.Offset)
	case peers.List:
		return list(ctx, cl, tg, j.Remote)
	case peers.Rename:
		return "", cl.Rename(ctx, j.Remote, j.To)
	case peers.Delete:
		return "", cl.Remove(ctx, j.Remote, storage.KindFile)
	}
	return "", fmt.Errorf("nothing is known of the operation %q", j.Op)
}

// upload stores a local file from the offset of o on.
func upload(ctx context.Context, cl *ftpclient.Client, local, remote string, o storage.CreateOptions) error {
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

// download fetches a file from an offset on, which is how much there is of it.
func download(ctx context.Context, cl *ftpclient.Client, remote, local string, off int64) error {
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

// list lists a directory, and compares what the server said of each entry with
// what it has on its disk.
func list(ctx context.Context, cl *ftpclient.Client, tg peers.Target, dir string) (string, error) {
	var out strings.Builder
	for info, err := range cl.List(ctx, dir) {
		if err != nil {
			return "", err
		}
		fmt.Fprintln(&out, info.Name)
		fi, err := os.Stat(filepath.Join(tg.Root, filepath.FromSlash(dir), info.Name))
		if err != nil {
			return "", err
		}
		kind, size := storage.KindFile, fi.Size()
		if fi.IsDir() {
			kind, size = storage.KindDir, 0
		}
		// LIST tells minutes and no seconds.
		off := fi.ModTime().Sub(info.ModTime).Abs()
		if info.Kind != kind || info.Size != size || off >= time.Minute {
			return "", fmt.Errorf("%s is a %v of %d octets from %v, and was listed as %+v", info.Name, kind, size, fi.ModTime().UTC(), info)
		}
	}
	return out.String(), nil
}

// dialogue takes down what goes over control connections.
type dialogue struct {
	mu   sync.Mutex
	sent []string
	text strings.Builder
}

func (d *dialogue) trace(e ftpclient.TraceEvent) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !e.Sent {
		fmt.Fprintf(&d.text, "%d< %s%v\n", e.Conn, e.Line, e.Reply)
		return
	}
	fmt.Fprintf(&d.text, "%d> %s\n", e.Conn, e.Line)
	d.sent = append(d.sent, e.Line)
}
