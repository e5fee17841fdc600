package ftpclient_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log"
	"math/big"
	"net"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// A server with a self-signed certificate cannot be verified by any authority. The
// error says what is wrong, and has the fingerprint of the key; if that is what
// whoever runs the server says it is, it can be pinned.
func Example_pin() {
	ctx := context.Background()
	addr, fingerprint, stop := protectedServer()
	defer stop()

	client := ftpclient.New(addr, &ftpclient.Options{Security: ftpclient.SecurityExplicit})
	_, err := client.Stat(ctx, ".")
	client.Close()
	var refused *ftpclient.CertError
	if errors.As(err, &refused) {
		fmt.Println("self-signed:", refused.Kind() == ftpclient.CertSelfSigned)
		fmt.Println("as was told:", refused.Fingerprint() == fingerprint)
	}

	client = ftpclient.New(addr, &ftpclient.Options{
		Security: ftpclient.SecurityExplicit,
		TLS: ftpclient.TLS{Verify: func(state tls.ConnectionState, _ error) error {
			if key := ftpclient.KeyFingerprint(state.PeerCertificates[0]); key != fingerprint {
				return fmt.Errorf("the key of the server is %s", key)
			}
			return nil
		}},
	})
	defer client.Close()
	info, err := storage.Put(ctx, client, "hello.txt", strings.NewReader("Hello, FTP!\n"), storage.CreateOptions{})
	fmt.Println("stored:", info.Size, err)
	// Output:
	// self-signed: true
	// as was told: true
	// stored: 12 <nil>
}

// A file goes from one server to the other without passing through here (FXP), its
// data connection under TLS. It takes two servers that allow it.
func ExampleClient_CopyFrom() {
	ctx := context.Background()
	var clients []*ftpclient.Client
	for range 2 {
		addr, fingerprint, stop := protectedServer()
		defer stop()
		client := ftpclient.New(addr, &ftpclient.Options{
			Security: ftpclient.SecurityExplicit,
			TLS: ftpclient.TLS{Verify: func(state tls.ConnectionState, _ error) error {
				if key := ftpclient.KeyFingerprint(state.PeerCertificates[0]); key != fingerprint {
					return fmt.Errorf("the key of the server is %s", key)
				}
				return nil
			}},
		})
		defer client.Close()
		clients = append(clients, client)
	}
	source, target := clients[0], clients[1]
	_, err := storage.Put(ctx, source, "hello.txt", strings.NewReader("Hello, FTP!\n"), storage.CreateOptions{})
	if err != nil {
		log.Fatal(err)
	}
	if err := target.CopyFrom(ctx, "copy.txt", source, "hello.txt", 0); err != nil {
		log.Fatal(err) // errors.ErrUnsupported where the servers do not deal with each other
	}
	info, err := target.Stat(ctx, "copy.txt")
	fmt.Println(info.Name, info.Size, err)
	// Output:
	// copy.txt 12 <nil>
}

// exampleServer runs a server until the process ends, into which ann is let by her
// password, and returns its address.
func exampleServer() string {
	files := mem.New(mem.Options{})
	ctx := context.Background()
	for _, dir := range []string{"pub", "pub/music"} {
		if err := files.Mkdir(ctx, dir); err != nil {
			log.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		"pub/README":        "Welcome to the library.\n",
		"pub/music/one.ogg": strings.Repeat("la", 50_000),
		"pub/music/two.ogg": strings.Repeat("la", 100_000),
	} {
		if _, err := storage.Put(ctx, files, name, strings.NewReader(text), storage.CreateOptions{}); err != nil {
			log.Fatal(err)
		}
	}
	addr, _ := serveExample(ftpserver.Listener{}, ftpserver.Config{
		Limits: ftpserver.Limits{LoginDelay: time.Millisecond},
		Login: func(_ context.Context, c ftpserver.Credentials) (*ftpserver.Account, error) {
			if c.User != "ann" || c.Password != "secret" {
				return nil, ftpserver.ErrLogin
			}
			return &ftpserver.Account{Name: c.User, FS: files, Can: ftpserver.ReadWrite}, nil
		},
	})
	return addr
}

// serveExample runs a server on this machine.
func serveExample(l ftpserver.Listener, c ftpserver.Config) (addr string, stop func()) {
	srv, err := ftpserver.New(c)
	if err != nil {
		log.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go srv.ServeListener(ln, l)
	return ln.Addr().String(), func() { srv.Close() }
}

// protectedServer runs a server in which anybody may store files, under TLS alone. It
// returns its address, and the fingerprint of its key.
func protectedServer() (addr, fingerprint string, stop func()) {
	addr, cert, stop := certifiedServer()
	return addr, ftpclient.KeyFingerprint(cert), stop
}

// certifiedServer is protectedServer, and returns the certificate, which vouches for
// itself.
func certifiedServer() (addr string, certificate *x509.Certificate, stop func()) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		log.Fatal(err)
	}
	cert := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{{127, 0, 0, 1}}}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	if err != nil {
		log.Fatal(err)
	}
	if cert, err = x509.ParseCertificate(der); err != nil {
		log.Fatal(err)
	}
	files := mem.New(mem.Options{})
	addr, stop = serveExample(ftpserver.Listener{Security: ftpserver.SecurityData}, ftpserver.Config{
		TLS: ftpserver.TLS{Config: &tls.Config{
			Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		}},
		Login: func(_ context.Context, c ftpserver.Credentials) (*ftpserver.Account, error) {
			return &ftpserver.Account{Name: c.User, FS: files, Can: ftpserver.ReadWrite}, nil
		},
	})
	return addr, cert, stop
}
