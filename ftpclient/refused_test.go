package ftpclient_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/memnet"
)

// A wrong password is sent once, however much is asked of the Client: servers
// lock accounts.
func TestRefusedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		ln, err := n.Listen(t.Context(), "tcp", "127.0.0.1:21")
		if err != nil {
			t.Fatal(err)
		}
		var logins atomic.Int32
		srv, err := ftpserver.New(ftpserver.Config{
			Net: n,
			Login: func(context.Context, ftpserver.Credentials) (*ftpserver.Account, error) {
				logins.Add(1)
				return nil, ftpserver.ErrLogin
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		go srv.Serve(ln)
		defer srv.Close()
		cl := ftpclient.New("127.0.0.1:21", &ftpclient.Options{User: "bob", Password: "wrong", Net: n})
		defer cl.Close()
		for range 3 {
			if _, err := cl.Stat(t.Context(), "a"); !errors.Is(err, ftpclient.ErrLogin) {
				t.Errorf("Stat: %v", err)
			}
		}
		if got := logins.Load(); got != 1 {
			t.Errorf("the password was sent %d times", got)
		}
	})
}
