package attack_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// TestAttack26ClockJump: the times by which sessions and transfers are measured have a
// monotonic reading, which setting the clock does not move: all comparisons of them,
// and all deadlines of Go's network, go by it. (The clock of a machine that runs tests
// is not to be set.)
func TestAttack26ClockJump(t *testing.T) {
	t.Parallel()
	w := serve(t)
	c := w.login(t)
	c.passive()
	c.want(150, "LIST")
	sessions := w.srv.Sessions()
	if len(sessions) != 1 {
		t.Fatalf("there are %d sessions", len(sessions))
	}
	for what, at := range map[string]interface{ String() string }{"session": sessions[0].Conn.Since, "transfer": sessions[0].Started} {
		if !strings.Contains(at.String(), " m=") {
			t.Errorf("the %s begins at %v, which the clock moves", what, at)
		}
	}
	c.send("ABOR")
	c.expect(426)
	c.expect(226)
	for _, e := range seen[ftpserver.TransferEnded](w) {
		if e.Took < 0 {
			t.Errorf("a transfer took %v", e.Took)
		}
	}
}

// TestAttack27Encoding: names are octets: whatever they are in, they go to the disk and
// come back the same, and two that look alike are two. In verbs only ASCII has another
// case.
func TestAttack27Encoding(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		names := []string{
			"\u00e9", "e\u0301", "\xe9", "\xc3", "\xe4\xb8", "\u4e2d\u6587", "\xd6\xd0\xce\xc4", "\x83\x5c", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xc0\x80",
			"\ufeffbom", "\u00df", "SS", "\u0130", "i", "I", "\u212a", "K", "\xfe\xff", "\xff", "\xff\xff", "a\u200bb", "\u202eabc", "\u0085",
		}
		for o := 1; o < 256; o++ {
			if o != '\n' && o != '\r' && o != '/' {
				names = append(names, "n"+string([]byte{byte(o)})+"n")
			}
		}
		c := w.login(t)
		wire := strings.NewReplacer("\xff", "\xff\xff")
		for i, name := range names {
			if i < 25 || !testing.Short() {
				if r := c.put("STOR "+wire.Replace(name), name); r.code != 226 {
					t.Errorf("STOR %q: %v", name, r)
				}
				continue
			}
			c.want(257, "MKD "+wire.Replace(name))
		}
		slices.Sort(names)
		entries, err := os.ReadDir(w.dir)
		check(t, err)
		var there []string
		for _, e := range entries {
			there = append(there, e.Name())
			if octets, err := os.ReadFile(w.dir + "/" + e.Name()); err == nil && string(octets) != e.Name() {
				t.Errorf("%q has what belongs to %q", e.Name(), octets)
			}
		}
		if slices.Sort(there); !slices.Equal(there, names) {
			t.Errorf("on the disk there are\n%q\nwant\n%q", there, names)
		}
		octets, _ := c.get("NLST")
		listed := strings.Split(strings.TrimSuffix(octets, "\r\n"), "\r\n")
		if slices.Sort(listed); !slices.Equal(listed, names) {
			t.Errorf("NLST has\n%q\nwant\n%q", listed, names)
		}
		facts, _ := c.get("MLSD")
		for _, name := range names {
			if !strings.Contains(facts, "; "+name+"\r\n") {
				t.Errorf("MLSD has not %q", name)
			}
		}
		for _, name := range names[:10] {
			if octets, r := c.get("RETR " + wire.Replace(name)); r.code == 226 && octets != name {
				t.Errorf("RETR %q: %q", name, octets)
			}
		}
		for _, verb := range []string{"NO\u00d6P", "no\u00f6p", "\xceOOP", "\xeeoop", "NOO\u017f", "PWD\xa0", "\u212aOST", "\ufeffNOOP", "S\u0130TE HELP"} {
			c.want(500, verb)
		}
		c.want(200, "nOoP")
	})
}
