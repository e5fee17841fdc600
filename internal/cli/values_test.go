package cli

import (
	"encoding"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestFlagValues(t *testing.T) {
	tests := []struct {
		value encoding.TextUnmarshaler
		good  []string
		bad   []string
	}{
		{new(portRange), []string{"1-65535", "50000-50099", "2000"}, []string{"", "0-5", "9-8", "1-65536", "a-b", "1-2-3", "-"}},
		{new(cidr), []string{"192.0.2.0/24", "192.0.2.7", "2001:db8::/32", "::1"}, []string{"", "1.2.3", "1.2.3.4/33", "host", "fe80::1%eth0"}},
		{new(folderFlag), []string{"music=/srv/music", "a=b=c", "ftp.example.com"}, []string{"", "=/srv", "music="}},
		{new(capacity), []string{"1", "1048576", "500M", "2g", "3TiB", "7KB", "9b", "8388607T"}, []string{"", "0", "0G", "-1", "1.5G", "5i", "M", "2P", "8388608T", "99999999999999999999", "1 G"}},
		{new(segments), []string{"auto", "1", "4", "64"}, []string{"", "0", "-1", "65", "many", "1.5"}},
		{new(zone), []string{"UTC", "local", "Europe/Berlin"}, []string{"", "Mars/Olympus", "../etc/passwd"}},
		{new(charsetName), []string{"GBK", "shift_jis", "utf-8"}, []string{"", "klingon"}},
		{new(userCharset), []string{"bob=GBK", "jürgen=latin1"}, []string{"GBK", "=GBK", "bob=", "bob=klingon"}},
	}
	for _, tt := range tests {
		for _, s := range tt.good {
			if err := tt.value.UnmarshalText([]byte(s)); err != nil {
				t.Errorf("%T %q: %v", tt.value, s, err)
			}
		}
		for _, s := range tt.bad {
			if err := tt.value.UnmarshalText([]byte(s)); err == nil || !strings.Contains(err.Error(), "as in") {
				t.Errorf("%T %q: %v, want an error with an example", tt.value, s, err)
			}
		}
	}
}

func TestCapacity(t *testing.T) {
	for text, want := range map[string]capacity{"7": 7, "7b": 7, "2K": 2048, "3mib": 3 << 20, "1G": 1 << 30, "2TB": 2 << 40} {
		var c capacity
		if err := c.UnmarshalText([]byte(text)); err != nil || c != want {
			t.Errorf("%s is %d, %v, want %d", text, c, err, want)
		}
	}
}

func TestLimit(t *testing.T) {
	if limit(0) >= 0 || limit(7) != 7 || limit(time.Duration(0)) >= 0 {
		t.Error("0 must become no limit, and nothing else")
	}
}

func TestVariableOf(t *testing.T) {
	for name, want := range map[string]string{"bob": "BOB", "a.b-c1": "A_B_C1", "ö": "_"} {
		if got := variableOf(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{-1: "?", 0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1<<20 - 1: "1.0 MiB", 5 << 30: "5.0 GiB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestMessageHidesPasswords(t *testing.T) {
	for _, in := range []string{
		"unexpected argument ftp://bob:hunter2@host/",
		`"ftp://bob:hunter2@host/a" and ftp://x:hun@ter2@h/`,
		"ftp://bob:a/hunter2@host",
	} {
		if got := message(errors.New(in)); strings.Contains(got, "hunter2") || strings.Contains(got, "ter2") {
			t.Errorf("message tells the password: %s", got)
		}
	}
	if got := message(errors.New("ftp://bob@host/a:b")); got != "ftp://bob@host/a:b" {
		t.Errorf("message changed what holds no password: %s", got)
	}
}
