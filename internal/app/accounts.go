package app

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"strings"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
)

// User is somebody who may read and write.
type User struct{ Name, Password string }

// accounts are those who may log in.
type accounts struct {
	files     storage.FS
	passwords map[string][sha256.Size]byte // hashed, so that all comparisons take the same time
	anonymous bool
	writable  bool
}

// newAccounts returns the Login function for o.
func newAccounts(o Options, files storage.FS) (func(context.Context, ftpserver.Credentials) (*ftpserver.Account, error), error) {
	a := &accounts{
		files:     files,
		passwords: make(map[string][sha256.Size]byte),
		anonymous: o.Anonymous,
		writable:  o.Writable,
	}
	for _, u := range o.Users {
		_, twice := a.passwords[u.Name]
		switch {
		case u.Name == "":
			return nil, fmt.Errorf("a user needs a name")
		case twice:
			return nil, fmt.Errorf("user %q is given twice", u.Name)
		case o.Anonymous && isAnonymous(u.Name):
			return nil, fmt.Errorf("user %q would also be anonymous: choose another name", u.Name)
		case u.Password == "":
			return nil, fmt.Errorf("user %q needs a password", u.Name)
		}
		a.passwords[u.Name] = sha256.Sum256([]byte(u.Password))
	}
	return a.login, nil
}

func isAnonymous(name string) bool {
	return strings.EqualFold(name, "anonymous") || strings.EqualFold(name, "ftp")
}

// login takes the same time for an unknown name as for a wrong password.
func (a *accounts) login(_ context.Context, c ftpserver.Credentials) (*ftpserver.Account, error) {
	if a.anonymous && isAnonymous(c.User) {
		return a.account("anonymous", a.writable), nil
	}
	want, known := a.passwords[c.User]
	got := sha256.Sum256([]byte(c.Password))
	if subtle.ConstantTimeCompare(want[:], got[:]) != 1 || !known {
		return nil, ftpserver.ErrLogin
	}
	return a.account(c.User, true), nil
}

func (a *accounts) account(name string, writable bool) *ftpserver.Account {
	account := &ftpserver.Account{Name: name, FS: a.files}
	if writable {
		account.Can = ftpserver.ReadWrite
	}
	return account
}
