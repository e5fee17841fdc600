package ftpserver_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

var (
	red   = color.NRGBA{R: 255, A: 255}
	green = color.NRGBA{G: 255, A: 255}
	blue  = color.NRGBA{B: 255, A: 255}
	clear = color.NRGBA{}
)

// quarters paints a picture in four colours: from left to right, the upper row
// first.
func quarters(img draw.Image, colours ...color.Color) image.Image {
	b := img.Bounds()
	for i, c := range colours {
		x, y := b.Min.X+i%2*b.Dx()/2, b.Min.Y+i/2*b.Dy()/2
		draw.Draw(img, image.Rect(x, y, x+(b.Dx()+1)/2, y+(b.Dy()+1)/2), image.NewUniform(c), image.Point{}, draw.Src)
	}
	return img
}

func encoded(t *testing.T, format string, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch format {
	case "png":
		err = png.Encode(&b, img)
	case "gif":
		err = gif.Encode(&b, img, nil)
	case "jpeg":
		err = jpeg.Encode(&b, img, &jpeg.Options{Quality: 95})
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// like reports whether two colours look the same.
func like(a, b color.Color) bool {
	ar, ag, ab, aa := a.RGBA()
	br, bg, bb, ba := b.RGBA()
	near := func(x, y uint32) bool { return max(x, y)-min(x, y) < 0x1800 }
	return near(ar, br) && near(ag, bg) && near(ab, bb) && near(aa, ba)
}

// checkQuarters looks at the middle of each quarter.
func checkQuarters(t *testing.T, img image.Image, colours ...color.Color) {
	t.Helper()
	b := img.Bounds()
	for i, want := range colours {
		x, y := b.Min.X+b.Dx()*(1+i%2*2)/4, b.Min.Y+b.Dy()*(1+i/2*2)/4
		if got := img.At(x, y); !like(got, want) {
			t.Errorf("quarter %d is %v, want %v", i, got, want)
		}
	}
}

// thumbnail asks for one, and reads it.
func (c *client) thumbnail(line, format string) image.Image {
	c.t.Helper()
	img, got, err := image.Decode(bytes.NewReader(c.retr(line)))
	if err != nil || got != format {
		c.t.Fatalf("%s: a picture in %q, error %v", line, got, err)
	}
	return img
}

func TestThumbnails(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	c := s.connect(t)
	put := func(name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(s.dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	colours := []color.Color{red, green, blue, color.White}
	for _, in := range []struct {
		name, format string
		img          draw.Image
	}{
		{"rgba", "png", image.NewRGBA(image.Rect(0, 0, 400, 200))},
		{"deep", "png", image.NewNRGBA64(image.Rect(0, 0, 400, 200))},
		{"paletted", "png", image.NewPaletted(image.Rect(0, 0, 400, 200), palette.WebSafe)},
		{"moved", "png", image.NewRGBA(image.Rect(-50, 20, 350, 220))},
		{"gif", "gif", image.NewPaletted(image.Rect(0, 0, 400, 200), palette.WebSafe)},
		{"jpeg", "jpeg", image.NewRGBA(image.Rect(0, 0, 400, 200))},
	} {
		put(in.name, encoded(t, in.format, quarters(in.img, colours...)))
		for verb, format := range map[string]string{"JPEG": "jpeg", "jpg": "jpeg", "PNG": "png", "GIF": "gif"} {
			for size, want := range map[string]image.Point{
				"100 100": {100, 50}, "20 1000": {20, 10}, "1000 20": {40, 20}, "7 7": {7, 4}, "1 1": {1, 1},
			} {
				line := fmt.Sprintf("THMB %s %s %s", verb, size, in.name)
				img := c.thumbnail(line, format)
				if got := img.Bounds().Size(); got != want {
					t.Errorf("%s: %v, want %v", line, got, want)
				}
				if want.X >= 20 {
					checkQuarters(t, img, colours...)
				}
			}
		}
		// Never larger than it is.
		if got := c.thumbnail("THMB PNG 5000 5000 "+in.name, "png").Bounds().Size(); got != (image.Point{400, 200}) {
			t.Errorf("%s is enlarged to %v", in.name, got)
		}
	}
	// Nor larger than the server cares to make, whatever the client asks for.
	put("huge", encoded(t, "jpeg", quarters(image.NewRGBA(image.Rect(0, 0, 2400, 1200)), colours...)))
	checkQuarters(t, c.thumbnail("THMB PNG 100 100 huge", "png"), colours...)
	if got := c.thumbnail("THMB PNG 5000 5000 huge", "png").Bounds().Size(); got != (image.Point{1024, 512}) {
		t.Errorf("a thumbnail of %v", got)
	}
	// Extreme shapes.
	put("line", encoded(t, "png", image.NewGray(image.Rect(0, 0, 20000, 1))))
	if got := c.thumbnail("THMB GIF 100 100 line", "gif").Bounds().Size(); got != (image.Point{100, 1}) {
		t.Errorf("a line became %v", got)
	}
	put("column", encoded(t, "png", image.NewGray(image.Rect(0, 0, 1, 20000))))
	if got := c.thumbnail("THMB JPEG 100 100 column", "jpeg").Bounds().Size(); got != (image.Point{1, 100}) {
		t.Errorf("a column became %v", got)
	}
	// What is transparent stays so, or becomes white.
	put("clear", encoded(t, "png", quarters(image.NewNRGBA(image.Rect(0, 0, 80, 80)), clear, red, clear, blue)))
	checkQuarters(t, c.thumbnail("THMB PNG 40 40 clear", "png"), clear, red, clear, blue)
	checkQuarters(t, c.thumbnail("THMB JPEG 40 40 clear", "jpeg"), color.White, red, color.White, blue)
	checkQuarters(t, c.thumbnail("THMB GIF 40 40 clear", "gif"), color.White, red, color.White, blue)
}

// exif returns a JPEG picture that says how it is to be turned.
func exif(t *testing.T, img image.Image, order binary.AppendByteOrder, turn uint16) []byte {
	plain := encoded(t, "jpeg", img)
	tiff := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		tiff = []byte("MM\x00*")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, tag := range []uint16{0x010f, 0x0112} {
		tiff = order.AppendUint16(tiff, tag)
		tiff = order.AppendUint16(tiff, 3) // SHORT
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(tiff, turn)
		tiff = order.AppendUint16(tiff, 0)
	}
	segment := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte(nil), plain[:2]...)
	out = append(out, 0xff, 0xe0, 0, 4, 'x', 'x') // another one before it
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(2+len(segment)))
	return append(append(out, segment...), plain[2:]...)
}

// A picture is shown upright, however the camera was held.
func TestThumbnailOrientation(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	c := s.connect(t)
	upright := []color.Color{red, green, blue, color.White}
	// How the pixels lie in the file, for each orientation (EXIF 2.3, 4.6.4 A).
	for turn, stored := range map[uint16][]color.Color{
		0: upright, 1: upright, 9: upright,
		2: {green, red, color.White, blue},
		3: {color.White, blue, green, red},
		4: {blue, color.White, red, green},
		5: {red, blue, green, color.White},
		6: {green, color.White, red, blue},
		7: {color.White, green, blue, red},
		8: {blue, red, color.White, green},
	} {
		b, want := image.Rect(0, 0, 240, 160), image.Point{60, 40}
		if turn >= 5 && turn <= 8 {
			b, want = image.Rect(0, 0, 160, 240), image.Point{60, 40}
		}
		for i, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			name := fmt.Sprintf("%d-%d", turn, i)
			data := exif(t, quarters(image.NewRGBA(b), stored...), order, turn)
			if err := os.WriteFile(filepath.Join(s.dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
			img := c.thumbnail("THMB PNG 60 60 "+name, "png")
			if got := img.Bounds().Size(); got != want {
				t.Errorf("orientation %s: %v, want %v", name, got, want)
			}
			checkQuarters(t, img, upright...)
		}
	}
}

// What claims to be enormous, and what is damaged, is refused.
func TestThumbnailRefusals(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{Pixels: 100 * 100}, nil)
	c := s.connect(t)
	good := encoded(t, "png", quarters(image.NewRGBA(image.Rect(0, 0, 100, 100)), red, green, blue, color.White))
	bomb := bytes.Clone(good)
	binary.BigEndian.PutUint32(bomb[16:], 1<<30) // the width in IHDR
	for name, data := range map[string][]byte{
		"good": good, "empty": nil, "text": []byte("no picture at all"), "bomb": bomb, "head": good[:20], "cut": good[:len(good)/2],
		"large": encoded(t, "gif", image.NewPaletted(image.Rect(0, 0, 101, 100), palette.WebSafe)),
	} {
		if err := os.WriteFile(filepath.Join(s.dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"empty", "text", "bomb", "head", "large", "missing", "."} {
		c.want(ftp.CodeExtendedPassive, "EPSV")
		c.want(ftp.CodeUnavailable, "THMB PNG 10 10 "+name)
	}
	conn := c.open("THMB PNG 10 10 cut")
	conn.Close()
	if r := c.reply(); r.Code != ftp.CodeUnavailable {
		t.Errorf("a damaged picture: %v", r)
	}
	if got := c.thumbnail("THMB PNG 10 10 good", "png").Bounds().Size(); got != (image.Point{10, 10}) {
		t.Errorf("after all that: %v", got)
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x20Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00"))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x20Exif\x00\x00MM\x00*\xff\xff\xff\xff"))
	f.Add([]byte("\xff\xd8\xff\xe0\x00\x02\xff\xe1\x00\x08Exif\x00\x00"))
	f.Fuzz(func(t *testing.T, head []byte) { ftpserver.Orientation(head) })
}
