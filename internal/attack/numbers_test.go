package attack_test

import (
	"net"
	"strings"
	"testing"
)

// TestAttack14Numbers: numbers that are negative, too large, no numbers or not alone
// are refused, and leave nothing behind: the download after each is whole.
func TestAttack14Numbers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.write("root/file", "0123456789")
		c := w.login(t)
		for verb, args := range map[string][]string{
			"REST": {"-1", "+5", "9223372036854775808", "18446744073709551616", "99999999999999999999999999", "1e400", "0x10", "10 ;", "1 2", "ten", "٣", "1,5", "''"},
			"RANG": {"5 3", "-1 5", "0 9223372036854775808", "18446744073709551616 18446744073709551617", "a b", "1", "1 2 3", "1 -1", "1e1 2e1"},
			"ALLO": {"-1", "9223372036854775808", "18446744073709551616", "1e9", "1 R", "1 R x", "1 R -5", "R 5", "x"},
			"PORT": {"256,0,0,1,4,5", "-1,0,0,1,4,5", "127,0,0,1,256,1", "127,0,0,1,1,-1", "127,0,0,1,1", "127,0,0,1,4,5,6", "1,2", ",,,,,", "127.0.0.1.4.5",
				"127,0,0,1,0x4,5", "127,0,0,1,99999999999999999999,1", "127,0,0,1,4,", "a,b,c,d,e,f", "+127,0,0,1,4,5"},
			"EPRT": {"|3|x|1|", "|||", "|1|", "|1||5000|", "|1|127.0.0.1||", "|1|127.0.0.1|65536|", "|1|127.0.0.1|-5|", "|1|127.0.0.1|5000", "1|127.0.0.1|5000|",
				"|1|127.0.0.1|5000|x", "||127.0.0.1|5000|", "|1|127.0.0.1|99999999999999999999|", "|", " ", "|1|127.0.0.1 |5000|", "|0|127.0.0.1|5000|", "|-1|127.0.0.1|5000|"},
			"LPRT": {"4,4,127,0,0,1,2,1", "4,4,127,0,0,1,3,1,1,1", "6,16,1,2", "4,0,2,1,1", "4,255,1", "256,4,127,0,0,1,2,1,1", "4,4,127,0,0,1,0", ","},
			"EPSV": {"3", "-1", "99999999999999999999", "1 2", "ALL ALL", "x"},
			"TYPE": {"L", "L 0", "L -8", "L 256", "L 99999999999999999999", "L 8 8", "X", "A X", "I 8"},
			"MFMT": {"-1 file", "99999999999999 file", "20011301000000 file", "20010229000000 file", "20010101250000 file", "20010101000000. file",
				"0 file", "200101010000000000 file"},
			"SITE CHMOD": {"-1 file", "99999 file", "8 file", "77777777777777777777 file", "0x1ff file", "u+rwx file"},
			"SITE UMASK": {"-1", "9", "1000", "77777777777777777777", "x"},
			"SITE IDLE":  {"-1", "0", "99999999999999999999", "1e3", "9223372036854775807", "2147483648"},
			"SITE UTIME": {"99999999999999 file", "-00101010000 file", "file 1 2 3 UTC"},
			"THMB":       {"PNG -1 9 file", "PNG 99999999999999999999 9 file", "PNG 0 0 file", "XXX 9 9 file", "PNG 9 file"},
			"XCRC":       {"file -1", "\"file\" 5 3", "\"file\" -1 5", "\"file\" 0 9223372036854775808", "\"file\" 99999999999999999999 1"},
			"OPTS":       {"MODE Z LEVEL -1", "MODE Z LEVEL 99999999999999999999", "MODE Z BLOCK -1", "MODE Z ENGINE x", "HASH x", "UTF8 x", "x", "MODE Z LEVEL"},
			"MODE":       {"X", "Z9", "SS"}, "STRU": {"X", "FF"},
		} {
			for _, arg := range args {
				if r := c.do(verb + " " + arg); r.code < 500 || r.code == 502 {
					t.Errorf("%s %s: %v", verb, arg, r)
				}
				if strings.HasPrefix(verb, "SITE ") || verb == "OPTS" {
					continue // half of what follows would say nothing about them
				}
				if octets, r := c.get("RETR file"); octets != "0123456789" || r.code != 226 {
					t.Fatalf("behind %s %s the file is %q, %v", verb, arg, octets, r)
				}
			}
		}
		if r := c.put("STOR new", "abc"); r.code != 226 || w.read("root/new") != "abc" {
			t.Errorf("an upload behind all that: %v, %q", r, w.read("root/new"))
		}
	}, everything)
}

// TestAttack14Offsets: numbers that are some, but of no octet in the file.
func TestAttack14Offsets(t *testing.T) {
	t.Parallel()
	w := serve(t)
	w.write("root/file", "0123456789")
	c := w.login(t)
	for _, at := range []string{"11", "4294967296", "9223372036854775807"} {
		c.want(350, "REST "+at)
		if octets, r := c.get("RETR file"); octets != "" || r.code != 554 {
			t.Errorf("REST %s, RETR: %q, %v", at, octets, r)
		}
		c.want(350, "REST "+at)
		if r := c.put("STOR file", "x"); r.code < 400 {
			t.Errorf("REST %s, STOR: %v", at, r)
		}
		c.want(350, "RANG "+at+" "+at)
		if octets, r := c.get("RETR file"); octets != "" || r.code < 400 {
			t.Errorf("RANG %s, RETR: %q, %v", at, octets, r)
		}
	}
	// What does not fit on any disk is refused, and what only might not is tried.
	if r := c.do("ALLO 9223372036854775807"); r.code < 400 {
		if r := c.put("STOR huge", "small"); r.code != 226 && r.code != 452 && r.code != 552 {
			t.Errorf("STOR behind ALLO of 8 EiB: %v", r)
		}
	}
	if got := w.read("root/file"); got != "0123456789" {
		t.Errorf("the file is %q", got)
	}
}

// TestAttack14IPv6: PASV, which cannot say an address of IPv6, is refused there.
func TestAttack14IPv6(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skipf("there is no IPv6: %v", err)
	}
	w := serve(t)
	go w.srv.Serve(ln)
	w.addr = ln.Addr().String()
	c := w.loginFrom(t, "::1")
	for _, line := range []string{"PASV", "PORT 127,0,0,1,99,99", "SPSV x"} {
		if r := c.do(line); r.code < 500 {
			t.Errorf("%s: %v", line, r)
		}
	}
	c.want(522, "EPRT |1|127.0.0.1|9999|")
	c.want(522, "EPSV 1")
	if _, r := c.get("LIST"); r.code != 226 {
		t.Errorf("LIST by EPSV: %v", r)
	}
}
