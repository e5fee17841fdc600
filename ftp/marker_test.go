package ftp

import "testing"

func TestMarker(t *testing.T) {
	for text, m := range map[string]Marker{
		"0":                     {},
		"1024":                  {Off: 1024},
		"1024+c":                {Off: 1024, CR: true},
		"1024;r7":               {Off: 1024, Records: 7},
		"9223372036854775807+c": {Off: 1<<63 - 1, CR: true},
		"5+c;r2":                {Off: 5, CR: true, Records: 2},
	} {
		if got := m.String(); got != text {
			t.Errorf("%+v is %q, want %q", m, got, text)
		}
		if got, err := ParseMarker(text); err != nil || got != m {
			t.Errorf("ParseMarker(%q) = %+v, %v; want %+v", text, got, err, m)
		}
	}
	for _, bad := range []string{"", "+c", "-1", "+1", "1 ", "01x", "1;r", "1;r0", "1;r-1", "1;r2+c", "9223372036854775808", "1+c+c", "0x10"} {
		if m, err := ParseMarker(bad); err == nil {
			t.Errorf("ParseMarker(%q) = %+v, want an error", bad, m)
		}
	}
}

func FuzzParseMarker(f *testing.F) {
	f.Add("1024+c;r7")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMarker(s)
		if err != nil {
			return
		}
		if again, err := ParseMarker(m.String()); err != nil || again != m {
			t.Fatalf("%q is %+v, which prints %q, which is %+v, %v", s, m, m, again, err)
		}
	})
}
