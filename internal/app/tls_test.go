package app

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/certs"
	"github.com/seed-6092453b/ferry/internal/mint"
)

// serving starts an App that ends with the test.
func serving(t *testing.T, o Options) *App {
	t.Helper()
	o.Dir = t.TempDir()
	if len(o.Listen)+len(o.ListenTLS) == 0 {
		o.Listen = []string{"127.0.0.1:0"}
	}
	a, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- a.Serve() }()
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return a
}

// client is a client of an App.
type client struct {
	*textproto.Conn
	t *testing.T
}

// connect connects to the listener at a URL and says AUTH TLS if it is explicit and
// config is not nil.
func connect(t *testing.T, at string, config *tls.Config) *client {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if u.Scheme == "ftps" {
		conn = tls.Client(conn, config)
	}
	c := &client{textproto.NewConn(conn), t}
	c.wants("", 220)
	if u.Scheme == "ftp" && config != nil {
		c.wants("AUTH TLS", 234)
		c.Conn = textproto.NewConn(tls.Client(conn, config))
	}
	return c
}

// wants sends a command, if it is not empty, and expects a reply.
func (c *client) wants(command string, code int) {
	c.t.Helper()
	if command != "" {
		if err := c.PrintfLine("%s", command); err != nil {
			c.t.Fatalf("%s: %v", command, err)
		}
	}
	if got, text, err := c.ReadResponse(code); err != nil {
		c.t.Fatalf("%s: %d %s, want %d (%v)", command, got, text, code, err)
	}
}

// authority makes one that signs certificates for clients.
func authority() *tls.Certificate { return mint.Cert{Name: "test CA", CA: true}.Make() }

// person makes the certificate of a client who is called so, and nothing else.
func person(ca *tls.Certificate, name string) *tls.Certificate {
	return mint.Cert{Issuer: ca, Name: name, Hosts: []string{}}.Make()
}

// shows returns the configuration of a client with this certificate; nil has none.
func shows(cert *tls.Certificate) *tls.Config {
	c := &tls.Config{InsecureSkipVerify: true}
	if cert != nil {
		c.Certificates = []tls.Certificate{*cert}
	}
	return c
}

// A self-signed certificate is for the names of the server; every listener demands
// what it is told to, and others what all do.
func TestSelfSignedServer(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	o := Options{
		Listen: []string{"127.0.0.1:0,refuse", "127.0.0.1:0", "127.0.0.1:0,control"}, ListenTLS: []string{"127.0.0.1:0,allow"},
		Anonymous: true, Hosts: []Folder{{Name: "Files.example"}}, TLS: TLS{SelfSigned: true, State: state, Demand: ftpserver.SecurityData},
	}
	o.Server.Passive.PublicHost = "192.0.2.7"
	a := serving(t, o)
	own := a.Certificates()
	if len(own) != 1 {
		t.Fatalf("%d certificates", len(own))
	}
	for _, name := range []string{"files.example", "192.0.2.7", "localhost"} {
		if err := own[0].VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	if a.Security() != ftpserver.SecurityRefuse {
		t.Errorf("demands %v at least", a.Security())
	}
	roots := x509.NewCertPool()
	roots.AddCert(own[0])
	trusting := &tls.Config{RootCAs: roots, ServerName: "files.example"}
	urls := a.URLs()
	if len(urls) != 4 || !strings.HasPrefix(urls[2], "ftp://") || !strings.HasPrefix(urls[3], "ftps://127.0.0.1:") {
		t.Fatalf("%q", urls)
	}

	c := connect(t, urls[0], nil)
	c.wants("AUTH TLS", 534)
	c.wants("USER ftp", 331)
	c.wants("PASS x", 230)
	connect(t, urls[1], nil).wants("USER ftp", 530)
	c = connect(t, urls[1], trusting)
	c.wants("USER ftp", 331)
	c.wants("PASS x", 230)
	c.wants("PBSZ 0", 200)
	c.wants("PROT C", 534)
	connect(t, urls[2], nil).wants("USER ftp", 530)
	c = connect(t, urls[2], trusting)
	c.wants("USER ftp", 331)
	c.wants("PASS x", 230)
	c.wants("PBSZ 0", 200)
	c.wants("PROT C", 200)
	c = connect(t, urls[3], trusting)
	c.wants("USER ftp", 331)
	c.wants("PASS x", 230)

	read, write := a.Paths()
	if len(read) != 1 || !slices.Equal(write, []string{filepath.Join(state, "tls")}) {
		t.Errorf("reads %q, writes %q", read, write)
	}
}

// What users and anonymous demand is theirs alone.
func TestUserSecurity(t *testing.T) {
	a := serving(t, Options{
		Anonymous: true, TLS: TLS{SelfSigned: true, State: t.TempDir()},
		Users: []User{{Name: "bob", Password: "b", Security: ftpserver.SecurityControl}, {Name: "eve", Password: "e"}},
	})
	at := a.URLs()[0]
	if a.Security() != ftpserver.SecurityAllow {
		t.Errorf("demands %v at least", a.Security())
	}
	c := connect(t, at, nil)
	c.wants("USER eve", 331)
	c.wants("PASS e", 230)
	c = connect(t, at, nil)
	c.wants("USER ftp", 331)
	c.wants("PASS x", 230)
	c = connect(t, at, nil)
	c.wants("USER bob", 331)
	c.wants("PASS b", 530)
	c = connect(t, at, shows(nil))
	c.wants("USER bob", 331)
	c.wants("PASS b", 230)
}

// A certificate is needed besides the password, by everybody.
func TestClientCertRequired(t *testing.T) {
	ca := authority()
	bob := person(ca, "bob")
	a := serving(t, Options{
		Anonymous: true, Users: []User{{Name: "bob", Password: "b"}},
		TLS:    TLS{SelfSigned: true, State: t.TempDir(), ClientCAs: mint.Roots(ca), ClientCert: ClientCertRequired},
		Server: ftpserver.Config{Limits: ftpserver.Limits{LoginDelay: -1}},
	})
	at := a.URLs()[0]
	c := connect(t, at, shows(bob))
	c.wants("USER bob", 331)
	c.wants("PASS wrong", 530)
	c.wants("USER bob", 331)
	c.wants("PASS b", 230)
	c = connect(t, at, shows(bob))
	c.wants("USER ftp", 331)
	c.wants("PASS x", 230)
	// In the clear there is no certificate, and no use for a password.
	for _, user := range []string{"bob", "ftp"} {
		c = connect(t, at, nil)
		c.wants("USER "+user, 530)
		c.wants("PASS b", 530)
	}
	if a.Security() != ftpserver.SecurityControl {
		t.Errorf("it is said that %v is demanded", a.Security())
	}
	// Without one, or with one of a stranger, nobody comes that far.
	for name, config := range map[string]*tls.Config{
		"none":       shows(nil),
		"a stranger": shows(person(authority(), "bob")),
	} {
		c := connect(t, at, config)
		if err := c.PrintfLine("USER bob"); err != nil {
			continue // the handshake has failed
		}
		if code, text, err := c.ReadResponse(331); err == nil {
			t.Errorf("with %s: %d %s", name, code, text)
		}
	}
}

// A certificate is the login of the user whom it names, in the field that is said,
// and of nobody else.
func TestClientCertLogin(t *testing.T) {
	ca := authority()
	uri, err := url.Parse("spiffe://example.org/bob")
	if err != nil {
		t.Fatal(err)
	}
	rich := mint.Cert{Issuer: ca, Name: "bob", Hosts: []string{"bob.example.org"}, Edit: func(c *x509.Certificate) {
		c.EmailAddresses, c.URIs = []string{"other@example.org", "bob@example.org"}, []*url.URL{uri}
	}}.Make()
	plain := person(ca, "eve")
	empty := person(ca, "")
	for _, tt := range []struct {
		field ClientName
		user  string
		by    *tls.Certificate
		in    bool
	}{
		{NameCommon, "bob", rich, true},
		{NameCommon, "Bob", rich, false},
		{NameCommon, "bob", plain, false},
		{NameCommon, "bob", empty, false},
		{NameCommon, "bob", nil, false},
		{NameCommon, "bob.example.org", rich, false},
		{NameEmail, "bob@example.org", rich, true},
		{NameEmail, "bob", rich, false},
		{NameEmail, "eve", plain, false},
		{NameDNS, "bob.example.org", rich, true},
		{NameDNS, "eve", plain, false},
		{NameURI, "spiffe://example.org/bob", rich, true},
		{NameURI, "bob", rich, false},
	} {
		a := serving(t, Options{
			Users:  []User{{Name: tt.user}, {Name: "carol", Password: "c"}},
			TLS:    TLS{SelfSigned: true, State: t.TempDir(), ClientCAs: mint.Roots(ca), ClientCert: ClientCertLogin, ClientName: tt.field},
			Server: ftpserver.Config{Limits: ftpserver.Limits{LoginDelay: -1}},
		})
		c := connect(t, a.URLs()[0], shows(tt.by))
		if tt.in {
			if err := c.PrintfLine("USER %s", tt.user); err != nil {
				t.Fatal(err)
			}
			if code, text, err := c.ReadResponse(2); err != nil {
				t.Errorf("%v %s: %d %s", tt.field, tt.user, code, text)
			}
			continue
		}
		for _, password := range []string{"", "x", tt.user} {
			c.wants("USER "+tt.user, 331)
			c.wants("PASS "+password, 530)
		}
		// Who has a password needs no certificate, and his own does not let him in.
		c.wants("USER carol", 331)
		c.wants("PASS c", 230)
	}
}

// Certificates of files are read again, and their files are among the paths.
func TestFilesServer(t *testing.T) {
	dir := t.TempDir()
	own := filepath.Join(dir, "tls", "self-signed.pem")
	made, err := certs.Open(t.Context(), certs.Options{SelfSigned: true, Dir: filepath.Join(dir, "tls")})
	if err != nil {
		t.Fatal(err)
	}
	made.Close()
	state := filepath.Join(dir, "state")
	a := serving(t, Options{Anonymous: true, TLS: TLS{Files: []certs.Pair{{Cert: own}}, SelfSigned: true, State: state, MinVersion: tls.VersionTLS13}})
	if !a.Certificates()[0].Equal(made.Lasting()[0]) {
		t.Error("the certificate is another")
	}
	if read, write := a.Paths(); !slices.Contains(read, own) || len(write) > 0 {
		t.Errorf("reads %q, writes %q", read, write)
	}
	if _, err := os.Stat(state); !os.IsNotExist(err) {
		t.Errorf("there is something in the state directory, for nothing: %v", err)
	}
	u, _ := url.Parse(a.URLs()[0])
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c := &client{textproto.NewConn(conn), t}
	c.wants("", 220)
	c.wants("AUTH TLS", 234)
	if err := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12}).Handshake(); err == nil {
		t.Error("TLS 1.2 is taken")
	}
}

func TestTLSRefuses(t *testing.T) {
	on := TLS{SelfSigned: true, State: t.TempDir()}
	ca := mint.Roots(authority())
	for name, tt := range map[string]struct {
		o    Options
		want string
	}{
		"implicit without a certificate":  {Options{ListenTLS: []string{"127.0.0.1:0"}}, "--tls self-signed"},
		"a demand without a certificate":  {Options{Listen: []string{"127.0.0.1:0,data"}}, "--tls self-signed"},
		"a demand of all without one":     {Options{TLS: TLS{Demand: ftpserver.SecurityControl}}, "without a certificate"},
		"client certificates without one": {Options{TLS: TLS{ClientCAs: ca, ClientCert: ClientCertLogin}}, "without a certificate"},
		"an unknown word":                 {Options{TLS: on, Listen: []string{"127.0.0.1:0,maybe"}}, "refuse, allow, control or data"},
		"implicit that refuses":           {Options{TLS: on, ListenTLS: []string{"127.0.0.1:0,refuse"}}, "cannot be refused"},
		"no state":                        {Options{TLS: TLS{SelfSigned: true}}, "--state DIR"},
		"no authority":                    {Options{TLS: TLS{SelfSigned: true, State: t.TempDir(), ClientCert: ClientCertLogin}}, "authority"},
		"client certificates, without TLS": {Options{TLS: TLS{SelfSigned: true, State: t.TempDir(), ClientCAs: ca, ClientCert: ClientCertRequired},
			Listen: []string{"127.0.0.1:0,allow"}}, "say control or data"},
		"a user without TLS": {Options{TLS: TLS{SelfSigned: true, State: t.TempDir(), ClientCAs: ca, ClientCert: ClientCertRequired},
			Users: []User{{Name: "bob", Password: "x", Security: ftpserver.SecurityRefuse}}}, "must show a certificate"},
		"an IPv6 address without brackets": {Options{Listen: []string{"::1:2121"}}, "[2001:db8::1]:2121"},
		"no port":                          {Options{Listen: []string{"localhost"}}, "ADDRESS:PORT"},
		"no password":                      {Options{TLS: on, Users: []User{{Name: "bob"}}}, "needs a password"},
		"a missing file":                   {Options{TLS: TLS{Files: []certs.Pair{{Cert: "/none.pem"}}}}, "/none.pem"},
	} {
		tt.o.Dir = t.TempDir()
		if len(tt.o.Listen)+len(tt.o.ListenTLS) == 0 {
			tt.o.Listen = []string{"127.0.0.1:0"}
		}
		a, err := New(t.Context(), tt.o)
		if err == nil {
			a.Close()
			t.Errorf("%s: taken", name)
		} else if !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %q does not say %q", name, err, tt.want)
		}
	}
}
