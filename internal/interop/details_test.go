package interop_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
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

// detail is something that ferry's client does beside moving files.
type detail struct {
	name string
	do   func(t *testing.T, cl *ftpclient.Client, root string) error
	// sent are the servers that can do it, with a command that has to be sent to
	// them; elsewhere it is errors.ErrUnsupported.
	sent map[string]string
}

var details = []detail{
	{"mode", func(t *testing.T, cl *ftpclient.Client, root string) error {
		mode := fs.FileMode(0o640)
		if err := cl.SetAttr(t.Context(), "dir/a", storage.Attr{Mode: &mode}); err != nil {
			return err
		}
		info, err := os.Stat(filepath.Join(root, "dir/a"))
		if err == nil && info.Mode().Perm() != mode {
			err = fmt.Errorf("the mode is %v", info.Mode())
		}
		return err
	}, map[string]string{"ProFTPD": "MFF UNIX.mode=640; dir/a", "Pure-FTPd": "SITE CHMOD 640 dir/a", "pyftpdlib": "SITE CHMOD 640 dir/a"}},

	{"time", func(t *testing.T, cl *ftpclient.Client, root string) error {
		when := time.Date(2003, 4, 5, 6, 7, 8, 0, time.UTC)
		if err := cl.SetAttr(t.Context(), "dir/a", storage.Attr{ModTime: when}); err != nil {
			return err
		}
		info, err := os.Stat(filepath.Join(root, "dir/a"))
		if err == nil && !info.ModTime().Equal(when) {
			err = fmt.Errorf("the time is %v", info.ModTime())
		}
		return err
	}, map[string]string{"ProFTPD": "MFMT 20030405060708 dir/a", "Pure-FTPd": "MFMT 20030405060708 dir/a", "pyftpdlib": "MFMT 20030405060708 dir/a"}},

	{"group", func(t *testing.T, cl *ftpclient.Client, root string) error {
		return cl.SetAttr(t.Context(), "dir/a", storage.Attr{Group: "65534"})
	}, map[string]string{"ProFTPD": "MFF UNIX.group=65534; dir/a"}},

	{"a name of the server's", func(t *testing.T, cl *ftpclient.Client, root string) error {
		name, err := cl.StoreUnique(t.Context(), "dir", strings.NewReader("unique"))
		if err != nil {
			return err
		}
		got, err := os.ReadFile(filepath.Join(root, name))
		if err == nil && string(got) != "unique" {
			err = fmt.Errorf("%s holds %q", name, got)
		}
		return err
	}, everywhere("STOU")},

	{"folders of folders", func(t *testing.T, cl *ftpclient.Client, root string) error {
		for range 2 {
			if err := cl.MkdirAll(t.Context(), "dir/x y/z"); err != nil {
				return err
			}
		}
		_, err := os.Stat(filepath.Join(root, "dir/x y/z"))
		return err
	}, map[string]string{"ProFTPD": "SITE MKDIR dir/x y/z", "vsftpd": "MKD dir/x y/z", "Pure-FTPd": "MKD dir/x y/z", "pyftpdlib": "MKD dir/x y/z"}},

	{"a tree away", func(t *testing.T, cl *ftpclient.Client, root string) error {
		if err := cl.MkdirAll(t.Context(), "dir/tree/with/branches"); err != nil {
			return err
		}
		if err := cl.RemoveTree(t.Context(), "dir/tree"); err != nil {
			return err
		}
		if _, err := os.Stat(filepath.Join(root, "dir/tree")); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the tree is still there: %v", err)
		}
		return nil
	}, map[string]string{"ProFTPD": "SITE RMDIR dir/tree"}},

	{"a tree's size", func(t *testing.T, cl *ftpclient.Client, root string) error {
		n, err := cl.TreeSize(t.Context(), "dir/sized")
		if err == nil && n != 10 {
			err = fmt.Errorf("the size is %d", n)
		}
		return err
	}, everywhere("TYPE I")},

	{"a range", func(t *testing.T, cl *ftpclient.Client, root string) error {
		for range 2 { // the connection is in step afterwards
			r, err := cl.Open(t.Context(), "dir/large", storage.Range{Off: 1 << 20, Len: 5})
			if err != nil {
				return err
			}
			got, err := io.ReadAll(r)
			if err := errors.Join(err, r.Close()); err != nil {
				return err
			}
			if string(got) != "abcde" {
				return fmt.Errorf("the range is %q", got)
			}
		}
		return nil
	}, map[string]string{"ProFTPD": "RANG 1048576 1048580", "vsftpd": "ABOR", "Pure-FTPd": "ABOR", "pyftpdlib": "ABOR"}},

	{"a range written", func(t *testing.T, cl *ftpclient.Client, root string) error {
		w, err := cl.Create(t.Context(), "dir/sized/b", storage.CreateOptions{Mode: storage.Resume, Offset: 2, Len: 3})
		if err != nil {
			return err
		}
		defer w.Abort()
		if _, err := io.WriteString(w, "XYZ"); err != nil {
			return err
		}
		if _, err := w.Commit(t.Context()); err != nil {
			return err
		}
		got, err := os.ReadFile(filepath.Join(root, "dir/sized/b"))
		if err == nil && string(got) != "01XYZ56" {
			err = fmt.Errorf("the file holds %q", got)
		}
		return err
	}, map[string]string{"ProFTPD": "RANG 2 4"}},

	{"room for a large file", func(t *testing.T, cl *ftpclient.Client, root string) error {
		w, err := cl.Create(t.Context(), "dir/hinted", storage.CreateOptions{SizeHint: 16 << 20})
		if err != nil {
			return err
		}
		defer w.Abort()
		_, err = w.Commit(t.Context())
		return err
	}, everywhere("ALLO 16777216")},
}

// everywhere is a command that all servers are sent.
func everywhere(command string) map[string]string {
	all := make(map[string]string)
	for _, s := range peers.Servers() {
		all[s.Name] = command
	}
	return all
}

// TestDetails lets ferry's client do with every foreign server what is more than
// moving files, by the command that the server has for it.
func TestDetails(t *testing.T) {
	for _, s := range peers.Servers() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			tg := peers.Start(t, s, peers.IPv4)
			for name, text := range map[string]string{"a": "hello", "sized/a": "abc", "sized/b": "0123456",
				"large": strings.Repeat("-", 1<<20) + "abcdefgh" + strings.Repeat("-", 8<<20)} {
				name = filepath.Join(tg.Root, "dir", name)
				check(t, os.MkdirAll(filepath.Dir(name), 0o777))
				check(t, os.WriteFile(name, []byte(text), 0o666))
				rig.Own(t, filepath.Dir(name), name, filepath.Join(tg.Root, "dir"))
			}
			for _, d := range details {
				t.Run(d.name, func(t *testing.T) {
					var log rig.Dialogue
					cl := ftpclient.New(tg.Addr(), &ftpclient.Options{User: tg.User, Password: tg.Password, Trace: log.Trace})
					defer cl.Close()
					err := d.do(t, cl, tg.Root)
					want, can := d.sent[s.Name]
					if can && err != nil || !can && !errors.Is(err, errors.ErrUnsupported) {
						t.Errorf("%v", err)
					}
					cl.Close()
					if can && !strings.Contains(strings.Join(log.Sent(), "\n")+"\n", want+"\n") {
						t.Errorf("%q was not sent", want)
					}
					if t.Failed() {
						t.Log(log.String())
					}
				})
			}
		})
	}
}

// TestLoginDetails logs in at every foreign server with all that a login may have
// and few servers know.
func TestLoginDetails(t *testing.T) {
	for _, s := range peers.Servers() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			tg := peers.Start(t, s, peers.IPv4)
			var log rig.Dialogue
			c, err := ftpclient.Dial(t.Context(), tg.Addr(), &ftpclient.Options{
				User: tg.User, Password: tg.Password, Account: "nobody wants it",
				VirtualHost: tg.Host, Lang: "zh-CN", Trace: log.Trace,
			})
			if err != nil {
				t.Fatalf("%v\n%s", err, log.String())
			}
			defer c.Quit(t.Context())
			for range 2 {
				if _, err := c.Do(t.Context(), "PWD"); err != nil {
					t.Errorf("%v\n%s", err, log.String())
				}
				// Some servers refuse another user, or the same once more.
				if err := c.Relogin(t.Context(), tg.User, tg.Password, ""); err != nil && !errors.Is(err, ftpclient.ErrLogin) {
					t.Errorf("%v\n%s", err, log.String())
				}
			}
		})
	}
}
