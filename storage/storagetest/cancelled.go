package storagetest

import (
	"context"

	"github.com/seed-6092453b/ferry/storage"
)

func contextChecks() []check {
	return []check{
		{
			name:  "context/cancelled-read",
			rule:  "methods that read give up with the context's error",
			reads: true,
			files: map[string]string{"file": "contents", "dir/file": "x"},
			run: func(c *env) {
				ctx, cancel := context.WithCancel(c.ctx)
				cancel()
				for _, call := range readCalls("file", "dir") {
					c.wantErr(call.what, call.do(ctx, c.fsys), call.name, context.Canceled)
				}
				c.wantFile("file", "contents")
			},
		},
		{
			name:  "context/cancelled-write",
			rule:  "methods that write give up with the context's error and change nothing",
			needs: storage.CanAppend | storage.CanResume,
			files: map[string]string{"file": "contents", "dir/": ""},
			run: func(c *env) {
				ctx, cancel := context.WithCancel(c.ctx)
				cancel()
				dir := "dir"
				if !c.feat.Has(storage.RealDirs) {
					dir = "file"
				}
				for _, call := range writeCalls("file", dir, "new") {
					c.wantErr(call.what, call.do(ctx, c.fsys), call.name, context.Canceled)
				}
				c.wantFile("file", "contents")
				c.wantNone("new")
			},
		},
	}
}
