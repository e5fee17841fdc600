package ftp

import (
	"testing"
)

func TestParseMark(t *testing.T) {
	tests := []struct {
		text, sender, receiver string
	}{
		{"MARK 1024 = 1024", "1024", "1024"},
		{"MARK 1024+c = rec7;x=1", "1024+c", "rec7;x=1"},
		{"MARK a=b = c", "a=b", "c"},
		{"mark 5=6", "5", "6"},
		{"MARK 5= 6", "5", "6"},
		{"  MARK  5 =  6 ", "5", "6"},
		{"5 = 6", "5", "6"},
		{"MARK 5 = 6 noted", "5", "6"},
		{"MARK\t5 = 6", "5", "6"},
		{"MARK = 6", "", ""},
		{"MARK 5 =", "", ""},
		{"MARK 5 6", "", ""},
		{"MARK two words = 6", "", ""},
		{"MARK 5\x7f = 6", "", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		sender, receiver, ok := ParseMark(tt.text)
		if sender != tt.sender || receiver != tt.receiver || ok != (tt.sender != "") {
			t.Errorf("ParseMark(%q) = %q, %q, %t", tt.text, sender, receiver, ok)
		}
	}
}

// FuzzParseMark checks that whatever is taken for markers can be sent as such, and
// that ferry's own form comes back.
func FuzzParseMark(f *testing.F) {
	f.Add("MARK 1024 = 1024")
	f.Add("MARK 1+c=2;r3")
	f.Add("= = =")
	f.Fuzz(func(t *testing.T, text string) {
		sender, receiver, ok := ParseMark(text)
		if !ok {
			if sender != "" || receiver != "" {
				t.Errorf("ParseMark(%q) gave %q and %q, and said it did not", text, sender, receiver)
			}
			return
		}
		if !ValidMarker(sender) || !ValidMarker(receiver) {
			t.Errorf("ParseMark(%q) = %q, %q", text, sender, receiver)
		}
		if s, r, ok := ParseMark("MARK " + sender + " = " + receiver); !ok || s != sender || r != receiver {
			t.Errorf("the markers of %q are %q and %q, then %q and %q", text, sender, receiver, s, r)
		}
	})
}
