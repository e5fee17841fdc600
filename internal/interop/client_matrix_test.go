package interop_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
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
	var log rig.Dialogue
	mode := map[peers.Mode]ftpclient.DataMode{
		peers.Passive: ftpclient.DataPassive,
		peers.Active:  ftpclient.DataActive,
	}[j.Mode]
	cl := ftpclient.New(tg.Addr(), &ftpclient.Options{
		User: tg.User, Password: tg.Password, Data: mode, Trace: log.Trace,
	})
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(log.String())
		}
	})
	out, err := work(ctx, cl, tg, j)
	if err := errors.Join(err, cl.Close()); err != nil {
		t.Fatal(err)
	}
	return peers.Result{Out: out, Sent: log.Sent()}
}

// work does a job and returns what a listing shows.
func work(ctx context.Context, cl *ftpclient.Client, tg peers.Target, j peers.Job) (string, error) {
	switch j.Op {
	case peers.Upload:
		return "", rig.Upload(ctx, cl, j.Local, j.Remote, storage.CreateOptions{})
	case peers.ResumeUpload:
		return "", rig.Upload(ctx, cl, j.Local, j.Remote, storage.CreateOptions{Mode: storage.Resume, Offset: j.Offset})
	case peers.Download:
		return "", rig.Download(ctx, cl, j.Remote, j.Local, 0)
	case peers.ResumeDownload:
		return "", rig.Download(ctx, cl, j.Remote, j.Local, j.Offset)
	case peers.List:
		return list(ctx, cl, tg, j.Remote)
	case peers.Rename:
		return "", cl.Rename(ctx, j.Remote, j.To)
	case peers.Delete:
		return "", cl.Remove(ctx, j.Remote, storage.KindFile)
	}
	return "", fmt.Errorf("nothing is known of the operation %q", j.Op)
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
