package ftpserver_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"log"
	"net"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// Users who show a certificate that names them get in by it. Ask has the last word on
// whether a password is wanted besides, which makes the certificate a second factor.
func ExampleConfig_certificates() {
	authority := people() // who issues the certificates of users
	files := mem.New(mem.Options{})
	srv, err := ftpserver.New(ftpserver.Config{
		TLS: ftpserver.TLS{Config: &tls.Config{
			Certificates: []tls.Certificate{certified()},
			ClientAuth:   tls.VerifyClientCertIfGiven,
			ClientCAs:    authority.pool,
		}},
		Ask: func(_ context.Context, c ftpserver.Credentials) (ftpserver.Question, error) {
			if c.User != "admin" && c.Conn.TLS.Verified() {
				return ftpserver.AskNothing, nil
			}
			return ftpserver.AskPassword, nil
		},
		Login: func(_ context.Context, c ftpserver.Credentials) (*ftpserver.Account, error) {
			// A clear connection has a nil TLS, which nobody has verified.
			if !c.Conn.TLS.Verified() || c.Conn.TLS.Certificates[0].Subject.CommonName != c.User {
				return nil, ftpserver.ErrLogin
			}
			if c.User == "admin" && c.Password != "correct horse" {
				return nil, ftpserver.ErrLogin
			}
			return &ftpserver.Account{Name: c.User, FS: files, Can: ftpserver.ReadWrite}, nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go srv.ServeListener(ln, ftpserver.Listener{Security: ftpserver.SecurityControl})
	defer srv.Close()

	for _, who := range []struct{ user, password string }{
		{"bob", ""},
		{"admin", "correct horse"},
	} {
		client := ftpclient.New(ln.Addr().String(), &ftpclient.Options{
			User: who.user, Password: who.password,
			Security: ftpclient.SecurityExplicit,
			TLS: ftpclient.TLS{Config: &tls.Config{
				RootCAs: servers().pool, ServerName: serverName,
				Certificates: []tls.Certificate{authority.issue(who.user)},
			}},
		})
		err := client.Mkdir(context.Background(), "of-"+who.user)
		fmt.Println(who.user, err)
		client.Close()
	}
	// Output:
	// bob <nil>
	// admin <nil>
}
