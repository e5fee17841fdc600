package serving

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/seed-6092453b/ferry/internal/benchmarks/limits"
	"github.com/seed-6092453b/ferry/internal/benchmarks/loader"
	"github.com/seed-6092453b/ferry/internal/benchmarks/stage"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// contenders returns the servers whose names match, and the limits. What cannot be built
// is left out, with a note.
func contenders(ctx context.Context, dir, ferry string, which *regexp.Regexp) (all []contender, notes []string) {
	add := func(s peers.Server, cannot func(r row) string) {
		if which.MatchString(s.Name) {
			all = append(all, contender{name: s.Name, server: s, cannot: cannot})
		}
	}
	as := func(name string) func(r row) string { return func(r row) string { return r.cannot[name] } }
	for _, s := range peers.Lean() {
		add(s, as(s.Name))
	}
	if which.MatchString(library) {
		path := filepath.Join(dir, "rival")
		if err := stage.Build(ctx, path, "internal/benchmarks/rival", "."); err != nil {
			notes = append(notes, fmt.Sprintf("%s is not measured, as it could not be built: %v", library, err))
		} else {
			add(peers.GoServer(library, path), as(library))
		}
	}
	add(peers.LeanFerry("ferry", ferry, "never"), as("ferry"))
	add(peers.LeanFerry(durable, ferry, "always"), func(r row) string {
		if r.durable {
			return ""
		}
		return notAsked
	})
	limit := func(name string, f func(r row) (limits.Cost, error)) {
		all = append(all, contender{name: name, cannot: limited(name), limit: func(r row) (sample, error) {
			c, err := f(r)
			return sample{Result: loader.Result{Ops: c.Sessions, Octets: c.Octets, Wall: c.Wall}, cpu: c.CPU}, err
		}})
	}
	octets := func(r row) int64 { return int64(r.each*r.job.Sessions) * r.job.Size }
	limit(sending, func(r row) (limits.Cost, error) { return limits.Send(dir, octets(r)) })
	limit(sealing, func(r row) (limits.Cost, error) { return limits.Seal(dir, octets(r)) })
	limit(splicing, func(r row) (limits.Cost, error) { return limits.Splice(dir, octets(r)) })
	limit(copying, func(r row) (limits.Cost, error) { return limits.Copy(dir, octets(r)) })
	limit(securing, func(r row) (limits.Cost, error) { return limits.AcceptTLS(r.each * r.job.Sessions) })
	limit(accepting, func(r row) (limits.Cost, error) { return limits.Accept(r.each * r.job.Sessions) })
	return all, notes
}

// library is what internal/benchmarks/rival serves by.
const library = "ftpserverlib"

// notAsked is why somebody has no part of whom nobody would expect one.
const notAsked = "-"

// The limits, by the names that rows have for them.
const (
	sending   = "sendfile to one who discards"
	sealing   = "read, AES-128-GCM, and write to one who discards"
	splicing  = "splice to tmpfs"
	copying   = "recv and write to tmpfs"
	accepting = "accept and four replies"
	securing  = "accept, TLS by crypto/tls, and four replies"
)

func limited(name string) func(r row) string {
	return func(r row) string {
		if slices.Contains(r.limits, name) {
			return ""
		}
		return notAsked
	}
}
