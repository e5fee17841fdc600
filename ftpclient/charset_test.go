package ftpclient_test

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/charset"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

func charsetOf(t testing.TB, name string) *charset.Charset {
	t.Helper()
	c, err := charset.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestStorageInCharset holds a client that translates names to the contract. EUC-JP is
// a charset in which the odd names of the contract are not mistaken for others.
func TestStorageInCharset(t *testing.T) {
	for _, no := range []bool{false, true} {
		storagetest.Run(t, storagetest.Options{
			New: func(t testing.TB) storage.FS {
				n := memnet.New()
				addr := serveFerry(t, n, mem.New(mem.Options{Capacity: 1 << 30}))
				cl := ftpclient.New(addr, &ftpclient.Options{Net: n, Charset: charsetOf(t, "EUC-JP"), NoUTF8: no})
				t.Cleanup(func() { cl.Close() })
				return cl
			},
			Names:    func(name string) bool { return !strings.ContainsAny(name, "\r\n") },
			Synctest: true,
			Remote:   true,
		})
	}
}

// namesOf lists a directory.
func namesOf(t testing.TB, fsys storage.FS, dir string) []string {
	t.Helper()
	var all []string
	for info, err := range fsys.List(t.Context(), dir) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, info.Name)
	}
	slices.Sort(all)
	return all
}

func TestCharset(t *testing.T) {
	for _, tt := range []struct {
		name   string
		noUTF8 bool
		made   string // what "新" is called on the server
	}{
		{"a server that has UTF-8", false, "新"},
		{"a server that only says so", true, "\xd0\xc2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := memnet.New()
			files := mem.New(mem.Options{Capacity: 1 << 30})
			addr := serveFerry(t, n, files)
			if err := files.Mkdir(t.Context(), "\xd6\xd0"); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"\xd6\xd0/\xce\xc4", "\xd6\xd0/한", "\xd6\xd0/\xff"} {
				write(t, files, name)
			}
			cl := ftpclient.New(addr, &ftpclient.Options{Net: n, Charset: charsetOf(t, "GBK"), NoUTF8: tt.noUTF8})
			defer cl.Close()
			if got := namesOf(t, cl, "中"); !slices.Equal(got, []string{"文", "한", "\xff"}) {
				t.Errorf("the names are %q", got)
			}
			for _, name := range []string{"中/文", "中/한", "中/\xff"} {
				if info, err := cl.Stat(t.Context(), name); err != nil || info.Name != name[len("中/"):] {
					t.Errorf("%q: %+v, %v", name, info, err)
				}
			}
			write(t, cl, "中/新")
			if err := cl.Rename(t.Context(), "中/文", "中/文2"); err != nil {
				t.Error(err)
			}
			if _, err := files.Stat(t.Context(), "\xd6\xd0/"+tt.made); err != nil {
				t.Error(err)
			}
		})
	}
}

func write(t testing.TB, fsys storage.FS, name string) {
	t.Helper()
	w, err := fsys.Create(t.Context(), name, storage.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if _, err := io.WriteString(w, name); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Root is a name, too.
func TestCharsetOfRoot(t *testing.T) {
	n := memnet.New()
	files := mem.New(mem.Options{Capacity: 1 << 30})
	addr := serveFerry(t, n, files)
	if err := files.Mkdir(t.Context(), "\xd6\xd0"); err != nil {
		t.Fatal(err)
	}
	cl := ftpclient.New(addr, &ftpclient.Options{Net: n, Charset: charsetOf(t, "GBK"), NoUTF8: true, Root: "/中"})
	defer cl.Close()
	write(t, cl, "文")
	if _, err := files.Stat(t.Context(), "\xd6\xd0/\xce\xc4"); err != nil {
		t.Error(err)
	}
}

// In a directory that was listed, or made, a name costs what it costs otherwise.
func TestCharsetAsksNothingTwice(t *testing.T) {
	n := memnet.New()
	addr := serveFerry(t, n, mem.New(mem.Options{Capacity: 1 << 30}))
	sent := func(c *charset.Charset) int {
		count := 0
		cl := ftpclient.New(addr, &ftpclient.Options{Net: n, Charset: c, NoUTF8: true, MaxConns: 1, Trace: func(e ftpclient.TraceEvent) {
			if e.Sent && !strings.HasPrefix(e.Line, "OPTS") {
				count++
			}
		}})
		defer cl.Close()
		dir := "中 " + c.Name()
		if err := cl.Mkdir(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		before := count
		for _, name := range []string{"文", "新", "东"} {
			write(t, cl, dir+"/"+name)
		}
		if got := namesOf(t, cl, dir); len(got) != 3 {
			t.Errorf("the names are %q", got)
		}
		return count - before
	}
	plain, translated := sent(nil), sent(charsetOf(t, "GBK"))
	// The directory itself stands in one of which nothing is known.
	if more := translated - plain; more > 4 {
		t.Errorf("%d commands more", more)
	}
}

// UTF-8 is asked for where it may make a difference.
func TestAsksForUTF8(t *testing.T) {
	source := strings.Replace(newServer, "S:  EPSV\n", "S:  EPSV\nS:  UTF8\n", 1)
	mkd := "C: MKD d\nS: 257 \"/d\"\n"
	for _, tt := range []struct {
		name, asked string
		o           ftpclient.Options
	}{
		{"without a charset", "", ftpclient.Options{}},
		{"with one", "C: OPTS UTF8 ON\nS: 200 UTF-8.\n", ftpclient.Options{Charset: charsetOf(t, "GBK")}},
		{"with UTF-8", "", ftpclient.Options{Charset: charset.UTF8}},
		{"refused", "C: OPTS UTF8 ON\nS: 501 Always.\n", ftpclient.Options{Charset: charsetOf(t, "GBK")}},
		{"unwanted", "", ftpclient.Options{Charset: charsetOf(t, "GBK"), NoUTF8: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			withClient(t, source+tt.asked+mkd, tt.o, func(t *testing.T, cl *ftpclient.Client) {
				if err := cl.Mkdir(t.Context(), "d"); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// As long as the server cannot be asked, nothing is known of its names.
func TestCharsetUnreachable(t *testing.T) {
	cl := ftpclient.New("127.0.0.1:21", &ftpclient.Options{Net: memnet.New(), Charset: charsetOf(t, "GBK")})
	defer cl.Close()
	calls := map[string]func() error{
		"Stat":    func() error { _, err := cl.Stat(t.Context(), "文"); return err },
		"Open":    func() error { _, err := cl.Open(t.Context(), "文", storage.Range{}); return err },
		"Create":  func() error { _, err := cl.Create(t.Context(), "文", storage.CreateOptions{}); return err },
		"Mkdir":   func() error { return cl.Mkdir(t.Context(), "文") },
		"Remove":  func() error { return cl.Remove(t.Context(), "文", storage.KindFile) },
		"Rename":  func() error { return cl.Rename(t.Context(), "文", "中") },
		"SetAttr": func() error { return cl.SetAttr(t.Context(), "文", storage.Attr{}) },
		"List": func() (err error) {
			for _, err = range cl.List(t.Context(), "文") {
			}
			return err
		},
	}
	for what, call := range calls {
		var ce *ftpclient.ConnError
		if err := call(); !errors.As(err, &ce) || ce.Op != "connect" {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Names with CR go over as CR NUL (RFC 2640, 3.1), and come back so.
func TestCarriageReturn(t *testing.T) {
	script := oldServer + `
C< "MKD a\r\x00b\r\n"
S< "257 \"/a\r\x00b\" made.\r\n"
`
	withConn(t, script, ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
		r, err := c.Do(t.Context(), "MKD", "a\rb")
		if path, ok := ftp.UnquotePath(r.Text()); err != nil || !ok || path != "/a\rb" {
			t.Errorf("%q, %v", path, err)
		}
		if _, err := c.Do(t.Context(), "MKD", "a\r\nb"); !errors.Is(err, storage.ErrName) {
			t.Errorf("a line feed: %v", err)
		}
	})
}

// Restarts and reading many files translate names, too.
func TestCharsetOfManyFiles(t *testing.T) {
	n := memnet.New()
	files := mem.New(mem.Options{Capacity: 1 << 30})
	addr := serveFerry(t, n, files)
	var names []string
	for i := range 1200 {
		name := "文" + strconv.Itoa(i)
		write(t, files, strings.Replace(name, "文", "\xce\xc4", 1))
		names = append(names, name)
	}
	names = append(names, "none", "文7", "a//b")
	cl := ftpclient.New(addr, &ftpclient.Options{Net: n, Charset: charsetOf(t, "GBK"), NoUTF8: true, MaxConns: 1})
	defer cl.Close()
	namesOf(t, cl, ".")
	seen := make(map[string]int)
	err := cl.ReadFiles(t.Context(), slices.Values(names), func(name string, r io.Reader, err error) error {
		seen[name]++
		var pe *fs.PathError
		switch {
		case !strings.HasPrefix(name, "文"):
			if !errors.As(err, &pe) || pe.Path != name {
				t.Errorf("%q: %v", name, err)
			}
			return nil
		case err != nil:
			return err
		}
		data, err := io.ReadAll(r)
		if want := strings.Replace(name, "文", "\xce\xc4", 1); string(data) != want {
			t.Errorf("%q holds %q", name, data)
		}
		return err
	})
	if err != nil || len(seen) != len(names)-1 || seen["文7"] != 2 {
		t.Errorf("%d files, %v", len(seen), err)
	}
	f, err := cl.OpenAt(t.Context(), "文7", ftpclient.Restart{})
	if err != nil {
		t.Fatal(err)
	}
	if data, err := io.ReadAll(f); err != nil || string(data) != "\xce\xc47" || f.Info().Name != "文7" {
		t.Errorf("%q holds %q, %v", f.Info().Name, data, err)
	}
	f.Close()
	w, err := cl.CreateAt(t.Context(), "新", storage.CreateOptions{}, ftpclient.Restart{})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := w.Commit(t.Context()); err != nil || info.Name != "新" {
		t.Errorf("%+v, %v", info, err)
	}
	if _, err := files.Stat(t.Context(), "\xd0\xc2"); err != nil {
		t.Error(err)
	}
}

// What is not of a file system translates names, too.
func TestCharsetOfWholeTrees(t *testing.T) {
	n := memnet.New()
	files := mem.New(mem.Options{})
	addr := serveFerry(t, n, files)
	cl := ftpclient.New(addr, &ftpclient.Options{Net: n, Charset: charsetOf(t, "GBK"), NoUTF8: true})
	defer cl.Close()
	if err := cl.MkdirAll(t.Context(), "中/新/文"); err != nil {
		t.Fatal(err)
	}
	write(t, cl, "中/新/文/한")
	if got, err := cl.TreeSize(t.Context(), "中"); err != nil || got != int64(len("中/新/文/한")) {
		t.Errorf("%d octets, %v", got, err)
	}
	if _, err := files.Stat(t.Context(), "\xd6\xd0/\xd0\xc2/\xce\xc4/한"); err != nil {
		t.Error(err)
	}
	if err := cl.RemoveTree(t.Context(), "中/新"); err != nil {
		t.Error(err)
	}
	if got := namesOf(t, files, "\xd6\xd0"); len(got) != 0 {
		t.Errorf("left are %q", got)
	}
	var pe *fs.PathError
	if err := cl.RemoveTree(t.Context(), "中/新"); !errors.As(err, &pe) || pe.Path != "中/新" {
		t.Errorf("of none: %v", err)
	}
}
