package ftpclient_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
)

// TestGivenUp gives up a connection over which a file was to be stored, and stores it over
// another: not before the server has ended the first, for it may yet read that STOR, and
// empty the file. It has five seconds for that.
func TestGivenUp(t *testing.T) {
	together := func(t *testing.T, cl *ftpclient.Client) error {
		got, err := writeTogether(t, cl, time.Time{}, "a")
		if err == nil && got != "a" {
			t.Errorf("stored %q", got)
		}
		return err
	}
	alone := func(t *testing.T, cl *ftpclient.Client) error {
		w, err := cl.Create(t.Context(), "a", storage.CreateOptions{})
		if err != nil {
			return err
		}
		io.WriteString(w, "a")
		_, err = w.Commit(t.Context())
		return err
	}
	for _, tt := range []struct {
		name  string
		store func(t *testing.T, cl *ftpclient.Client) error
		says  string
		after time.Duration // the end of the first connection behind the client's
		late  time.Duration
	}{
		{"together, ended", together, "", 2 * time.Second, 2 * time.Second},
		{"together, never ended", together, "", hour, 5 * time.Second},
		{"together, ended at once", together, "", 0, 0},
		{"alone, ended", alone, "", 2 * time.Second, 2 * time.Second},
		{"alone, never ended", alone, "", hour, 5 * time.Second},
		{"alone, what cannot be read", alone, strings.Repeat("nonsense\r\n", 1000), 2 * time.Second, 2 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := memnet.New()
				ln, err := n.Listen(t.Context(), "tcp", addr)
				if err != nil {
					t.Fatal(err)
				}
				var came []time.Time
				go func() {
					for {
						c, err := ln.Accept()
						if err != nil {
							return
						}
						came = append(came, time.Now())
						s := &deaf{Conn: c, n: n}
						if len(came) == 1 {
							s.says, s.after = tt.says, tt.after
							s.stuck = true
						}
						go s.serve()
					}
				}()
				cl := ftpclient.New(addr, &ftpclient.Options{Net: n, Params: ftp.Params{Mode: 'S'}, Security: ftpclient.SecurityOff, Timeout: 10 * time.Second})
				if err := tt.store(t, cl); err == nil {
					t.Error("stored by a server that does not say so")
				}
				given := time.Now()
				if err := tt.store(t, cl); err != nil {
					t.Errorf("once more: %v", err)
				}
				if len(came) != 2 || came[1].Sub(given) != tt.late {
					t.Errorf("connections at %v, want the second %v behind %v", came, tt.late, given)
				}
				cl.Close()
				ln.Close()
				pass(2 * hour)
				if ends := n.OpenEnds(); len(ends) > 0 {
					t.Errorf("left open: %q", ends)
				}
			})
		})
	}
}

// deaf is one session of a server that stores files of one octet. Where it is stuck, it
// says something to STOR that is no reply, or nothing, and ends a while after the client.
type deaf struct {
	net.Conn
	n     *memnet.Net
	stuck bool
	says  string
	after time.Duration
}

func (s *deaf) serve() {
	defer s.Close()
	var port net.Listener
	reply := func(format string, args ...any) { fmt.Fprintf(s, format+"\r\n", args...) }
	reply("220 Ready.")
	for lines := bufio.NewScanner(s); lines.Scan(); {
		switch verb, _, _ := strings.Cut(lines.Text(), " "); {
		case verb == "USER", verb == "TYPE":
			reply(map[string]string{"USER": "230 In.", "TYPE": "200 OK."}[verb])
		case verb == "EPSV":
			port, _ = s.n.Listen(context.Background(), "tcp", "127.0.0.1:0")
			reply("229 Passive (|||%d|)", port.Addr().(*net.TCPAddr).Port)
		case verb == "STOR" && s.stuck:
			port.Close()
			io.WriteString(s, s.says)
			io.Copy(io.Discard, s)
			pass(s.after)
			return
		case verb == "STOR":
			reply("150 Go on.")
			data, _ := port.Accept()
			port.Close()
			io.Copy(io.Discard, data)
			data.Close()
			reply("226 Stored.")
		case verb == "SIZE":
			reply("213 1")
		case verb == "QUIT":
			reply("221 Bye.")
		default:
			reply("502 No.")
		}
	}
}
