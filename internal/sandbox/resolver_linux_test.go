package sandbox

import (
	"io/fs"
	"slices"
	"testing"
)

func TestServersOf(t *testing.T) {
	got := serversOf("# nameserver 9.9.9.9\nsearch example.org\nnameserver 192.0.2.1\n\tnameserver fe80::1%eth0 # x\nnameserver\nnameserver 192.0.2.3\nnameserver 192.0.2.4")
	if want := []string{"192.0.2.1:53", "[fe80::1%eth0]:53", "192.0.2.3:53"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// As long as the file can be read, or is gone, Go's resolver knows best.
func TestNameServersInstead(t *testing.T) {
	var err error
	s := &nameServers{known: []string{"a:53", "b:53"}, try: func() error { return err }}
	const asked = "127.0.0.1:53"
	for _, err = range []error{nil, fs.ErrNotExist} {
		if got := s.instead(asked); got != asked {
			t.Errorf("with %v: %s", err, got)
		}
	}
	err = &fs.PathError{Op: "open", Path: resolvers, Err: fs.ErrPermission}
	for _, want := range []string{"a:53", "b:53", "a:53"} {
		if got := s.instead(asked); got != want {
			t.Errorf("asks %s, want %s", got, want)
		}
	}
}
