package ftp_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
)

func TestParseHost(t *testing.T) {
	for _, tt := range []struct{ arg, want string }{
		{"ftp.example.com", "ftp.example.com"},
		{"FTP.Example.COM", "ftp.example.com"},
		{"localhost", "localhost"},
		{"ftp.example.com.", "ftp.example.com"},
		{"xn--fsqu00a.xn--0zwm56d", "xn--fsqu00a.xn--0zwm56d"},
		{"3com.example", "3com.example"},
		{"192.0.2.1", "192.0.2.1"},
		{"[2001:db8::1]", "2001:db8::1"},
		{"2001:db8::1", "2001:db8::1"},
		{"[::ffff:192.0.2.1]", "192.0.2.1"},
		{strings.Repeat("a", 63) + ".example", strings.Repeat("a", 63) + ".example"},

		{"", ""}, {".", ""}, {"a..b", ""}, {".a", ""}, {"-a.example", ""}, {"a-.example", ""},
		{"bad_host!", ""}, {"two words", ""}, {"例え.テスト", ""}, {"a/b", ""},
		{"ftp.example.com:21", ""}, {"192.0.2.1:21", ""}, {"[2001:db8::1]:21", ""},
		{"[2001:db8::1", ""}, {"[192.0.2.1]", ""}, {"[fe80::1%eth0]", ""}, {"[]", ""},
		{"256.0.2.1", ""}, {"192.0.2", ""}, {"192.0.2.01", ""},
		{strings.Repeat("a", 64) + ".example", ""},
		{strings.Repeat("a.", 130) + "example", ""},
	} {
		name, addr, err := ftp.ParseHost(tt.arg)
		got := name
		if addr.IsValid() {
			got = addr.String()
		}
		if got != tt.want || (err == nil) != (tt.want != "") || name != "" && addr.IsValid() {
			t.Errorf("ParseHost(%q) = %q, %v, %v", tt.arg, name, addr, err)
		}
	}
}

func TestParseLanguage(t *testing.T) {
	for _, tt := range []struct{ arg, want string }{
		{"en", "en"}, {"EN-us", "en-us"}, {"zh-Hans-CN", "zh-hans-cn"}, {"es-419", "es-419"}, {"i-navajo", "i-navajo"},
		{"", ""}, {"@@", ""}, {"en-", ""}, {"-en", ""}, {"en_US", ""}, {"e1", ""}, {"abcdefghi", ""}, {"en us", ""}, {"zh-中", ""},
	} {
		got, err := ftp.ParseLanguage(tt.arg)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("ParseLanguage(%q) = %q, %v", tt.arg, got, err)
		}
	}
}

func TestParseFacts(t *testing.T) {
	for _, tt := range []struct{ arg, want string }{
		{"Name=x; Version=1.0;", "Name:x Version:1.0"},
		{"Name=WS FTP;Version=7", "Name:WS FTP Version:7"},
		{"Name=;", "Name:"},
		{"", ""}, {";", ""}, {"Name", ""}, {"=x;", ""}, {"a b=c;", ""},
	} {
		facts, err := ftp.ParseFacts(tt.arg)
		if got := joinFacts(facts); got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("ParseFacts(%q) = %q, %v", tt.arg, got, err)
		}
	}
}

func TestParseFactsPath(t *testing.T) {
	for _, tt := range []struct{ arg, facts, path string }{
		{"Modify=20020717210715; f", "Modify:20020717210715", "f"},
		{"UNIX.mode=777;Create=20020718012845; Fred.txt", "UNIX.mode:777 Create:20020718012845", "Fred.txt"},
		{"UNIX.mode=777;  two blanks ", "UNIX.mode:777", " two blanks "},
		{"", "", ""}, {"f", "", ""}, {" f", "", ""}, {"Modify=1; ", "", ""}, {"Modify=1 f", "Modify:1", "f"},
		{"Modify; f", "", ""}, {"=1; f", "", ""}, {"Modify=; f", "", ""}, {"a=1;;b=2; f", "", ""}, {"; f", "", ""},
	} {
		facts, path, err := ftp.ParseFactsPath(tt.arg)
		if got := joinFacts(facts); got != tt.facts || path != tt.path || (err == nil) != (tt.path != "") {
			t.Errorf("ParseFactsPath(%q) = %q, %q, %v", tt.arg, got, path, err)
		}
	}
}

func joinFacts(facts []ftp.Fact) string {
	var all []string
	for _, f := range facts {
		all = append(all, f.Name+":"+f.Value)
	}
	return strings.Join(all, " ")
}

// What a parser takes, it takes again in the form that it returns; and no error
// is anything but ErrSyntax.
func FuzzSessionArgs(f *testing.F) {
	for _, s := range []string{"ftp.example.com", "[2001:db8::1]", "192.0.2.1", "zh-Hans", "Name=x; Version=1;", "UNIX.mode=644; f", "@@", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, arg string) {
		name, addr, err := ftp.ParseHost(arg)
		if err == nil {
			again := name
			if addr.Is4() {
				again = addr.String()
			} else if addr.IsValid() {
				again = "[" + addr.String() + "]"
			}
			if n, a, err := ftp.ParseHost(again); n != name || a != addr || err != nil {
				t.Errorf("host %q: %q, %v, then %q, %v, %v", arg, name, addr, n, a, err)
			}
		} else if !errors.Is(err, ftp.ErrSyntax) || name != "" || addr != (netip.Addr{}) {
			t.Errorf("host %q: %q, %v, %v", arg, name, addr, err)
		}
		if tag, err := ftp.ParseLanguage(arg); err == nil && (tag != strings.ToLower(arg) || strings.ContainsAny(arg, " ;*")) {
			t.Errorf("language %q: %q", arg, tag)
		}
		if facts, err := ftp.ParseFacts(arg); err == nil && len(facts) == 0 {
			t.Errorf("facts %q: none", arg)
		}
		facts, path, err := ftp.ParseFactsPath(arg)
		if err != nil {
			return
		}
		again := ""
		for _, f := range facts {
			if strings.ContainsAny(f.Name+f.Value, " ;") {
				t.Errorf("facts %q: %q", arg, f)
			}
			again += f.Name + "=" + f.Value + ";"
		}
		if again+" "+path != arg && strings.TrimSuffix(again, ";")+" "+path != arg {
			t.Errorf("facts %q: %q, %q", arg, facts, path)
		}
	})
}
