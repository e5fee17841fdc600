package ftpserver_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
)

// A small upload that has come before it is announced is stored at once, and what is said
// of it is one segment. What has come of another is not lost, nor stored twice.
func TestPromptUpload(t *testing.T) {
	for _, tt := range []struct {
		name   string
		verb   string
		before int // octets that come before the command
		later  int // and after the 150
		reset  bool
		old    string
		code   ftp.Code
		once   bool // 150 and 226 come together for certain
		kept   string
	}{
		{name: "whole", verb: "STOR", before: 4096, code: ftp.CodeDone, once: true},
		{name: "empty", verb: "STOR", code: ftp.CodeDone, once: true},
		{name: "in place of another", verb: "STOR", before: 4096, old: "old", code: ftp.CodeDone, once: true},
		{name: "behind another", verb: "APPE", before: 4096, old: "old", code: ftp.CodeDone, once: true, kept: "old"},
		{name: "a part", verb: "STOR", before: 4096, later: 5000, code: ftp.CodeDone},
		{name: "more than is taken at once", verb: "STOR", before: 40_000, later: 1, code: ftp.CodeDone},
		{name: "much, all there", verb: "STOR", before: 40_000, code: ftp.CodeDone},
		{name: "nothing yet", verb: "STOR", later: 4096, code: ftp.CodeDone},
		{name: "cut", verb: "STOR", before: 4096, reset: true, old: "old", code: ftp.CodeAborted, once: true, kept: "old"},
	} {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
			c := s.connect(t)
			for i := range 2 { // the session is in step after the first
				name := fmt.Sprint("file-", i)
				if tt.old != "" {
					if err := os.WriteFile(filepath.Join(s.dir, name), []byte(tt.old), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				sent := bytes.Repeat([]byte("0123456789abcde\n"), (tt.before+tt.later)/16+1)[:tt.before+tt.later]
				conn := c.dial()
				defer conn.Close()
				if _, err := conn.Write(sent[:tt.before]); err != nil {
					t.Fatal(err)
				}
				if tt.later == 0 {
					if tt.reset {
						conn.SetLinger(0)
					}
					conn.Close()
				}
				fmt.Fprintf(c.conn, "%s %s\r\n", tt.verb, name)
				c.conn.SetReadDeadline(time.Now().Add(30 * time.Second))
				buf := make([]byte, 1024)
				n, err := c.conn.Read(buf)
				if err != nil {
					t.Fatal(err)
				}
				said := string(buf[:n])
				both := strings.Contains(said, fmt.Sprintf("\r\n%d ", tt.code))
				if !strings.HasPrefix(said, "150 ") || tt.once && !both || tt.later > 0 && both {
					t.Errorf("the first segment is %q", said)
				}
				if tt.later > 0 {
					if _, err := conn.Write(sent[tt.before:]); err != nil {
						t.Fatal(err)
					}
					conn.Close()
				}
				if !both {
					if r := c.reply(); r.Code != tt.code {
						t.Fatal(r)
					}
				}
				if tt.code == ftp.CodeDone {
					s.check(t, name, append([]byte(tt.kept), sent...))
				} else {
					s.check(t, name, []byte(tt.kept))
				}
			}
			c.want(ftp.CodeOK, "NOOP")
		})
	}
}

// TestPromptUploadOfTheDead has a client die right behind its upload, whose end is not the
// end of the file then: nothing takes the place of the old one.
func TestPromptUploadOfTheDead(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	if err := os.WriteFile(filepath.Join(s.dir, "file"), []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	c := s.connect(t)
	conn := c.dial()
	fmt.Fprint(conn, "a part")
	fmt.Fprint(c.conn, "STOR file\r\n")
	conn.Close()
	c.conn.Close()
	for deadline := time.Now().Add(30 * time.Second); len(s.srv.Sessions()) > 0; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("the session does not end")
		}
	}
	s.check(t, "file", []byte("old"))
}

// TestNoPromptUploadWhereSyncing: where storing is waited for, the client is told that its
// file comes in, and may ask on, before it is stored.
func TestNoPromptUploadWhereSyncing(t *testing.T) {
	synced := make(chan struct{})
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, func(fs storage.FS) storage.FS { return slowFS{fs, synced} })
	c := s.connect(t)
	conn := c.dial()
	fmt.Fprint(conn, "whole")
	conn.Close()
	c.want(ftp.CodeOpening, "STOR file")
	c.want(ftp.CodeOK, "NOOP")
	close(synced)
	if r := c.reply(); r.Code != ftp.CodeDone {
		t.Fatal(r)
	}
	s.check(t, "file", []byte("whole"))
}

// slowFS is durable: its files are there once synced is closed.
type slowFS struct {
	storage.FS
	synced chan struct{}
}

func (f slowFS) Features() storage.Features { return f.FS.Features() | storage.Durable }

func (f slowFS) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	w, err := f.FS.Create(ctx, name, o)
	return slowWriter{w, f.synced}, err
}

type slowWriter struct {
	storage.Writer
	synced chan struct{}
}

func (w slowWriter) Commit(ctx context.Context) (storage.Info, error) {
	<-w.synced
	return w.Writer.Commit(ctx)
}
