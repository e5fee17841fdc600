package attack_test

import (
	"bytes"
	"compress/zlib"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// deflated returns n zeros as MODE Z sends them.
func deflated(t testing.TB, n int) string {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	zeros := make([]byte, 1<<16)
	for ; n > 0; n -= len(zeros) {
		if _, err := z.Write(zeros[:min(n, len(zeros))]); err != nil {
			t.Fatal(err)
		}
	}
	check(t, z.Close())
	return b.String()
}

// TestAttack25Bombs: what a few octets become counts in full, against the limit of
// growth and against the quota, in each mode that can inflate; and a stream that is
// damaged is no file.
func TestAttack25Bombs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.login(t)
		bomb := deflated(t, 64<<20) // from 64 KiB
		c.want(200, "MODE Z")
		if r := c.put("STOR bomb", bomb); r.code != 552 {
			t.Errorf("a bomb in MODE Z: %v", r)
		}
		if n := w.stored(); n > 8<<20 {
			t.Errorf("of a bomb in MODE Z %d octets are stored", n)
		}
		c.do("DELE bomb")
		for name, stream := range map[string]string{
			"damaged": bomb[:1000] + "\xff\xff\xff\xff" + bomb[1004:], "cut": bomb[:1000], "no header": "plain text", "a wrong sum": deflated(t, 100)[:11] + "\x00\x00\x00\x00",
		} {
			if r := c.put("STOR damaged", stream); r.code != 426 && r.code != 451 && r.code != 552 {
				t.Errorf("a stream that is %s: %v", name, r)
			}
			c.do("DELE damaged")
		}
		if r := c.put("STOR fair", deflated(t, 500_000)); r.code != 226 || w.stored() != 500_000 {
			t.Errorf("what may grow so much: %v, %d octets", r, w.stored())
		}
		c.want(250, "DELE fair")
		c.want(200, "MODE C")
		// A replicated octet is two for 63.
		if r := c.put("STOR bomb", strings.Repeat("\xbf\x00", 1<<20)+"\x00\x40"); r.code != 552 {
			t.Errorf("a bomb in MODE C: %v", r)
		}
		if n := w.stored(); n > 8<<20 {
			t.Errorf("of a bomb in MODE C %d octets are stored", n)
		}
		c.want(200, "MODE S")
		c.want(200, "NOOP")
	}, func(c *ftpserver.Config) {
		c.ModeZ = true
		c.Limits.Expand, c.Limits.ExpandFree = 10, 1<<20
	})
}
