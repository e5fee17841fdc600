package sandbox_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/textproto"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/app"
	"github.com/seed-6092453b/ferry/internal/certs"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/internal/sandbox"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/quota"
)

// serveConfined is a server that confines itself as ferry serve does, and does the
// probes of what is outside when it is told to.
func serveConfined() error {
	s := scene(os.Getenv(sceneEnv))
	a, err := app.New(context.Background(), app.Options{
		Dir:    s.at("served"),
		Mounts: []app.Folder{{Name: "more", Dir: s.at("state")}},
		Listen: []string{"127.0.0.1:0"},
		Users:  []app.User{{Name: "bob", Password: "secret"}},
		Chown:  true,
		Quota:  quota.Options{MaxFiles: 10_000},
		TLS:    app.TLS{Files: []certs.Pair{{Cert: s.at("certs/pair.pem")}}},
		Log:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return err
	}
	defer a.Close()
	read, write := a.Paths()
	if _, err := sandbox.Enter(sandbox.Allowed{Read: read, Write: write}); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- a.Serve() }()
	fmt.Println(a.URLs()[0])
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(findings(s, "0")); err != nil {
		return err
	}
	return errors.Join(a.Shutdown(context.Background()), <-ended)
}

// TestServeConfined drives a confined server through everything that touches
// files, and has it try what it must not be able to in the end.
func TestServeConfined(t *testing.T) {
	abi := need(t)
	s := scene(t.TempDir())
	if err := s.make(); err != nil {
		t.Fatal(err)
	}
	certificate(t, s.at("certs/pair.pem"), 1)
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), roleEnv+"=serve", sceneEnv+"="+string(s))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer in.Close()
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	useConfined(t, at.Host)
	if got := serial(t, at.Host); got != 1 {
		t.Errorf("the server shows certificate %d", got)
	}
	certificate(t, s.at("certs/next.pem"), 2)
	if err := os.Rename(s.at("certs/next.pem"), s.at("certs/pair.pem")); err != nil {
		t.Fatal(err)
	}
	<-time.After(1100 * time.Millisecond) // the server looks once a second
	if got := serial(t, at.Host); got != 2 {
		t.Errorf("after a change of its file the server shows certificate %d", got)
	}
	if _, err := io.WriteString(in, "probe\n"); err != nil {
		t.Fatal(err)
	}
	var found []finding
	if err := json.NewDecoder(lines).Decode(&found); err != nil {
		t.Fatal(err)
	}
	if len(found) != len(probes) {
		t.Fatalf("%d findings, want %d", len(found), len(probes))
	}
	for i, f := range found {
		if p := probes[i]; p.denied != 0 && p.denied <= abi && !f.Denied {
			t.Errorf("a server may %s (%s)", f.Probe, f.Err)
		}
	}
}

func useConfined(t *testing.T, addr string) {
	t.Helper()
	ctx := t.Context()
	cl := ftpclient.New(addr, &ftpclient.Options{User: "bob", Password: "secret"})
	defer cl.Close()
	do := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	put := func(name, text string, o storage.CreateOptions) {
		t.Helper()
		w, err := cl.Create(ctx, name, o)
		if err != nil {
			t.Fatalf("create %s: %v", name, err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Commit(ctx); err != nil {
			t.Fatalf("commit %s: %v", name, err)
		}
	}
	site := func(verb string, args ...string) {
		t.Helper()
		r, err := cl.Do(ctx, verb, args...)
		if err != nil || r.Code >= 400 {
			t.Errorf("%s %s: %v, %v", verb, args, r, err)
		}
	}
	put("new", "one", storage.CreateOptions{})
	put("new", "two", storage.CreateOptions{}) // in place of the other
	put("new", " three", storage.CreateOptions{Mode: storage.Append})
	put("new", "four", storage.CreateOptions{Mode: storage.Resume, Offset: 3})
	do("mkdir", cl.Mkdir(ctx, "dir"))
	do("move", cl.Rename(ctx, "new", "dir/moved"))
	do("move a folder", cl.Rename(ctx, "dir", "a/dir"))
	do("chmod", cl.SetAttr(ctx, "a/dir/moved", storage.Attr{Mode: new(os.FileMode(0o640))}))
	do("set the time", cl.SetAttr(ctx, "a/dir/moved", storage.Attr{ModTime: time.Unix(1e9, 0)}))
	if info, err := cl.Stat(ctx, "a/dir/moved"); err != nil || info.Size != 7 {
		t.Errorf("stat: %+v, %v", info, err)
	}
	site("SITE", "SYMLINK moved a/dir/link")
	do("copy", cl.Copy(ctx, "a/dir/moved", "b/copied"))
	site("HASH", "a/dir/moved")
	site("AVBL", ".")
	site("DSIZ", ".")
	if entries, err := names(ctx, cl, "a"); err != nil || !slices.Contains(entries, "dir") {
		t.Errorf("list: %q, %v", entries, err)
	}
	do("delete", cl.Remove(ctx, "a/dir/moved", storage.KindFile))
	do("delete a link", cl.Remove(ctx, "a/dir/link", storage.KindFile))
	do("remove a folder", cl.Remove(ctx, "a/dir", storage.KindDir))
}

func names(ctx context.Context, fsys storage.FS, dir string) (all []string, err error) {
	for info, err := range fsys.List(ctx, dir) {
		if err != nil {
			return nil, err
		}
		all = append(all, info.Name)
	}
	return all, nil
}

// certificate writes a certificate with its key to a file.
func certificate(t *testing.T, file string, serial int64) {
	t.Helper()
	cert := mint.Cert{Hosts: []string{"ftp.example.org"}, Edit: func(c *x509.Certificate) { c.SerialNumber = big.NewInt(serial) }}.Make()
	mint.File(t, file, mint.CertPEM(cert), mint.KeyPEM(cert))
}

// serial returns the serial number of the certificate that a server shows.
func serial(t *testing.T, addr string) int64 {
	t.Helper()
	plain, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	conn := textproto.NewConn(plain)
	if _, _, err := conn.ReadResponse(220); err != nil {
		t.Fatal(err)
	}
	conn.PrintfLine("AUTH TLS")
	if _, _, err := conn.ReadResponse(234); err != nil {
		t.Fatal(err)
	}
	secure := tls.Client(plain, &tls.Config{InsecureSkipVerify: true})
	if err := secure.Handshake(); err != nil {
		t.Fatal(err)
	}
	return secure.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}
