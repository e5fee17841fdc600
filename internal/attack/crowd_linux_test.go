package attack_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// guest is a connection that keeps the server busy by doing next to nothing.
type guest struct {
	client
	come time.Time
}

// kind is what the guests of a crowd do.
type kind struct {
	name     string
	share    int  // of 10
	implicit bool // they come to the port where TLS begins at once
	drips    bool // they go on to send an octet now and then
	login    bool // they log in, and have a second descriptor of the server
	most     int  // KiB that one may cost the server; generously more than it does
	open     func(g *guest) error
}

// kinds are all ways to be slow. Those whose handshakes have a time limit of their
// own come last.
var kinds = []*kind{
	{name: "silent", share: 2, most: 40, open: (*guest).greeted},
	{name: "an octet now and then", share: 2, most: 40, drips: true, open: func(g *guest) error {
		return errors.Join(g.greeted(), g.drip())
	}},
	{name: "a data port that nobody comes to", share: 1, most: 60, login: true, open: func(g *guest) error {
		return errors.Join(g.greeted(), g.ask(331, "USER joe"), g.ask(230, "PASS secret"), g.ask(229, "EPSV"))
	}},
	{name: "AUTH TLS, then silent", share: 2, most: 60, open: func(g *guest) error {
		return errors.Join(g.greeted(), g.ask(234, "AUTH TLS"))
	}},
	{name: "AUTH TLS, then half a ClientHello", share: 2, most: 80, open: func(g *guest) error {
		return errors.Join(g.greeted(), g.ask(234, "AUTH TLS"), g.tell(halfHello()))
	}},
	{name: "silent where TLS is to begin", share: 1, implicit: true, most: 60, open: func(*guest) error { return nil }},
}

func (g *guest) greeted() error { return g.answer(220) }

func (g *guest) tell(octets string) error {
	_, err := io.WriteString(g.conn, octets)
	return err
}

// drip sends one octet of a command that never ends.
func (g *guest) drip() error { return g.tell("U") }

func (g *guest) ask(code int, line string) error {
	return errors.Join(g.tell(line+"\r\n"), g.answer(code))
}

func (g *guest) answer(code int) error {
	r, err := g.next()
	if err == nil && r.code != code {
		err = fmt.Errorf("%v, want %d", r, code)
	}
	return err
}

// halfHello is half of a ClientHello, such as clients send.
var halfHello = sync.OnceValue(func() string {
	here, there := net.Pipe()
	defer here.Close()
	go tls.Client(there, newTLS()).Handshake()
	hello := make([]byte, 16<<10)
	n, err := here.Read(hello)
	if err != nil {
		panic(err)
	}
	return string(hello[:n/2])
})

// crowdSize is how many guests may come, for all that the limits of this process
// and of its child let it.
func crowdSize(t testing.TB, n int) int {
	t.Helper()
	var limit syscall.Rlimit
	check(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	if most := int(min(limit.Cur, limit.Max, 1<<20))*3/5 - 200; most < n { // some take two descriptors, and the server keeps a quarter
		t.Logf("%d connections instead of %d: there are %d descriptors", most, n, limit.Cur)
		n = most
	}
	return n
}

// hostOf returns an address of this machine, one of a hundred that differ.
func hostOf(i int) string { return fmt.Sprintf("127.0.0.%d", 2+i%100) }

// invite has the i-th guest of a kind come.
func (c *child) invite(t testing.TB, w *world, k *kind, i int) (*guest, error) {
	t.Helper()
	addr := w.addr
	if k.implicit {
		addr = c.implicit(t)
	}
	g := &guest{client: client{t: t, w: w, from: hostOf(i)}, come: time.Now()}
	conn, err := dialFrom(g.from, addr)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { conn.Close() })
	g.use(conn)
	return g, k.open(g)
}

// bring has n guests of a kind come, from all the hosts, and does something with each.
func (c *child) bring(t testing.TB, w *world, k *kind, n int, with func(g *guest)) {
	t.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				g, err := c.invite(t, w, k, i)
				if err != nil {
					t.Errorf("guest %d, %s: %v", i, k.name, err)
					return
				}
				with(g)
			}
		})
	}
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

var servedImplicit = regexp.MustCompile(`ftps://(127\.0\.0\.1:\d+)/`)

// implicit returns the address where TLS begins at once.
func (c *child) implicit(t testing.TB) string {
	t.Helper()
	found := servedImplicit.FindStringSubmatch(c.out.String())
	if found == nil {
		t.Fatalf("nothing is served with implicit TLS: %s", c.out.String())
	}
	return found[1]
}

// proc is a file of the kernel about the child.
func (c *child) proc(name string) string {
	return filepath.Join("/proc", strconv.Itoa(c.cmd.Process.Pid), name)
}

// descriptors returns how many the child has open.
func (c *child) descriptors(t testing.TB) int {
	t.Helper()
	all, err := os.ReadDir(c.proc("fd"))
	check(t, err)
	return len(all)
}

// resident returns how many KiB of memory the child has.
func (c *child) resident(t testing.TB) int {
	t.Helper()
	status, err := os.ReadFile(c.proc("status"))
	check(t, err)
	_, rest, _ := bytes.Cut(status, []byte("VmRSS:"))
	n, err := strconv.Atoi(strings.Fields(string(rest))[0])
	check(t, err)
	return n
}

// busy returns for how many hundredths of a second the child has had a processor.
func (c *child) busy(t testing.TB) int {
	t.Helper()
	stat, err := os.ReadFile(c.proc("stat"))
	check(t, err)
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')'):]))
	user, err := strconv.Atoi(fields[12])
	check(t, err)
	system, err := strconv.Atoi(fields[13])
	check(t, err)
	return user + system
}
