package ftpclient_test

import (
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
)

// However a server says that it takes no more connections, those that there are do.
func TestNoMoreConnections(t *testing.T) {
	const hello = "S: 220 Service ready.\nC: USER anonymous\n"
	tests := map[string]string{
		"421 at once":             "S: 421 Too many connections.\nX: closed\n",
		"closed at once":          "X: closed\n",
		"closed at USER":          hello + "X: closed\n",
		"530 to USER":             hello + "S: 530 No more of you.\nX: client closed\n",
		"530 to PASS":             hello + "S: 331 Password?\nC: PASS ferry@\nS: 530 Sorry, the maximum number of clients (1) from your host are already connected.\nX: client closed\n",
		"530 without any reason":  hello + "S: 331 Password?\nC: PASS ferry@\nS: 530 Login incorrect.\nX: client closed\n",
		"421 in the middle of it": hello + "S: 331 Password?\nC: PASS ferry@\nS: 421 Out of places.\nX: closed\n",
		"never a word":            "+1m\nX: client closed\n",
	}
	for name, second := range tests {
		t.Run(name, func(t *testing.T) {
			script := "== first\n" + strings.TrimLeft(newServer, "\n") + typeI + facts("a", 5) + epsv + "C: RETR a\nS: 150 Here.\nD open\n" +
				"== second\n" + second + "== first\nD< \"hello\"\nD< closed\nS: 226 Done.\n" + facts("b", 5)
			withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				r, err := cl.Open(t.Context(), "a", storage.Range{})
				if err != nil {
					t.Fatal(err)
				}
				var wg sync.WaitGroup
				wg.Go(func() {
					if _, err := cl.Stat(t.Context(), "b"); err != nil {
						t.Errorf("Stat: %v", err)
					}
				})
				if got, err := io.ReadAll(r); string(got) != "hello" || err != nil {
					t.Errorf("read %q, %v", got, err)
				}
				wg.Wait()
			})
		})
	}
}

// A server that took no more is asked again after a while, and with pauses that grow.
func TestMoreConnectionsLater(t *testing.T) {
	const full = "S: 421 Too many connections.\nX: closed\n"
	script := "== first\n" + strings.TrimLeft(newServer, "\n") + typeI + facts("a", 5) + epsv + "C: RETR a\nS: 150 Here.\nD open\n" +
		"== second\n" + full + "== third\n" + full + "== fourth\n" + again + facts("b", 5) +
		"== first\nD< \"hello\"\nD< closed\nS: 226 Done.\nC: QUIT\nS: 221 Bye.\nX: closed\n== fourth\nC: QUIT\nS: 221 Bye.\nX: closed\n"
	withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		r, err := cl.Open(t.Context(), "a", storage.Range{})
		if err != nil {
			t.Fatal(err)
		}
		for _, wait := range []time.Duration{0, 20 * time.Second, 10 * time.Second, 50 * time.Second} {
			pass(wait)
			if _, err := cl.Stat(t.Context(), "b"); !errors.Is(err, storage.ErrBusy) {
				t.Errorf("Stat: %v", err)
			}
		}
		pass(10 * time.Second)
		if _, err := cl.Stat(t.Context(), "b"); err != nil {
			t.Errorf("Stat: %v", err)
		}
		synctest.Wait()
		if got, err := io.ReadAll(r); string(got) != "hello" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
	})
}

// Whoever reads or writes many files can go on with the only connection meanwhile, or is
// told that it is busy: he never waits for himself.
func TestBatchWithOneConnection(t *testing.T) {
	for name, o := range map[string]ftpclient.Options{"blocks": {MaxConns: 1}, "stream": {MaxConns: 1, Params: ftp.Params{Mode: 'S'}}} {
		t.Run(name, func(t *testing.T) {
			overFerry(t, o, func(t *testing.T, _ *memnet.Net, cl *ftpclient.Client) {
				names, holds := someFiles(20)
				sowFiles(t, cl, names, holds)
				listed := func(yield func(string) bool) {
					for info, err := range cl.List(t.Context(), "dir") {
						if err != nil {
							t.Error(err)
							return
						}
						// What is asked here has to wait for what was asked for before.
						if _, err := cl.Stat(t.Context(), "dir/"+info.Name); err != nil {
							t.Error(err)
						}
						if !yield("dir/" + info.Name) {
							return
						}
					}
				}
				err := cl.ReadFiles(t.Context(), listed, func(name string, r io.Reader, err error) error {
					if name == names[len(names)-1] {
						if _, err := cl.Stat(t.Context(), name); !errors.Is(err, storage.ErrBusy) {
							t.Errorf("Stat within: %v", err)
						}
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// Who was let in once sends name and password together from then on, to a server that
// bears it.
func TestLoginAtOnce(t *testing.T) {
	const second = "== second\nS: 220 Welcome back.\nC: USER anonymous\nC: PASS ferry@\n"
	for name, tt := range map[string]struct {
		replies string
		want    error
	}{
		"let in":                {"S: 331 Password?\nS: 230 In.\n" + facts("a", 5), nil},
		"needs no password now": {"S: 230 In.\nS: 503 You are in.\n" + facts("a", 5), nil},
		"password refused":      {"S: 331 Password?\nS: 530 No.\nX: client closed\n", ftpclient.ErrLogin},
		"name refused":          {"S: 530 No.\nS: 503 Who?\nX: client closed\n", ftpclient.ErrLogin},
	} {
		t.Run(name, func(t *testing.T) {
			withClient(t, aheadServer+facts("a", 5)+"X: closed\n"+second+tt.replies, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				if _, err := cl.Stat(t.Context(), "a"); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if _, err := cl.Stat(t.Context(), "a"); !errors.Is(err, tt.want) {
					t.Errorf("Stat: %v, want %v", err, tt.want)
				}
			})
		})
	}
}
