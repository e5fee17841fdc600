package disk

import (
	"context"
	"io"
)

// Sweep removes what processes that were killed have left under temporary names in the
// directory dir itself, as List does in passing. It is for who writes into a directory
// and lists it never. What is in use is left alone, and what cannot be removed is, too:
// an error says only that the directory could not be read.
func (d *FS) Sweep(ctx context.Context, dir string) error {
	if err := d.sweep(ctx, dir); err != nil {
		return d.fail("sweep", dir, err)
	}
	return nil
}

func (d *FS) sweep(ctx context.Context, dir string) error {
	if err := checkOld(ctx, dir); err != nil {
		return err
	}
	f, err := d.openDir(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	for ctx.Err() == nil {
		names, err := f.Readdirnames(batchSize)
		for _, name := range names {
			if isTemp(name) {
				d.removeStale(dir, name)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
