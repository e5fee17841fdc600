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
		check      *Check
		known      string // the key that is remembered
		unverified error
		err        string // part of the error; the server shows key a
		want       []Verdict
	}{
		{name: "verified", want: []Verdict{Vouched, Vouched}},
		{name: "unverified", unverified: errUnverified, err: "unknown issuer", want: []Verdict{Refused, Refused}},
		{name: "unverified, lenient", check: &Check{Lenient: true}, unverified: errUnverified, want: []Verdict{Unverified, Unverified}},
		{name: "verified, lenient", check: &Check{Lenient: true}, want: []Verdict{Vouched, Vouched}},
		{name: "pinned", check: &Check{Pins: []Key{keyOf("b"), keyOf("a")}}, unverified: errUnverified, want: []Verdict{Pinned, Pinned}},
		{name: "another is pinned", check: &Check{Pins: []Key{keyOf("b")}}, err: "and not " + keyOf("b").String(), want: []Verdict{Refused, Refused}},
		{name: "another is pinned, lenient", check: &Check{Pins: []Key{keyOf("b")}, Lenient: true, Learn: true}, unverified: errUnverified, err: keyOf("a").String(), want: []Verdict{Refused, Refused}},
		{name: "pinned, another is remembered", check: &Check{Pins: []Key{keyOf("a")}}, known: "b", want: []Verdict{Pinned, Pinned}},
		{name: "remembered", known: "a", unverified: errUnverified, want: []Verdict{Remembered, Remembered}},
		{name: "changed", known: "b", unverified: errUnverified, err: "it is now " + keyOf("a").String() + "; remembered on 2026-11-21 was " + keyOf("b").String(), want: []Verdict{Refused, Refused}},
		{name: "changed, lenient", check: &Check{Lenient: true}, known: "b", unverified: errUnverified, err: "has changed", want: []Verdict{Refused, Refused}},
		{name: "changed, learning", check: &Check{Learn: true}, known: "b", unverified: errUnverified, err: "has changed", want: []Verdict{Refused, Refused}},
		{name: "changed, and verified", known: "b", err: "an authority that is trusted here vouches for the new one", want: []Verdict{Refused, Refused}},
		{name: "first use", check: &Check{Learn: true}, unverified: errUnverified, want: []Verdict{Learnt, Remembered}},
		{name: "first use, lenient", check: &Check{Learn: true, Lenient: true}, unverified: errUnverified, want: []Verdict{Learnt, Remembered}},
		{name: "first use, verified", check: &Check{Learn: true}, want: []Verdict{Vouched, Vouched}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := tt.check
			if c == nil {
				c = new(Check)
			}
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
			for i, want := range tt.want {
				got, err := c.Decide(shown("a"), tt.unverified)
				if got != want {
					t.Errorf("verdict %d is %v, want %v", i, got, want)
				}
				if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
					t.Errorf("%v, want %q", err, tt.err)
				}
			}
			isLearnt := tt.want[0] == Learnt
			if learnt > 1 || learnt == 1 != isLearnt || warned > 1 || warned == 1 != (tt.want[0] == Unverified) {
				t.Errorf("learnt %d times, warned %d times", learnt, warned)
			}
			e, found, err := c.Store.Find(server)
			if want := isLearnt || tt.known != ""; found != want || err != nil || isLearnt && e.Key != keyOf("a") {
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
		if _, err := c.Decide(shown(letter), errUnverified); err != nil {
			t.Error(err)
		}
	}
	if len(keys) != 2 || keys[1] != keyOf("b") {
		t.Errorf("warned of %v", keys)
	}
	if _, err := c.Decide(tls.ConnectionState{}, nil); err == nil {
		t.Error("no certificate is trusted")
	}
	broken := &Check{Server: c.Server, Lenient: true, Store: NewStore(t.TempDir())}
	if err := os.Mkdir(broken.Store.Path(), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := broken.Decide(shown("a"), nil); err == nil {
		t.Error("a store that cannot be read lets everything pass")
	}
}
