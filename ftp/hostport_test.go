package ftp

import (
	"errors"
	"net/netip"
	"testing"
)

func TestParseHostPort(t *testing.T) {
	for in, want := range map[string]string{
		"127,0,0,1,4,1":         "127.0.0.1:1025",
		"192,0,2,1,255,255":     "192.0.2.1:65535",
		"0,0,0,0,0,21":          "0.0.0.0:21",
		"127,0,0,1,0,0":         "", // port 0
		"1,2,3":                 "",
		"1,2,3,4,5,256":         "",
		"256,2,3,4,5,6":         "",
		"-1,2,3,4,5,6":          "",
		"+1,2,3,4,5,6":          "",
		"1,2,3,4,5,6,7":         "",
		"1,2,3,4,5,":            "",
		" 1,2,3,4,5,6":          "",
		"a":                     "",
		"":                      "",
		"99999999999,2,3,4,5,6": "",
	} {
		got, err := ParseHostPort(in)
		check(t, in, got, err, want)
	}
}

func TestParsePassive(t *testing.T) {
	for in, want := range map[string]string{
		"Entering Passive Mode (127,0,0,1,4,1).": "127.0.0.1:1025",
		"Entering Passive Mode 127,0,0,1,4,1":    "127.0.0.1:1025",
		"=127,0,0,1,4,1":                         "127.0.0.1:1025",
		"ok, 3 sockets (10,0,0,5,200,10)":        "10.0.0.5:51210",
		"4711":                                   "invalid AddrPort",
		"Entering (127,0,0,1,4)":                 "",
		"Entering (127,0,0,1,4,256)":             "",
		"nothing":                                "",
	} {
		got, err := ParsePassive(in)
		check(t, in, got, err, want)
	}
}

func TestParseExtended(t *testing.T) {
	for in, want := range map[string]string{
		"|1|132.235.1.2|6275|":           "132.235.1.2:6275",
		"!1!132.235.1.2!6275!":           "132.235.1.2:6275",
		"|2|1080::8:800:200C:417A|5282|": "[1080::8:800:200c:417a]:5282",
		"|2|::ffff:10.0.0.1|5282|":       "[::ffff:10.0.0.1]:5282",
		"|1|1080::8|5282|":               "",
		"|2|10.0.0.1|5282|":              "",
		"|2|fe80::1%eth0|5282|":          "",
		"|1|132.235.1.2|":                "",
		"|1|132.235.1.2|x|":              "",
		"|1|132.235.1.2|0|":              "",
		"|1|132.235.1.2|65536|":          "",
		"|1|132.235.1.2|6275":            "",
		"1|132.235.1.2|6275|":            "",
		"|":                              "",
		"":                               "",
		" 1 132.235.1.2 6275 ":           "",
	} {
		got, err := ParseExtended(in)
		check(t, in, got, err, want)
	}
	var fe *FamilyError
	if _, err := ParseExtended("|9|x|1|"); !errors.As(err, &fe) || fe.Family != 9 {
		t.Errorf("family 9: %v", err)
	}
}

func TestParseExtendedPassive(t *testing.T) {
	for in, want := range map[string]string{
		"Entering Extended Passive Mode (|||6446|)": "invalid AddrPort",
		"ok (!!!4001!)":          "invalid AddrPort",
		"ok (|1|10.0.0.1|4001|)": "10.0.0.1:4001",
		"ok (|||0|)":             "",
		"ok (||4001|)":           "",
		"ok |||4001|":            "",
	} {
		got, err := ParseExtendedPassive(in)
		check(t, in, got, err, want)
	}
	if ap, _ := ParseExtendedPassive("x (!!!4001!)"); ap.Port() != 4001 {
		t.Errorf("port %d", ap.Port())
	}
}

func TestParseLong(t *testing.T) {
	for in, want := range map[string]string{
		"4,4,132,235,1,2,2,24,131":                              "132.235.1.2:6275",
		"4, 4, 132, 235, 1, 2, 2, 24, 131":                      "132.235.1.2:6275",
		"6,16,16,128,0,0,0,0,0,0,0,8,8,0,32,12,65,122,2,20,162": "[1080::8:800:200c:417a]:5282",
		"4,4,132,235,1,2,2,0,0":                                 "",
		"4,16,132,235,1,2,2,24,131":                             "",
		"4,4,132,235,1,2,3,24,131":                              "",
		"4,4,132,235,1,2,2,24":                                  "",
		"4":                                                     "",
	} {
		got, err := ParseLong(in)
		check(t, in, got, err, want)
	}
	var fe *FamilyError
	if _, err := ParseLong("9,1,1,2,1,1"); !errors.As(err, &fe) {
		t.Errorf("family 9: %v", err)
	}
}

// check compares with want, which is empty for ErrSyntax.
func check(t *testing.T, in string, got netip.AddrPort, err error, want string) {
	t.Helper()
	switch {
	case want == "" && !errors.Is(err, ErrSyntax):
		t.Errorf("%q: %v, %v, want a syntax error", in, got, err)
	case want != "" && (err != nil || got.String() != want):
		t.Errorf("%q: %v, %v, want %s", in, got, err, want)
	}
}

func FuzzHostPort(f *testing.F) {
	for _, s := range []string{"127,0,0,1,4,1", "|1|132.235.1.2|6275|", "|2|::1|5282|", "x (|||6446|)", "4,4,1,2,3,4,2,1,1", "x (6,16,1)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		again := func(parse func(string) (netip.AddrPort, error), format func(netip.AddrPort) string) {
			ap, err := parse(s)
			if err != nil {
				return
			}
			if ap.Port() == 0 {
				t.Errorf("%q has port 0", s)
			}
			if back, err := parse(format(ap)); err != nil || back.Port() != ap.Port() || back.Addr().Unmap() != ap.Addr().Unmap() {
				t.Errorf("%q is %v, and that is %v, %v", s, ap, back, err)
			}
		}
		again(ParseHostPort, FormatHostPort)
		again(ParseExtended, FormatExtended)
		again(ParseLong, FormatLong)
		if ap, err := ParseExtendedPassive(s); err == nil {
			if back, err := ParseExtendedPassive(FormatExtendedPassive(ap.Port())); err != nil || back.Port() != ap.Port() {
				t.Errorf("%q is port %d, and that is %v, %v", s, ap.Port(), back, err)
			}
		}
		ParsePassive(s)
		ParseLongPassive(s)
	})
}
