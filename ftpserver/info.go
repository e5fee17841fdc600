package ftpserver

import (
	"crypto/rand"
	"time"
)

// SessionInfo is a snapshot of a session.
type SessionInfo struct {
	Conn ConnInfo
	Host string // the virtual host; "" is the server itself
	User string // "" before login
	Tree string // the one that SMNT has mounted; "" is the account's own
	Dir  string // working directory in it

	// Client is what the client calls itself (CLNT, CSID), "" if it did not say.
	Client string

	// The transfer that is running; Verb is "" if there is none.
	Verb    string
	Path    string
	Bytes   int64 // octets moved so far
	Started time.Time
}

// published is what changes of a SessionInfo outside of transfers.
type published struct {
	tls                           *TLSInfo
	host, user, tree, dir, client string
}

// publish makes the session's state visible to describe. The loop calls it
// after each change of user or directory.
func (s *session) publish() {
	now := published{s.conn.TLS, s.host, s.userName(), s.tree, s.told(s.dir), s.client}
	if p := s.info.Load(); p == nil || *p != now {
		changed := now
		s.info.Store(&changed)
	}
}

// describe may be called from any goroutine.
func (s *session) describe() SessionInfo {
	c := &s.conn // of which TLS alone changes
	p := s.info.Load()
	info := SessionInfo{
		Conn: ConnInfo{ID: c.ID, Remote: c.Remote, Local: c.Local, Since: c.Since, TLS: p.tls},
		Host: p.host, User: p.user, Tree: p.tree, Dir: p.dir, Client: p.client,
	}
	if t := s.moved.Load(); t != nil {
		info.Verb, info.Path, info.Bytes, info.Started = t.verb, t.told, t.bytes.Load(), t.started
	}
	return info
}

// incidentID returns a word that finds a line in the log.
func incidentID() string { return rand.Text()[:8] }
