package ftpserver_test

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/mint"
)

// authority makes the certificates of tests.
type authority struct {
	cert *tls.Certificate
	pool *x509.CertPool
}

var (
	servers = sync.OnceValue(func() *authority { return newAuthority("servers") })
	people  = sync.OnceValue(func() *authority { return newAuthority("people") })
	others  = sync.OnceValue(func() *authority { return newAuthority("others") })
)

func newAuthority(name string) *authority {
	cert := mint.Cert{Name: name, CA: true}.Make()
	return &authority{cert, mint.Roots(cert)}
}

// issue makes a certificate for a server, by its host names, or for a person.
func (a *authority) issue(name string, hosts ...string) tls.Certificate {
	return *mint.Cert{Issuer: a.cert, Name: name, Hosts: append([]string{}, hosts...)}.Make()
}

// serverName is the name in the certificate of the world's server.
const serverName = "ftp.example.com"

// certified is the certificate of the world's server.
var certified = sync.OnceValue(func() tls.Certificate { return servers().issue("server", serverName) })

// withTLS has the world's server offer TLS.
func (w *world) withTLS() *tls.Config {
	if w.cfg.TLS.Config == nil {
		w.cfg.TLS.Config = &tls.Config{Certificates: []tls.Certificate{certified()}}
	}
	return w.cfg.TLS.Config
}

// secure makes TLS of the client's control connection.
func (c *client) secure(cfg *tls.Config) {
	c.t.Helper()
	if cfg == nil {
		cfg = &tls.Config{RootCAs: servers().pool, ServerName: serverName}
	}
	conn := tls.Client(c.conn, cfg)
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if err := conn.Handshake(); err != nil {
		c.t.Fatal(err)
	}
	*c = *newClient(c.t, conn)
}

// tlsClient makes TLS of a client's connection (transcript.Env.Secure). The
// arguments say what differs from a client that knows the name of the server,
// checks its certificate and has none of its own:
//
//	version=1.2    no other version of TLS
//	suite=NAME     no other cipher of TLS 1.2
//	alpn=a,b       protocols that are asked for
//	speaks=NAME    the one that the server must choose, or "" for none
//	sni=NAME       the server that is asked for; "sni=" asks for none
//	got=NAME       the name in the certificate that must come; it is not verified else
//	cert=NAME      a certificate that the server trusts
//	stranger=NAME  one that it does not
//	cache=NAME     tickets go to that cache, and come from there
//	resumes=BOOL   whether a session is resumed; the handshake fails else
func (w *world) tlsClient(conn net.Conn, _ string, args []string) (*tls.Conn, error) {
	cfg := &tls.Config{RootCAs: servers().pool, ServerName: serverName}
	name, resumes := serverName, ""
	var speaks *string
	for _, arg := range args {
		key, value, _ := strings.Cut(arg, "=")
		switch key {
		case "version":
			v := map[string]uint16{"1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}[value]
			cfg.MinVersion, cfg.MaxVersion = v, v
		case "suite":
			for _, s := range tls.CipherSuites() {
				if s.Name == value {
					cfg.CipherSuites = []uint16{s.ID}
				}
			}
		case "alpn":
			cfg.NextProtos = strings.Split(value, ",")
		case "speaks":
			speaks = &value
		case "sni":
			cfg.ServerName, name = value, cmp.Or(value, name)
		case "got":
			name = value
		case "cert":
			cfg.Certificates = []tls.Certificate{people().issue(value)}
		case "cache":
			cfg.ClientSessionCache = w.tickets(value)
		case "stranger":
			cert := others().issue(value) // sent whatever authorities the server names
			cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
		case "resumes":
			resumes = value
		default:
			return nil, fmt.Errorf("unknown argument %q", arg)
		}
	}
	cfg.InsecureSkipVerify = true // by the name that was asked for; this is by the one that must come
	cfg.VerifyConnection = func(s tls.ConnectionState) error {
		if got := fmt.Sprint(s.DidResume); resumes != "" && got != resumes {
			return fmt.Errorf("resumed: %s", got)
		}
		if speaks != nil && s.NegotiatedProtocol != *speaks {
			return fmt.Errorf("the server has chosen %q", s.NegotiatedProtocol)
		}
		_, err := s.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: name, Roots: servers().pool})
		return err
	}
	c := tls.Client(conn, cfg)
	return c, c.Handshake()
}

// configureTLS is @ config tls WORD...: it gives the server a certificate, and more.
//
//	implicit       TLS from the first octet
//	refuse, control, data  what is demanded of clients
//	ccc, any-alpn, require-cert
//	ask-cert       clients may show a certificate
//	reuse=require, reuse=off, loose  of data connections
//	name=NAME      another certificate, for that name
func (w *world) configureTLS(words []string) error {
	cfg := w.withTLS()
	for _, word := range words {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "implicit":
			w.listener.Implicit = true
		case "refuse", "control", "data":
			w.listener.Security = demands[key]
		case "ccc":
			w.cfg.TLS.CCC = true
		case "unready":
			w.cfg.TLS.Ready = w.ready.Load
		case "any-alpn":
			w.cfg.TLS.AnyALPN = true
		case "ask-cert":
			cfg.ClientAuth, cfg.ClientCAs = tls.VerifyClientCertIfGiven, people().pool
		case "require-cert":
			cfg.ClientAuth, cfg.ClientCAs = tls.RequireAndVerifyClientCert, people().pool
		case "reuse":
			w.cfg.TLS.Reuse = map[string]ftpserver.TLSReuse{"require": ftpserver.ReuseRequire, "off": ftpserver.ReuseOff}[value]
		case "loose":
			w.cfg.TLS.LooseEnd = true
		case "name":
			cfg.Certificates = append(cfg.Certificates, servers().issue(value, value))
		default:
			return fmt.Errorf("unknown word %q", word)
		}
	}
	return nil
}

// demands are the values of security= for users.
var demands = map[string]ftpserver.Security{
	"refuse": ftpserver.SecurityRefuse, "control": ftpserver.SecurityControl, "data": ftpserver.SecurityData,
}

// holds reports whether the client has shown a certificate of this name that was
// verified.
func holds(i *ftpserver.TLSInfo, name string) bool {
	return i.Verified() && i.Certificates[0].Subject.CommonName == name
}
