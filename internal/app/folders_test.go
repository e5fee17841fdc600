package app

import (
	"bytes"
	"context"
	"log/slog"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/storage/quota"
)

// A virtual host has its own folder, and another folder can be mounted.
func TestFoldersAreServed(t *testing.T) {
	main, other, music := t.TempDir(), t.TempDir(), t.TempDir()
	for dir, content := range map[string]string{main: "1", other: "22", music: "333"} {
		if err := os.WriteFile(filepath.Join(dir, "f"), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	a, err := New(t.Context(), Options{
		Dir: main, Listen: []string{"127.0.0.1:0"}, Anonymous: true,
		Hosts:  []Folder{{"main.example", ""}, {"Other.example", other}},
		Mounts: []Folder{{"music", music}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- a.Serve() }()
	c, err := textproto.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(a.URLs()[0], "ftp://"), "/"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.ReadResponse(220); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		line string
		code int
		text string
	}{
		{"HOST unknown.example", 504, ""}, {"HOST main.example", 220, ""}, {"USER ftp", 331, ""}, {"PASS x", 230, ""},
		{"TYPE I", 200, ""}, {"SIZE f", 213, "1"}, {"SMNT /music", 250, ""}, {"SIZE f", 213, "3"}, {"SMNT /", 250, ""}, {"SIZE f", 213, "1"},
		{"REIN", 220, ""}, {"HOST OTHER.EXAMPLE", 220, ""}, {"USER ftp", 331, ""}, {"PASS x", 230, ""},
		{"TYPE I", 200, ""}, {"SIZE f", 213, "2"}, {"SMNT music", 250, ""}, {"SIZE f", 213, "3"}, {"QUIT", 221, ""},
	} {
		if err := c.PrintfLine("%s", step.line); err != nil {
			t.Fatal(err)
		}
		if code, text, err := c.ReadResponse(step.code); err != nil || step.text != "" && text != step.text {
			t.Fatalf("%s: %d %s, %v", step.line, code, text, err)
		}
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	c.Close()
}

// The files go on being counted when the start is over, and nobody is alarmed.
func TestQuotaCountOutlivesStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		a := &App{log: slog.New(slog.NewTextHandler(&log, nil))}
		ctx, started := context.WithCancel(t.Context())
		started()
		if _, err := a.open(ctx, Options{Quota: quota.Options{MaxOctets: 1 << 20}}, t.TempDir()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if log.Len() > 0 {
			t.Error(log.String())
		}
		a.folders[0].Close()
	})
}
