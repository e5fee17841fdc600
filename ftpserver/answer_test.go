package ftpserver

import (
	"fmt"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
)

// An answer is written as the reply of the text that package fmt makes.
func TestAnswer(t *testing.T) {
	odd := "a \"b\"\r\n\xff%s\x01é"
	for _, tt := range []struct {
		answer answer
		text   string
	}{
		{plain(ftp.CodeOK, ""), ""},
		{plain(ftp.CodeOK, "100% of "+odd), "100% of " + odd},
		{filled(ftp.CodeOK, "%s", str("")), ""},
		{filled(ftp.CodeOK, "Now in %s.", str(odd)), fmt.Sprintf("Now in %s.", odd)},
		{filled(ftp.CodePath, "%s made.", quoted(odd)), fmt.Sprintf("%s made.", ftp.QuotePath(odd))},
		{filled(ftp.CodePath, "%s", quoted(`"`)), `""""`},
		{filled(ftp.CodeOK, "%s: %d (%c)", str("a"), num(int64(-1)<<63), char('I')), fmt.Sprintf("a: %d (I)", int64(-1)<<63)},
		{filled(ftp.CodeOK, "%[2]d 字节 %[1]s", str("a"), num(7)), "7 字节 a"},
		{filled(ftp.CodeOK, "%[2]s%[3]s%[1]s", str("a"), str("b"), str("c")), "bca"},
	} {
		want := string(ftp.NewReply(tt.answer.Code, tt.text).AppendWire(nil))
		if got := string(tt.answer.appendWire(nil)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	lines := []string{"one", "2", odd, "End"}
	several := several(ftp.CodeStatus, lines)
	if got, want := string(several.appendWire(nil)), string(ftp.NewReply(ftp.CodeStatus, lines...).AppendWire(nil)); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
