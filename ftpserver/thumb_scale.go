package ftpserver

import (
	"context"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
)

// encoder writes a picture in some format.
type encoder func(w io.Writer, img *image.RGBA) error

// thumbFormats are what THMB sends, by the client's words for them, and
// pictureFormats what it reads, by package image's.
var (
	thumbFormats = map[string]encoder{
		"JPEG": encodeJPEG,
		"JPG":  encodeJPEG,
		"PNG":  func(w io.Writer, img *image.RGBA) error { return png.Encode(w, img) },
		"GIF":  func(w io.Writer, img *image.RGBA) error { return gif.Encode(w, onWhite(img), nil) },
	}
	pictureFormats = map[string]bool{"jpeg": true, "png": true, "gif": true}
)

func encodeJPEG(w io.Writer, img *image.RGBA) error {
	return jpeg.Encode(w, onWhite(img), &jpeg.Options{Quality: 85})
}

// onWhite lays a picture on a white ground, for formats that have no
// transparency, or only all or nothing of it.
func onWhite(img *image.RGBA) *image.RGBA {
	if img.Opaque() {
		return img
	}
	out := image.NewRGBA(img.Rect)
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Rect, img, img.Rect.Min, draw.Over)
	return out
}

// shrinkTo returns img as it is to be looked at, at most w by h pixels large, in
// its own proportions. It never enlarges.
func shrinkTo(ctx context.Context, img image.Image, w, h int, turn orientation) (*image.RGBA, error) {
	if turn.sideways() {
		w, h = h, w
	}
	size := img.Bounds().Size()
	w, h = fit(size.X, size.Y, w, h)
	// A filter that looks at all that a pixel is made of holds a row of the result,
	// 32 octets a pixel, for each row of the source: what is far too large either
	// way is averaged first.
	if fx, fy := max(1, size.X/w/2), max(1, size.Y/h/2); fx > 1 || fy > 1 {
		var err error
		if img, err = average(ctx, img, fx, fy); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(small, small.Rect, img, img.Bounds(), draw.Src, nil)
	return turn.apply(small), nil
}

// fit returns the size of w by h pixels scaled down to lie within maxW by maxH.
func fit(w, h, maxW, maxH int) (int, int) {
	if w <= maxW && h <= maxH {
		return w, h
	}
	scale := min(float64(maxW)/float64(w), float64(maxH)/float64(h))
	return clamp(float64(w)*scale, maxW), clamp(float64(h)*scale, maxH)
}

func clamp(v float64, most int) int { return max(1, min(int(v+0.5), most)) }

// average returns img at 1/fx of its width and 1/fy of its height, each pixel the
// mean of fx by fy; what is left over at the right and at the bottom is less than
// half a pixel of what comes of it.
func average(ctx context.Context, img image.Image, fx, fy int) (*image.RGBA, error) {
	at := pixelsOf(img)
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx()/fx, b.Dy()/fy))
	n := uint64(fx) * uint64(fy) << 8
	for y := range out.Rect.Dy() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for x := range out.Rect.Dx() {
			var r, g, bl, a uint64
			for sy := b.Min.Y + y*fy; sy < b.Min.Y+(y+1)*fy; sy++ {
				for sx := b.Min.X + x*fx; sx < b.Min.X+(x+1)*fx; sx++ {
					c := at(sx, sy)
					r, g, bl, a = r+uint64(c.R), g+uint64(c.G), bl+uint64(c.B), a+uint64(c.A)
				}
			}
			out.SetRGBA(x, y, color.RGBA{R: uint8(r / n), G: uint8(g / n), B: uint8(bl / n), A: uint8(a / n)})
		}
	}
	return out, nil
}

// pixelsOf returns a way to read pixels that allocates nothing, where there is one.
func pixelsOf(img image.Image) func(x, y int) color.RGBA64 {
	if p, ok := img.(image.RGBA64Image); ok {
		return p.RGBA64At
	}
	return func(x, y int) color.RGBA64 { return color.RGBA64Model.Convert(img.At(x, y)).(color.RGBA64) }
}
