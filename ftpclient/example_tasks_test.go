package ftpclient_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// A file is downloaded. It was all there if the error is nil.
func Example_download() {
	ctx := context.Background()
	client := ftpclient.New(exampleServer(), &ftpclient.Options{User: "ann", Password: "secret"})
	defer client.Close()
	n, err := storage.Get(ctx, client, "pub/README", storage.Range{}, os.Stdout)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(n, "octets")
	// Output:
	// Welcome to the library.
	// 24 octets
}

// A file is uploaded. It is there if the error is nil. Where the time of the file is set,
// the server keeps it if it can.
func Example_upload() {
	ctx := context.Background()
	client := ftpclient.New(exampleServer(), &ftpclient.Options{User: "ann", Password: "secret"})
	defer client.Close()
	report := strings.NewReader("All is well.\n")
	info, err := storage.Put(ctx, client, "report.txt", report, storage.CreateOptions{
		ModTime: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.Name, info.Size)
	// Output:
	// report.txt 13
}

// A folder is listed. What Info does not know is zero, and a size -1.
func Example_list() {
	ctx := context.Background()
	client := ftpclient.New(exampleServer(), &ftpclient.Options{User: "ann", Password: "secret"})
	defer client.Close()
	for info, err := range client.List(ctx, "pub") {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(info.Kind, info.Name, info.Size)
	}
	// Unordered output:
	// file README 24
	// directory music 0
}

// A tree is walked with package io/fs, as any other that the standard library knows.
func Example_walk() {
	ctx := context.Background()
	client := ftpclient.New(exampleServer(), &ftpclient.Options{User: "ann", Password: "secret"})
	defer client.Close()
	err := fs.WalkDir(storage.IOFS(ctx, client), "pub", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fmt.Println(path)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// pub
	// pub/README
	// pub/music
	// pub/music/one.ogg
	// pub/music/two.ogg
}

// A download that was cut goes on from where it was. That the file is still the same is
// for the caller to know: its size and time tell, as does package mirror, which looks
// after all of this by itself.
func Example_resume() {
	ctx := context.Background()
	client := ftpclient.New(exampleServer(), &ftpclient.Options{User: "ann", Password: "secret"})
	defer client.Close()
	partial := bytes.NewBufferString("Welcome to") // what there is from the last time
	_, err := storage.Get(ctx, client, "pub/README", storage.Range{Off: int64(partial.Len())}, partial)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(partial)
	// Output:
	// Welcome to the library.
}

// An upload that was cut goes on behind what the server has.
func Example_resumeUpload() {
	ctx := context.Background()
	client := ftpclient.New(exampleServer(), &ftpclient.Options{User: "ann", Password: "secret"})
	defer client.Close()
	local := strings.NewReader("Welcome to the library.\nIt opens at nine.\n")
	there, err := client.Stat(ctx, "pub/README")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := local.Seek(there.Size, io.SeekStart); err != nil {
		log.Fatal(err)
	}
	_, err = storage.Put(ctx, client, "pub/README", local, storage.CreateOptions{
		Mode: storage.Resume, Offset: there.Size,
	})
	if err != nil {
		log.Fatal(err)
	}
	storage.Get(ctx, client, "pub/README", storage.Range{}, os.Stdout)
	// Output:
	// Welcome to the library.
	// It opens at nine.
}

// A server whose certificate comes from an authority of one's own. Without Config, the
// authorities that the system trusts are asked.
func Example_ownAuthority() {
	ctx := context.Background()
	addr, authority, stop := certifiedServer()
	defer stop()
	roots := x509.NewCertPool()
	roots.AddCert(authority)
	client := ftpclient.New(addr, &ftpclient.Options{
		Security: ftpclient.SecurityExplicit, // SecurityImplicit is TLS from the first octet, at port 990
		TLS:      ftpclient.TLS{Config: &tls.Config{RootCAs: roots}},
	})
	defer client.Close()
	info, err := client.Stat(ctx, ".")
	fmt.Println(info.Kind, err)
	// Output:
	// directory <nil>
}

// Errors are told apart by what they mean, as those of package os are, whatever the
// server replied. Whoever wants to know the reply finds it, too.
func Example_errors() {
	ctx := context.Background()
	client := ftpclient.New(exampleServer(), &ftpclient.Options{User: "ann", Password: "secret"})
	defer client.Close()
	_, err := client.Stat(ctx, "pub/none")
	fmt.Println("not there:", errors.Is(err, fs.ErrNotExist))

	err = client.Remove(ctx, "pub/music", storage.KindDir)
	fmt.Println("not empty:", errors.Is(err, storage.ErrNotEmpty))
	var refused *ftpclient.ReplyError
	if errors.As(err, &refused) {
		fmt.Println("the reply to", refused.Command, "was", refused.Reply.Code)
	}

	wrong := ftpclient.New(exampleServer(), &ftpclient.Options{User: "ann", Password: "guessed"})
	defer wrong.Close()
	_, err = wrong.Stat(ctx, ".")
	fmt.Println("not let in:", errors.Is(err, ftpclient.ErrLogin))

	nobody := ftpclient.New("127.0.0.1:1", nil)
	defer nobody.Close()
	_, err = nobody.Stat(ctx, ".")
	var failed *ftpclient.ConnError
	fmt.Println("not reached:", errors.As(err, &failed))
	// Output:
	// not there: true
	// not empty: true
	// the reply to RMD was 550
	// not let in: true
	// not reached: true
}

// The context bounds a whole operation, what it returned included; Options bound what a
// server may take to answer, and how long a transfer may stand still.
func Example_timeout() {
	client := ftpclient.New(exampleServer(), &ftpclient.Options{
		User: "ann", Password: "secret",
		Timeout: 10 * time.Second, // for each reply
		Stall:   time.Minute,      // while no octet moves
	})
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	file, err := client.Open(ctx, "pub/README", storage.Range{})
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	cancel() // or the hour is over
	_, err = io.ReadAll(file)
	fmt.Println(errors.Is(err, context.Canceled))
	_, err = client.Stat(context.Background(), "pub/README") // the client can still be used
	fmt.Println(err)
	// Output:
	// true
	// <nil>
}

// Progress is what passes through a writer, or a reader.
func Example_progress() {
	ctx := context.Background()
	client := ftpclient.New(exampleServer(), &ftpclient.Options{User: "ann", Password: "secret"})
	defer client.Close()
	info, err := client.Stat(ctx, "pub/music/two.ogg")
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	bar := &progress{total: info.Size}
	_, err = storage.Get(ctx, client, "pub/music/two.ogg", storage.Range{}, io.MultiWriter(&file, bar))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(bar.done, "of", bar.total)
	// Output:
	// 200000 of 200000
}

// progress is a writer that counts.
type progress struct{ done, total int64 }

func (p *progress) Write(b []byte) (int, error) {
	p.done += int64(len(b)) // and show it
	return len(b), nil
}

// Many small files are read over one connection, ahead of the answers where the server
// takes that: a server far away then costs a round trip now and then, and not several for
// each file. WriteFiles does the same for uploads.
func Example_manyFiles() {
	ctx := context.Background()
	client := ftpclient.New(exampleServer(), &ftpclient.Options{User: "ann", Password: "secret"})
	defer client.Close()
	names := []string{"pub/README", "pub/none", "pub/music/one.ogg"}
	err := client.ReadFiles(ctx, slices.Values(names), func(name string, r io.Reader, err error) error {
		if err != nil {
			fmt.Println(name, "is missing:", errors.Is(err, fs.ErrNotExist))
			return nil // go on with the others
		}
		n, err := io.Copy(io.Discard, r)
		fmt.Println(name, n)
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// pub/README 24
	// pub/none is missing: true
	// pub/music/one.ogg 100000
}

// A command that has no method of its own. To send several that belong together, Dial a
// Conn.
func Example_command() {
	ctx := context.Background()
	client := ftpclient.New(exampleServer(), &ftpclient.Options{User: "ann", Password: "secret"})
	defer client.Close()
	reply, err := client.Do(ctx, "SYST")
	if err != nil {
		log.Fatal(err) // a *ReplyError if it was refused
	}
	fmt.Println(reply.Code, reply.Text())
	// Output:
	// 215 UNIX Type: L8
}

// All connections are made through a proxy.
func Example_proxy() {
	proxy, err := ftpclient.ParseProxy("socks5://bob:secret@proxy.example.com:1080")
	if err != nil {
		log.Fatal(err)
	}
	client := ftpclient.New("ftp.example.com", &ftpclient.Options{Proxy: proxy})
	defer client.Close()
	for info, err := range client.List(context.Background(), "pub") {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(info.Name)
	}
}
