package faultproxy_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/faultproxy"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// system is the operating system's network.
type system struct{}

func (system) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	var lc net.ListenConfig
	return lc.Listen(ctx, network, address)
}

func (system) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	d := net.Dialer{LocalAddr: local}
	return d.DialContext(ctx, network, address)
}

// chance puts faults at random points of a dialogue, about one in thirty, and remembers
// those of which a client cannot see all the harm.
type chance struct {
	mu      sync.Mutex
	dice    *rand.Rand
	swapped bool // octets that go to a server can end up in another file: the client can but tell of it
	cut     bool // a listing may have ended between two entries, or with none
}

func (c *chance) fault(p faultproxy.Point) faultproxy.Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dice.IntN(30) > 0 {
		return faultproxy.Fault{}
	}
	list := faultsAt(p)
	f := list[c.dice.IntN(len(list))]
	f.For = 20 * time.Millisecond
	c.swapped = c.swapped || f.Do == faultproxy.Swap
	c.cut = c.cut || p.Kind == faultproxy.Data && f.Do == faultproxy.Cut || f.Do == faultproxy.Recode && (p.Verb == "MLSD" || p.Verb == "LIST")
	return f
}

// TestPeers copies trees from and to real servers, with random faults on the way: what is
// said to be there is whole, and no file has another's octets.
func TestPeers(t *testing.T) {
	for _, s := range peers.Servers() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			tg, ok := peers.StartSetup(t, s, peers.IPv4, peers.Setup{})
			if !ok {
				t.Fatal("it cannot be set up")
			}
			for round := range 4 {
				seed := rand.Uint64()
				for _, up := range []bool{false, true} {
					if wrong := copyPast(t, tg, seed, fmt.Sprintf("round-%d-%v", round, up), up); len(wrong) > 0 {
						t.Errorf("seed %d, upload %v: %q", seed, up, wrong)
					}
				}
			}
		})
	}
}

// copyPast copies a tree in one direction through a proxy.
func copyPast(t *testing.T, tg peers.Target, seed uint64, dir string, up bool) (wrong []string) {
	t.Helper()
	wk := &work{names: files(12), size: unlike}
	w := &world{T: t, work: wk, remote: mem.New(mem.Options{Capacity: 1 << 30}), ctx: t.Context(), fate: make(map[string]string)}
	local := mem.New(mem.Options{Capacity: 1 << 30})
	root := filepath.Join(tg.Root, dir)
	if err := os.Mkdir(root, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(root, 0o777); err != nil {
		t.Fatal(err)
	}
	for i, name := range wk.names {
		b := contents(name, wk.length(i))
		if up {
			w.plant(local, name, b)
			continue
		}
		if err := os.WriteFile(filepath.Join(root, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	chance := &chance{dice: rand.New(rand.NewPCG(seed, 0))}
	proxy, err := faultproxy.Start(system{}, "127.0.0.1:0", tg.Addr(), chance.fault)
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	w.client = ftpclient.New(proxy.Addr(), &ftpclient.Options{User: tg.User, Password: tg.Password, Root: dir,
		Security: ftpclient.SecurityOff, MaxConns: 2, Timeout: 500 * time.Millisecond, Stall: time.Second})
	defer w.client.Close()
	c := copier(w, local)
	if up {
		err = c.PutTree(w.ctx, ".", ".")
	} else {
		err = c.GetTree(w.ctx, ".", ".")
	}
	w.client.Close()
	proxy.Close()
	for i, name := range wk.names {
		want := contents(name, wk.length(i))
		var got []byte
		var rerr error
		if up {
			got, rerr = os.ReadFile(filepath.Join(root, name))
		} else {
			got, rerr = readFrom(w, local, name)
		}
		text, told := w.fate[name]
		switch {
		case told && text == "" && (rerr != nil || !bytes.Equal(got, want)):
			w.blame("%s was told to be copied: %d octets, want %d: %.60q %v", name, len(got), len(want), got, rerr)
		case !bytes.Contains(want, got) && !(chance.swapped && up && text != ""):
			w.blame("%s has other octets: %.60q", name, got)
		case err == nil && !told && !(chance.cut && !up):
			w.blame("no word of %s", name)
		}
	}
	return w.wrong
}
