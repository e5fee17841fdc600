package conformance_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/conformance"
)

// hostileClient is a client that is none.
type hostileClient struct {
	net conformance.Network
	do  func(ctx context.Context, n conformance.Network, addr string) error
}

func (hostileClient) Name() string              { return "hostile" }
func (hostileClient) Can(conformance.Task) bool { return true }

func (c hostileClient) Do(ctx context.Context, j conformance.Job) conformance.Outcome {
	err := c.do(ctx, c.net, net.JoinHostPort(j.Host, strconv.Itoa(int(j.Port))))
	o := conformance.Outcome{Err: err}
	if err != nil {
		o.Output = err.Error()
	}
	return o
}

// connected does something on a connection, and closes it.
func connected(do func(ctx context.Context, conn net.Conn) error) func(context.Context, conformance.Network, string) error {
	return func(ctx context.Context, n conformance.Network, addr string) error {
		conn, err := n.Dial(ctx, "tcp", nil, addr)
		if err != nil {
			return err
		}
		defer conn.Close()
		defer context.AfterFunc(ctx, func() { conn.Close() })()
		return do(ctx, conn)
	}
}

// writing writes the same again and again, reading or not.
func writing(text string, reads bool) func(ctx context.Context, conn net.Conn) error {
	return func(ctx context.Context, conn net.Conn) error {
		if reads {
			go io.Copy(io.Discard, conn)
		}
		for {
			if _, err := io.WriteString(conn, text); err != nil {
				return err
			}
		}
	}
}

// TestHostileClients: whatever a client does, each item gets its verdict in time, none is
// passed, and nothing is left open.
func TestHostileClients(t *testing.T) {
	const limit = 6 * time.Second
	for name, do := range map[string]func(context.Context, conformance.Network, string) error{
		"gives up at once":  func(context.Context, conformance.Network, string) error { return errors.New("no") },
		"lies at once":      func(context.Context, conformance.Network, string) error { return nil },
		"crashes":           func(context.Context, conformance.Network, string) error { panic("oh") },
		"never connects":    func(ctx context.Context, _ conformance.Network, _ string) error { <-ctx.Done(); return ctx.Err() },
		"is deaf":           func(context.Context, conformance.Network, string) error { <-time.After(time.Hour); return nil },
		"closes at once":    connected(func(context.Context, net.Conn) error { return nil }),
		"closes and fails":  connected(func(context.Context, net.Conn) error { return errors.New("no") }),
		"hangs":             connected(func(ctx context.Context, _ net.Conn) error { <-ctx.Done(); return ctx.Err() }),
		"listens for ever":  connected(func(_ context.Context, conn net.Conn) error { _, err := io.Copy(io.Discard, conn); return err }),
		"floods":            connected(writing(strings.Repeat("NOOP\r\n", 1000), true)),
		"floods and is mum": connected(writing(strings.Repeat("NOOP\r\n", 1000), false)),
		"ends no line":      connected(writing(strings.Repeat("x", 10_000), true)),
		"speaks Telnet":     connected(writing(strings.Repeat("\xff\xfd\x01", 1000), true)),
		"asks for data": connected(writing("USER tester\r\nPASS open-sesame\r\nEPSV\r\nMLSD\r\nREST 99999999999999999999\r\nRETR motd\r\n"+
			"PORT 1,2\r\nEPRT |9|x|y|\r\nTYPE\r\nPROT\r\nAUTH\r\nCDUP\r\nRETR\r\nSTOR\r\nABOR\r\n", true)),
		"connects again and again": func(ctx context.Context, n conformance.Network, addr string) error {
			for range 300 {
				conn, err := n.Dial(ctx, "tcp", nil, addr)
				if err != nil {
					return err
				}
				defer conn.Close()
			}
			return nil
		},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			r := checkInMemory(t, func(n conformance.Network) conformance.Client { return hostileClient{n, do} },
				conformance.ClientOptions{Timeout: limit, Parallel: 47})
			if len(r.Results) != 47 {
				t.Errorf("%d items have a verdict", len(r.Results))
			}
			for _, result := range r.Results {
				if result.Verdict != conformance.Failed && result.Verdict != conformance.NotOffered {
					t.Errorf("%s %s: %s", result.ID, result.Verdict, result.Reason)
					show(t, result)
				}
				if result.Took > 2*limit {
					t.Errorf("%s took %v", result.ID, result.Took)
				}
				if len(result.Dialogue) > 2100 {
					t.Errorf("%s: the dialogue has %d lines", result.ID, len(result.Dialogue))
				}
			}
		})
	}
}

// TestHostilePrograms: of a program nothing is left when its time is over, whatever it
// has started.
func TestHostilePrograms(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the programs that this test runs are those of Unix: sh, sleep, kill")
	}
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skipf("there is no shell to be the client (package dash): %v", err)
	}
	for name, command := range map[string]string{
		"crashes":        `sh -c 'kill -SEGV $$'`,
		"hangs":          `sh -c 'sleep 1000'`,
		"has children":   `sh -c 'sleep 1000 & sleep 1000'`,
		"leaves a child": `sh -c 'sleep 1000 & exit 0'`,
		"will not end":   `sh -c 'trap "" INT TERM HUP; while :; do sleep 1000; done'`,
		"writes":         `sh -c 'yes'`,
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			c, err := conformance.ParseProgram(name, "get = "+command+"\nget-url = "+command)
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			r, err := conformance.CheckClient(t.Context(), c, conformance.ClientOptions{
				Timeout: 500 * time.Millisecond, Parallel: 4, Only: []string{"CLI-01", "CLI-22", "CLI-36", "CLI-47"},
			})
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("the run took %v", took)
			}
			for _, result := range r.Results {
				want := conformance.Failed
				if result.ID == "CLI-36" {
					want = conformance.NotOffered
				}
				if result.Verdict != want {
					t.Errorf("%s %s: %s", result.ID, result.Verdict, result.Reason)
				}
			}
		})
	}
}

// TestCheckClientEnds: a run that is broken off says so of what it did not get to.
func TestCheckClientEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := newLoopback()
	r, err := conformance.CheckClient(ctx, hostileClient{n, func(ctx context.Context, _ conformance.Network, _ string) error {
		cancel()
		return ctx.Err()
	}}, conformance.ClientOptions{Net: n, Parallel: 1})
	if err != nil || len(r.Results) != 47 || r.Count(conformance.NotRun, "") != 47 {
		t.Errorf("%v, %+v", err, r)
	}
}
