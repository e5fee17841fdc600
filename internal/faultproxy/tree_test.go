package faultproxy_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/internal/trees"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// inFolders are the names of files in two folders, all of the same length.
func inFolders(n int) (list []string) {
	for i, name := range files(n) {
		list = append(list, fmt.Sprintf("folder-%d/%s", i%2, name))
	}
	return list
}

// copier copies between a local tree in memory and the server.
func copier(w *world, local storage.FS) *trees.Copier {
	return &trees.Copier{Parallel: 2, Copier: transfer.Copier{
		Local: local, Remote: w.client, Journal: mem.New(mem.Options{}),
		URL:  func(name string) string { return "ftp://host/" + name },
		Path: func(name string) string { return "/home/" + name },
		Observe: func(e transfer.Event) {
			switch e.Kind {
			case transfer.Finished:
				w.tell(e.Remote, nil)
			case transfer.Skipped: // it was stored at the first go, and nobody had heard of it
				if e.Text != "is complete" {
					w.blame("%s was left out: %s", e.Remote, e.Text)
				}
				w.tell(e.Remote, nil) // and compared like any other
			case transfer.Failed:
				w.tell(e.Remote, e.Err)
			}
		},
	}}
}

// get downloads a tree.
func get(w *world) error {
	local := mem.New(mem.Options{Capacity: 1 << 30})
	err := copier(w, local).GetTree(w.ctx, ".", ".")
	w.compare(local, err)
	return err
}

// put uploads a tree.
func put(names []string) func(w *world) error {
	return func(w *world) error {
		local := mem.New(mem.Options{Capacity: 1 << 30})
		for i, name := range names {
			w.plant(local, name, contents(name, w.length(i)))
		}
		err := copier(w, local).PutTree(w.ctx, ".", ".")
		w.client.Close()
		w.put = names
		w.compare(w.remote, err)
		return err
	}
}

// compare looks at a copy of a tree: what was told to be there is whole, and what is there
// under its own name has octets of no other file. A tree without an error has all.
func (w *world) compare(copied storage.FS, failed error) {
	names := w.names
	if w.put != nil {
		names = w.put
	}
	for i, name := range names {
		want := contents(name, w.length(i))
		got, err := readFrom(w, copied, name)
		text, told := w.fate[name]
		switch {
		case failed == nil && !told:
			w.blame("no word of %s", name)
		case told && text == "" && (err != nil || !bytes.Equal(got, want)):
			w.blame("%s was told to be copied: %d octets, want %d: %.60q %v", name, len(got), len(want), got, err)
		case err == nil && !bytes.Contains(want, got):
			w.blame("%s has other octets: %.60q", name, got)
		case failed == nil && text != "":
			w.blame("the tree is said to be whole, and %s failed: %s", name, text)
		}
	}
	strangers(w, copied, ".", names)
}

// strangers looks for files that nobody has asked for.
func strangers(w *world, fsys storage.FS, dir string, names []string) {
	for info, err := range fsys.List(w.ctx, dir) {
		if err != nil {
			w.blame("listing %s: %v", dir, err)
			return
		}
		name := storage.Join(dir, info.Name)
		switch {
		case info.IsDir():
			strangers(w, fsys, name, names)
		case strings.Contains(name, ".ferry-part"):
		case !slices.Contains(names, name):
			w.blame("%s was made", name)
		}
	}
}

var inTrees = []*work{
	{name: "get", names: inFolders(8), do: get},
	{name: "get in stream mode", names: inFolders(4), size: unlike, o: ftpclient.Options{Params: ftp.Params{Mode: 'S'}, MaxConns: 2}, do: get},
	{name: "get over one connection", names: inFolders(4), size: unlike, o: ftpclient.Options{MaxConns: 1}, do: get},
	{name: "put", size: unlike, do: put(inFolders(4))},
	{name: "put over one connection", o: ftpclient.Options{MaxConns: 1}, do: put(inFolders(3))},
}

// TestTrees puts each fault at each point of trees that are copied.
func TestTrees(t *testing.T) {
	for _, wk := range inTrees {
		t.Run(wk.name, func(t *testing.T) {
			wk.within = 20 * time.Minute
			_, fate, _ := wk.run(t, nil)
			for name, text := range fate {
				if text != "" {
					t.Errorf("%s without a fault: %s", name, text)
				}
			}
			wrong, runs := exhaust(t, wk)
			t.Logf("%d faults", runs)
			for at, list := range wrong {
				t.Errorf("%s: %q", at, list)
			}
		})
	}
}
