package ftpserver

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// session is one control connection. All fields belong to the goroutine of serve
// but for those that say otherwise. There may be ten thousand that do nothing: what few
// of them need is made when it is needed.
type session struct {
	srv     *Server
	from    Listener // where the client has come in
	conn    ConnInfo // only its TLS changes, and never while a transfer runs
	wire    net.Conn // the TCP connection; its deadlines may be set from any goroutine
	place   *member  // among those who are not logged in; nil afterwards
	control net.Conn // what replies are written to: wire, or TLS on it
	lines   ftp.LineReader
	input   *controlReader // what lines reads, once there was TLS; nil before
	out     []byte         // the reply being written; reused

	ctx    context.Context // ends with the session
	cancel context.CancelFunc
	orders orders // safe for all
	info   atomic.Pointer[published]
	moved  atomic.Pointer[transfer] // the transfer that is running, for describe
	// leaving is set once QUIT has come during a transfer.
	leaving atomic.Bool
	begun   bool // the client was received

	command *ftp.Command // the one that runs; nil before the first
	since   moment       // since when the client may log in: LoginTime counts from here
	phase   ftp.Phase
	open    bool        // USER alone was enough: no password is needed
	guest   bool        // any password is right (AskAnything)
	held    Permissions // rights that the account is given once ACCT is
	utf8    bool        // names are in UTF-8, whatever charset was set up (OPTS UTF8)
	facts   factSet     // what MLSx lines carry (OPTS MLST)
	epsvAll bool        // EPSV ALL was given
	lang    *language   // of the replies; nil is English
	host    string      // the virtual host (HOST); "" is the server itself
	user    string      // as USER gave it
	pass    Password
	account *Account      // a copy of what Login returned; nil unless phase is PhaseLogin
	root    storage.FS    // the tree of the account before any SMNT; nil unless logged in
	tree    string        // the one that SMNT has mounted; "" is root
	files   storage.FS    // the tree that is mounted, which the account's FS speaks for in the charset of the session
	dir     string        // working directory, absolute, as the client calls it
	umask   *fs.FileMode  // what new files lack (SITE UMASK); nil leaves that to the storage
	idle    time.Duration // how long the client may say nothing
	params  ftp.Params
	deflate ftp.DeflateOptions // of MODE Z (OPTS MODE Z)
	hashAlg string             // what HASH computes (OPTS HASH)
	left    *[2]pending        // what commands leave: the one before, and this one; nil: nothing yet
	prior   *pending           // what the command before left for this one; not to be changed, never nil
	data    dataPlan           // where the next data connection goes
	client  string             // what the client calls itself (CLNT, CSID); "" unknown
	secure  *tlsSession        // the security exchange; nil: there was none
	pbsz    bool               // PBSZ was given, so that PROT may be
	prot    byte               // the level of data connections (PROT): 'C' or 'P'
	sscn    bool               // the server is the TLS client on data connections (SSCN)
	cpsv    bool               // it is on the next one (CPSV)
	streak  uint8              // see readLine
	late    uint8              // how many transfers in a row were not over at once; begins anew at 256

	armed    armed  // see deadline.go
	until    moment // when a client that says nothing is sent away
	failures int32  // wrong passwords
	unknown  int16  // unknown commands before login
	long     int8   // lines over the limit
	synced   bool   // a Telnet interrupt came before this line
	renew    bool   // this is a good time to rest: set by the handler that has just run
	rested   bool   // the session has rested since it handled a line

	queue     []queued // what came during a transfer
	queueSize int      // in octets

	transfer *transfer // started by the handler that has just run
	then     func()    // set by the handler that has just run: what follows its reply
	bye      string    // why the session ends, once it does
}

// pending is what one command leaves for the next.
type pending struct {
	renameFrom string  // RNFR: a storage name; "" none
	restart    restart // REST
	span       span    // RANG
	copyFrom   string  // CPFR: a storage name; "" none
	allo       int64   // ALLO: the size of the file to come
}

// nothing is what most commands leave.
var nothing pending

// leave returns what is left for the next command, to be set.
func (s *session) leave() *pending {
	if s.left == nil {
		s.left = new([2]pending)
	}
	return &s.left[1]
}

// queued is a line that came while a transfer ran.
type queued struct {
	text []byte
	err  error // ErrLineTooLong
}

func newSession(srv *Server, conn net.Conn, info ConnInfo, from Listener) *session {
	ctx, cancel := context.WithCancel(context.Background())
	s := &session{
		srv:     srv,
		from:    from,
		conn:    info,
		wire:    conn,
		control: conn,
		ctx:     ctx,
		cancel:  cancel,
		prior:   &nothing,
	}
	s.lines.Reset(conn)
	s.reset()
	return s
}

// reset makes the session as it was after connecting.
func (s *session) reset() {
	s.client, s.host, s.lang = "", "", nil
	if t := s.conn.TLS; t != nil && s.serves(t.ServerName) {
		s.host = t.ServerName
	}
	s.logout()
	s.params = ftp.DefaultParams()
	s.setDeflate(defaultDeflate)
	s.facts = defaultFacts
	s.hashAlg = storage.HashNames()[0]
	s.epsvAll, s.utf8 = false, false
	s.dropData()
	s.unlevel()
}

// logger returns the log of the session. It is made for each of the few things that there
// are to say.
func (s *session) logger() *slog.Logger {
	return s.srv.log.With("session", s.conn.ID, "remote", s.conn.Remote.String())
}

// serve is the session, from its greeting to its end.
//
// A goroutine's stack grows to what the deepest command needs, and stays so for as long
// as the goroutine does, while a session that waits needs next to nothing: so it waits in
// another goroutine when it has logged in, and when it has said nothing for a while.
func (s *session) serve() {
	growForCommands()
	ended := true
	defer func() {
		if ended {
			s.finish(recover())
		}
	}()
	if !s.begun {
		s.begun = true
		if !s.welcome() {
			return
		}
	}
	for s.bye == "" {
		line, err := s.next()
		if err == errRest {
			ended = false
			go s.rest()
			return
		}
		if err != nil {
			s.failed(err)
			return
		}
		s.handle(line.text, line.err)
	}
}

// rest is where a session waits. As little as possible is on its stack then: it has two
// KiB as long as that is enough. To read what is protected takes more than that.
func (s *session) rest() {
	s.setReadDeadline(s.at(s.until))
	if s.orders.get() == orderNone && !(s.protected() && awaitOctet(s.wire)) {
		s.lines.Wait()
	}
	s.serve()
}

// welcome receives the client, and reports whether it may stay.
func (s *session) welcome() bool {
	s.observe(Connected{Conn: s.conn})
	return (!s.from.Implicit || s.startTLS()) && s.greet()
}

// finish ends the session, whatever state it is in. bug is what the loop has panicked
// with.
func (s *session) finish(bug any) {
	defer s.srv.end(s)
	defer s.wire.Close()
	if bug != nil {
		s.logger().Error("a bug ended the session", "panic", bug, "stack", string(debug.Stack()))
		s.bye = "internal error"
		s.send(s.say(ftp.CodeClosing, "Internal error; closing."))
	}
	s.cancel()
	if t := s.transfer; t != nil { // a bug, and the account is still in use
		t.cancel()
		if <-t.done; !t.over && !t.ended {
			s.result(t)
		}
	}
	s.dropData()
	user := s.userName()
	s.logout()
	s.hangUp()
	s.observe(Disconnected{Conn: s.conn, User: user, Reason: s.bye})
}

// lingerTime and lingerSize bound what is read from a client that was sent away.
const (
	lingerTime = 500 * time.Millisecond
	lingerSize = 64 << 10
)

// hangUp closes the control connection so that the client gets the last reply.
// To close it with input unread would be a reset, which takes that back.
func (s *session) hangUp() {
	defer s.wire.Close()
	if s.protected() {
		s.secure.conn.CloseWrite() // close_notify: the last reply was the last
	}
	cw, ok := s.wire.(interface{ CloseWrite() error })
	if !ok || cw.CloseWrite() != nil {
		return
	}
	s.setReadDeadline(time.Now().Add(lingerTime))
	if s.orders.get() == orderNone {
		io.CopyN(io.Discard, s.wire, lingerSize)
	}
}

// greet sends the greeting and reports whether the session may begin.
func (s *session) greet() bool {
	text := "ferry ready."
	f := s.srv.cfg.Greeting
	if own := s.srv.cfg.Hosts[s.host].Greeting; own != nil { // by SNI
		f = own
	}
	if f != nil {
		var err error
		if text, err = f(s.ctx, s.conn); err != nil {
			s.bye = "refused by the greeting"
			s.observe(Refused{Conn: s.conn, Reason: err.Error()})
			s.send(plain(ftp.CodeClosing, err.Error()))
			return false
		}
	}
	return s.send(several(ftp.CodeReady, textLines(text))) == nil
}

// textLines splits a text that an operator has written.
func textLines(text string) []string {
	return strings.Split(strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
}

// errRest says that the session is to rest.
var errRest = errors.New("resting")

// next returns the next line: one that was queued during a transfer, or one that
// it waits for.
func (s *session) next() (queued, error) {
	if s.orders.get() != orderNone {
		return queued{}, errOrdered
	}
	if len(s.queue) > 0 {
		q := s.queue[0]
		s.queueSize -= len(q.text)
		if s.queue = s.queue[1:]; len(s.queue) == 0 {
			s.queue = nil
		}
		return q, nil
	}
	if !s.rested {
		s.until = s.deadline()
	}
	begun := s.now()
	for {
		switch {
		case s.rested: // what it has waited for is there, or until has come
			s.rested = false
		case s.renew: // unless more has come already
			s.renew = false
			s.setReadDeadline(aLongTimeAgo)
		default:
			s.awaitLine(begun)
		}
		if s.orders.get() != orderNone {
			return queued{}, errOrdered
		}
		line, err := s.readLine(begun)
		if errors.Is(err, os.ErrDeadlineExceeded) && s.orders.get() == orderNone {
			switch now := s.now(); {
			case s.wasEarly(now, begun):
				continue
			case now < s.until:
				return queued{}, s.toRest()
			}
		}
		if err := s.refuse(line.Refusals); err != nil {
			return queued{}, err
		}
		if line.Partial {
			s.until, begun = s.deadline(), s.now()
			continue
		}
		if err != nil && !errors.Is(err, ftp.ErrLineTooLong) {
			return queued{}, err
		}
		s.synced = line.Interrupt
		return queued{text: line.Text, err: err}, nil
	}
}

// toRest gives up what a session that waits does not need.
func (s *session) toRest() error {
	s.rested, s.out = true, nil
	return errRest
}

var errOrdered = errors.New("ordered to end")

// failed ends the session because there is no next line.
func (s *session) failed(err error) {
	var reply answer
	switch {
	case s.orders.get() != orderNone:
		s.bye, reply = s.ordered()
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.bye = "idle"
		reply = s.say(ftp.CodeClosing, "Idle for too long.")
		if s.phase != ftp.PhaseLogin {
			s.bye = "login took too long"
			reply = s.say(ftp.CodeClosing, "Logging in took too long.")
		}
	case errors.Is(err, ftp.ErrTelnet):
		s.bye = "Telnet flood"
		reply = s.say(ftp.CodeClosing, "This is not a Telnet server.")
	case errors.Is(err, ftp.ErrTLS):
		s.bye = "not FTP"
		reply = s.say(ftp.CodeClosing, "This is an FTP server; TLS begins with AUTH here.")
	case errors.Is(err, io.EOF):
		s.bye = "closed by the client"
		return
	default:
		s.bye = "connection lost: " + err.Error()
		return
	}
	s.send(reply)
}

// ordered returns why a session ends that was ordered to, and what its client is
// told.
func (s *session) ordered() (reason string, reply answer) {
	switch s.orders.get() {
	case orderKick:
		return "kicked", s.say(ftp.CodeClosing, "The operator has ended this session.")
	case orderYield:
		return "made room", s.say(ftp.CodeClosing, "Others wait for this place; connect again to log in.")
	}
	return "shutdown", s.say(ftp.CodeClosing, "The server is shutting down.")
}

// refuse answers Telnet options (RFC 1123, 4.1.2.12).
func (s *session) refuse(octets []byte) error {
	if len(octets) == 0 {
		return nil
	}
	return s.write(octets)
}

// replyRoom is enough for most replies.
const replyRoom = 128

// send writes one reply, in one piece. The last one goes together with the end of the
// connection.
func (s *session) send(r answer) error {
	if s.bye != "" {
		cork(s.wire)
	}
	s.out = r.appendWire(slices.Grow(s.out[:0], replyRoom))
	err := s.write(s.out)
	if cap(s.out) > 1024 {
		s.out = nil
	}
	return err
}

func (s *session) write(b []byte) error {
	s.awaitReply()
	_, err := s.control.Write(b)
	if s.control != s.wire {
		s.control.SetWriteDeadline(time.Time{}) // recordConn
	}
	if err != nil && s.bye == "" {
		s.bye = "connection lost: " + err.Error()
	}
	return err
}

// observe reports e. It does not matter to that whether the session goes on.
func (s *session) observe(e Event) { s.srv.cfg.Observe(context.Background(), e) }

func (s *session) userName() string {
	if s.account != nil {
		return s.account.Name
	}
	return ""
}

// incident logs an error whose text is not for the client, and returns the reply
// that names it.
func (s *session) incident(what string, err error) answer {
	id := incidentID()
	s.logger().Error(what, "incident", id, "user", s.userName(), "error", err)
	return s.say(ftp.CodeLocalError, "Local error; the server's log tells more under %s.", str(id))
}
