package ftpserver

import (
	"context"
	"errors"
	"net/netip"

	"github.com/seed-6092453b/ferry/ftp"
)

// Host is a virtual host (RFC 7151). The zero Host is the server itself under
// another name.
type Host struct {
	// Login takes the place of Config.Login for whoever has chosen this host; nil
	// leaves it to that, which is told the name in Credentials.
	Login func(ctx context.Context, c Credentials) (*Account, error)

	// Greeting takes the place of Config.Greeting in the answer to HOST; its error
	// ends the connection with 421. nil greets in one line.
	Greeting func(ctx context.Context, c ConnInfo) (string, error)
}

// checkHosts refuses names of virtual hosts that no client could give.
func checkHosts(hosts map[string]Host) error {
	for key := range hosts {
		if name, _, err := ftp.ParseHost(key); err != nil || name != key {
			return errors.New("ftpserver: Config.Hosts: " + key + " is not a host name in lower case")
		}
	}
	return nil
}

// cmdHost chooses the virtual host, in the place of any that was chosen before,
// and begins anew: whoever was about to log in was about to do so elsewhere.
func (s *session) cmdHost(arg string) answer {
	name, addr, err := ftp.ParseHost(arg)
	if err != nil {
		return s.usage("HOST")
	}
	host, known := s.srv.cfg.Hosts[name]
	switch {
	case s.tlsNamesOther(name, addr):
		return s.say(ftp.CodeNotForParameter, "TLS has begun with another host (SNI).") // RFC 7151, 3.2.2
	case addr.IsValid():
		if !s.isOwn(addr) {
			return s.say(ftp.CodeNotForParameter, "This is not the address of this server.")
		}
	case !known && s.srv.cfg.Hosts != nil:
		return s.say(ftp.CodeNotForParameter, "This host is not served here.")
	}
	s.logout()
	s.dropData()
	s.host, s.lang = name, nil // RFC 2640, 4.1
	s.publish()
	if host.Greeting == nil {
		return s.say(ftp.CodeReady, "Host accepted.")
	}
	text, err := host.Greeting(s.ctx, s.conn)
	if err != nil {
		s.bye = "refused by the greeting of " + name
		return several(ftp.CodeClosing, textLines(err.Error()))
	}
	return several(ftp.CodeReady, textLines(text))
}

// tlsNamesOther reports whether TLS has begun with another name than that of HOST, or
// another address: lftp names an address in either place.
func (s *session) tlsNamesOther(name string, addr netip.Addr) bool {
	if s.conn.TLS == nil || s.conn.TLS.ServerName == "" {
		return false
	}
	if named, err := netip.ParseAddr(s.conn.TLS.ServerName); err == nil {
		return named.Unmap() != addr
	}
	return s.conn.TLS.ServerName != name
}

// isOwn reports whether the client may know the server by this address.
func (s *session) isOwn(a netip.Addr) bool {
	if a == s.conn.Local.Addr().WithZone("") {
		return true
	}
	public, err := netip.ParseAddr(s.srv.cfg.Passive.PublicHost)
	return err == nil && a == public.Unmap()
}

// serves reports whether a name in the TLS handshake (SNI) chooses a virtual host.
// One that does not is for the server itself: clients name whatever they have
// connected to.
func (s *session) serves(name string) bool {
	if name == "" || s.srv.cfg.Hosts == nil {
		return name != ""
	}
	_, known := s.srv.cfg.Hosts[name]
	return known
}
