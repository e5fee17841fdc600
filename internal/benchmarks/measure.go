package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/stage"
	"github.com/seed-6092453b/ferry/internal/distance"
)

// A result is what came of one run.
type result struct {
	usage
	counts distance.Counts
	err    error // the client failed, or what it copied is not what was there
}

// A part is one rival's part in a row.
type part struct {
	rival
	why     string // it has none
	results []result
}

// An outcome is what came of a row.
type outcome struct {
	row
	what  shape
	parts []part
}

// bench measures rows.
type bench struct {
	*world
	rivals  []rival
	limit   time.Duration
	repeat  int              // 0: as each row has it
	sources map[shape]string // local folders
}

// How long a run may take beyond the limit, or where there is none: a client that hangs is
// found out.
const (
	patience  = 30 * time.Second
	unlimited = 10 * time.Minute
)

// measure has all rivals do the row, in turns. The first of each turn is another each
// time, so that nobody always comes after the same.
func (b *bench) measure(ctx context.Context, r row, number int) (outcome, error) {
	o := outcome{row: r, what: r.bounded(b.limit)}
	h, err := b.host(r)
	if err != nil {
		return o, fmt.Errorf("%s: %w", r.Server, err)
	}
	for _, rv := range b.rivals {
		o.parts = append(o.parts, part{rival: rv, why: rv.cannot(r)})
	}
	able := make([]*part, 0, len(o.parts))
	for i := range o.parts {
		if o.parts[i].why == "" {
			able = append(able, &o.parts[i])
		}
	}
	for turn := range cmp.Or(b.repeat, r.repeated()) {
		for i := range able {
			p := able[(i+turn+number)%len(able)]
			if p.why != "" {
				continue
			}
			res, err := b.once(ctx, h, r, o.what, p.rival)
			if errors.Is(err, stage.ErrMissing) {
				p.why = err.Error()
				continue
			}
			if err != nil || ctx.Err() != nil {
				return o, errors.Join(err, ctx.Err())
			}
			p.results = append(p.results, res)
		}
	}
	return o, nil
}

// once is one run. The error is not the client's.
func (b *bench) once(ctx context.Context, h *host, r row, what shape, rv rival) (res result, err error) {
	dir, err := os.MkdirTemp(b.dir, "run-")
	if err != nil {
		return res, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	j := job{row: r, what: what, User: h.User, Password: h.Password, CA: b.ca.CAFile, Dir: dir}
	var copied string
	if r.Up {
		if j.Local, err = b.local(what); err == nil {
			j.Remote, err = b.destination(h, filepath.Base(j.Local))
		}
		copied = filepath.Join(h.Root, filepath.FromSlash(j.Remote))
		defer func() { err = errors.Join(err, os.RemoveAll(filepath.Dir(copied))) }()
	} else {
		j.Remote, err = b.source(h, what)
		j.Local = filepath.Join(dir, j.Remote)
		copied = j.Local
		if _, big := j.big(); big && err == nil {
			err = os.Mkdir(j.Local, 0o777)
		}
	}
	if err != nil {
		return res, err
	}
	w, err := b.way(h, r)
	if err != nil {
		return res, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	j.Host, j.Port = w.host, w.port
	var p program
	if err := b.stage.Do(func() { p = rv.command(b.stage, j) }); err != nil {
		return res, err
	}
	res.usage, res.err = p.run(ctx, dir, b.patience())
	if w.counts != nil {
		res.counts = w.counts()
	}
	if res.err == nil {
		res.err = what.check(copied)
	}
	return res, nil
}

// local returns a local folder that has the shape, to be uploaded.
func (b *bench) local(s shape) (string, error) {
	if dir, ok := b.sources[s]; ok {
		return dir, nil
	}
	dir := filepath.Join(b.dir, fmt.Sprintf("upload-%d", len(b.sources)))
	if err := s.make(dir); err != nil {
		return "", err
	}
	b.sources[s] = dir
	return dir, nil
}

// failure is the first error, or nil.
func (p part) failure() error {
	for _, r := range p.results {
		if r.err != nil {
			return r.err
		}
	}
	return nil
}

// median returns the middle, the smallest and the largest of a figure.
func (p part) median(of func(result) float64) (mid, least, most float64) {
	var all []float64
	for _, r := range p.results {
		all = append(all, of(r))
	}
	if len(all) == 0 {
		return 0, 0, 0
	}
	slices.Sort(all)
	mid = all[len(all)/2]
	if len(all)%2 == 0 {
		mid = (mid + all[len(all)/2-1]) / 2
	}
	return mid, all[0], all[len(all)-1]
}

// The figures of a result.
func wall(r result) float64      { return r.wall.Seconds() }
func cpu(r result) float64       { return r.cpu.Seconds() }
func logins(r result) float64    { return float64(r.counts.Control) }
func data(r result) float64      { return float64(r.counts.Data) }
func commanded(r result) float64 { return float64(r.counts.Commands) }
func turns(r result) float64     { return float64(r.counts.Turns) }

// patience is how long a run may take.
func (b *bench) patience() time.Duration {
	if b.limit == 0 {
		return unlimited
	}
	return patience + 5*b.limit
}
