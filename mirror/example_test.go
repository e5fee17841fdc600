package mirror_test

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// A folder of a server is made like a tree here, which is in memory; storage/disk has
// folders of the disk. What SRC has not is removed. A second mirror finds nothing to do.
func Example() {
	ctx := context.Background()
	client := ftpclient.New(exampleServer(), &ftpclient.Options{User: "ann", Password: "secret"})
	defer client.Close()
	src := mirror.Tree{FS: exampleTree("index.html", "img/logo.png")}
	dst := mirror.Tree{FS: client, Root: "www"}
	o := mirror.Options{
		Delete: true,
		Observe: func(e mirror.Event) {
			switch e.Kind {
			case mirror.Planned:
				fmt.Println(e.Step.Op, e.Step.Name+":", e.Step.Reason)
			case mirror.Failed:
				fmt.Println(e.Step.Name, "failed:", e.Err)
			}
		},
	}
	for range 2 {
		sum, err := mirror.Run(ctx, dst, src, mirror.Plan(ctx, dst, src, o), o)
		if err != nil {
			fmt.Println(err) // a *mirror.Error if some of it was done
			return
		}
		fmt.Println("copied:", sum.Copied, "removed:", sum.Removed)
	}
	// Output:
	// copy index.html: is new
	// mkdir img: is new
	// copy img/logo.png: is new
	// remove old.html: is not in SRC
	// copied: 2 removed: 1
	// copied: 0 removed: 0
}

// A plan alone changes nothing.
func ExamplePlan() {
	ctx := context.Background()
	client := ftpclient.New(exampleServer(), &ftpclient.Options{User: "ann", Password: "secret"})
	defer client.Close()
	src := mirror.Tree{FS: client, Root: "www"}
	dst := mirror.Tree{FS: exampleTree("new.html")}
	for step, err := range mirror.Plan(ctx, dst, src, mirror.Options{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(step.Op, step.Name, step.Src.Size)
	}
	// Output:
	// copy old.html 8
}

// exampleTree has some files.
func exampleTree(names ...string) storage.FS {
	files := mem.New(mem.Options{})
	ctx := context.Background()
	for _, name := range names {
		if dir, _ := storage.Split(name); dir != "." {
			if err := files.Mkdir(ctx, dir); err != nil {
				panic(err)
			}
		}
		if _, err := storage.Put(ctx, files, name, strings.NewReader(name), storage.CreateOptions{}); err != nil {
			panic(err)
		}
	}
	return files
}

// exampleServer runs a server until the process ends, and returns its address.
func exampleServer() string {
	files := exampleTree("www/old.html")
	_, err := storage.Put(context.Background(), files, "www/old.html", strings.NewReader("outdated"), storage.CreateOptions{})
	if err != nil {
		panic(err)
	}
	srv, err := ftpserver.New(ftpserver.Config{
		Login: func(_ context.Context, c ftpserver.Credentials) (*ftpserver.Account, error) {
			return &ftpserver.Account{Name: c.User, FS: files, Can: ftpserver.ReadWrite}, nil
		},
	})
	if err != nil {
		panic(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go srv.Serve(ln)
	return ln.Addr().String()
}
