package attack_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// TestAttack12OddOctets: octets that end a line in one place and not in another make no
// command out of a name, wherever the packets are cut.
func TestAttack12OddOctets(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, attack := range []struct {
			octets  string
			replies []int
		}{
			// A lone CR or LF ends no command, and neither does NUL.
			{"MKD a\rDELE victim\r\n", []int{257}},
			{"MKD b\x00\r\n", []int{257}},
			{"STOR x\r\x00DELE victim\r\n", []int{425}},
			{"MKD c\r\x00\nDELE victim\r\n", []int{257}},
			{"NOOP \x00\r\n", []int{200}},
			// IAC is Telnet's, and doubled it is an octet of a name.
			{"MKD \xff\xffd\r\n", []int{257}},
			{"\xff\xf4\xff\xf2NOOP\r\n", []int{200}},
			{"NO\xff\xf1OP\r\n", []int{200}},
			{"DELE none\xff\xf9\r\n", []int{550}},
			{"\xff\xfa\x18\x01DELE victim\r\n\xff\xf0NOOP\r\n", nil},
		} {
			for cut := 1; cut <= 3; cut++ { // in pieces of one octet, of halves, of thirds
				dir, err := os.MkdirTemp(w.dir, "d")
				check(t, err)
				victim := filepath.Join(dir, "victim")
				check(t, os.WriteFile(victim, nil, 0o666))
				c := w.login(t)
				c.want(250, "CWD "+filepath.Base(dir))
				size := 1
				if cut > 1 {
					size = (len(attack.octets) + cut - 1) / cut
				}
				for piece := range slices.Chunk([]byte(attack.octets), size) {
					c.raw(string(piece))
				}
				c.send("QUIT")
				var got []int
				for {
					r := c.reply()
					if r.code == 221 {
						break
					}
					got = append(got, r.code)
				}
				if attack.replies != nil && !slices.Equal(got, attack.replies) {
					t.Errorf("%q, in pieces of %d, is answered %v, want %v", attack.octets, size, got, attack.replies)
				}
				if _, err := os.Stat(victim); err != nil {
					t.Errorf("%q, in pieces of %d, was two commands", attack.octets, size)
				}
			}
		}
	})
}

// TestAttack12LineFeeds: a line that ends in a lone LF, which old clients send, is one
// command and no more, and is answered as one.
func TestAttack12LineFeeds(t *testing.T) {
	t.Parallel()
	w := serve(t)
	c := w.login(t)
	c.raw("NOOP\nNOOP\nSYST\r\n")
	for _, code := range []int{200, 200, 215} {
		c.expect(code)
	}
	c.want(550, "CWD none")
}

// TestAttack12User: a user name that only begins like another is another name, for the
// one who checks it as for the one who logs it. NUL is no part of a line (RFC 854), and
// ends none.
func TestAttack12User(t *testing.T) {
	t.Parallel()
	w := serve(t, limits(ftpserver.Limits{LoginDelay: -1}))
	for _, name := range []string{"joe\x00admin", "admin\x00joe", "joe\r\x00", "joe\r\x00x", "joe\xff\xff", "joe\x1a", "Joe", "joe/"} {
		c := w.dial(t)
		c.send("USER "+name, "PASS secret")
		c.expect(331)
		c.expect(530)
	}
	for _, e := range seen[ftpserver.LoginFailed](w) {
		if e.User == "joe" {
			t.Error("a name was cut before it was reported")
		}
	}
}

// TestAttack12Names: names that hold line ends, quotes and IAC come back as what they
// are where that can be, and never make a second line.
func TestAttack12Names(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		odd := []string{"a\r\n226 Transfer complete.", "b\n150 x", "c\rd", "e\xfff", "g\"h", "\x1b[31mred", "tab\there", " lead", "trail ", "226 x"}
		for _, name := range odd {
			check(t, os.Mkdir(w.dir+"/"+name, 0o777))
		}
		c := w.login(t)
		for _, line := range []string{"LIST", "NLST", "MLSD"} {
			octets, r := c.get(line)
			if r.code != 226 {
				t.Fatalf("%s: %v", line, r)
			}
			for row := range strings.SplitSeq(strings.TrimSuffix(octets, "\r\n"), "\r\n") {
				if strings.ContainsAny(row, "\r\n") {
					t.Errorf("%s has a line with a line end in it: %q", line, row)
				}
			}
			if n := strings.Count(octets, "\n"); n > len(odd) {
				t.Errorf("%s has %d lines for %d names", line, n, len(odd))
			}
		}
		for _, name := range odd {
			if strings.Contains(name, "\n") {
				continue // no command can name it
			}
			wire := strings.NewReplacer("\r", "\r\x00", "\xff", "\xff\xff").Replace(name)
			c.want(250, "CWD "+wire)
			quoted := strings.NewReplacer("\r", "\r\x00", "\xff", "\xff\xff", "\"", "\"\"", "\x1b", "?").Replace("\"/" + name + "\"")
			quoted = "\"" + strings.Trim(quoted, "\"") + "\""
			if strings.HasSuffix(name, "\"") || strings.HasPrefix(name, "\"") {
				t.Fatal("the test cannot quote this")
			}
			if r := c.do("PWD"); !strings.HasPrefix(r.text, "257 "+quoted) {
				t.Errorf("PWD in %q says %q", name, r.text)
			}
			c.want(250, "CWD /")
		}
		for _, verb := range []string{"MLST", "STAT", "SIZE", "MKD"} { // the whole name comes back in some
			c.do(verb + " x\r\x00y")
		}
		c.want(200, "NOOP")
	})
}

// TestAttack12Everything sends each octet, and each pair with one of those that mean
// something, in an argument: one command, one reply.
func TestAttack12Everything(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.login(t)
		var sent []string
		for _, lead := range []string{"", "\r", "\xff", "\x00", "\xff\xff"} {
			for o := range 256 {
				if o == '\n' || o == '\r' || lead == "\xff" && o >= 240 { // a line end, or Telnet
					continue
				}
				sent = append(sent, "SIZE x"+lead+string([]byte{byte(o)})+"y")
			}
		}
		for len(sent) > 0 {
			n := min(len(sent), 50)
			c.send(sent[:n]...)
			for _, line := range sent[:n] {
				if r := c.reply(); ftp.Code(r.code) != ftp.CodeUnavailable && r.code != 553 {
					t.Errorf("%q: %v", line, r)
				}
			}
			sent = sent[n:]
		}
		c.want(200, "NOOP")
	})
}
