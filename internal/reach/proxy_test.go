package reach_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage"
)

// connect returns a client of a server that has been started.
func connect(t *testing.T, tg peers.Target, o ftpclient.Options) *ftpclient.Client {
	t.Helper()
	o.User, o.Password = tg.User, tg.Password
	if tg.TLS != nil {
		o.Security = ftpclient.SecurityExplicit
		o.TLS.Config = &tls.Config{RootCAs: tg.TLS.Roots}
	}
	cl := ftpclient.New(tg.Addr(), &o)
	t.Cleanup(func() { cl.Close() })
	return cl
}

// put stores a file.
func put(ctx context.Context, fsys storage.FS, name, text string) error {
	w, err := fsys.Create(ctx, name, storage.CreateOptions{})
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	_, err = w.Commit(ctx)
	return err
}

// get reads a file.
func get(ctx context.Context, fsys storage.FS, name string) (string, error) {
	r, err := fsys.Open(ctx, name, storage.Range{})
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(r)
	return string(b), errors.Join(err, r.Close())
}

// works makes a directory, stores, lists, reads, and removes all of it.
func works(t *testing.T, cl *ftpclient.Client) {
	t.Helper()
	ctx := t.Context()
	text := strings.Repeat("All roads lead to Rome.\n", 10_000)
	if err := cl.Mkdir(ctx, "dir"); err != nil {
		t.Fatal(err)
	}
	if err := put(ctx, cl, "dir/file", text); err != nil {
		t.Fatal(err)
	}
	if got, err := get(ctx, cl, "dir/file"); err != nil || got != text {
		t.Errorf("read %d octets, %v", len(got), err)
	}
	n := 0
	for info, err := range cl.List(ctx, "dir") {
		if n++; err != nil || info.Name != "file" || info.Size != int64(len(text)) {
			t.Errorf("listed %+v, %v", info, err)
		}
	}
	if n != 1 {
		t.Errorf("%d entries", n)
	}
	if err := errors.Join(cl.Remove(ctx, "dir/file", storage.KindFile), cl.Remove(ctx, "dir", storage.KindDir)); err != nil {
		t.Error(err)
	}
}

// TestProxies takes the client through every proxy to servers in the clear and with TLS.
func TestProxies(t *testing.T) {
	authority := peers.NewAuthority(t)
	user, password := peers.Account()
	type way struct {
		name   string
		proxy  peers.Proxy
		scheme string // "" the proxy's
		login  bool   // the proxy demands one
		data   ftpclient.DataMode
	}
	ways := []way{
		{name: "microsocks", proxy: peers.Microsocks()},
		{name: "microsocks that resolves", proxy: peers.Microsocks(), scheme: "socks5h"},
		{name: "microsocks with a password", proxy: peers.Microsocks(), login: true},
		{name: "Dante", proxy: peers.Dante()},
		{name: "Dante, active", proxy: peers.Dante(), data: ftpclient.DataActive},
		{name: "tinyproxy", proxy: peers.Tinyproxy()},
		{name: "tinyproxy with a password", proxy: peers.Tinyproxy(), login: true},
	}
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			var how peers.ProxySetup
			if w.login {
				how.User, how.Password = user, password
			}
			at := peers.StartProxy(t, w.proxy, how)
			if w.scheme != "" {
				at = w.scheme + strings.TrimPrefix(at, w.proxy.Scheme)
			}
			if w.login {
				at = strings.Replace(at, "://", "://"+url.PathEscape(user)+":"+url.PathEscape(password)+"@", 1)
			}
			p, err := ftpclient.ParseProxy(at)
			if err != nil {
				t.Fatal(err)
			}
			t.Run("plain", func(t *testing.T) {
				works(t, connect(t, peers.Start(t, peers.PureFTPD(), peers.IPv4), ftpclient.Options{Proxy: p, Data: w.data}))
			})
			t.Run("TLS", func(t *testing.T) {
				cell := peers.TLSCell{Start: peers.Explicit}
				works(t, connect(t, peers.StartTLS(t, peers.ProFTPD(), peers.IPv4, peers.Protection{TLSCell: cell, Authority: authority}), ftpclient.Options{Proxy: p, Data: w.data}))
			})
		})
	}
}

// TestFTPProxies takes the client through the proxies that speak FTP. Where one has TLS,
// it is the proxy's.
func TestFTPProxies(t *testing.T) {
	authority := peers.NewAuthority(t)
	for _, p := range []peers.Proxy{peers.FTPProxy(), peers.ModProxy()} {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			for _, protected := range []bool{false, true} {
				if protected && !p.TLS {
					continue
				}
				var how peers.ProxySetup
				o := ftpclient.Options{Security: ftpclient.SecurityOff}
				if protected {
					how.Authority = authority
					o.Security = ftpclient.SecurityExplicit
					o.TLS.Config = &tls.Config{RootCAs: authority.Roots}
				}
				proxy, err := ftpclient.ParseProxy(peers.StartProxy(t, p, how))
				if err != nil {
					t.Fatal(err)
				}
				proxy.Login = p.Login
				o.Proxy = proxy
				works(t, connect(t, peers.Start(t, peers.PureFTPD(), peers.IPv4), o))
			}
		})
	}
}

// TestProxySays: what real proxies refuse is told in the words that help.
func TestProxySays(t *testing.T) {
	tg := peers.Start(t, peers.Pyftpdlib(), peers.IPv4)
	user, password := peers.Account()
	for _, tt := range []struct {
		name   string
		proxy  peers.Proxy
		how    peers.ProxySetup
		user   string
		server string
		want   string
	}{
		{"microsocks without a login", peers.Microsocks(), peers.ProxySetup{User: user, Password: password}, "", "", "it demands a login"},
		{"microsocks with another", peers.Microsocks(), peers.ProxySetup{User: user, Password: password}, "bob:no@", "", "it refuses user or password"},
		{"microsocks to nobody", peers.Microsocks(), peers.ProxySetup{}, "", "127.0.0.1:1", "connection refused"},
		{"Dante to nobody", peers.Dante(), peers.ProxySetup{}, "", "127.0.0.1:1", "connection refused"},
		{"tinyproxy without a login", peers.Tinyproxy(), peers.ProxySetup{User: user, Password: password}, "", "", "407"},
		{"tinyproxy with another", peers.Tinyproxy(), peers.ProxySetup{User: user, Password: password}, "bob:no@", "", "check the user and the password at the proxy"},
		{"tinyproxy to nobody", peers.Tinyproxy(), peers.ProxySetup{}, "", "127.0.0.1:1", "the proxy cannot reach 127.0.0.1:1"},
		{"tinyproxy for data", peers.Tinyproxy(), peers.ProxySetup{Only: tg.Port}, "", "", "it has to allow CONNECT to all the passive ports of the server"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := ftpclient.ParseProxy(strings.Replace(peers.StartProxy(t, tt.proxy, tt.how), "://", "://"+tt.user, 1))
			if err != nil {
				t.Fatal(err)
			}
			to := tg.Addr()
			if tt.server != "" {
				to = tt.server
			}
			cl := ftpclient.New(to, &ftpclient.Options{User: tg.User, Password: tg.Password, Proxy: p})
			defer cl.Close()
			for _, err = range cl.List(t.Context(), ".") {
			}
			if !errors.Is(err, ftpclient.ErrProxy) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("the error is %v, want one with %q", err, tt.want)
			}
		})
	}
}
