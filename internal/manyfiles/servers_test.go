package manyfiles_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// turns counts how often commands are sent after something was heard, and what else costs
// a round trip.
type turns struct {
	mu    sync.Mutex
	n     int
	heard bool

	hands int // data connections under TLS
	again int // of these, those whose handshake the server had begin again
}

func (c *turns) trace(e ftpclient.TraceEvent) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.TLS != nil {
		if e.Data {
			c.hands++
		}
		if e.Data && e.TLS.HelloRetryRequest {
			c.again++
		}
		return
	}
	if e.Sent && c.heard {
		c.n++
	}
	c.heard = !e.Sent
}

// since returns what was added since a number of turns.
func (c *turns) since(before int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n - before
}

const files = 60

// contents are small files of many sizes by name, some of which are not for every server.
func contents() map[string][]byte {
	all := make(map[string][]byte)
	for i := range files {
		name := fmt.Sprintf("%02d file", i)
		switch i % 10 {
		case 3:
			name += " [x]"
		case 5:
			name = "ümlaut " + name
		}
		all[name] = bytes.Repeat([]byte(name+"\n"), i*i)
	}
	return all
}

// most is how many turns a file may cost: a part of one where several files are asked for
// together with their ports, one where the port of the next one is asked for
// together with it, and else two, for uploads with the time that is set and the size that
// is compared.
var most = map[string]struct{ down, up float64 }{
	"vsftpd":    {1.2, 1.3},
	"ProFTPD":   {1.2, 1.3},
	"Pure-FTPd": {0.4, 2.2},
	"pyftpdlib": {2.1, 2.2},
}

// TestServers stores and reads files, and leaves none behind in another's place.
func TestServers(t *testing.T) {
	ca := peers.NewAuthority(t)
	for _, s := range peers.Servers() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			tg := peers.Start(t, s, peers.IPv4)
			moves(t, s.Name, tg, ftpclient.Options{Security: ftpclient.SecurityOff})
		})
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			cell := peers.TLSCell{Version: version}
			t.Run(s.Name+"/"+tls.VersionName(version), func(t *testing.T) {
				if proof := s.CannotTLS(cell); proof != "" {
					t.Skip(proof)
				}
				t.Parallel()
				tg := peers.StartTLS(t, s, peers.IPv4, peers.Protection{TLSCell: cell, Authority: ca})
				moves(t, s.Name, tg, ftpclient.Options{
					Security: ftpclient.SecurityExplicit,
					TLS:      ftpclient.TLS{Config: &tls.Config{RootCAs: tg.TLS.Roots, MinVersion: version, MaxVersion: version}},
				})
			})
		}
	}
}

func moves(t *testing.T, server string, tg peers.Target, o ftpclient.Options) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var count turns
	o.User, o.Password, o.MaxConns = tg.User, tg.Password, 1
	o.Trace, o.Log = count.trace, slog.New(slog.NewTextHandler(t.Output(), nil))
	cl := ftpclient.New(tg.Addr(), &o)
	defer cl.Close()
	dir := filepath.Join(tg.Root, "many")
	if err := errors.Join(os.Mkdir(dir, 0o777), os.Chmod(dir, 0o777)); err != nil {
		t.Fatal(err)
	}
	want := contents()
	names := slices.Sorted(maps.Keys(want))
	at := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)

	before := count.since(0)
	var stored []string
	for len(stored) < len(names) {
		err := write(ctx, cl, names[len(stored):], want, at, func(name string) { stored = append(stored, name) })
		if err != nil && !again(err) {
			t.Fatalf("after %d files: %v", len(stored), err)
		}
	}
	up := float64(count.since(before)) / files
	before = count.since(0)
	got := make(map[string][]byte)
	err := cl.ReadFiles(ctx, func(yield func(string) bool) {
		for _, name := range names {
			if !yield("many/" + name) {
				return
			}
		}
	}, func(name string, r io.Reader, err error) error {
		if err != nil {
			return err
		}
		b, err := io.ReadAll(r)
		got[strings.TrimPrefix(name, "many/")] = b
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	down := float64(count.since(before)) / files
	t.Logf("turns for a file: %.2f down, %.2f up", down, up)
	// Under TLS 1.3 an upload may have to be sent again, since some servers lose the end.
	if m := most[server]; down > m.down || o.Security == ftpclient.SecurityOff && up > m.up {
		t.Errorf("turns for a file: %.2f down, %.2f up; want at most %.2f, %.2f", down, up, m.down, m.up)
	}
	if count.again > 0 {
		t.Errorf("of %d handshakes on data connections the server had %d begin again, though it had told what it has on the control connection", count.hands, count.again)
	}
	root, err := disk.Open(tg.Root, disk.Options{Sync: disk.SyncNever})
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	sets := cl.Features().Has(storage.CanSetTime)
	for name, data := range want {
		if !bytes.Equal(got[name], data) {
			t.Errorf("%q came back with %d octets, want %d", name, len(got[name]), len(data))
		}
		info, err := root.Stat(ctx, "many/"+name)
		if err != nil || info.Size != int64(len(data)) || sets && !info.ModTime.Equal(at) {
			t.Errorf("%q is of %d octets and %v there, %v", name, info.Size, info.ModTime, err)
		}
	}
}

// write stores files and tells of each that is.
func write(ctx context.Context, cl *ftpclient.Client, names []string, want map[string][]byte, at time.Time, done func(string)) error {
	return cl.WriteFiles(ctx, func(yield func(storage.NewFile) bool) {
		for _, name := range names {
			open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(want[name])), nil }
			if !yield(storage.NewFile{Name: "many/" + name, Size: int64(len(want[name])), ModTime: at, Open: open}) {
				return
			}
		}
	}, func(name string, _ storage.Info, err error) error {
		if err == nil {
			done(strings.TrimPrefix(name, "many/"))
		}
		return err
	})
}

// again reports whether an error says that the same will succeed next time.
func again(err error) bool {
	var t interface{ TryAgain() bool }
	return errors.As(err, &t) && t.TryAgain()
}
