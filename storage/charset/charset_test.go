package charset_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-6092453b/ferry/storage/charset"
)

// of returns a charset that there must be.
func of(t testing.TB, name string) *charset.Charset {
	t.Helper()
	c, err := charset.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// known are the charsets that names were in before UTF-8.
var known = []string{
	"GBK", "GB18030", "GB2312", "Big5", "Shift_JIS", "EUC-JP", "EUC-KR",
	"windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255",
	"windows-1256", "windows-1257", "windows-1258", "windows-874", "KOI8-R", "KOI8-U",
	"ISO-8859-1", "ISO-8859-2", "ISO-8859-3", "ISO-8859-4", "ISO-8859-5", "ISO-8859-6", "ISO-8859-7", "ISO-8859-8",
	"ISO-8859-9", "ISO-8859-10", "ISO-8859-13", "ISO-8859-14", "ISO-8859-15", "ISO-8859-16",
	"CP437", "CP850", "CP852", "CP855", "CP858", "CP862", "CP866", "macintosh", "x-mac-cyrillic",
}

func TestLookup(t *testing.T) {
	for name, want := range map[string]string{
		"gbk": "GBK", "cp936": "GBK", "GB2312": "GBK", "sjis": "Shift_JIS", "cp932": "Shift_JIS", "cp949": "EUC-KR",
		"cp950": "Big5", "koi8-r": "KOI8-R", "cp1251": "windows-1251", "latin1": "ISO-8859-1", "ISO-8859-1": "ISO-8859-1",
		" Big5 ": "Big5", "utf-8": "UTF-8", "UTF8": "UTF-8", "cp437": "IBM437", "macintosh": "macintosh",
	} {
		if got := of(t, name).Name(); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	var none *charset.Charset
	if !of(t, "UTF-8").IsUTF8() || !none.IsUTF8() || none.Name() != "UTF-8" || of(t, "GBK").IsUTF8() {
		t.Error("UTF-8 is not told from other charsets")
	}
}

func TestLookupRefuses(t *testing.T) {
	for _, name := range []string{
		"ISO-2022-JP", "ISO-2022-KR", "HZ-GB-2312", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-7", "IBM037", "IBM1047", "replacement", "", "klingon",
	} {
		if c, err := charset.Lookup(name); err == nil {
			t.Errorf("%q is %v", name, c)
		}
	}
	if _, err := charset.Lookup("iso-2022-jp"); !strings.Contains(err.Error(), "slashes") {
		t.Errorf("a charset with states: %v", err)
	}
}

// TestPlain goes through all characters: none has octets in which the protocol or a
// path sees something else, and each comes back.
func TestPlain(t *testing.T) {
	for _, name := range known {
		c := of(t, name)
		beyond := 0
		for r := rune(utf8.RuneSelf); r <= 0xffff; r++ {
			octets, ok := c.Encode(string(r))
			if !ok {
				continue
			}
			beyond++
			if strings.ContainsAny(octets, "\x00\r\n ./*?\"") {
				t.Errorf("%s: U+%04X is % x", name, r, octets)
			}
			if text, ok := c.Decode(octets); !ok || text != string(r) {
				t.Errorf("%s: U+%04X comes back as %q", name, r, text)
			}
		}
		if beyond < 40 {
			t.Errorf("%s has only %d characters beyond ASCII", name, beyond)
		}
	}
}

func TestCode(t *testing.T) {
	for _, tt := range []struct{ charset, octets, text string }{
		{"GBK", "\xd6\xd0\xce\xc4", "中文"},
		{"GBK", "\x81\x5c", "乗"},
		{"GB18030", "\x81\x30\x81\x30", "\u0080"},
		{"Big5", "\xb3\x5c", "許"},
		{"Shift_JIS", "\x95\x5c\x8e\xa6", "表示"},
		{"EUC-KR", "\xc7\xd1\xb1\xdb", "한글"},
		{"KOI8-R", "\xc6\xc1\xca\xcc", "файл"},
		{"windows-1251", "\xff", "я"},
		{"windows-1252", "\x80", "€"},
		{"CP437", "\x81", "ü"},
		{"macintosh", "\x8e", "é"},
	} {
		c := of(t, tt.charset)
		if text, ok := c.Decode(tt.octets); !ok || text != tt.text {
			t.Errorf("%s: %q is %q, %v", tt.charset, tt.octets, text, ok)
		}
		if octets, ok := c.Encode(tt.text); !ok || octets != tt.octets {
			t.Errorf("%s: %q is %q, %v", tt.charset, tt.text, octets, ok)
		}
	}
}

// What is not of the charset, or would not come back, is not mapped.
func TestCodeRefuses(t *testing.T) {
	for _, tt := range []struct{ charset, octets string }{
		{"GBK", "\xd6"}, {"GBK", "\xff\xfe"}, {"GBK", "a\x80\xff"}, {"Shift_JIS", "\x85\x9f"}, {"EUC-JP", "\xa4\x20"},
		{"windows-1253", "\xd2"}, {"GB18030", "\x84\x31\xa4\x37"},
	} {
		if text, ok := of(t, tt.charset).Decode(tt.octets); ok {
			t.Errorf("%s: %q is %q", tt.charset, tt.octets, text)
		}
	}
	for _, tt := range []struct{ charset, text string }{
		{"GBK", "한"}, {"KOI8-R", "中"}, {"windows-1252", "я"}, {"Shift_JIS", "\u00a5"}, {"GBK", "\xd6\xd0"}, {"GB18030", "\ufffd"},
		{"Big5", "é\xff"},
	} {
		if octets, ok := of(t, tt.charset).Encode(tt.text); ok {
			t.Errorf("%s: %q is %q", tt.charset, tt.text, octets)
		}
	}
}

func FuzzCode(f *testing.F) {
	f.Add(0, "\xd6\xd0")
	f.Add(4, "\x95\x5c/\x8e\xa6")
	f.Add(11, "я\xff\xf4")
	f.Fuzz(func(t *testing.T, i int, s string) {
		c := of(t, known[uint(i)%uint(len(known))])
		if text, ok := c.Decode(s); ok {
			if !utf8.ValidString(text) {
				t.Fatalf("%v: %q is decoded to %q", c, s, text)
			}
			if back, ok := c.Encode(text); !ok || back != s {
				t.Fatalf("%v: %q is decoded to %q, and encoded to %q", c, s, text, back)
			}
			if strings.Count(s, "/") != strings.Count(text, "/") {
				t.Fatalf("%v: %q and %q differ in slashes", c, s, text)
			}
		}
		if octets, ok := c.Encode(s); ok {
			if back, ok := c.Decode(octets); !ok || back != s {
				t.Fatalf("%v: %q is encoded to %q, and decoded to %q", c, s, octets, back)
			}
		}
	})
}
