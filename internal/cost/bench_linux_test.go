package cost_test

import (
	"path/filepath"
	"testing"
)

// operation is one of a session. Its name has keys as benchstat reads them.
type operation struct {
	name   string
	octets int64
	do     func(c *client)
}

var (
	large = []operation{
		{"RETR/size=1MiB", 1 << 20, func(c *client) { c.receive("RETR large") }},
		{"STOR/size=1MiB", 1 << 20, func(c *client) { c.store("STOR stored", 1<<20) }},
	}
	small = []operation{
		{"NOOP", 0, func(c *client) { c.do("NOOP", "200") }},
		{"SIZE", 0, func(c *client) { c.do("SIZE file", "213") }},
		{"RETR/size=4KiB", smallSize, func(c *client) { c.receive("RETR file") }},
		{"STOR/size=4KiB", smallSize, func(c *client) { c.store("STOR stored", smallSize) }},
	}
	listings = []operation{
		{"LIST/entries=10000", 0, func(c *client) { c.receive("LIST many") }},
		{"MLSD/entries=10000", 0, func(c *client) { c.receive("MLSD many") }},
	}
)

func run(b *testing.B, c *client, operations []operation) {
	for _, op := range operations {
		b.Run(op.name, func(b *testing.B) {
			if op.octets > 0 {
				b.SetBytes(op.octets)
			}
			b.ReportAllocs()
			for b.Loop() {
				op.do(c)
			}
		})
	}
}

// BenchmarkSession is what an operation takes over loopback, from the disk.
func BenchmarkSession(b *testing.B) {
	addr, dir := serve(b)
	write(b, filepath.Join(dir, "large"), 1<<20)
	fill(b, filepath.Join(dir, "many"), 10_000)
	c := dial(b, addr)
	run(b, c, small)
	run(b, c, large)
	run(b, c, listings)
}

// BenchmarkTLS is the same over TLS: its client's share is in the figures.
func BenchmarkTLS(b *testing.B) {
	addr, dir := serve(b)
	write(b, filepath.Join(dir, "large"), 1<<20)
	c := dialTLS(b, addr)
	run(b, c, small)
	run(b, c, large)
}

// BenchmarkMemory is that of files and a network in memory: the engine by itself.
func BenchmarkMemory(b *testing.B) {
	c := dialMemory(b, serveMemory(b))
	run(b, c, small[:1])
	run(b, c, large)
}
