package trust

import (
	"crypto/tls"
	"errors"
	"sync"
	"time"
)

// Check has the last word on the certificates that one server shows. Its Verify is
// made for ftpclient.TLS, and may be called by several goroutines at once.
//
// It asks in this order, and the first that knows the server decides: Pins, then
// Store, then who vouches for the certificate. A key that is pinned or remembered is
// trusted whatever its certificate says of names, times and issuers; any other key of
// that server is not, whoever vouches for it.
type Check struct {
	Server Server
	Pins   []Key
	Store  *Store // nil: nothing is remembered

	// Learn remembers the key of an unknown server whose certificate cannot be
	// verified, and trusts it (trust on first use). Learnt is told of it.
	Learn  bool
	Learnt func(Entry)

	// Lenient uses a certificate that cannot be verified. Warn is told why it cannot,
	// once for each key.
	Lenient bool
	Warn    func(key Key, err error)

	mu     sync.Mutex
	warned map[Key]bool
}

// errNoCertificate reports a handshake in which the server showed no certificate.
var errNoCertificate = errors.New("the server has shown no certificate")

// Verify decides on a handshake. unverified is what is wrong with the certificate, nil
// if nothing is. The error is a *PinError, a *ChangedError, unverified, or that of the
// store.
func (c *Check) Verify(state tls.ConnectionState, unverified error) error {
	if len(state.PeerCertificates) == 0 {
		return errors.Join(unverified, errNoCertificate)
	}
	key := KeyOf(state.PeerCertificates[0])
	if len(c.Pins) > 0 {
		return c.pinned(key)
	}
	known, found, err := c.find()
	switch {
	case err != nil:
		return err
	case found:
		return c.same(known, key, unverified)
	case unverified == nil:
		return nil
	case c.Learn && c.Store != nil:
		return c.learn(key, unverified)
	case c.Lenient:
		c.warn(key, unverified)
		return nil
	}
	return unverified
}

func (c *Check) pinned(key Key) error {
	for _, pin := range c.Pins {
		if pin == key {
			return nil
		}
	}
	return &PinError{Server: c.Server, Pins: c.Pins, Shown: key}
}

func (c *Check) find() (e Entry, found bool, err error) {
	if c.Store == nil {
		return e, false, nil
	}
	return c.Store.Find(c.Server)
}

func (c *Check) same(known Entry, key Key, unverified error) error {
	if known.Key == key {
		return nil
	}
	return &ChangedError{Known: known, Shown: key, Unverified: unverified}
}

// learn remembers the key, unless another process has just remembered one.
func (c *Check) learn(key Key, unverified error) error {
	mine := Entry{Server: c.Server, Key: key, Day: time.Now()}
	counts, err := c.Store.Learn(mine)
	if err != nil {
		return err
	}
	if counts == mine && c.Learnt != nil {
		c.Learnt(mine)
	}
	return c.same(counts, key, unverified)
}

func (c *Check) warn(key Key, err error) {
	c.mu.Lock()
	first := !c.warned[key]
	if c.warned == nil {
		c.warned = make(map[Key]bool)
	}
	c.warned[key] = true
	c.mu.Unlock()
	if first && c.Warn != nil {
		c.Warn(key, err)
	}
}
