package trust

import (
	"crypto/tls"
	"errors"
	"slices"
	"sync"
	"time"
)

// Verdict is why a server is taken for the one that it should be.
type Verdict uint8

const (
	Refused    Verdict = iota
	Vouched            // an authority that is trusted vouches for its certificate
	Pinned             // its key is one of Check.Pins
	Remembered         // its key is the one in Check.Store
	Learnt             // its key is remembered from now on
	Unverified         // nobody knows; the connection is used all the same
)

// Check has the last word on the certificates that one server shows. Decide may be
// called by several goroutines at once.
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

// Decide judges a handshake. unverified is what is wrong with the certificate, nil if
// nothing is. The error, of Refused alone, is a *PinError, a *ChangedError, unverified
// or that of the store.
func (c *Check) Decide(state tls.ConnectionState, unverified error) (Verdict, error) {
	if len(state.PeerCertificates) == 0 {
		return Refused, errors.Join(unverified, errNoCertificate)
	}
	key := KeyOf(state.PeerCertificates[0])
	if len(c.Pins) > 0 {
		return c.pinned(key)
	}
	known, found, err := c.find()
	switch {
	case err != nil:
		return Refused, err
	case found:
		return c.same(known, key, unverified)
	case unverified == nil:
		return Vouched, nil
	case c.Learn && c.Store != nil:
		return c.learn(key, unverified)
	case c.Lenient:
		c.warn(key, unverified)
		return Unverified, nil
	}
	return Refused, unverified
}

func (c *Check) pinned(key Key) (Verdict, error) {
	if slices.Contains(c.Pins, key) {
		return Pinned, nil
	}
	return Refused, &PinError{Server: c.Server, Pins: c.Pins, Shown: key}
}

func (c *Check) find() (e Entry, found bool, err error) {
	if c.Store == nil {
		return e, false, nil
	}
	return c.Store.Find(c.Server)
}

func (c *Check) same(known Entry, key Key, unverified error) (Verdict, error) {
	if known.Key == key {
		return Remembered, nil
	}
	return Refused, &ChangedError{Known: known, Shown: key, Unverified: unverified}
}

// learn remembers the key, unless another process has just remembered one.
func (c *Check) learn(key Key, unverified error) (Verdict, error) {
	mine := Entry{Server: c.Server, Key: key, Day: time.Now()}
	counts, err := c.Store.Learn(mine)
	switch {
	case err != nil:
		return Refused, err
	case counts != mine:
		return c.same(counts, key, unverified)
	case c.Learnt != nil:
		c.Learnt(mine)
	}
	return Learnt, nil
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
