package conformance_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/selfcheck"
)

// snapshot is all that lies in a folder, by path: the type and the mode, and of files the
// content, and the times. The times of the folders that the accounts see are not there:
// the folder of a run is made in them, and removed.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		seen := fmt.Sprintf("%v, %d octets", info.Mode(), info.Size())
		if d.IsDir() {
			seen = info.Mode().String()
		}
		if !d.IsDir() || strings.Count(rel, string(filepath.Separator)) > 0 {
			seen += ", of " + info.ModTime().Format(time.RFC3339Nano)
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			to, err := os.Readlink(path)
			if err != nil {
				return err
			}
			seen += ", to " + to
		}
		if info.Mode().IsRegular() {
			f, err := os.Open(path)
			if err != nil {
				return err
			}
			defer f.Close()
			sum := sha256.New()
			// Of the file that has more than 4 GiB, nearly all zeros, the end will do.
			if most := int64(16 << 20); info.Size() > most {
				if _, err := f.Seek(-most, io.SeekEnd); err != nil {
					return err
				}
			}
			if _, err := io.Copy(sum, f); err != nil {
				return err
			}
			seen += fmt.Sprintf(", with %x", sum.Sum(nil))
		}
		all[rel] = seen
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// unchanged fails the test for each difference.
func unchanged(t *testing.T, before, after map[string]string) {
	t.Helper()
	for path, seen := range after {
		switch was, there := before[path]; {
		case !there:
			t.Errorf("%s is new: %s", path, seen)
		case was != seen:
			t.Errorf("%s is %s, and was %s", path, seen, was)
		}
	}
	for path := range before {
		if after[path] == "" {
			t.Errorf("%s is gone", path)
		}
	}
}

// TestScratch: a run changes nothing but in the folder that it makes, and removes that,
// however it ends.
func TestScratch(t *testing.T) {
	for name, tt := range map[string]struct {
		results int                                   // after so many the run is ended; 0: it is not
		after   time.Duration                         // from then on the run is ended; 0: it is not
		net     func(*memnet.Net) conformance.Network // nil: nothing is amiss
		long    bool                                  // it is left out with -short
	}{
		"to_its_end":         {},
		"ended_at_once":      {results: 1},
		"ended_soon":         {results: 30},
		"ended_late":         {results: 150},
		"ended_while_slow":   {after: 4 * time.Minute, long: true},
		"connections_drop":   {long: true, net: func(n *memnet.Net) conformance.Network { return &dropping{Net: n, every: 40} }},
		"connections_hang":   {long: true, net: func(n *memnet.Net) conformance.Network { return &dropping{Net: n, every: 60, hangs: true} }},
		"ended_with_dropped": {results: 60, net: func(n *memnet.Net) conformance.Network { return &dropping{Net: n, every: 40} }},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.long && testing.Short() {
				t.Skip("other cases have to do with -short")
			}
			t.Parallel()
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				network := memnet.New()
				network.Host("127.0.0.1", "127.0.0.2")
				servers, err := selfcheck.Start(t.Context(), selfcheck.Options{Net: network, Dir: dir, Certificate: *certificate})
				if err != nil {
					t.Fatal(err)
				}
				defer servers.Close()
				if err := furnish(dir); err != nil {
					t.Fatal(err)
				}
				before := snapshot(t, dir)
				target := servers.Target()
				target.Slow = true
				if tt.net != nil {
					target.Net = tt.net(network)
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if tt.after > 0 {
					defer time.AfterFunc(tt.after, cancel).Stop()
				}
				n := 0
				target.Done = func(conformance.Result) {
					if n++; n == tt.results {
						cancel()
					}
				}
				report, err := conformance.Run(ctx, target)
				if err != nil {
					t.Fatal(err)
				}
				for _, note := range report.Notes {
					t.Log(note.Text)
				}
				if tt.after > 0 && ctx.Err() == nil {
					t.Error("the run was over before it was to be ended")
				}
				if tt.results > 0 {
					sees(t, report)
				}
				synctest.Wait()
				unchanged(t, before, snapshot(t, dir))
			})
		})
	}
}

// sees checks that the items of a run that was ended are not held against the server.
func sees(t *testing.T, report *conformance.Report) {
	t.Helper()
	ended := 0
	for _, r := range report.Results {
		if r.Verdict == conformance.NotRun && r.Reason == "the run was ended" {
			ended++
		}
	}
	if ended == 0 {
		t.Error("no item was left out because the run was ended")
	}
}

// furnish puts things into the folder of the main account that no check may touch, with
// names that checks may use, too.
func furnish(dir string) error {
	home := filepath.Join(dir, "joe")
	for _, name := range strings.Fields("-l a abc b c f file first g h missing new old p1 p2 second survey t up written x y") {
		if err := os.WriteFile(filepath.Join(home, name), []byte("dear to somebody"), 0o640); err != nil {
			return err
		}
	}
	return os.MkdirAll(filepath.Join(home, "d", "CON-03"), 0o750)
}

// dropping is a network on which every so-many-th command over all control connections is
// the last of its connection.
type dropping struct {
	*memnet.Net
	every int
	hangs bool // the connection is not closed, but nothing comes any more

	mu sync.Mutex // guards n, and is never held for long
	n  int
}

func (d *dropping) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	conn, err := d.Net.Dial(ctx, network, local, address)
	if err != nil {
		return nil, err
	}
	return &droppable{Conn: conn.(*memnet.Conn), net: d}, nil
}

type droppable struct {
	*memnet.Conn
	net     *dropping
	dropped bool
}

func (c *droppable) Write(b []byte) (int, error) {
	line := string(b)
	if strings.HasSuffix(line, "\r\n") && len(line) < 200 {
		c.net.mu.Lock()
		c.net.n++
		drop := c.net.n%c.net.every == 0
		c.net.mu.Unlock()
		switch {
		case drop && c.net.hangs:
			c.dropped = true
		case drop:
			// What has been sent may be done, but nobody is told.
			c.Conn.Write(b)
			c.Conn.CloseWrite()
			c.Conn.Abort()
		}
	}
	if c.dropped {
		return len(b), nil
	}
	return c.Conn.Write(b)
}
