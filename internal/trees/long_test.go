package trees_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// Files whose paths are long, so that few of them can be on their way at once, are each
// stored once, and so is all that is asked behind them.
func TestManyLongPaths(t *testing.T) {
	const files = 400
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var stores atomic.Int32
	b, _ := overFTP(t, ftpclient.Options{Trace: func(e ftpclient.TraceEvent) {
		if e.Sent && strings.HasPrefix(e.Line, "STOR ") && stores.Add(1) > 2*files {
			stop() // it would never end
		}
	}})
	want := make(map[string]string)
	dir := strings.Repeat("d", 200)
	for i := range files {
		want[fmt.Sprintf("%s/%s-%03d", dir, strings.Repeat("f", 150), i)] = strings.Repeat("x", i%100)
	}
	fillTree(t, b.local, ".", want)
	if err := b.PutTree(ctx, ".", "many"); err != nil {
		t.Fatalf("PutTree: %v", err)
	}
	sameFiles(t, b.remote, "many", want)
	if n := stores.Load(); n != files {
		t.Errorf("%d uploads of %d files", n, files)
	}
}
