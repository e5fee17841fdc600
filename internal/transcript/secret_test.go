package transcript_test

import (
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/internal/transcript"
)

// ownCertificate is what the server of a script shows.
var ownCertificate = sync.OnceValue(func() tls.Certificate { return *mint.Cert{}.Make() })

func secureServer(conn net.Conn, _ string, _ []string) (*tls.Conn, error) {
	c := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{ownCertificate()}})
	return c, c.Handshake()
}

func secureClient(conn net.Conn, kind string, args []string) (*tls.Conn, error) {
	if len(args) > 0 && args[0] == "never" {
		return nil, errors.New("it is not " + kind + " that I like")
	}
	c := tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
	return c, c.Handshake()
}

// Each way to depart from a script with TLS is found.
func TestSecureFailures(t *testing.T) {
	const data = "T:\nS: 227 ($hostport)\nD open\nD:\n"
	tests := []struct {
		name           string
		client, server string
		want           string // in the client's failure
	}{
		{"in the clear", "T:", "S: 220 x", "1: TLS: "},
		{"began", "T! never", "T:", "1: TLS has begun"},
		{"failed otherwise", "T! handshake never", "T:", "1: TLS failed otherwise: it is not control that I like"},
		{"failed", "T: never", "T:", "1: TLS: it is not control that I like"},
		{"twice", "T:\nT:", "T:", "2: TLS has begun before"},
		{"no TLS to end", "T> closed", "C: x", "1: what is sent is in the clear already"},
		{"no TLS to see end", "T< closed", "C: x", "1: what is received is in the clear already"},
		{"cut", "T:\nX: closed", "T:\nX: cut", "2: the connection ended without close_notify"},
		{"not cut", "T:\nX: cut", "T:\nX: closed", "2: the end of TLS was in good order"},
		{"not reset", "T:\nX: reset", "T:\nX: closed", "2: the connection was closed in good order"},
		{"cut in the clear", "S: 220 x\nX: cut", "S: 220 x\nX: closed", "2: the end of TLS was in good order"},
		{"does not end", "T:\nT< closed", "T:\nS: 220 x\n", `2: got "220 x\r\n" before the end`},
		{"closed in place of TLS", "T:\nT< closed", "T:\nX: cut", "2: the connection ended without close_notify"},
		{"data cut", data + "D< closed", data + "D< cut", "5: the connection ended without close_notify"},
		{"data", data + "D< \"a\"", data + "D< \"b\"", "5: byte 0 differs"},
		{"data failed", "T:\nS: 227 ($hostport)\nD open\nD! data never", "T:\nS: 227 ($hostport)\nD open\n+1s\nC: x", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				env := transcript.Env{Network: memnet.New(), FakeTime: true}
				got, _ := playBoth(t, env, tt.client, tt.server)
				if tt.want == "" {
					if got != nil {
						t.Errorf("got %v", got)
					}
					return
				}
				var f *transcript.Failure
				if !errors.As(got, &f) || !strings.Contains(got.Error(), tt.want) {
					t.Errorf("got %v, want a failure with %q", got, tt.want)
				}
			})
		})
	}
}
