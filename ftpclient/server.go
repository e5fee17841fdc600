package ftpclient

import (
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// server is what has been learnt about a server. All connections of a Client
// share one, so that nothing is asked or tried twice.
type server struct {
	log   *slog.Logger
	conns atomic.Int32 // numbers of connections given out
	deaf  atomic.Bool  // it reads no command while it receives a file

	mu        sync.Mutex
	greeted   bool
	quirks    quirks
	words     words    // by which it may be known
	asked     bool     // FEAT was sent
	feats     Features // nil if the server does not have FEAT
	verbs     map[string]verbState
	system    string          // the reply to SYST; "" not asked yet
	site      map[string]bool // what SITE HELP lists; nil not asked yet
	whole     bool            // MFMT takes no fractions of a second
	named     bool            // CSID was sent
	wholeHash bool            // HASH takes no notice of RANG
	folding   bool            // "A" and "a" are one name

	entered  bool             // it lets the user in by USER and PASS
	inStep   bool             // nothing may be sent ahead of replies
	stores   bool             // uploads in block mode may be sent ahead of their 125
	blocks   bool             // block mode is worth a try where nobody has asked for it
	promises storage.Features // of Client; 0 not known yet
	ways     [wayCount]wayState
	family   another         // of data connections
	help     map[string]bool // what HELP lists; nil not asked yet
	listZone *time.Location  // of the times in LIST; nil not known
	trust    trust
}

func newServer(log *slog.Logger) *server {
	return &server{log: log, verbs: make(map[string]verbState)}
}

// greet learns from the greeting.
func (s *server) greet(r ftp.Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.greeted {
		s.greeted, s.quirks = true, quirksByGreeting(r.Text())
	}
}

// recognise learns from what the server has said in a login which one it is, if its
// greeting has not told. s.mu is held.
func (s *server) recognise(user string) {
	if s.quirks.kind != "" || s.inStep {
		return
	}
	if s.quirks = quirksByWords(s.words, user); s.quirks.kind != "" {
		s.log.Info("the server is known by its replies, though not by its greeting", "as", s.quirks.kind)
		s.doubtKind()
	}
}

// doubtKind forgets which server it is if SYST speaks against it. s.mu is held.
func (s *server) doubtKind() {
	system, _, _ := strings.Cut(s.system, " ")
	if s.quirks.kind == "" || system == "" || system == "unknown" || strings.EqualFold(system, s.quirks.signs.system) {
		return
	}
	s.log.Info("the server is not the one that it was taken for", "as", s.quirks.kind, "system", s.system)
	s.quirks = quirks{ahead: s.pipelines(), queues: s.pipelines(), noop: s.pipelines()}
}

// pipelines reports whether the server promises to bear commands that are sent ahead.
// s.mu is held.
func (s *server) pipelines() bool { return s.feats.Has("XPIPELINE") && !s.inStep }

// promised is how many commands a server with XPIPELINE queues if it does not say.
const promised = 64

// depth is how many commands a server with XPIPELINE queues.
func (s *server) depth() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n, err := strconv.Atoi(s.feats["XPIPELINE"]); err == nil && n > 0 {
		return min(n, 1024)
	}
	return promised
}

func (s *server) is() quirks {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.quirks
}

// wantFeatures reports whether FEAT has to be sent.
func (s *server) wantFeatures() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.asked
}

// learnFeatures takes the reply to FEAT. Without FEAT everything is tried
// (RFC 2389, 3.2).
func (s *server) learnFeatures(r ftp.Reply, user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = true
	if r.Code.OK() {
		s.feats = parseFeatures(r)
	}
	s.recognise(user)
	if s.pipelines() {
		s.quirks.ahead, s.quirks.queues, s.quirks.noop, s.blocks = true, true, true, true
		s.stores = s.feats.Has("XSTORAHEAD")
	}
}

// forgetFeatures has FEAT asked again: it may depend on the host and the user.
func (s *server) forgetFeatures() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked, s.feats, s.site, s.entered = false, nil, nil, false
	clear(s.verbs)
}

func (s *server) features() Features {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.feats
}
