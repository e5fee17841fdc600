package storagetest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"

	"github.com/seed-6092453b/ferry/storage"
)

// crowd is how many work at once.
const crowd = 8

func concurrentChecks() []check {
	return []check{
		{
			name:  "concurrent/one-name",
			rule:  "of several writers of one name the last to commit wins whole; readers never see a mixture",
			needs: storage.Atomic,
			run: func(c *env) {
				const size = 100_000
				c.put("file", strings.Repeat("z", size))
				c.crowd(func(i int) {
					for range 4 {
						if i%2 == 0 {
							c.put("file", strings.Repeat(string(rune('a'+i)), size))
						} else if got := c.read("file", storage.Range{}); len(got) != size || strings.Trim(got, got[:1]) != "" {
							c.Errorf("a reader sees a mixture: %s", brief(got))
						}
					}
				})
				if got := c.read("file", storage.Range{}); len(got) != size || strings.Trim(got, got[:1]) != "" {
					c.Errorf("the file is a mixture: %s", brief(got))
				}
				c.wantNames(".", "file")
			},
		},
		{
			name:  "concurrent/last",
			rule:  "the commits decide which of two writers is the last, not the creations",
			needs: storage.Atomic,
			run: func(c *env) {
				first := c.write("file", "first", storage.CreateOptions{})
				second := c.write("file", "the second", storage.CreateOptions{})
				c.commit(second, "file")
				c.commit(first, "file")
				c.wantFile("file", "first")
			},
		},
		{
			name: "concurrent/names",
			rule: "all methods may be called concurrently",
			run: func(c *env) {
				var want []string
				for i := range crowd {
					for n := range 3 {
						want = append(want, fmt.Sprintf("%d-%d", i, n))
					}
				}
				c.crowd(func(i int) {
					for n := range 3 {
						name := fmt.Sprintf("%d-%d", i, n)
						c.put("tmp-"+name, text(1000*i))
						c.ok("Rename", name, c.fsys.Rename(c.ctx, "tmp-"+name, name))
						c.wantFile(name, text(1000*i))
						c.put("gone-"+name, "x")
						c.ok("Remove", "gone-"+name, c.fsys.Remove(c.ctx, "gone-"+name, storage.KindFile))
						if _, err := c.list("."); err != nil {
							c.Errorf("List: %v", err)
						}
					}
				})
				c.wantNames(".", want...)
			},
		},
		{
			name:  "concurrent/exclusive",
			rule:  "of several who create one name with Exclusive one succeeds",
			local: true,
			run: func(c *env) {
				var mu sync.Mutex
				var won []string
				c.crowd(func(i int) {
					w, err := c.fsys.Create(c.ctx, "file", storage.CreateOptions{Mode: storage.Exclusive})
					if err != nil {
						c.wantErr("Create with Exclusive", err, "file", fs.ErrExist)
						return
					}
					data := fmt.Sprint("by ", i)
					_, err = io.WriteString(w, data)
					_, cerr := w.Commit(c.ctx)
					if err := errors.Join(err, cerr); err != nil {
						c.Errorf("the winner: %v", err)
					}
					mu.Lock()
					defer mu.Unlock()
					won = append(won, data)
				})
				if len(won) != 1 {
					c.Fatalf("%d writers succeeded: %q", len(won), won)
				}
				c.wantFile("file", won[0])
			},
		},
	}
}

// crowd calls do in several goroutines at once and waits for them.
func (c *env) crowd(do func(i int)) {
	var wg sync.WaitGroup
	for i := range crowd {
		wg.Go(func() { do(i) })
	}
	wg.Wait()
}
