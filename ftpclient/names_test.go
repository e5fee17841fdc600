package ftpclient_test

import (
	"errors"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// TestNamesOnTheWire: a name goes over as RFC 2640, 3.1 and RFC 854 have it, or not at
// all.
func TestNamesOnTheWire(t *testing.T) {
	script := oldServer + `
C< "DELE a\r\x00b\r\n"
S: 250 Gone.
C< "DELE a\xff\xffb\r\n"
S: 250 Gone.
C< "DELE a\r\x00\r\n"
S: 250 Gone.
`
	withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		for _, name := range []string{"a\rb", "a\xffb", "a\r"} {
			if err := cl.Remove(t.Context(), name, storage.KindFile); err != nil {
				t.Errorf("%q: %v", name, err)
			}
		}
		for _, name := range []string{"a\nb", "a\r\nDELE b", "a\x00b"} {
			if err := cl.Remove(t.Context(), name, storage.KindFile); !errors.Is(err, storage.ErrName) {
				t.Errorf("%q: %v", name, err)
			}
		}
		for _, name := range []string{"a\nb", "a\rb", "a\r"} {
			if err := cl.Mkdir(t.Context(), name); !errors.Is(err, storage.ErrName) {
				t.Errorf("%q: %v", name, err)
			}
		}
	})
}
