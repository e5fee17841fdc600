package ftpserver_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// A server that lets anybody read what is in memory, and a client that does.
func Example() {
	ctx := context.Background()
	files := mem.New(mem.Options{})
	w, err := files.Create(ctx, "hello.txt", storage.CreateOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer w.Abort()
	io.WriteString(w, "Hello, FTP!\n")
	if _, err := w.Commit(ctx); err != nil {
		log.Fatal(err)
	}

	srv, err := ftpserver.New(ftpserver.Config{
		Login: func(_ context.Context, c ftpserver.Credentials) (*ftpserver.Account, error) {
			if c.User != "anonymous" {
				return nil, ftpserver.ErrLogin
			}
			return &ftpserver.Account{Name: c.User, FS: files}, nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go srv.Serve(ln)
	defer srv.Close()

	client := ftpclient.New(ln.Addr().String(), nil)
	defer client.Close()
	for entry, err := range client.List(ctx, ".") { // client is a storage.FS, too
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(entry.Name, entry.Size)
	}
	r, err := client.Open(ctx, "hello.txt", storage.Range{Off: 7})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(text))
	// Output:
	// hello.txt 12
	// FTP!
}
