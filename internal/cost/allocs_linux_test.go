//go:build !race

package cost_test

import (
	"path/filepath"
	"testing"
)

// allocations are those of one operation, over loopback.
var allocations = []struct {
	name     string
	measured float64
	most     float64
	do       func(c *client)
}{
	{"NOOP", 0, 0, func(c *client) { c.do("NOOP", "200") }},
	{"PWD", 0, 0, func(c *client) { c.do("PWD", "257") }},
	{"TYPE", 0, 0, func(c *client) { c.do("TYPE I", "200") }},
	{"REST", 0, 0, func(c *client) { c.do("REST 0", "350") }},
	{"CWD", 1, 2, func(c *client) { c.do("CWD /", "250") }},
	{"SIZE", 8, 9, func(c *client) { c.do("SIZE file", "213") }},
	{"MDTM", 9, 10, func(c *client) { c.do("MDTM file", "213") }},
	{"a command that there is not", 0, 0, func(c *client) { c.do("WHAT is this", "500") }},
	{"DELE of what there is not", 10, 11, func(c *client) { c.do("DELE nothing", "550") }},
	{"PORT of another", 2, 2, func(c *client) { c.do("PORT 192,0,2,1,4,1", "504") }},
	{"PASV", 4, 5, func(c *client) { c.do("PASV", "227") }},
	{"EPSV", 3, 4, func(c *client) { c.do("EPSV", "229") }},
	{"RETR of 4 KiB", 11, 13, func(c *client) { c.receive("RETR file") }},
	{"STOR of 4 KiB that are there before", 24, 27, func(c *client) { c.storeAhead("STOR stored", smallSize) }},
	{"STOR of 4 KiB", 32, 35, func(c *client) { c.store("STOR stored", smallSize) }},
}

// TestAllocations counts those of the server: the client makes none. Waiting for the
// network may cost the runtime one now and then, which the average leaves out.
func TestAllocations(t *testing.T) {
	addr, _ := serve(t)
	c := dial(t, addr)
	for _, a := range allocations {
		for range 10 {
			a.do(c) // what is made once has been made then
		}
		got := testing.AllocsPerRun(200, func() { a.do(c) })
		t.Logf("%s: %v", a.name, got)
		if got > a.most {
			t.Errorf("%s takes %v allocations, and may take %v; when that was set it took %v", a.name, got, a.most, a.measured)
		}
	}
}

// allocationsTLS are those of one operation over TLS. Where that makes a data connection,
// the client's part in its handshake is in them, as it is crypto/tls that allocates.
var allocationsTLS = []struct {
	name     string
	measured float64
	most     float64
	do       func(c *client)
}{
	{"NOOP over TLS", 3, 3, func(c *client) { c.do("NOOP", "200") }},
	{"RETR of 4 KiB over TLS", 1023, 1046, func(c *client) { c.receive("RETR file") }},
	{"STOR of 4 KiB over TLS", 976, 1003, func(c *client) { c.store("STOR stored", smallSize) }},
}

func TestAllocationsTLS(t *testing.T) {
	addr, _ := serve(t)
	c := dialTLS(t, addr)
	for _, a := range allocationsTLS {
		for range 10 {
			a.do(c)
		}
		got := testing.AllocsPerRun(100, func() { a.do(c) })
		if got > a.most {
			t.Errorf("%s takes %v allocations, and may take %v; when that was set it took %v", a.name, got, a.most, a.measured)
		}
		t.Logf("%s: %v", a.name, got)
	}
}

// TestOctetAllocations moves a file of few MiB over TLS and one of many: the difference is
// what the octets take. To read a record takes crypto/tls two, on whichever side.
func TestOctetAllocations(t *testing.T) {
	addr, dir := serve(t)
	c := dialTLS(t, addr)
	const few, many = 4, 36
	write(t, filepath.Join(dir, "few"), few<<20)
	write(t, filepath.Join(dir, "many"), many<<20)
	for _, d := range []struct {
		verb           string
		measured, most float64
		do             func(name string, size int)
	}{
		{"RETR", 33, 36, func(name string, _ int) { c.receive("RETR " + name) }},
		{"STOR", 128.4, 132, func(_ string, size int) { c.store("STOR stored", size) }},
	} {
		count := func(name string, mib int) float64 {
			d.do(name, mib<<20)
			return testing.AllocsPerRun(5, func() { d.do(name, mib<<20) })
		}
		got := (count("many", many) - count("few", few)) / (many - few)
		if got > d.most {
			t.Errorf("%s takes %.2f allocations a MiB over TLS, and may take %v; when that was set it took %v", d.verb, got, d.most, d.measured)
		}
		t.Logf("%s: %.2f", d.verb, got)
	}
}

// entries are what each entry of a listing takes, of which there are thousands.
var entries = []struct {
	name     string
	measured float64
	most     float64
}{
	{"LIST many", 0.01, 0.03},
	{"NLST many", 0.01, 0.03},
	{"MLSD many", 0.01, 0.03},
}

// TestEntryAllocations lists a directory of few files and one of many: the difference is
// what the entries take.
func TestEntryAllocations(t *testing.T) {
	addr, dir := serve(t)
	c := dial(t, addr)
	const few, more = 100, 2000
	fill(t, filepath.Join(dir, "few"), few)
	fill(t, filepath.Join(dir, "many"), few+more)
	for _, e := range entries {
		verb := e.name[:4]
		count := func(what string) float64 {
			line := verb + " " + what
			c.receive(line)
			return testing.AllocsPerRun(10, func() { c.receive(line) })
		}
		if got := (count("many") - count("few")) / more; got > e.most {
			t.Errorf("%s takes %.2f allocations an entry, and may take %v; when that was set it took %v", verb, got, e.most, e.measured)
		} else {
			t.Logf("%s: %.2f", verb, got)
		}
	}
}
