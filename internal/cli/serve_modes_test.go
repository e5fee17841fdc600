package cli

import (
	"os"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// What the flags about types, structures and modes say is what the server is told.
func TestServeModes(t *testing.T) {
	tests := []struct {
		args []string
		want func(c *ftpserver.Config)
	}{
		{nil, func(c *ftpserver.Config) {
			c.MarkerInterval, c.Limits.Expand, c.Limits.ExpandFree = 1<<20, 200, 256<<20
		}},
		{[]string{"--mode-z", "--no-reuse-data", "--ebcdic", "1140", "--marker-interval", "4096", "--expand", "7", "--expand-free", "2M"},
			func(c *ftpserver.Config) {
				c.ModeZ, c.NoReuseData, c.EBCDIC, c.MarkerInterval, c.Limits.Expand = true, true, ftp.IBM1140, 4096, 7
				c.Limits.ExpandFree = 2 << 20
			}},
		{[]string{"--ebcdic", "037", "--marker-interval", "0", "--expand", "0"},
			func(c *ftpserver.Config) {
				c.EBCDIC, c.MarkerInterval, c.Limits.Expand, c.Limits.ExpandFree = ftp.IBM037, -1, -1, 256<<20
			}},
	}
	for _, tt := range tests {
		var c struct {
			Serve serveCmd `cmd:""`
		}
		parser, err := kong.New(&c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(append([]string{"serve"}, tt.args...)); err != nil {
			t.Fatalf("%q: %v", tt.args, err)
		}
		o, err := c.Serve.options(t.Context(), &stdio{in: os.Stdin, out: os.Stdout, err: os.Stderr})
		if err != nil {
			t.Fatalf("%q: %v", tt.args, err)
		}
		var want ftpserver.Config
		tt.want(&want)
		got := o.Server
		if got.ModeZ != want.ModeZ || got.NoReuseData != want.NoReuseData || got.EBCDIC != want.EBCDIC ||
			got.MarkerInterval != want.MarkerInterval || got.Limits.Expand != want.Limits.Expand ||
			got.Limits.ExpandFree != want.Limits.ExpandFree {
			t.Errorf("%q: %+v, want %+v", tt.args, got, want)
		}
	}
}
