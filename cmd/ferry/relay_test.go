package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// relay stands between client and server and does harm, once, when data
// connections have carried enough.
type relay struct {
	server string
	after  int64 // octets of data before the harm
	stall  bool  // the data stands still; else everything breaks, and stays so until healed

	done chan struct{} // closed when the harm is done

	mu    sync.Mutex // guards what follows
	moved int64
	down  bool // lets nobody through
	conns map[net.Conn]struct{}
	lns   []net.Listener
}

// relays finds the relay of a script.
var relays sync.Map // *testscript.TestScript -> *relay

// startRelay implements the commands cut and stall.
func startRelay(stall bool) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 1 {
			ts.Fatalf("usage: cut OCTETS, stall OCTETS")
		}
		after, err := strconv.ParseInt(args[0], 10, 64)
		ts.Check(err)
		r := &relay{
			server: "127.0.0.1:" + ts.Getenv("PORT"),
			after:  after,
			stall:  stall,
			done:   make(chan struct{}),
			conns:  make(map[net.Conn]struct{}),
		}
		ln, err := r.listen()
		ts.Check(err)
		go r.serve(ln)
		relays.Store(ts, r)
		ts.Defer(r.close)
		ts.Setenv("CUT", "ftp://"+ln.Addr().String())
	}
}

// stalled waits until the relay has done its harm.
func stalled(ts *testscript.TestScript, neg bool, args []string) {
	v, ok := relays.Load(ts)
	if !ok || neg {
		ts.Fatalf("no relay runs")
	}
	select {
	case <-v.(*relay).done:
	case <-time.After(20 * time.Second):
		ts.Fatalf("not enough data came")
	}
}

func (r *relay) listen() (net.Listener, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		r.mu.Lock()
		r.lns = append(r.lns, ln)
		r.mu.Unlock()
	}
	return ln, err
}

func (r *relay) serve(ln net.Listener) {
	for {
		client, err := ln.Accept()
		if err != nil {
			return
		}
		inlineUrgent(client)
		server, err := net.Dial("tcp", r.server)
		if err != nil || !r.keep(client, server) {
			client.Close()
			continue
		}
		go func() {
			// Not by splice(2), which stops at urgent data.
			io.Copy(struct{ io.Writer }{server}, struct{ io.Reader }{client})
			server.Close()
		}()
		go func() {
			r.replies(client, server)
			r.mu.Lock()
			defer r.mu.Unlock()
			r.breakAll() // who has lost the control connection has lost it all
		}()
	}
}

// keep remembers connections that are to be broken, or breaks them right away.
func (r *relay) keep(conns ...net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range conns {
		r.conns[c] = struct{}{}
	}
	if r.down {
		r.breakAll()
	}
	return !r.down
}

var extendedPassive = regexp.MustCompile(`^229 .*\(\|\|\|(\d+)\|\)`)

// replies passes the replies on, and puts itself between data connections.
func (r *relay) replies(client, server net.Conn) {
	lines := bufio.NewReader(server)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		if m := extendedPassive.FindStringSubmatch(line); m != nil {
			ln, err := r.listen()
			if err != nil {
				return
			}
			go r.data(ln, "127.0.0.1:"+m[1])
			line = fmt.Sprintf("229 Relayed (|||%d|)\r\n", ln.Addr().(*net.TCPAddr).Port)
		}
		if _, err := io.WriteString(client, line); err != nil {
			return
		}
	}
}

func (r *relay) data(ln net.Listener, addr string) {
	client, err := ln.Accept()
	ln.Close()
	if err != nil {
		return
	}
	server, err := net.Dial("tcp", addr)
	if err != nil || !r.keep(client, server) {
		client.Close()
		return
	}
	for _, c := range []net.Conn{client, server} {
		// What stands in buffers has arrived nowhere.
		c.(*net.TCPConn).SetReadBuffer(64 << 10)
		c.(*net.TCPConn).SetWriteBuffer(64 << 10)
	}
	go r.pass(client, server)
	go r.pass(server, client)
}

// pass copies one direction, until harm is done.
func (r *relay) pass(to, from net.Conn) {
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		if n > 0 && r.harm(int64(n)) {
			return
		}
		if _, werr := to.Write(buf[:n]); err != nil || werr != nil {
			to.(*net.TCPConn).CloseWrite()
			return
		}
	}
}

// harm counts n octets, and reports whether they are those that do not pass.
func (r *relay) harm(n int64) bool {
	r.mu.Lock()
	before := r.moved
	r.moved += n
	defer r.mu.Unlock()
	if before >= r.after || r.moved < r.after {
		return false
	}
	if !r.stall {
		r.down = true
		r.breakAll()
	}
	close(r.done)
	return true
}

// heal lets new connections through again.
func heal(ts *testscript.TestScript, neg bool, args []string) {
	v, ok := relays.Load(ts)
	if !ok || neg {
		ts.Fatalf("no relay runs")
	}
	r := v.(*relay)
	r.mu.Lock()
	r.down = false
	r.mu.Unlock()
}

// breakAll has all connections reset, as by a machine that has lost its memory
// of them. r.mu is held.
func (r *relay) breakAll() {
	for c := range r.conns {
		c.(*net.TCPConn).SetLinger(0)
		c.Close()
	}
	clear(r.conns)
}

func (r *relay) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.breakAll()
	for _, ln := range r.lns {
		ln.Close()
	}
}
