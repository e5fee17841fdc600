package attack_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/quota"
)

// deflated returns n zeros as MODE Z sends them.
func deflated(t testing.TB, n int) string {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	zeros := make([]byte, 1<<16)
	for ; n > 0; n -= len(zeros) {
		if _, err := z.Write(zeros[:min(n, len(zeros))]); err != nil {
			t.Fatal(err)
		}
	}
	check(t, z.Close())
	return b.String()
}

// TestAttack25Bombs: what a few octets become counts in full, against the limit of
// growth and against the quota, in each mode that can inflate, as a picture and as a
// copy; and a stream that is damaged is no file.
func TestAttack25Bombs(t *testing.T) {
	t.Run("pictures", bombedByPictures)
	t.Run("copies", bombedByCopies)
	each(t, func(t *testing.T, w *world) {
		c := w.login(t)
		bomb := deflated(t, 64<<20) // from 64 KiB
		c.want(200, "MODE Z")
		if r := c.put("STOR bomb", bomb); r.code != 552 {
			t.Errorf("a bomb in MODE Z: %v", r)
		}
		if n := w.stored(); n > 8<<20 {
			t.Errorf("of a bomb in MODE Z %d octets are stored", n)
		}
		c.do("DELE bomb")
		for name, stream := range map[string]string{
			"damaged": bomb[:1000] + "\xff\xff\xff\xff" + bomb[1004:], "cut": bomb[:1000], "no header": "plain text", "a wrong sum": deflated(t, 100)[:11] + "\x00\x00\x00\x00",
		} {
			if r := c.put("STOR damaged", stream); r.code != 426 && r.code != 451 && r.code != 552 {
				t.Errorf("a stream that is %s: %v", name, r)
			}
			c.do("DELE damaged")
		}
		if r := c.put("STOR fair", deflated(t, 500_000)); r.code != 226 || w.stored() != 500_000 {
			t.Errorf("what may grow so much: %v, %d octets", r, w.stored())
		}
		c.want(250, "DELE fair")
		c.want(200, "MODE C")
		// A replicated octet is two for 63.
		if r := c.put("STOR bomb", strings.Repeat("\xbf\x00", 1<<20)+"\x00\x40"); r.code != 552 {
			t.Errorf("a bomb in MODE C: %v", r)
		}
		if n := w.stored(); n > 8<<20 {
			t.Errorf("of a bomb in MODE C %d octets are stored", n)
		}
		c.want(200, "MODE S")
		c.want(200, "NOOP")
	}, func(c *ftpserver.Config) {
		c.ModeZ = true
		c.Limits.Expand, c.Limits.ExpandFree = 10, 1<<20
	})
}

// pngBomb returns a picture of so many pixels along each side, all of them black: a few
// octets of it are a megabyte in memory.
func pngBomb(t testing.TB, side int) string {
	t.Helper()
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	check(t, enc.Encode(&b, image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.Black, color.White})))
	return b.String()
}

// bombedByPictures: pictures that are large in memory and small as files, or say
// that they are, take no more memory than the limit lets all of them together, however
// many ask at once; and those who ask for something else do not wait for it.
func bombedByPictures(t *testing.T) {
	const pixels, askers = 1_000_000, 20
	w := serve(t, limits(ftpserver.Limits{Pixels: pixels}))
	fair := pngBomb(t, 1000)
	w.write("root/fair", fair)
	w.write("root/bomb", pngBomb(t, 1001))
	// What it says of its size is in octets 16 to 23 (PNG, 11.2.2), under a sum.
	for name, size := range map[string][2]uint32{"vast": {1 << 30, 1 << 30}, "wide": {math.MaxUint32, 1}, "none": {0, 0}, "endless": {1 << 31, 1 << 31}} {
		lie := []byte(fair)
		binary.BigEndian.PutUint32(lie[16:], size[0])
		binary.BigEndian.PutUint32(lie[20:], size[1])
		binary.BigEndian.PutUint32(lie[29:], crc32.ChecksumIEEE(lie[12:29]))
		w.write("root/"+name, string(lie))
	}
	w.write("root/cut", fair[:len(fair)/2])
	c := w.login(t)
	for _, name := range []string{"bomb", "vast", "wide", "none", "endless", "cut"} {
		if octets, r := c.get("THMB PNG 10 10 " + name); r.code < 400 || octets != "" {
			t.Errorf("THMB of %s: %v, and %d octets", name, r, len(octets))
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var all sync.WaitGroup
	for range askers {
		other := w.login(t)
		all.Go(func() {
			if octets, r := other.get("THMB PNG 10 10 fair"); r.code != 226 || octets == "" {
				t.Errorf("THMB of what may be: %v", r)
			}
		})
	}
	c.want(200, "NOOP")
	c.want(213, "SIZE fair")
	all.Wait()
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > askers*(16*pixels+4<<20) {
		t.Errorf("each picture takes %d octets", took/askers)
	}
	if grown := int64(after.HeapInuse) - int64(before.HeapInuse); grown > 64<<20 {
		t.Errorf("%d MiB are in use", grown>>20)
	}
}

// bombedByCopies: copies and combinations of a file, which cost the client a line
// each, count in full: a folder that doubles ends at the quota, and what does not fit
// is not there in part.
func bombedByCopies(t *testing.T) {
	const most = 1 << 20
	w := serve(t, everything, over(func(fsys storage.FS) storage.FS {
		return quota.New(fsys, quota.Options{MaxOctets: most, MaxFiles: 100})
	}))
	c := w.login(t)
	c.want(200, "SITE MKDIR d")
	if r := c.put("STOR d/f0", strings.Repeat("x", 40<<10)); r.code != 226 {
		t.Fatal(r)
	}
	for _, double := range []func(i int) string{
		func(i int) string { return fmt.Sprintf("SITE COPY d d%d", i) },
		func(i int) string { return fmt.Sprintf("SITE COPY d/f0 d/g%d", i) },
		func(i int) string { return fmt.Sprintf("SITE COPY d d/d%d", i) },
		func(int) string { return "COMB d/f0 d/f0" },
	} {
		refused := false
		for i := range 100 {
			r := c.do(double(i))
			if refused = r.code >= 400; refused {
				break
			}
			if n := w.stored(); n > most {
				t.Fatalf("%s: %d octets are stored", double(i), n)
			}
		}
		if n := w.stored(); !refused || n > most {
			t.Errorf("%s: it goes on for ever, or to %d octets", double(0), n)
		}
	}
	c.want(200, "NOOP")
}
