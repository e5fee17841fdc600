package app

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
)

func TestAppServesAndEnds(t *testing.T) {
	a, err := New(t.Context(), Options{Dir: t.TempDir(), Listen: []string{"127.0.0.1:0", "127.0.0.1:0"}, Anonymous: true})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- a.Serve() }()
	urls := a.URLs()
	if len(urls) != 2 {
		t.Fatalf("listens at %q", urls)
	}
	for _, url := range urls {
		addr := strings.TrimSuffix(strings.TrimPrefix(url, "ftp://"), "/")
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		greeting := make([]byte, 4)
		if _, err := conn.Read(greeting); err != nil || string(greeting) != "220 " {
			t.Errorf("%s greets with %q, %v", url, greeting, err)
		}
	}
	if err := a.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

func TestNewRefuses(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := New(t.Context(), Options{Dir: filepath.Join(dir, "missing")}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing folder: %v", err)
	}
	if _, err := New(t.Context(), Options{Dir: file}); err == nil {
		t.Error("a file is served")
	}
	for _, o := range []Options{
		{Mounts: []Folder{{"", dir}}}, {Mounts: []Folder{{"a/b", dir}}}, {Mounts: []Folder{{"..", dir}}},
		{Mounts: []Folder{{"a", dir}, {"a", dir}}}, {Mounts: []Folder{{"a", file}}},
		{Hosts: []Folder{{"192.0.2.1", ""}}}, {Hosts: []Folder{{"a:21", ""}}},
		{Hosts: []Folder{{"a", ""}, {"A", ""}}}, {Hosts: []Folder{{"a", file}}},
	} {
		o.Dir, o.Anonymous = dir, true
		if a, err := New(t.Context(), o); err == nil {
			a.Close()
			t.Errorf("mounts %v, hosts %v are taken", o.Mounts, o.Hosts)
		}
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	// The first listener must be closed again when the second cannot be had.
	var taken *ListenError
	if _, err := New(t.Context(), Options{Dir: dir, Listen: []string{"127.0.0.1:0", ln.Addr().String()}}); !errors.As(err, &taken) ||
		!strings.Contains(err.Error(), "taken by another program") {
		t.Errorf("a taken port: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

func TestURL(t *testing.T) {
	for _, tt := range []struct {
		host     string
		port     uint16
		implicit bool
		want     string
	}{
		{"192.0.2.1", 2121, false, "ftp://192.0.2.1:2121/"},
		{"192.0.2.1", 21, false, "ftp://192.0.2.1/"},
		{"::1", 21, false, "ftp://[::1]/"},
		{"::1", 2121, false, "ftp://[::1]:2121/"},
		{"192.0.2.1", 990, true, "ftps://192.0.2.1/"},
		{"::1", 21, true, "ftps://[::1]:21/"},
	} {
		if got := ftpURL(tt.host, tt.port, tt.implicit); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
	for _, host := range ownHosts(netip.IPv4Unspecified()) {
		if addr, err := netip.ParseAddr(host); err != nil || !addr.Is4() || addr.IsLoopback() {
			t.Errorf("%s is announced for 0.0.0.0", host)
		}
	}
}

func TestEventLevels(t *testing.T) {
	tests := []struct {
		event ftpserver.Event
		want  string
	}{
		{ftpserver.Connected{}, "DEBUG"},
		{ftpserver.Refused{Reason: "full"}, "WARN"},
		{ftpserver.LoggedIn{User: "bob"}, "INFO"},
		{ftpserver.LoginFailed{User: "bob"}, "WARN"},
		{ftpserver.Commanded{Verb: "PWD", Code: 257}, "DEBUG"},
		{ftpserver.Commanded{Verb: "DELE", Code: 250}, "INFO"},
		{ftpserver.Commanded{Verb: "DELE", Code: 550}, "DEBUG"},
		{ftpserver.TransferEnded{Verb: "RETR", Code: 226}, "INFO"},
		{ftpserver.TransferEnded{Verb: "MLSD", Code: 226}, "DEBUG"},
		{ftpserver.TransferEnded{Verb: "STOR", Code: 426, Err: errors.New("cut")}, "WARN"},
	}
	for _, tt := range tests {
		var out bytes.Buffer
		happened := 0
		observe(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})), func() { happened++ })(t.Context(), tt.event)
		if !strings.Contains(out.String(), "level="+tt.want+" ") || !strings.Contains(out.String(), "session=") {
			t.Errorf("%T %+v is logged as %s", tt.event, tt.event, out.String())
		}
		if happened != 1 {
			t.Errorf("%T: active was called %d times", tt.event, happened)
		}
	}
}
