package serving

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/loader"
	"github.com/seed-6092453b/ferry/internal/benchmarks/stage"
	"github.com/seed-6092453b/ferry/internal/benchmarks/usage"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// serve is one run: a server is started, does the row and is ended.
func (b *bench) serve(ctx context.Context, r row, c contender, turn int, address string) (s sample, err error) {
	dir := b.dir
	if r.disk {
		dir = b.disk
	}
	if err := os.Setenv("TMPDIR", dir); err != nil {
		return s, err
	}
	if b.profile != nil {
		if err := b.profile.prepare(); err != nil {
			return s, err
		}
	}
	st := stage.New(ctx, b.dir)
	var (
		tg    peers.Target
		meter *usage.Meter
	)
	defer func() {
		if meter != nil {
			meter.Close()
		}
	}()
	defer func() {
		if err := st.End(); err != nil && s.Err == "" {
			s.Err = err.Error()
		}
	}()
	var protection *peers.Protection
	if r.job.TLS {
		protection = &peers.Protection{TLSCell: peers.TLSCell{Start: peers.Explicit}, Authority: b.ca, Unbound: true}
	}
	if err := st.Do(func() { tg = peers.StartAt(st, c.server, address, protection, peers.Place{}) }); err != nil {
		return s, err
	}
	b.tell(c.name, tg, r)
	meter = usage.New(tg.PID)
	b.exact = meter.Exact()
	if r.serves.name != "" {
		from, to := filepath.Join(b.dir, r.serves.name), filepath.Join(tg.Root, r.serves.name)
		if err := os.Rename(from, to); err != nil {
			return s, err
		}
		defer func() { err = errors.Join(err, os.Rename(to, from)) }()
	}
	up := filepath.Join(tg.Root, "up")
	if err := errors.Join(os.Mkdir(up, 0o777), os.Chmod(up, 0o777)); err != nil {
		return s, err
	}
	j := r.job
	j.Addr = netip.AddrPortFrom(netip.MustParseAddr(tg.Host), uint16(tg.Port))
	j.User, j.Password = tg.User, tg.Password
	s.sessions = j.Sessions
	if j.Verb == "idle" {
		if err := b.visit(ctx, j); err != nil {
			return s, err
		}
	}
	s.empty = meter.PSS()
	before := meter.CPU()
	load, opened, err := loader.Start(ctx, j, b.program, "load")
	if err != nil {
		return s, err
	}
	defer load.Close()
	if j.Verb == "idle" {
		select {
		case <-ctx.Done():
		case <-time.After(b.pause):
		}
		s.Result, s.cpu, s.rest = opened, meter.CPU()-before, meter.PSS()
		return s, nil
	}
	if r.busy > 0 {
		end, err := b.keepBusy(ctx, r, j)
		if err != nil {
			return s, err
		}
		defer end()
	}
	err = b.work(r, load, meter, up, tg.PID, turn, &s)
	return s, err
}

// work has a load do what is measured.
func (b *bench) work(r row, load *loader.Process, meter *usage.Meter, up string, pid, turn int, s *sample) error {
	stored := func(res loader.Result, of string) error {
		if r.job.Verb != "STOR" {
			return nil
		}
		return uploaded(up, res.Ops, r.job.Size, of)
	}
	res, err := load.Run(r.warm)
	if err != nil {
		return err
	}
	of := ""
	if turn == 0 {
		of = r.job.File
	}
	if err := stored(res, of); err != nil {
		return err
	}
	if b.profile != nil {
		return b.profile.take(pid, func() (time.Duration, error) {
			before := meter.CPU()
			res, err := load.Run(r.each)
			if err == nil {
				err = stored(res, "")
			}
			return meter.CPU() - before, err
		})
	}
	var watch *watch
	if r.has(peak) {
		watch = look(meter)
	}
	if err := b.awaken(r); err != nil {
		return err
	}
	settle(meter)
	before := meter.CPU()
	s.Result, err = load.Run(r.each)
	if watch != nil {
		s.peak = watch.end()
	}
	if err != nil {
		return err
	}
	settle(meter)
	s.cpu = meter.CPU() - before
	return stored(s.Result, "")
}

func (r row) has(f figure) bool {
	for _, g := range r.figures {
		if g.name == f.name {
			return true
		}
	}
	return false
}

// visit has some sessions come and go. What of its program a server needs for that is in
// memory then, and counts for none of those that come to stay.
func (b *bench) visit(ctx context.Context, j loader.Job) error {
	j.Verb, j.Sessions = "login", 16
	load, _, err := loader.Start(ctx, j, b.program, "load")
	if err != nil {
		return err
	}
	_, err = load.Run(4)
	return errors.Join(err, load.Close())
}

// keepBusy has sessions of another process download until end is called.
func (b *bench) keepBusy(ctx context.Context, r row, j loader.Job) (end func(), err error) {
	j.Verb, j.Name, j.Size, j.Sessions, j.Pause = "RETR", r.serves.name+"/0", r.serves.size, r.busy, 0
	p, _, err := loader.Start(ctx, j, b.program, "load")
	if err != nil {
		return nil, err
	}
	if _, err = p.Run(1); err == nil {
		err = p.Begin(1 << 30)
	}
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return func() { p.Close() }, nil
}
