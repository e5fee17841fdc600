package ftpserver_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/storage"
)

// FEAT marks the algorithm that is chosen.
func TestHashFeature(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		c := w.connect()
		c.login("joe", "secret")
		for _, alg := range storage.HashNames() {
			c.want(ftp.CodeOK, "OPTS HASH "+alg)
			want := " HASH " + strings.Replace("SHA-256;SHA-512;SHA-1;MD5;CRC32", alg, alg+"*", 1)
			if feat := c.do("FEAT").Lines; !slices.Contains(feat, want) {
				t.Errorf("no %q in %q", want, feat)
			}
		}
	})
}

// A file that changes all the time, with its size and time set back, never has an
// old digest: not within a tick of the clock either.
func TestHashOfWhatChanges(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	c := s.connect(t)
	path := filepath.Join(s.dir, "f")
	then := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	write := func(text string) {
		t.Helper()
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := io.WriteString(f, text); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	rounds := 0
	for end := time.Now().Add(time.Second); time.Now().Before(end); rounds++ {
		text := fmt.Sprintf("%08d", rounds)
		write(text)
		for range 1 + rounds%3 {
			r := c.do("HASH f")
			if want := fmt.Sprintf("SHA-256 0-8 %x f", sha256.Sum256([]byte(text))); r.Text() != want {
				t.Fatalf("round %d: %v, want %s", rounds, r, want)
			}
		}
	}
	if rounds < 10 {
		t.Fatalf("only %d rounds", rounds)
	}
}

// Sessions that ask for digests at once get the right ones.
func TestHashAtOnce(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	data := strings.Repeat("0123456789abcdef", 1<<16)
	if err := os.WriteFile(filepath.Join(s.dir, "f"), []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%x", sha256.Sum256([]byte(data)))
	done := make(chan error)
	for range 8 {
		c := s.connect(t)
		go func() {
			_, err := io.WriteString(c.conn, strings.Repeat("XSHA256 f\r\n", 5))
			for range 5 {
				if r, rerr := readReply(c.r); rerr != nil || r.Text() != want {
					err = fmt.Errorf("%v, error %v, want %s", r, rerr, want)
				}
			}
			done <- err
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// A range is sent from the disk, by sendfile, and ends where it ends.
func TestRangOfDisk(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	c := s.connect(t)
	data := make([]byte, 3<<20)
	for i := range data {
		data[i] = byte(i * 7 >> 3)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "f"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, r := range [][2]int{{0, 0}, {1, 1000}, {1 << 18, 1<<19 - 1}, {5, 2<<20 + 4}, {2 << 20, 9 << 20}, {3<<20 - 1, 3<<20 - 1}} {
		c.want(ftp.CodePending, fmt.Sprintf("RANG %d %d", r[0], r[1]))
		got := c.retr("RETR f")
		if want := data[r[0]:min(r[1]+1, len(data))]; !slices.Equal(got, want) {
			t.Errorf("RANG %v: %d octets, want %d", r, len(got), len(want))
		}
	}
}

// tickFS is a FS whose clock stands still: versions never change, and the FS knows
// when that is so.
type tickFS struct {
	storage.FS
	fresh atomic.Bool
	opens atomic.Int64
}

func (f *tickFS) Stat(ctx context.Context, name string) (storage.Info, error) {
	info, err := f.FS.Stat(ctx, name)
	info.Version, info.Fresh = "v", f.fresh.Load()
	return info, err
}

func (f *tickFS) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	f.opens.Add(1)
	r.Version = ""
	return f.FS.Open(ctx, name, r)
}

// A digest is not remembered by a version that the next change may not show in.
func TestHashOfWhatIsFresh(t *testing.T) {
	var ticks tickFS
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, func(inner storage.FS) storage.FS {
		ticks.FS = inner
		return &ticks
	})
	c := s.connect(t)
	hash := func(text string) string { return fmt.Sprintf("SHA-256 0-3 %x f", sha256.Sum256([]byte(text))) }
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(s.dir, "f"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ticks.fresh.Store(true)
	for _, text := range []string{"one", "two", "ten"} {
		write(text)
		if r := c.do("HASH f"); r.Text() != hash(text) {
			t.Errorf("%v, want %s", r, hash(text))
		}
	}
	ticks.fresh.Store(false)
	before := ticks.opens.Load()
	for range 3 {
		if r := c.do("HASH f"); r.Text() != hash("ten") {
			t.Errorf("%v, want %s", r, hash("ten"))
		}
	}
	if n := ticks.opens.Load() - before; n != 1 {
		t.Errorf("read %d times for one digest", n)
	}
}

// No more digests are computed at once than there are processors; who waits can
// be called off, and is served in the end.
func TestHashesTakeTurns(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		for _, name := range []string{"held", "free"} {
			if err := w.write(name, "contents"); err != nil {
				t.Fatal(err)
			}
		}
		gate := faultfs.NewGate()
		w.gate["read"] = gate
		w.rule = append(w.rule, faultfs.Rule{Op: faultfs.Read, Name: "held", Do: gate.Wait})
		var busy []*client
		for range runtime.GOMAXPROCS(0) {
			c := w.connect()
			c.login("joe", "secret")
			c.send("HASH held")
			busy = append(busy, c)
		}
		synctest.Wait()
		c, patient := w.connect(), w.connect()
		c.login("joe", "secret")
		patient.login("joe", "secret")
		c.send("HASH free")
		patient.send("HASH free")
		synctest.Wait()
		time.Sleep(time.Minute) // fake: the bubble lets it pass at once
		if r := c.do("STAT"); r.Code != ftp.CodeStatus || !strings.Contains(r.Text(), "HASH /free") {
			t.Errorf("waiting for a turn: %v", r)
		}
		c.send("ABOR")
		if r := c.reply(); r.Code != ftp.CodeBusy {
			t.Errorf("called off: %v", r)
		}
		if r := c.reply(); r.Code != ftp.CodeDone {
			t.Errorf("ABOR: %v", r)
		}
		gate.Open()
		for _, c := range append(busy, patient) {
			if r := c.reply(); r.Code != ftp.CodeFileStatus {
				t.Errorf("in the end: %v", r)
			}
		}
	})
}
