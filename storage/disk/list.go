package disk

import (
	"context"
	"io"
	"iter"
	"os"

	"github.com/seed-6092453b/ferry/storage"
)

// batchSize is how many entries of a directory are in memory at once.
const batchSize = 512

// List yields the entries of the directory dir as the system has them. One that
// vanishes meanwhile is left out. Birth is set where it costs no further system
// call, as it does for the target of a symbolic link on Linux; Form never is.
func (d *FS) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		if err := d.list(ctx, dir, yield); err != nil {
			yield(storage.Info{}, d.fail("list", dir, err))
		}
	}
}

func (d *FS) list(ctx context.Context, dir string, yield func(storage.Info, error) bool) error {
	if err := checkOld(ctx, dir); err != nil {
		return err
	}
	f, err := d.openDir(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		batch, err := readBatch(f, batchSize)
		for i := range batch {
			if err := ctx.Err(); err != nil {
				return err
			}
			e := &batch[i]
			if isTemp(e.name) {
				d.removeStale(dir, e.name)
				continue
			}
			info, err := d.describeEntry(f, dir, e)
			if isMissing(d.translate(err)) {
				continue
			}
			if err != nil {
				return err
			}
			if !yield(info, nil) {
				return nil
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// describeEntry returns what List says of the entry e of f, the open directory dir.
func (d *FS) describeEntry(f *os.File, dir string, e *entry) (storage.Info, error) {
	m, err := e.stat(d, f, dir)
	if err != nil {
		return storage.Info{}, err
	}
	if m.kind == storage.KindSymlink {
		return d.follow(storage.Join(dir, e.name), &m), nil
	}
	return d.info(e.name, &m), nil
}

// onlyTemps returns the names in the directory dir if all are temporary names,
// and nil otherwise.
func (d *FS) onlyTemps(dir string) ([]string, error) {
	f, err := d.openDir(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var temps []string
	for {
		names, err := f.Readdirnames(batchSize)
		for _, name := range names {
			if !isTemp(name) {
				return nil, nil
			}
			temps = append(temps, name)
		}
		if err == io.EOF {
			return temps, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
