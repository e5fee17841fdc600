package storagetest

import (
	"errors"

	"github.com/seed-6092453b/ferry/storage"
)

func spaceChecks() []check {
	return []check{{
		name:  "space",
		rule:  "Space tells how much can be written, and fails for what is no directory",
		reads: true,
		files: map[string]string{"dir/file": "x"},
		run: func(c *env) {
			spacer, ok := storage.As[storage.Spacer](c.fsys)
			if !ok {
				c.Skip("the file system does not know its space")
			}
			for _, dir := range []string{".", "dir"} {
				if free, err := spacer.Space(c.ctx, dir); errors.Is(err, errors.ErrUnsupported) {
					c.Skip("the file system does not know its space")
				} else if err != nil || free < 0 {
					c.Errorf("Space(%q) = %d, %v", dir, free, err)
				}
			}
			if free, err := spacer.Space(c.ctx, "none"); err == nil {
				c.Errorf("Space of nothing = %d", free)
			}
		},
	}}
}
