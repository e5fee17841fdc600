package app

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"strings"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/charset"
)

// User is somebody who may read and write.
type User struct {
	Name, Password string           // without a password his certificate lets him in (ClientCertLogin)
	Account        string           // must be given by ACCT to log in; "" none
	StoreAccount   string           // must be given by ACCT to write; "" none
	Charset        *charset.Charset // what names are in for this user; nil: Options.Server.Charset
	Admin          bool             // may see who is connected
	Security       ftpserver.Security
}

// secret is what a password or an account is kept as: hashed, so that all
// comparisons take the same time.
type secret [sha256.Size]byte

func newSecret(text string) secret { return sha256.Sum256([]byte(text)) }

func (s secret) is(text string) bool {
	got := newSecret(text)
	return subtle.ConstantTimeCompare(s[:], got[:]) == 1
}

// user is a User with his secrets.
type user struct {
	password              secret
	account, storeAccount *secret // nil: none is needed
	more                  ftpserver.Permissions
	charset               *charset.Charset
	byCert                bool // and not by a password
	security              ftpserver.Security
}

// trees are the files that there are.
type trees struct {
	files  storage.FS            // of the server itself
	hosts  map[string]storage.FS // of the virtual hosts that have their own
	mounts map[string]storage.FS // what everybody may mount
}

// accounts are those who may log in.
type accounts struct {
	trees
	users      map[string]user
	anonymous  bool
	writable   bool
	anySecure  ftpserver.Security // of anonymous
	needCert   bool
	clientName ClientName
}

// newAccounts returns the accounts of o.
func newAccounts(o Options, t trees) (*accounts, error) {
	a := &accounts{
		trees:      t,
		users:      make(map[string]user),
		anonymous:  o.Anonymous,
		writable:   o.Writable,
		anySecure:  o.AnonymousSecurity,
		needCert:   o.TLS.ClientCert == ClientCertRequired,
		clientName: o.TLS.ClientName,
	}
	for _, u := range o.Users {
		_, twice := a.users[u.Name]
		switch {
		case u.Name == "":
			return nil, fmt.Errorf("a user needs a name")
		case twice:
			return nil, fmt.Errorf("user %q is given twice", u.Name)
		case o.Anonymous && isAnonymous(u.Name):
			return nil, fmt.Errorf("user %q would also be anonymous: choose another name", u.Name)
		case a.needCert && u.Security == ftpserver.SecurityRefuse:
			return nil, fmt.Errorf("user %q must show a certificate, which takes TLS, and is to log in without", u.Name)
		case u.Password == "" && o.TLS.ClientCert != ClientCertLogin:
			return nil, fmt.Errorf("user %q needs a password", u.Name)
		}
		known := user{password: newSecret(u.Password), charset: u.Charset, byCert: u.Password == "", security: u.Security}
		if u.Admin {
			known.more |= ftpserver.CanSeeSessions
		}
		if o.Chown {
			known.more |= ftpserver.CanChown
		}
		if u.Account != "" {
			s := newSecret(u.Account)
			known.account = &s
		}
		if u.StoreAccount != "" {
			s := newSecret(u.StoreAccount)
			known.storeAccount = &s
		}
		a.users[u.Name] = known
	}
	return a, nil
}

func isAnonymous(name string) bool {
	return strings.EqualFold(name, "anonymous") || strings.EqualFold(name, "ftp")
}

// login takes the same time for an unknown name as for a wrong password.
func (a *accounts) login(_ context.Context, c ftpserver.Credentials) (*ftpserver.Account, error) {
	if a.needCert && !c.Conn.TLS.Verified() {
		return nil, ftpserver.ErrLogin
	}
	if a.anonymous && isAnonymous(c.User) {
		account := a.account("anonymous", c.Host, a.writable)
		account.Security = a.anySecure
		return account, nil
	}
	u, known := a.users[c.User]
	right := u.password.is(string(c.Password))
	if u.byCert {
		right = a.named(c)
	}
	if !right || !known {
		return nil, ftpserver.ErrLogin
	}
	if u.account != nil {
		if c.Account == "" {
			return nil, ftpserver.ErrNeedAccount
		}
		if !u.account.is(c.Account) {
			return nil, ftpserver.ErrLogin
		}
	}
	account := a.account(c.User, c.Host, true)
	account.Can |= u.more
	account.Charset = u.charset
	account.Security = u.security
	if u.storeAccount != nil {
		account.NeedAccount = ftpserver.ReadWrite | ftpserver.CanChown
		account.Acct = func(_ context.Context, given string) error {
			if !u.storeAccount.is(given) {
				return ftpserver.ErrLogin
			}
			return nil
		}
	}
	return account, nil
}

func (a *accounts) account(name, host string, writable bool) *ftpserver.Account {
	account := &ftpserver.Account{Name: name, FS: a.files, Mounts: a.mounts}
	if fsys := a.hosts[host]; fsys != nil {
		account.FS = fsys
	}
	if writable {
		account.Can = ftpserver.ReadWrite
	}
	return account
}
