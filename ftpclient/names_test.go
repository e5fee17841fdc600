package ftpclient_test

import (
	"errors"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// TestStatWithCR: the name in a reply comes as it was sent, with CR as CR NUL.
func TestStatWithCR(t *testing.T) {
	script := newServer + `
C< "MLST a\r\x00b\r\n"
S< "250-Facts:\r\n type=file;size=3;modify=20260102030405; /a\r\x00b\r\n250 End\r\n"
`
	withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		if info, err := cl.Stat(t.Context(), "a\rb"); err != nil || info.Name != "a\rb" || info.Size != 3 {
			t.Errorf("%+v, %v", info, err)
		}
	})
}

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
