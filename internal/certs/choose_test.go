package certs

import (
	"crypto/tls"
	"testing"
)

func TestChoose(t *testing.T) {
	log, _ := testLog()
	dir := t.TempDir()
	until := next(100)
	o := Options{Log: log}
	for name, cert := range map[string]*tls.Certificate{
		"1 default": issue(nil, until, ecKey(t), "first.example", "other.example"),
		"2 wild":    issue(nil, until, ecKey(t), "*.example.org"),
		"3 exact":   issue(nil, until, ecKey(t), "ftp.example.org"),
		"4 RSA":     issue(nil, until, rsaKey(t), "ftp.example.org"),
	} {
		pair(t, cert, dir, name)
	}
	for _, name := range []string{"1 default", "2 wild", "3 exact", "4 RSA"} {
		o.Files = append(o.Files, Pair{dir + "/" + name + ".pem", dir + "/" + name + ".key"})
	}
	s, err := Open(t.Context(), o)
	check(t, err)
	defer s.Close()
	for _, tt := range []struct {
		name    string
		schemes []tls.SignatureScheme // nil: all
		want    int
	}{
		{"", nil, 0}, {"first.example", nil, 0}, {"OTHER.example", nil, 0}, {"unknown.example", nil, 0},
		{"www.example.org", nil, 1}, {"a.b.example.org", nil, 0}, {"example.org", nil, 0},
		{"ftp.example.org", nil, 2}, {"FTP.example.ORG", nil, 2},
		{"ftp.example.org", []tls.SignatureScheme{tls.PSSWithSHA256}, 3},
		{"", []tls.SignatureScheme{tls.PSSWithSHA256}, 3},
		// Nothing fits: the handshake has to say so.
		{"www.example.org", []tls.SignatureScheme{tls.PSSWithSHA256}, 1},
	} {
		h := hello(tt.name)
		if tt.schemes != nil {
			h.SignatureSchemes = tt.schemes
		}
		got, err := s.Certificate(h)
		check(t, err)
		if want := s.files[tt.want].current.Load(); got != want {
			t.Errorf("%q, %v: got %v, want %v", tt.name, tt.schemes, names(got.Leaf), names(want.Leaf))
		}
	}
}
