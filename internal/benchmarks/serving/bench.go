package serving

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/stage"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// A contender has a part in rows.
type contender struct {
	name string
	// cannot says why it has no part in a row, or "".
	cannot func(r row) string
	limit  func(r row) (sample, error) // nil: it is server
	server peers.Server
}

// bench measures rows.
type bench struct {
	dir, disk  string // for files in memory, and for those on a disk
	ferry      string // the program that is measured
	program    string // one whose argument "load" makes it a load
	contenders []contender
	notes      []string // on those that are missing
	repeat     int
	pause      time.Duration // before the memory of idle sessions is read
	ca         *peers.Authority
	profile    *profile // nil: none is wanted
	beside     *bench   // takes the profiles that stand beside rows; nil: none is wanted
	exact      bool     // the kernel counts the servers' time by itself
	settings   map[string]setting
}

// A setting is how a server was started, to be told.
type setting struct{ command, config string }

// measure has all contenders do the row, in turns. The first of each turn is another each
// time, so that nobody always comes after the same.
func (b *bench) measure(ctx context.Context, r row, number int, progress io.Writer) (outcome, error) {
	o := outcome{row: r}
	var able []contender
	for _, c := range b.contenders {
		p := part{name: c.name, limit: c.limit != nil, why: c.cannot(r)}
		if p.limit && p.why != "" {
			continue
		}
		o.parts = append(o.parts, p)
		able = append(able, c)
	}
	if err := r.serves.make(b.dir); err != nil {
		return o, err
	}
	if r.job.Verb == "STOR" {
		r.job.File = b.source(r.job.Size)
		if err := b.sourceIsThere(r.job.Size); err != nil {
			return o, err
		}
	}
	for turn := range b.repeat {
		for i := range able {
			i = (i + turn + number) % len(able)
			p := &o.parts[i]
			if p.why != "" || p.failure != nil {
				continue
			}
			// Ports that wait for what may still come to them are another server's then.
			address := fmt.Sprintf("127.0.%d.%d", number%200+1, turn*len(able)%200+i+1)
			s, err := b.once(ctx, r, able[i], turn, address)
			switch {
			case ctx.Err() != nil:
				return o, ctx.Err()
			case errors.Is(err, stage.ErrMissing):
				p.why = err.Error()
			case err != nil:
				p.failure = err
				fmt.Fprintf(progress, "        %s fails: %v\n", p.name, err)
			default:
				p.samples = append(p.samples, s)
			}
		}
	}
	return o, nil
}

func (b *bench) once(ctx context.Context, r row, c contender, turn int, address string) (sample, error) {
	if c.limit != nil {
		if err := b.awaken(r); err != nil {
			return sample{}, err
		}
		return c.limit(r)
	}
	return b.serve(ctx, r, c, turn, address)
}

// source is the file of so many octets that is uploaded.
func (b *bench) source(size int64) string {
	return filepath.Join(b.dir, fmt.Sprintf("upload-%d", size))
}

func (b *bench) sourceIsThere(size int64) error {
	if _, err := os.Stat(b.source(size)); err == nil {
		return nil
	}
	return random(b.source(size), size)
}

// awaken touches three times the memory that a row is about to store, which is free then. A
// virtual machine has what nobody has used for some seconds taken away, and waits for it when
// it is used again: who stores first would pay for that. As much as is stored was not enough.
func (b *bench) awaken(r row) error {
	if r.job.Verb != "STOR" {
		return nil
	}
	size := 3 * int64(r.each*r.job.Sessions) * r.job.Size
	if free, ok := room(b.dir); ok {
		size = min(size, free/2)
	}
	return fill(filepath.Join(b.dir, "fill"), size)
}
