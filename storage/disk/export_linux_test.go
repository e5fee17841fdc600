package disk

import (
	"context"
	"os"
)

// NoWalks has d do without openat2, as on a Linux that has none.
func NoWalks(d *FS) { d.top.walks = false }

// Walks reports whether openat2 is there.
func Walks(d *FS) bool { return d.top.walks }

// Ahead returns how many threads describe entries ahead.
func Ahead() int { return int(aheads.Load()) }

// HoldAhead has none do so until release is called.
func HoldAhead() (release func()) {
	aheads.Add(maxAhead)
	return func() { aheads.Add(-maxAhead) }
}

// AheadOfNonsense describes ahead what no system says of the directory f.
func AheadOfNonsense(f *os.File) error {
	names := newScan(f, new(chunk))
	defer names.close()
	names.left = names.buf[:1]
	a := goAhead(context.Background(), names, 0)
	defer a.close()
	_, err := a.next()
	return err
}
