package app

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/charset"
	"github.com/seed-6092453b/ferry/storage/mem"
)

func TestLogin(t *testing.T) {
	bob := []User{{Name: "bob", Password: "secret"}}
	tests := []struct {
		name           string
		options        Options
		user, password string
		want           string // the account; "" is refused
		can            ftpserver.Permissions
	}{
		{"anonymous reads", Options{Anonymous: true}, "anonymous", "me@", "anonymous", ftpserver.ReadOnly},
		{"ftp is anonymous", Options{Anonymous: true}, "FTP", "", "anonymous", ftpserver.ReadOnly},
		{"anonymous writes", Options{Anonymous: true, Writable: true}, "anonymous", "", "anonymous", ftpserver.ReadWrite},
		{"anonymous is off", Options{Users: bob}, "anonymous", "", "", 0},
		{"a user", Options{Users: bob}, "bob", "secret", "bob", ftpserver.ReadWrite},
		{"a user beside anonymous", Options{Users: bob, Anonymous: true}, "bob", "secret", "bob", ftpserver.ReadWrite},
		{"an administrator", Options{Users: []User{{Name: "bob", Password: "secret", Admin: true}}}, "bob", "secret", "bob", ftpserver.ReadWrite | ftpserver.CanSeeSessions},
		{"owners", Options{Users: bob, Chown: true}, "bob", "secret", "bob", ftpserver.ReadWrite | ftpserver.CanChown},
		{"owners are not for anonymous", Options{Anonymous: true, Writable: true, Chown: true}, "anonymous", "", "anonymous", ftpserver.ReadWrite},
		{"a wrong password", Options{Users: bob}, "bob", "Secret", "", 0},
		{"no password", Options{Users: bob}, "bob", "", "", 0},
		{"an unknown user", Options{Users: bob}, "eve", "secret", "", 0},
		{"an unknown user without password", Options{Users: bob}, "eve", "", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			users, err := newAccounts(tt.options, trees{files: mem.New(mem.Options{})})
			if err != nil {
				t.Fatal(err)
			}
			a, err := users.login(t.Context(), ftpserver.Credentials{User: tt.user, Password: ftpserver.Password(tt.password)})
			switch {
			case tt.want == "":
				if !errors.Is(err, ftpserver.ErrLogin) {
					t.Errorf("got %+v, %v", a, err)
				}
			case err != nil:
				t.Error(err)
			case a.Name != tt.want || a.Can != tt.can || a.FS == nil:
				t.Errorf("got %+v", a)
			}
		})
	}
}

func TestAccountsRefuse(t *testing.T) {
	for _, o := range []Options{
		{Users: []User{{Password: "x"}}},
		{Users: []User{{Name: "bob"}}},
		{Users: []User{{Name: "bob", Password: "x"}, {Name: "bob", Password: "y"}}},
		{Users: []User{{Name: "Anonymous", Password: "x"}}, Anonymous: true},
	} {
		if _, err := newAccounts(o, trees{files: mem.New(mem.Options{})}); err == nil {
			t.Errorf("%+v is taken", o.Users)
		}
	}
}

// A user may have a charset that others have not.
func TestCharsetOfUsers(t *testing.T) {
	gbk, err := charset.Lookup("GBK")
	if err != nil {
		t.Fatal(err)
	}
	users, err := newAccounts(Options{Users: []User{{Name: "amy", Password: "a"}, {Name: "bob", Password: "b", Charset: gbk}}}, trees{files: mem.New(mem.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]*charset.Charset{"amy": nil, "bob": gbk} {
		a, err := users.login(t.Context(), ftpserver.Credentials{User: name, Password: ftpserver.Password(name[:1])})
		if err != nil || a.Charset != want {
			t.Errorf("%s has %v, %v", name, a.Charset, err)
		}
	}
}

// An account may be needed to log in, and another to write.
func TestAccountsOfUsers(t *testing.T) {
	users, err := newAccounts(Options{Users: []User{{Name: "bob", Password: "secret", Account: "work", StoreAccount: "ledger"}}}, trees{files: mem.New(mem.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	c := ftpserver.Credentials{User: "bob", Password: "secret"}
	if _, err := users.login(t.Context(), c); !errors.Is(err, ftpserver.ErrNeedAccount) {
		t.Errorf("without an account: %v", err)
	}
	c.Account = "play"
	if _, err := users.login(t.Context(), c); !errors.Is(err, ftpserver.ErrLogin) {
		t.Errorf("with another account: %v", err)
	}
	c.Account = "work"
	a, err := users.login(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if !a.NeedAccount.Has(ftpserver.ReadWrite) {
		t.Errorf("writing needs no account: %b", a.NeedAccount)
	}
	if err := a.Acct(t.Context(), "work"); !errors.Is(err, ftpserver.ErrLogin) {
		t.Errorf("with the account of the login: %v", err)
	}
	if err := a.Acct(t.Context(), "ledger"); err != nil {
		t.Error(err)
	}
	c.Password = "Secret"
	if _, err := users.login(t.Context(), c); !errors.Is(err, ftpserver.ErrLogin) {
		t.Errorf("with a wrong password: %v", err)
	}
}

// Each virtual host shows its own files, and everybody may mount all trees.
func TestTreesOfAccounts(t *testing.T) {
	all := trees{
		files:  mem.New(mem.Options{}),
		hosts:  map[string]storage.FS{"b.example": mem.New(mem.Options{})},
		mounts: map[string]storage.FS{"more": mem.New(mem.Options{})},
	}
	users, err := newAccounts(Options{Anonymous: true}, all)
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]storage.FS{"": all.files, "a.example": all.files, "b.example": all.hosts["b.example"]} {
		a, err := users.login(t.Context(), ftpserver.Credentials{User: "ftp", Host: host})
		if err != nil {
			t.Fatal(err)
		}
		if a.FS != want || a.Mounts["more"] != all.mounts["more"] {
			t.Errorf("host %q: other trees", host)
		}
	}
}

// A name that nobody has costs what a wrong password does, and so does a user who has
// no password. The least of many times is what the check itself takes.
func TestLoginTakesTheSameTime(t *testing.T) {
	o := Options{Users: []User{{Name: "bob", Password: "secret"}, {Name: "amy"}}, TLS: TLS{ClientCert: ClientCertLogin}}
	users, err := newAccounts(o, trees{files: mem.New(mem.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"bob", "amy", "eve"}
	password := ftpserver.Password(strings.Repeat("x", 8000)) // whose hash outweighs the rest
	least := make(map[string]time.Duration)
	for range 2000 {
		for _, name := range names {
			c := ftpserver.Credentials{User: name, Password: password}
			begun := time.Now()
			_, err := users.login(t.Context(), c)
			took := time.Since(begun)
			if !errors.Is(err, ftpserver.ErrLogin) {
				t.Fatalf("%s: %v", name, err)
			}
			if old, ok := least[name]; !ok || took < old {
				least[name] = took
			}
		}
	}
	for _, name := range names[1:] {
		if a, b := least["bob"], least[name]; a > 2*b || b > 2*a {
			t.Errorf("a wrong password of bob takes %v, and one of %s %v", a, name, b)
		}
	}
}
