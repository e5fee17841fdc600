package ftpserver

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is how a camera was held, as EXIF has it (tag 0x0112): 1 to 8, and
// 0 if nobody knows. 1 is upright.
type orientation int

// sideways reports whether width and height change places.
func (o orientation) sideways() bool { return o >= 5 && o <= 8 }

// apply returns img as it is to be looked at.
func (o orientation) apply(img *image.RGBA) *image.RGBA {
	if o < 2 || o > 8 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if o.sideways() {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch o {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			out.SetRGBA(tx, ty, img.RGBAAt(x, y))
		}
	}
	return out
}

// exifOrientation finds the orientation in the head of a JPEG file, 0 if it has
// none: the segments before the picture are looked through for that of EXIF.
func exifOrientation(head []byte) orientation {
	if !bytes.HasPrefix(head, []byte{0xff, 0xd8}) {
		return 0
	}
	for head = head[2:]; len(head) >= 4 && head[0] == 0xff; {
		marker, size := head[1], int(binary.BigEndian.Uint16(head[2:]))
		if marker == 0xda || size < 2 || 2+size > len(head) {
			return 0
		}
		segment := head[4 : 2+size]
		if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return tiffOrientation(tiff)
		}
		head = head[2+size:]
	}
	return 0
}

// tiffOrientation reads the orientation out of the first directory of a TIFF
// structure.
func tiffOrientation(tiff []byte) orientation {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(tiff, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return 0
	}
	if len(tiff) < 8 {
		return 0
	}
	at := order.Uint32(tiff[4:])
	if int64(at)+2 > int64(len(tiff)) {
		return 0
	}
	dir := tiff[at:]
	for n, entry := order.Uint16(dir), dir[2:]; n > 0 && len(entry) >= 12; n, entry = n-1, entry[12:] {
		const tag, short = 0x0112, 3
		if order.Uint16(entry) == tag && order.Uint16(entry[2:]) == short {
			return orientation(order.Uint16(entry[8:]))
		}
	}
	return 0
}
