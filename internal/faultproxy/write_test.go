package faultproxy_test

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// uploads are the files of which those that have no folder on the server are refused.
func uploads() (list []string) {
	for i, name := range files(10) {
		if i%3 == 1 {
			name = "none/" + name
		}
		list = append(list, name)
	}
	return list
}

// write stores files together.
func write(w *world, names []string) error {
	var list []storage.NewFile
	for i, name := range names {
		b := contents(name, w.length(i))
		list = append(list, storage.NewFile{Name: name, Size: int64(len(b)), ModTime: then,
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }})
	}
	next := 0
	err := w.client.WriteFiles(w.ctx, slices.Values(list), func(name string, _ storage.Info, err error) error {
		if next == len(names) || names[next] != name {
			w.blame("told of %s out of order", name)
			return nil
		}
		next++
		w.tell(name, err)
		return nil
	})
	if err == nil && next < len(names) {
		w.blame("no word of %q", names[next:])
	}
	stored(w, names)
	return err
}

// stored looks at what the server has: a file that was told to be there is, and none has
// octets that are not its own. It may have fewer if nothing was said of it, or that it
// failed.
func stored(w *world, names []string) {
	w.client.Close()
	for i, name := range names {
		want := contents(name, w.length(i))
		got, err := readFrom(w, w.remote, name)
		text, told := w.fate[name]
		whole := told && text == ""
		switch {
		case whole && err != nil:
			w.blame("%s was told to be stored: %v", name, err)
		case whole && !bytes.Equal(got, want):
			w.blame("%s was told to be stored: %d octets, want %d: %.60q", name, len(got), len(want), got)
		case !bytes.Contains(want, got):
			w.blame("%s has other octets: %.60q", name, got)
		}
	}
}

func readFrom(w *world, fsys storage.FS, name string) ([]byte, error) {
	r, err := fsys.Open(w.ctx, name, storage.Range{})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

var writes = []*work{
	{name: "blocks", do: func(w *world) error { return write(w, uploads()) }},
	{name: "stream", o: ftpclient.Options{Params: ftp.Params{Mode: 'S'}}, size: unlike,
		do: func(w *world) error { return write(w, uploads()[:5]) }},
}

// TestWriteFiles puts each fault at each point of files that are stored together.
func TestWriteFiles(t *testing.T) {
	for _, wk := range writes {
		t.Run(wk.name, func(t *testing.T) {
			wk.within = 20 * time.Minute
			_, fate, _ := wk.run(t, nil)
			if fate["file-00"] != "" || fate["none/file-01"] == "" {
				t.Errorf("without a fault: %q", fate)
			}
			wrong, runs := exhaust(t, wk)
			t.Logf("%d faults", runs)
			for at, list := range wrong {
				t.Errorf("%s: %q", at, list)
			}
		})
	}
}
