package faultproxy_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/faultproxy"
)

// files are the names of n files.
func files(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("file-%02d", i))
	}
	return list
}

// asked are the files of a server with others among them that it has not: whoever
// takes a refusal for another's is found out there.
func asked(names []string) (list []string) {
	for i, name := range names {
		list = append(list, name)
		switch i % 5 {
		case 1:
			list = append(list, fmt.Sprintf("none-%02d", i))
		case 3:
			list = append(list, fmt.Sprintf("none-%02d", i), fmt.Sprintf("gone-%02d", i))
		}
	}
	return list
}

// read reads files together.
func read(w *world, names []string) error {
	next := 0
	err := w.client.ReadFiles(w.ctx, slices.Values(names), func(name string, r io.Reader, err error) error {
		if next == len(names) || names[next] != name {
			w.blame("told of %s out of order", name)
			return nil
		}
		next++
		var b []byte
		if err == nil {
			b, err = io.ReadAll(r)
		}
		if err == nil {
			w.got(name, b)
		}
		w.tell(name, err)
		return nil
	})
	if err == nil && next < len(names) {
		w.blame("no word of %q", names[next:])
	}
	return err
}

// together reads files over two connections.
func together(w *world, names []string) error {
	errs := make([]error, 2)
	var wg sync.WaitGroup
	for i := range errs {
		part := names[i*len(names)/2 : (i+1)*len(names)/2]
		wg.Go(func() { errs[i] = read(w, part) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// unlike gives each file another size: by that alone a swap of two data connections
// without TLS can be told.
func unlike(i int) int { return 40 + 7*i }

// fewPorts has the server choose among so few that one it has just given up, to which the
// proxy may yet connect, would soon be chosen again.
func fewPorts(c *ftpserver.Config) { c.Passive.MinPort, c.Passive.MaxPort = 50000, 50007 }

// pairs has the server taken for one that is asked for several files together, each with its
// port.
func pairs(c *ftpserver.Config) {
	c.Greeting = func(context.Context, ftpserver.ConnInfo) (string, error) { return "Welcome to Pure-FTPd", nil }
}

var reads = []*work{
	{name: "blocks", names: files(12), do: func(w *world) error { return read(w, asked(w.names)) }},
	{name: "blocks of sizes", names: files(12), size: unlike, do: func(w *world) error { return read(w, asked(w.names)) }},
	{name: "stream", names: files(5), o: ftpclient.Options{Params: ftp.Params{Mode: 'S'}}, size: unlike,
		do: func(w *world) error { return read(w, asked(w.names)) }},
	{name: "stream, few ports", names: files(5), o: ftpclient.Options{Params: ftp.Params{Mode: 'S'}}, size: unlike, limit: fewPorts,
		do: func(w *world) error { return read(w, asked(w.names)) }},
	{name: "stream, pairs", names: files(5), o: ftpclient.Options{Params: ftp.Params{Mode: 'S'}}, size: unlike, limit: pairs,
		do: func(w *world) error { return read(w, asked(w.names)) }},
	{name: "stream, pairs, few ports", names: files(5), o: ftpclient.Options{Params: ftp.Params{Mode: 'S'}}, size: unlike,
		limit: func(c *ftpserver.Config) { pairs(c); fewPorts(c) },
		do:    func(w *world) error { return read(w, asked(w.names)) }},
	{name: "blocks, two connections", names: files(8), size: unlike, do: func(w *world) error { return together(w, asked(w.names)) }},
	{name: "stream, two connections", names: files(6), o: ftpclient.Options{Params: ftp.Params{Mode: 'S'}}, size: unlike,
		do: func(w *world) error { return together(w, asked(w.names)) }},
}

// TestReadFiles puts each fault at each point of files that are read together.
func TestReadFiles(t *testing.T) {
	for _, wk := range reads {
		t.Run(wk.name, func(t *testing.T) {
			wk.within = 20 * time.Minute
			_, fate, _ := wk.run(t, nil)
			for _, name := range asked(wk.names) {
				text, told := fate[name]
				if want := slices.Contains(wk.names, name); !told || (text == "") != want {
					t.Errorf("%s without a fault: %q, %v", name, text, told)
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

// TestHarmless shows that the proxy itself changes nothing.
func TestHarmless(t *testing.T) {
	wk := *reads[0]
	wk.within = time.Second
	points, fate, wrong := wk.run(t, nil)
	if len(wrong) > 0 || fate["(all)"] != "" {
		t.Errorf("%q, %q", wrong, fate["(all)"])
	}
	datas := 0
	for _, p := range points {
		if p.Kind == faultproxy.Data {
			datas++
		}
	}
	if datas != 1 {
		t.Errorf("%d data connections in block mode, want one: %v", datas, points)
	}
}
