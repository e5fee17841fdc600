package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/stage"
	"github.com/seed-6092453b/ferry/internal/distance"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// A world has the servers, started when they are first needed, and the way to them.
type world struct {
	stage  *stage.Stage
	dir    string // of all files
	ferry  string // the program
	line   *distance.Line
	ca     *peers.Authority
	hosts  map[standing]*host
	copies int
}

// A standing is how a server stands there.
type standing struct {
	server string
	tls    bool
	far    bool
}

// A host is a server that runs.
type host struct {
	peers.Target
	has map[shape]string // what there is to download, by folder
}

// The places of a server that is reached over a relay, whose client is at 127.0.0.1.
const relayed = "127.0.0.2"

// newWorld makes a world in dir. The caller must close it.
func newWorld(ctx context.Context, dir, ferry string, relay bool) (*world, error) {
	w := &world{stage: stage.New(ctx, dir), dir: dir, ferry: ferry, hosts: make(map[standing]*host)}
	others := []string{relayed}
	if !relay {
		// Without one there is the relay.
		w.line, _ = distance.OpenLine()
	}
	if w.line != nil {
		others = append(others, w.line.Near(), w.line.Far())
	}
	if err := w.stage.Do(func() { w.ca = peers.NewAuthority(w.stage, others...) }); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// close ends all servers.
func (w *world) close() error {
	err := w.stage.End()
	if w.line != nil {
		err = errors.Join(err, w.line.Close())
	}
	return err
}

// host returns the server of a row.
func (w *world) host(r row) (*host, error) {
	key := standing{r.Server, r.TLS, r.RTT > 0}
	if h, ok := w.hosts[key]; ok {
		return h, nil
	}
	address, place := "127.0.0.1", peers.Place{}
	if key.far {
		if w.line != nil {
			address, place = w.line.Near(), peers.Place{Public: w.line.Far()}
		} else {
			// Below the ports that the system gives out, and those that servers begin at.
			first := 12_000 + 128*len(w.hosts)
			address, place = relayed, peers.Place{Public: "127.0.0.1", Ports: [2]int{first, first + 127}}
		}
	}
	var p *peers.Protection
	if r.TLS {
		p = &peers.Protection{TLSCell: peers.TLSCell{Start: peers.Explicit}, Authority: w.ca, Unbound: true}
	}
	h := &host{has: make(map[shape]string)}
	if err := w.stage.Do(func() { h.Target = peers.StartAt(w.stage, w.server(r.Server), address, p, place) }); err != nil {
		return nil, err
	}
	w.hosts[key] = h
	return h, nil
}

func (w *world) server(name string) peers.Server {
	for _, s := range peers.Servers() {
		if s.Name == name {
			return s
		}
	}
	return peers.Ferry(w.ferry)
}

// A way is how clients reach a server in one run.
type way struct {
	host   string
	port   int
	counts func() distance.Counts // nil: nothing is counted
	close  func() error
}

// way opens the way to a server, of the row's length.
func (w *world) way(h *host, r row) (way, error) {
	switch {
	case r.RTT == 0:
		return way{h.Host, h.Port, nil, func() error { return nil }}, nil
	case w.line != nil:
		w.line.SetRTT(r.RTT)
		w.line.Control(h.Port)
		return way{w.line.Far(), h.Port, w.line.Counts, func() error { return nil }}, nil
	}
	relay, err := w.relay(h, distance.Options{RTT: r.RTT, Ports: h.Ports})
	if err != nil {
		return way{}, err
	}
	_, port, _ := net.SplitHostPort(relay.Addr())
	number, err := strconv.Atoi(port)
	return way{"127.0.0.1", number, relay.Counts, relay.Close}, err
}

// relay makes a relay. A port may be in use for a moment: vsftpd takes any above 1023 for a
// data connection, and others may be measured or tested beside.
func (w *world) relay(h *host, o distance.Options) (*distance.Relay, error) {
	for begun := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		relay, err := distance.Listen(w.stage.Context(), h.Addr(), o)
		if !errors.Is(err, syscall.EADDRINUSE) || time.Since(begun) > 10*time.Second {
			return relay, err
		}
	}
}

// source returns the folder below the host's root that has the shape.
func (w *world) source(h *host, s shape) (remote string, err error) {
	if remote, ok := h.has[s]; ok {
		return remote, nil
	}
	remote = fmt.Sprintf("source-%d", len(h.has))
	if err := s.make(filepath.Join(h.Root, remote)); err != nil {
		return "", err
	}
	h.has[s] = remote
	return remote, nil
}

// destination makes an empty folder in another that is new, for an upload of what is in
// a folder of the name base.
func (w *world) destination(h *host, base string) (remote string, err error) {
	w.copies++
	remote = fmt.Sprintf("copy-%d/%s", w.copies, base)
	dir := filepath.Join(h.Root, filepath.FromSlash(remote))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	// The server's account is another, and the umask is the caller's.
	return remote, errors.Join(os.Chmod(dir, 0o777), os.Chmod(filepath.Dir(dir), 0o777))
}
