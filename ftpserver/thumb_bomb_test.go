package ftpserver_test

import (
	"context"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/faultfs"
)

// TestThumbnailMemory reads pictures of shapes that no camera makes: what they take
// is what Limits.Pixels says that pixels take.
func TestThumbnailMemory(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	c := s.connect(t)
	const pixels = 1_000_000
	for _, thin := range []int{1, 3, 7} {
		for _, size := range []image.Point{{thin, pixels / thin}, {pixels / thin, thin}} {
			f, err := os.Create(filepath.Join(s.dir, "thin"))
			if err != nil {
				t.Fatal(err)
			}
			if err := png.Encode(f, image.NewGray(image.Rectangle{Max: size})); err != nil {
				t.Fatal(err)
			}
			f.Close()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			c.thumbnail("THMB PNG 1024 1024 thin", "png")
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 16*pixels+8<<20 {
				t.Errorf("%v: %d octets a pixel", size, took/pixels)
			}
		}
	}
}

// TestThumbnailTime reads a picture that nobody comes to an end with in time: the
// next one is not kept waiting.
func TestThumbnailTime(t *testing.T) {
	noise := image.NewGray(image.Rect(0, 0, 1000, 1000))
	rand.NewChaCha8([32]byte{}).Read(noise.Pix)
	file := encoded(t, "png", noise)
	inBubble(t, func(t *testing.T, w *world) {
		if err := w.write("slow", string(file)); err != nil {
			t.Fatal(err)
		}
		w.rule = append(w.rule, faultfs.Rule{Op: faultfs.Read, Name: "slow", Do: func(ctx context.Context) error {
			select {
			case <-time.After(time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}})
		c := w.connect()
		c.login("joe", "secret")
		started := time.Now()
		data, err := w.net.Host(client4).Dial(t.Context(), "tcp", nil, w.epsv(c))
		if err != nil {
			t.Fatal(err)
		}
		defer data.Close()
		c.want(ftp.CodeOpening, "THMB PNG 10 10 slow")
		if got, _ := io.ReadAll(data); len(got) != 0 {
			t.Errorf("%d octets came", len(got))
		}
		r := c.reply()
		if took := time.Since(started); r.Code != ftp.CodeUnavailable || took > time.Minute {
			t.Errorf("after %v: %v", took, r)
		}
	})
}
