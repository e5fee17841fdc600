package storagetest

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// invalidNames are strings that are no names.
func invalidNames() []string {
	return []string{
		"", "/", "/a", "a/", "a//b", "./a", "a/.", "a/./b", "..", "../a", "a/..", "a/../b", "a/../../b", "a\x00b", "\x00",
	}
}

// oddNames are names that are easily mistaken for something else.
func oddNames() []string {
	return []string{
		"with space", " leading", "trailing ", "  ", "-dash", "--", "-rf *", "...", "..a", "a..", ".hidden",
		"\xff\xfe", "caf\xe9", "caf\u00e9", "cafe\u0301", "\u65e5\u672c", "tab\there", "cr\rin", "cr\r", "lf\nin", "\r\n",
		"back\\slash", "star*?[x]", "{a,b}", "quote\"'`", "100%41%2f", "~", "~root", "$HOME", "a:b", "a;type=i", "a|b<c>",
		"\x01\x7f", "\xff\xf4", "new.ferry-part",
	}
}

func nameChecks() []check {
	return []check{
		{
			name:  "names/invalid",
			rule:  "a string that is no name is ErrName to every method that reads",
			reads: true,
			files: map[string]string{"a/b": "x", "b": "y"},
			run: func(c *env) {
				for _, name := range invalidNames() {
					for _, call := range readCalls(name, name) {
						c.wantErr(call.what, call.do(c.ctx, c.fsys), name, storage.ErrName)
					}
				}
			},
		},
		{
			name:  "names/invalid-write",
			rule:  "a string that is no name is ErrName to every method that writes, and nothing changes",
			files: map[string]string{"a/b": "x", "b": "y"},
			run: func(c *env) {
				for _, name := range invalidNames() {
					for _, call := range writeCalls(name, name, name) {
						c.wantErr(call.what, call.do(c.ctx, c.fsys), name, storage.ErrName)
					}
					c.wantErr("Rename of b", c.fsys.Rename(c.ctx, "b", name), name, storage.ErrName)
				}
				c.wantNames(".", "a", "b")
				c.wantNames("a", "b")
			},
		},
		{
			name: "names/odd",
			rule: "names are octets: any name is kept as it is, or refused with ErrName as a whole",
			run: func(c *env) {
				var held []string
				for _, name := range oddNames() {
					if c.o.Names != nil && !c.o.Names(name) {
						_, err := c.fsys.Create(c.ctx, name, storage.CreateOptions{})
						c.wantErr("Create", err, name, storage.ErrName)
						continue
					}
					held = append(held, name)
					if info := c.put(name, "in "+name); info.Name != name {
						c.Errorf("Commit of %q says its name is %q", name, info.Name)
					}
				}
				c.wantNames(".", held...)
				for _, name := range held {
					c.wantFile(name, "in "+name)
					if info := c.stat(name); info.Name != name {
						c.Errorf("Stat(%q) says its name is %q", name, info.Name)
					}
					c.ok("Remove", name, c.fsys.Remove(c.ctx, name, storage.KindFile))
				}
				c.wantNames(".")
			},
		},
		{
			name: "names/check",
			rule: "CheckName, where there is one, says of a name what Create would",
			run: func(c *env) {
				namer, ok := storage.As[storage.Namer](c.fsys)
				if !ok {
					return
				}
				for _, name := range append(append(oddNames(), invalidNames()...), "plain", "dir/none") {
					told := namer.CheckName(c.ctx, name)
					w, err := c.fsys.Create(c.ctx, name, storage.CreateOptions{})
					if err == nil {
						c.ok("Abort", name, w.Abort())
					}
					if errors.Is(err, storage.ErrName) {
						c.wantErr("CheckName", told, name, storage.ErrName)
					} else {
						c.ok("CheckName", name, told)
					}
				}
				c.wantNames(".")
			},
		},
		{
			name: "names/long",
			rule: "an element of a name may have 255 octets, while the file is being written too",
			run: func(c *env) {
				name := strings.Repeat("n", 255)
				c.put(name, "old")
				c.put(name, "contents")
				c.wantFile(name, "contents")
				c.wantNames(".", name)
			},
		},
		{
			name:  "names/deep",
			rule:  "a name may have many elements",
			needs: storage.RealDirs,
			run: func(c *env) {
				name := "d"
				for i := range 40 {
					c.mkdir(name)
					name = fmt.Sprintf("%s/d%d", name, i)
				}
				c.put(name, "contents")
				c.wantFile(name, "contents")
			},
		},
		{
			name:  "names/case",
			rule:  `"A" and "a" are one name if and only if Features has CaseFolding`,
			reads: true,
			files: map[string]string{"Case": "x"},
			run: func(c *env) {
				_, err := c.fsys.Stat(c.ctx, "cASE")
				if c.feat.Has(storage.CaseFolding) {
					c.ok("Stat", "cASE", err)
				} else {
					c.wantErr("Stat", err, "cASE", fs.ErrNotExist)
				}
			},
		},
	}
}
