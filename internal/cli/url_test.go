package cli

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
)

func TestParseURL(t *testing.T) {
	tests := []struct {
		in   string
		want remoteURL
		text string // as String shows it
	}{
		{"ftp://host", remoteURL{Host: "host", Port: 21, Path: ".", Folder: true}, "ftp://host/"},
		{"FTP://Host/", remoteURL{Host: "Host", Port: 21, Path: ".", Folder: true}, "ftp://Host/"},
		{"ftp://host:2121/a/b.txt", remoteURL{Host: "host", Port: 2121, Path: "a/b.txt"}, "ftp://host:2121/a/b.txt"},
		{"ftp://host/a//./b/", remoteURL{Host: "host", Port: 21, Path: "a/b", Folder: true}, "ftp://host/a/b/"},
		{"ftp://host/%2Fetc/motd", remoteURL{Host: "host", Port: 21, Path: "etc/motd", Absolute: true}, "ftp://host/%2Fetc/motd"},
		{"ftp://host//etc/motd", remoteURL{Host: "host", Port: 21, Path: "etc/motd", Absolute: true}, "ftp://host/%2Fetc/motd"},
		{"ftp://host/%2f", remoteURL{Host: "host", Port: 21, Path: ".", Absolute: true, Folder: true}, "ftp://host/%2F"},
		{"ftp://bob@host/x", remoteURL{Host: "host", Port: 21, User: "bob", Path: "x"}, "ftp://bob@host/x"},
		{"ftp://bob:s%40c@host/x", remoteURL{Host: "host", Port: 21, User: "bob", Password: "s@c", HasPassword: true, Path: "x"}, "ftp://bob@host/x"},
		{"ftp://a%40b:p@q:r@host/x", remoteURL{Host: "host", Port: 21, User: "a@b", Password: "p@q:r", HasPassword: true, Path: "x"}, "ftp://a%40b@host/x"},
		{"ftp://bob:@host/", remoteURL{Host: "host", Port: 21, User: "bob", HasPassword: true, Path: ".", Folder: true}, "ftp://bob@host/"},
		{"ftp://[::1]:2121/x", remoteURL{Host: "::1", Port: 2121, Path: "x"}, "ftp://[::1]:2121/x"},
		{"ftp://[fe80::1%25eth0]/x", remoteURL{Host: "fe80::1%eth0", Port: 21, Path: "x"}, "ftp://[fe80::1%25eth0]/x"},
		{"ftp://host/what?/c#.txt", remoteURL{Host: "host", Port: 21, Path: "what?/c#.txt"}, "ftp://host/what%3F/c%23.txt"},
		{"ftp://host/%FFx", remoteURL{Host: "host", Port: 21, Path: "\xffx"}, "ftp://host/%FFx"},
		{"ftp://host/a%0Db", remoteURL{Host: "host", Port: 21, Path: "a\rb"}, "ftp://host/a%0Db"},
		{"ftp://host/x;type=i", remoteURL{Host: "host", Port: 21, Path: "x", Type: 'i'}, "ftp://host/x;type=i"},
		{"ftp://host/x;TYPE=D", remoteURL{Host: "host", Port: 21, Path: "x", Type: 'd', Folder: true}, "ftp://host/x/;type=d"},
		{"ftps://host/x", remoteURL{Scheme: schemeFTPS, Host: "host", Port: 990, Path: "x"}, "ftps://host/x"},
		{"FTPS://host:990/x", remoteURL{Scheme: schemeFTPS, Host: "host", Port: 990, Path: "x"}, "ftps://host/x"},
		{"ftps://bob@[::1]:21/%2Fx", remoteURL{Scheme: schemeFTPS, Host: "::1", Port: 21, User: "bob", Path: "x", Absolute: true}, "ftps://bob@[::1]:21/%2Fx"},
		{"ftpes://host/x", remoteURL{Scheme: schemeFTPES, Host: "host", Port: 21, Path: "x"}, "ftpes://host/x"},
		{"ftpes://host:990/x", remoteURL{Scheme: schemeFTPES, Host: "host", Port: 990, Path: "x"}, "ftpes://host:990/x"},
		{"ftp://host/x%3Btype=i", remoteURL{Host: "host", Port: 21, Path: "x;type=i"}, "ftp://host/x%3Btype%3Di"},
	}
	for _, tt := range tests {
		got, err := parseURL(tt.in)
		if err != nil || got != tt.want {
			t.Errorf("parseURL(%q) = %+v, %v\nwant %+v", tt.in, got, err, tt.want)
		}
		if got.String() != tt.text {
			t.Errorf("parseURL(%q) prints as %q, want %q", tt.in, got.String(), tt.text)
		}
	}
}

func TestParseURLRefuses(t *testing.T) {
	tests := []struct{ in, say string }{
		{"", "not a URL"},
		{"host/path", "did you mean ftp://host/path ?"},
		{"//host/path", "did you mean ftp://host/path ?"},
		{"ftpss://host/", "no FTP"},
		{"sftp://host/", "no FTP"},
		{"http://host/", "no FTP"},
		{"ftp:///x", "no host"},
		{"ftp://:21/x", "no host"},
		{"ftp://host:0/", "not a port"},
		{"ftp://host:99999/", "not a port"},
		{"ftp://host:x/", "not a port"},
		{"ftp://::1/", "brackets"},
		{"ftp://[::1/", "IPv6"},
		{"ftp://[x]/", "IPv6"},
		{"ftp://:p@host/", "no user"},
		{"ftp://a b/", "not a host"},
		{"ftp://host/100%.txt", "%25"},
		{"ftp://host/a%0D%0ADELE%20b", "line break"},
		{"ftp://host/a%00b", "NUL"},
		{"ftp://host/a%0Ab", "line break"},
		{"ftp://host/a%0D%0A", "line break"},
		{"ftp://a%0Ab@host/", "line break"},
		{"ftp://a%0Db@host/", "line break"},
		{"ftp://host/a/../b", `".."`},
		{"ftp://host/%2e%2e/b", `".."`},
		{"ftp://host/a%2f..%2fb", `".."`},
		{"ftp://host/x;type=z", "not known"},
	}
	for _, tt := range tests {
		_, err := parseURL(tt.in)
		var usage *usageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), tt.say) {
			t.Errorf("parseURL(%q): %v, want a usage error with %q", tt.in, err, tt.say)
		}
	}
}

// TestParseURLKeepsSecrets holds for every way in which a URL can be wrong.
func TestParseURLKeepsSecrets(t *testing.T) {
	for _, in := range []string{
		"bob:hunter2@host/x", "ftps://bob:hunter2@host:0/", "ftpes://bob:hunter2@/", "ftp://bob:hunter2@host:x/", "ftp://bob:hunter2%@host/",
		"ftp://bob:hunter2%0A@host/", "ftp://bob:hunter2@/", "ftp://:hunter2@host/", "http://bob:hunter2@host/",
		"ftp://bob:hunter2@host/%zz", "ftp://bob:hunter2@[x]/", "ftp://bob:hunter2/3@host/",
	} {
		u, err := parseURL(in)
		if err == nil {
			t.Fatalf("parseURL(%q) found nothing wrong", in)
		}
		if strings.Contains(err.Error(), "hunter2") || strings.Contains(u.String(), "hunter2") {
			t.Errorf("parseURL(%q) tells the password: %v, %v", in, err, u)
		}
	}
}

func FuzzParseURL(f *testing.F) {
	for _, s := range []string{"ftp://u:p@[::1%25z]:1/%2Fa/b;type=d", "ftp://h/a?b#c%FF", "ftp://h//", "ftps://h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := parseURL(s)
		if err != nil {
			return
		}
		if !storage.ValidName(u.Path) || u.Host == "" || u.Port == 0 || strings.ContainsAny(u.Path+u.User+u.Password+u.Host, "\n\x00") || strings.Contains(u.User+u.Password+u.Host, "\r") {
			t.Fatalf("parseURL(%q) = %+v", s, u)
		}
		back, err := parseURL(u.String())
		u.Password, u.HasPassword = "", false
		if err != nil || back != u {
			t.Fatalf("parseURL(%q) prints as %q, which is %+v, %v; want %+v", s, u.String(), back, err, u)
		}
	})
}
