package trust

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"strings"
	"testing"
)

var errUnverified = errors.New("unknown issuer")

// shown is a handshake in which a server shows a certificate for the key of that
// letter.
func shown(letter string) tls.ConnectionState {
	return tls.ConnectionState{PeerCertificates: []*x509.Certificate{{RawSubjectPublicKeyInfo: []byte(letter)}}}
}

func keyOf(letter string) Key { return KeyOf(shown(letter).PeerCertificates[0]) }

func TestCheck(t *testing.T) {
	server := NewServer("h", 21)
	tests := []struct {
		name       string
		check      Check
		known      string // the key that is remembered
		unverified error
		err        string // part of the error; the server shows key a
		learnt     bool
		warned     bool
	}{
		{name: "verified"},
		{name: "unverified", unverified: errUnverified, err: "unknown issuer"},
		{name: "unverified, lenient", check: Check{Lenient: true}, unverified: errUnverified, warned: true},
		{name: "verified, lenient", check: Check{Lenient: true}},
		{name: "pinned", check: Check{Pins: []Key{keyOf("b"), keyOf("a")}}, unverified: errUnverified},
		{name: "another is pinned", check: Check{Pins: []Key{keyOf("b")}}, err: "and not " + keyOf("b").String()},
		{name: "another is pinned, lenient", check: Check{Pins: []Key{keyOf("b")}, Lenient: true, Learn: true}, unverified: errUnverified, err: keyOf("a").String()},
		{name: "pinned, another is remembered", check: Check{Pins: []Key{keyOf("a")}}, known: "b"},
		{name: "remembered", known: "a", unverified: errUnverified},
		{name: "changed", known: "b", unverified: errUnverified, err: "it is now " + keyOf("a").String() + "; remembered on 2026-11-21 was " + keyOf("b").String()},
		{name: "changed, lenient", check: Check{Lenient: true}, known: "b", unverified: errUnverified, err: "has changed"},
		{name: "changed, learning", check: Check{Learn: true}, known: "b", unverified: errUnverified, err: "has changed"},
		{name: "changed, and verified", known: "b", err: "an authority that is trusted here vouches for the new one"},
		{name: "first use", check: Check{Learn: true}, unverified: errUnverified, learnt: true},
		{name: "first use, lenient", check: Check{Learn: true, Lenient: true}, unverified: errUnverified, learnt: true},
		{name: "first use, verified", check: Check{Learn: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := &tt.check
			c.Server, c.Store = server, NewStore(t.TempDir())
			if tt.known != "" {
				if err := c.Store.Set(Entry{server, keyOf(tt.known), day}); err != nil {
					t.Fatal(err)
				}
			}
			learnt, warned := 0, 0
			c.Learnt = func(Entry) { learnt++ }
			c.Warn = func(_ Key, err error) {
				if warned++; err != errUnverified {
					t.Errorf("warned of %v", err)
				}
			}
			for range 2 {
				err := c.Verify(shown("a"), tt.unverified)
				if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
					t.Errorf("%v, want %q", err, tt.err)
				}
			}
			if learnt > 1 || learnt == 1 != tt.learnt || warned > 1 || warned == 1 != tt.warned {
				t.Errorf("learnt %d times, warned %d times", learnt, warned)
			}
			e, found, err := c.Store.Find(server)
			if want := tt.learnt || tt.known != ""; found != want || err != nil || tt.learnt && e.Key != keyOf("a") {
				t.Errorf("remembered: %v, %v, %v", e, found, err)
			}
		})
	}
}

// A server that shows one key after the other is told of each time, and without a
// certificate none is trusted.
func TestCheckEdges(t *testing.T) {
	var keys []Key
	c := &Check{Server: NewServer("h", 21), Lenient: true, Warn: func(k Key, _ error) { keys = append(keys, k) }}
	for _, letter := range []string{"a", "b", "a"} {
		if err := c.Verify(shown(letter), errUnverified); err != nil {
			t.Error(err)
		}
	}
	if len(keys) != 2 || keys[1] != keyOf("b") {
		t.Errorf("warned of %v", keys)
	}
	if c.Verify(tls.ConnectionState{}, nil) == nil {
		t.Error("no certificate is trusted")
	}
	broken := &Check{Server: c.Server, Lenient: true, Store: NewStore(t.TempDir())}
	if err := os.Mkdir(broken.Store.Path(), 0o700); err != nil {
		t.Fatal(err)
	}
	if broken.Verify(shown("a"), nil) == nil {
		t.Error("a store that cannot be read lets everything pass")
	}
}
