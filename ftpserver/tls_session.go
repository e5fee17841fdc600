package ftpserver

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"strings"
	"time"
)

// tickets seals the TLS sessions that clients may resume, and opens them again.
// Every configuration of the server uses the keys of this one: they are renewed
// each day and kept for a week, which a clone would do for itself, with keys that
// no other knows.
type tickets struct{ keys tls.Config }

// stamp says in a ticket where that comes from.
type stamp struct {
	nonce  [16]byte  // of the control connection that it belongs to (tlsSession)
	issued time.Time // to the second
	begun  time.Time // the TLS session, which cannot be resumed ticketTime later
	name   string    // of the server, as the client has it (SNI)
}

// nobody is the nonce of a ticket that belongs to no control connection.
var nobody [16]byte

// stampKind is what a stamp begins with: others may put things into a ticket, too.
var stampKind = []byte("ferry 1 ")

func (s stamp) encode() []byte {
	b := append(bytes.Clone(stampKind), s.nonce[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(s.issued.Unix()))
	b = binary.BigEndian.AppendUint64(b, uint64(s.begun.Unix()))
	return append(b, s.name...)
}

func decodeStamp(b []byte) (s stamp, ok bool) {
	b, ok = bytes.CutPrefix(b, stampKind)
	if !ok || len(b) < len(s.nonce)+8+8 {
		return stamp{}, false
	}
	b = b[copy(s.nonce[:], b):]
	s.issued = time.Unix(int64(binary.BigEndian.Uint64(b)), 0)
	s.begun = time.Unix(int64(binary.BigEndian.Uint64(b[8:])), 0)
	s.name = string(b[16:])
	return s, true
}

// newStamp returns that of a ticket for whoever holds the nonce. earlier is the stamp
// of the ticket that was resumed, if one was: in TLS 1.2 the new one is for the same
// session, whose time goes on.
func newStamp(nonce [16]byte, earlier stamp, cs tls.ConnectionState) stamp {
	now := time.Now()
	mark := stamp{nonce: nonce, issued: now, begun: now, name: strings.ToLower(cs.ServerName)}
	if cs.DidResume && cs.Version < tls.VersionTLS13 {
		mark.begun = earlier.begun
	}
	return mark
}

// wrap seals a session of the control connection that mark names, or of one of its
// data connections.
func (k *tickets) wrap(mark stamp, cs tls.ConnectionState, ss *tls.SessionState) ([]byte, error) {
	ss.Extra = append(ss.Extra, mark.encode())
	return k.keys.EncryptTicket(cs, ss)
}

// open opens a ticket that wrap has made. For any other it returns nil.
func (k *tickets) open(ticket []byte, cs tls.ConnectionState) (*tls.SessionState, stamp) {
	ss, err := k.keys.DecryptTicket(ticket, cs)
	if ss == nil || err != nil {
		return nil, stamp{}
	}
	for _, extra := range ss.Extra {
		if mark, ok := decodeStamp(extra); ok {
			return ss, mark
		}
	}
	return nil, stamp{}
}

// control returns the configuration of the control connection of own, whose tickets
// carry its nonce. It may resume the session of an earlier one with the same name
// (RFC 6066, 3), and has proved then to be the same client: own takes over that
// nonce, so that the tickets of either are good for both. For there are clients that
// share their tickets among connections, and bring any of them.
func (t *serverTLS) control(own *tlsSession) *tls.Config {
	c := t.base.Clone()
	c.SessionTicketsDisabled = false
	var earlier stamp
	c.UnwrapSession = func(ticket []byte, cs tls.ConnectionState) (*tls.SessionState, error) {
		ss, mark := t.tickets.open(ticket, cs)
		if ss == nil || mark.nonce == nobody || mark.name != strings.ToLower(cs.ServerName) {
			return nil, nil
		}
		earlier = mark
		return ss, nil
	}
	c.WrapSession = func(cs tls.ConnectionState, ss *tls.SessionState) ([]byte, error) {
		switch {
		case cs.DidResume:
			own.nonce = earlier.nonce
		case t.wanted && len(cs.PeerCertificates) == 0:
			return t.tickets.wrap(newStamp(nobody, stamp{}, cs), cs, ss) // it must not come back without one
		}
		mark := newStamp(own.nonce, earlier, cs)
		own.bond.begun = mark.begun
		return t.tickets.wrap(mark, cs, ss)
	}
	return c
}

const (
	// keepTime is how old the ticket may be that a client is expected to use again.
	// GnuTLS forgets a session after an hour, others after some days.
	keepTime = 50 * time.Minute

	// ticketTime is how long crypto/tls lets a session be resumed, at most, and
	// keyTime how long at least: the keys that seal a ticket last for a week, too,
	// and may be a day old by then.
	ticketTime = 7 * 24 * time.Hour
	keyTime    = ticketTime - 24*time.Hour
)

// bond is what is known of the way a client ties its data connections to its
// control connection. The transfers of a session, which come one after the other,
// use it.
type bond struct {
	last    [sha256.Size]byte // the ticket that was resumed last
	issued  time.Time         // when that was; zero: none was yet
	begun   time.Time         // its session, or that of the first ticket; zero: there was none
	keeps   bool              // the client can resume one ticket again and again
	mixes   bool              // the client shares its tickets among control connections
	retries bool              // the client was asked for another half of a key exchange than it had at hand

	renews bool // a new ticket was sent on the last data connection
	fresh  bool // and the client has had it: all of that transfer went over
	used   int  // how often a data connection behind such a one has resumed
}

// visit is what a handshake tells of whoever has connected.
type visit struct {
	state  tls.ConnectionState
	ticket [sha256.Size]byte // of the control connection, if one was opened
	stamp  stamp             // of that
	renews bool              // a new one for it was sent
	other  bool              // the ticket of another control connection was shown
	spared bool              // the key exchange was not hybrid, for it was to resume a session
}

var (
	errUnbound  = errors.New("it must resume the TLS session of the control connection")
	errOutlived = errors.New("the TLS session of the control connection is too old to be resumed")
	errStranger = errors.New("it must show the certificate that the control connection has shown")
)

// admit judges a data connection by its handshake, and learns from one that it
// admits. shown is the certificate of the control connection's client, or nil.
// trusted reports that it comes from an address that the operator has named, whose
// tickets are for other connections.
func (b *bond) admit(v *visit, reuse TLSReuse, shown *x509.Certificate, trusted bool) error {
	b.retries = b.retries || v.spared && v.state.HelloRetryRequest
	switch {
	case reuse == ReuseOff:
		return nil
	case v.state.DidResume:
		b.resumed(v)
		return nil
	case reuse == ReuseRequire && b.outlived():
		return errOutlived
	case reuse == ReuseRequire, v.spared:
		return errUnbound
	case trusted:
		return nil
	case b.strict():
		return errUnbound
	case shown != nil && (len(v.state.PeerCertificates) == 0 || !v.state.PeerCertificates[0].Equal(shown)):
		return errStranger
	}
	b.mixes = b.mixes || v.other
	b.renews, b.fresh = false, false
	return nil
}

// refuses reports whether a data connection from the client's address is refused if it
// resumes nothing.
func (b *bond) refuses(reuse TLSReuse) bool {
	return reuse == ReuseRequire || reuse == ReuseBind && b.strict()
}

// strict reports whether a data connection that resumes nothing cannot be the
// client's: it can use its old ticket again, or has a new one and uses those.
func (b *bond) strict() bool {
	can := b.keeps || b.fresh && b.used >= 2
	return can && !b.mixes && time.Since(b.issued) < keepTime && time.Since(b.begun) < ticketTime
}

// outlived reports whether the client has used a ticket until that was too old, as
// far as is known. For it may have got a newer one by then.
func (b *bond) outlived() bool { return !b.begun.IsZero() && time.Since(b.begun) > keyTime }

// resumed notes a ticket of this control connection that was resumed. In TLS 1.2
// each handshake brings a ticket for the same session, which a client can therefore
// not run out of: there the ticket need not be the same.
func (b *bond) resumed(v *visit) {
	again := v.ticket == b.last || v.state.Version < tls.VersionTLS13
	b.keeps = b.keeps || again && !b.issued.IsZero()
	b.last, b.issued, b.begun = v.ticket, v.stamp.issued, v.stamp.begun
	if b.fresh {
		b.used++
	}
	b.renews, b.fresh = v.renews, false
}

// delivered notes that all of a transfer went over, and so the ticket that was sent
// ahead of it.
func (b *bond) delivered() { b.fresh = b.renews }
