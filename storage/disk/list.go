package disk

import (
	"context"
	"io"
	"iter"

	"github.com/seed-6092453b/ferry/storage"
)

// batchSize is how many entries of a directory are in memory at once, where package os
// reads it.
const batchSize = 512

// List yields the entries of the directory dir as the system has them. One that
// vanishes meanwhile is left out. Birth is set where it costs no further system
// call, as it does for the target of a symbolic link on Linux; Form never is. It heeds
// storage.WithDetails.
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
	r := readDir(f)
	defer r.close()
	r.want = storage.WantedDetails(ctx)
	for n := 0; ; n++ {
		e, err := r.next(ctx)
		if err == io.EOF {
			return nil
		}
		if err == nil && n%16 == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if isTemp(e.name) {
			d.removeStale(dir, e.name)
			continue
		}
		info := storage.Info{Name: e.name}
		if r.want&storage.DetailStat != 0 {
			if err := d.describeEntry(&info, r, dir, e); err != nil {
				if isMissing(d.translate(err)) {
					continue
				}
				return err
			}
		}
		if !yield(info, nil) {
			return nil
		}
	}
}

// describeEntry sets what List says of the entry e of the directory dir, which r reads.
func (d *FS) describeEntry(i *storage.Info, r *dirReader, dir string, e entry) error {
	m := &r.meta
	if err := r.stat(d, dir, e); err != nil {
		return err
	}
	if m.kind == storage.KindSymlink {
		*i = d.follow(storage.Join(dir, e.name), m)
		return nil
	}
	d.tell(i, m, &r.telling)
	return nil
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
