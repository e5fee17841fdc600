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
		at    string // the command at which the server is deaf, or EOF, the client's end
		says  string
		after time.Duration // the end of the first connection behind the client's
		late  time.Duration
	}{
		{"together, ended", together, "STOR", "", 2 * time.Second, 2 * time.Second},
		{"together, never ended", together, "STOR", "", hour, 5 * time.Second},
		{"together, ended at once", together, "STOR", "", 0, 0},
		{"alone, ended", alone, "STOR", "", 2 * time.Second, 2 * time.Second},
		{"alone, never ended", alone, "STOR", "", hour, 5 * time.Second},
		{"alone, what cannot be read", alone, "STOR", strings.Repeat("nonsense\r\n", 1000), 2 * time.Second, 2 * time.Second},
		{"alone, and all was answered", alone, "EOF", "", hour, 0},
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
							s.at, s.says, s.after = tt.at, tt.says, tt.after
						}
						go s.serve()
					}
				}()
				cl := ftpclient.New(addr, &ftpclient.Options{Net: n, Params: ftp.Params{Mode: 'S'}, Security: ftpclient.SecurityOff, Timeout: 10 * time.Second})
				if err := tt.store(t, cl); (err == nil) != (tt.at != "STOR") {
					t.Errorf("the first: %v", err)
				}
				if tt.at == "EOF" {
					cl.Do(t.Context(), "TYPE", "I") // behind which the connection is closed
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

// deaf is one session of a server that stores files of one octet. To one command it says
// something that is no reply, or nothing, and ends a while after the client.
type deaf struct {
	net.Conn
	n     *memnet.Net
	at    string
	says  string
	after time.Duration
}

func (s *deaf) serve() {
	defer s.Close()
	defer func() {
		if s.at == "EOF" {
			pass(s.after)
		}
	}()
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
		case verb == s.at:
			if port != nil {
				port.Close()
			}
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
