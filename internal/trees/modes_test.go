package trees_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
)

// counted counts the connections that the client makes.
type counted struct {
	*memnet.Net
	dials atomic.Int32
}

func (c *counted) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	conn, err := c.Net.Dial(ctx, network, local, address)
	if err == nil {
		c.dials.Add(1)
	}
	return conn, err
}

// overFTP is a Copier to a file system in memory behind ferry's own server and
// client.
func overFTP(t *testing.T, o ftpclient.Options) (b *bench, n *counted) {
	t.Helper()
	n = &counted{Net: memnet.New()}
	b = newBench()
	srv, err := ftpserver.New(ftpserver.Config{
		Net: n.Net, ModeZ: true, ASCII: ftp.CRNVT, MarkerInterval: 10_000,
		Login: func(context.Context, ftpserver.Credentials) (*ftpserver.Account, error) {
			return &ftpserver.Account{Name: "tester", FS: b.remote, Can: ftpserver.ReadWrite}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := n.Listen(t.Context(), "tcp", "127.0.0.1:21")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- srv.Serve(ln) }()
	o.Net = n
	cl := ftpclient.New(ln.Addr().String(), &o)
	t.Cleanup(func() {
		cl.Close()
		srv.Close()
		<-served
		if ends := n.OpenEnds(); len(ends) > 0 {
			t.Errorf("left open: %q", ends)
		}
	})
	b.Remote = cl
	b.Format = transfer.FormatOf(cl)
	return b, n
}

// sample is a small tree with what is at the edges of types and structures.
func sample() map[string]string {
	files := map[string]string{
		"empty":           "",
		"one":             "x",
		"line":            "a line\n",
		"unended":         "a line\nand half of one",
		"ends/lf":         strings.Repeat("\n", 1000),
		"ends/cr":         "a\rb\r\nc\r\r\nd\r",
		"ends/escapes":    "\xff\xff\x00\x01\n\xff\xff\xff\n\xff",
		"sub/sub/all":     allOctets(),
		"sub/runs":        strings.Repeat("a", 10_000) + strings.Repeat(" ", 500) + strings.Repeat("\x00", 300),
		"sub/blocks":      strings.Repeat("0123456789abcdef", 65536/16),
		"sub/long":        strings.Repeat("0123456789\r\nABC\n", 100_000/15),
		"sub/name with x": "blank",
	}
	for i := range 200 {
		files[fmt.Sprintf("many/%03d", i)] = strings.Repeat("small\n", i)
	}
	return files
}

func allOctets() string {
	var b strings.Builder
	for range 300 {
		for i := range 256 {
			b.WriteByte(byte(i))
		}
	}
	return b.String()
}

// TestModes moves a tree down and up again in every combination that brings files
// back as they were.
func TestModes(t *testing.T) {
	for _, typ := range []string{"I", "A N", "E N", "L 8"} {
		for _, stru := range "FR" {
			for _, mode := range "SBCZ" {
				p, err := ftp.Params{}.SetType(typ)
				if err != nil {
					t.Fatal(err)
				}
				p.Stru, p.Mode = byte(stru), byte(mode)
				t.Run(fmt.Sprintf("%s %c %c", typ, stru, mode), func(t *testing.T) {
					t.Parallel()
					b, _ := overFTP(t, ftpclient.Options{Params: p, MarkerEvery: 10_000})
					want := sample()
					fillTree(t, b.remote, "tree", want)
					if err := b.GetTree(t.Context(), "tree", "."); err != nil {
						t.Fatalf("GetTree: %v %q", err, b.told(transfer.Failed))
					}
					if b.Form != "" { // the files here are in the form that they have on the way
						want = files(t, b.local, ".")
						maps.DeleteFunc(want, func(name, _ string) bool { return strings.HasSuffix(name, "/") })
					}
					sameFiles(t, b.local, ".", want)
					if err := b.PutTree(t.Context(), ".", "back"); err != nil {
						t.Fatalf("PutTree: %v %q", err, b.told(transfer.Failed))
					}
					if p.Type == 'A' && p.Stru == 'F' { // CR LF goes up as it is, as everywhere, and is a line end then
						for name, text := range want {
							want[name] = strings.ReplaceAll(text, "\r\n", "\n")
						}
					}
					sameFiles(t, b.remote, "back", want)
				})
			}
		}
	}
}

func fillTree(t *testing.T, fsys storage.FS, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = storage.Join(root, name)
		dir, _ := storage.Split(name)
		makeAll(t, fsys, dir)
		write(t, fsys, name, []byte(text), then)
	}
}

func makeAll(t *testing.T, fsys storage.FS, dir string) {
	t.Helper()
	if dir == "." {
		return
	}
	if _, err := fsys.Stat(t.Context(), dir); err == nil {
		return
	}
	up, _ := storage.Split(dir)
	makeAll(t, fsys, up)
	if err := fsys.Mkdir(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
}

func sameFiles(t *testing.T, fsys storage.FS, root string, want map[string]string) {
	t.Helper()
	for name, text := range want {
		r, err := fsys.Open(t.Context(), storage.Join(root, name), storage.Range{})
		if err != nil {
			t.Error(err)
			continue
		}
		got, err := io.ReadAll(r)
		r.Close()
		if err != nil || string(got) != text {
			t.Errorf("%s differs: %d octets instead of %d, %v", name, len(got), len(text), err)
		}
	}
}

// Ten thousand small files come over one data connection, without anybody having
// asked for a mode that can do that.
func TestManyFilesOneConnection(t *testing.T) {
	files := 10_000
	if testing.Short() {
		files = 1000
	}
	b, n := overFTP(t, ftpclient.Options{})
	want := make(map[string]string)
	for i := range files {
		want[fmt.Sprintf("%05d", i)] = strings.Repeat("x", i%100)
	}
	fillTree(t, b.remote, "many", want)
	if err := b.GetTree(t.Context(), "many", "."); err != nil {
		t.Fatalf("GetTree: %v %q", err, b.told(transfer.Failed))
	}
	sameFiles(t, b.local, ".", want)
	if got := n.dials.Load(); got != 3 {
		t.Errorf("there were %d connections; it takes one for commands, one for the listing and one for the files", got)
	}
}

// In a mode that is chosen, uploads do so as well.
func TestManyUploadsOneConnection(t *testing.T) {
	for _, mode := range "BC" {
		b, n := overFTP(t, ftpclient.Options{Params: ftp.Params{Mode: byte(mode)}})
		want := make(map[string]string)
		for i := range 500 {
			want[fmt.Sprintf("%05d", i)] = strings.Repeat("x", i%100)
		}
		fillTree(t, b.local, ".", want)
		if err := b.PutTree(t.Context(), ".", "many"); err != nil {
			t.Fatalf("PutTree: %v %q", err, b.told(transfer.Failed))
		}
		sameFiles(t, b.remote, "many", want)
		if got := n.dials.Load(); got != 2 {
			t.Errorf("mode %c: there were %d connections; it takes one for commands and one for the files", mode, got)
		}
	}
}

// A file that changes while its folder is copied is copied as it is then.
func TestManyChanged(t *testing.T) {
	b, _ := overFTP(t, ftpclient.Options{})
	files := map[string]string{"a": "1", "b": "22", "c": "333", "d": "4444"}
	fillTree(t, b.remote, "dir", files)
	b.Remote = &meddled{b.Remote.(*ftpclient.Client), func() {
		write(t, b.remote, "dir/b", []byte("longer than it was"), then.Add(1))
		write(t, b.remote, "dir/c", pattern(1_000_000, 1), then.Add(1))
		if err := b.remote.Remove(t.Context(), "dir/d", storage.KindFile); err != nil {
			t.Error(err)
		}
	}}
	err := b.GetTree(t.Context(), "dir", ".")
	wantSome(t, err, 1, 4)
	if got := b.told(transfer.Failed); !strings.Contains(strings.Join(got, " "), "dir/d") {
		t.Errorf("failed: %q", got)
	}
	r, err := b.local.Open(t.Context(), "a", storage.Range{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); string(got) != "1" || err != nil {
		t.Errorf("a is %q, %v", got, err)
	}
}

// meddled does something right behind the first listing.
type meddled struct {
	*ftpclient.Client
	do func()
}

func (m *meddled) ReadFiles(ctx context.Context, list iter.Seq[string], fn func(string, io.Reader, error) error) error {
	if do := m.do; do != nil {
		m.do = nil
		do()
	}
	return m.Client.ReadFiles(ctx, list, fn)
}
