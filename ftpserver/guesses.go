package ftpserver

import (
	"hash/maphash"
	"math"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// guesses remembers who has given wrong passwords, so that guessing stays slow
// however many connections and addresses it is spread over (RFC 2577, 5), and nobody
// is locked out by the guesses of others. It counts them in three places:
//
//   - by address: where too many come from, the next are checked one after the other,
//     as fast as wrong ones are forgotten;
//   - by user: who is guessed at from everywhere is checked late, at any address from
//     which he has not logged in before;
//   - by both: a user who has logged in from an address is a friend there. His
//     passwords are counted apart, and neither count above is in his way.
//
// Whether there is such a user makes no difference. The methods may be called
// concurrently.
type guesses struct {
	span   time.Duration // in which what is counted is forgotten
	delay  time.Duration // of a user who is guessed at from everywhere
	seed   maphash.Seed  // names are kept hashed: they may be long, and are somebody's
	mu     sync.Mutex    // guards what follows
	byAddr *recent[netip.Addr, *bucket]
	byUser *recent[uint64, *bucket]
	byBoth *recent[friend, *bucket]
	perAddr,
	perUser time.Duration // what one wrong password counts, as a part of span
}

// friend is a user at an address from which he has logged in.
type friend struct {
	addr netip.Addr
	user uint64
}

// maxGuesses is how many addresses, users and friends are remembered, each. It is some
// MB of memory when all are in use.
const maxGuesses = 10_000

func newGuesses(l Limits) *guesses {
	return &guesses{
		span:    l.GuessTime,
		delay:   l.LoginDelay,
		seed:    maphash.MakeSeed(),
		byAddr:  newRecent[netip.Addr, *bucket](maxGuesses),
		byUser:  newRecent[uint64, *bucket](maxGuesses),
		byBoth:  newRecent[friend, *bucket](maxGuesses),
		perAddr: l.GuessTime / time.Duration(l.Guesses),
		perUser: l.GuessTime / time.Duration(l.UserGuesses),
	}
}

// bucket counts wrong passwords. It leaks: each is forgotten in its time.
type bucket struct {
	dry   time.Time     // when all will be forgotten
	open  int           // passwords that are being checked, each of which may be wrong
	queue []*guess      // those that wait, in the order in which they came
	moved chan struct{} // closed and replaced whenever one of these gets shorter
	told  bool          // that it is full
}

// level is how long it takes until all is forgotten.
func (b *bucket) level(now time.Time) time.Duration { return max(0, b.dry.Sub(now)) }

// guess is a password or an account that a client has given. It ends with wrong,
// right or end.
type guess struct {
	all    *guesses
	addr   netip.Addr // or the network; invalid if the client has none
	user   uint64
	friend bool
	at     *bucket // of the address, or of the friend; nil: there is no address
	on     *bucket // of the user; nil for a friend
	late   time.Duration
	begun  bool // it is being checked, and counted as open in at
	done   bool
}

// begin notes a guess at a user, who is told apart from those of that name on another
// virtual host by host. The guess may be checked after late has passed and turn has
// said so.
func (g *guesses) begin(addr netip.Addr, host, user string) *guess {
	one := &guess{all: g, addr: network(addr), user: maphash.String(g.seed, host+"\x00"+strings.ToLower(user))}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if b, ok := g.byBoth.get(friend{one.addr, one.user}); ok && one.addr.IsValid() {
		one.at, one.friend = b, true
	} else {
		if one.addr.IsValid() {
			one.at = g.byAddr.getOr(one.addr, newBucket)
		}
		one.on = g.byUser.getOr(one.user, newBucket)
		if wait(one.on, now, 0, g.perUser, g.span) > 0 {
			one.late = g.delay
		}
		one.on.open++
	}
	if one.at != nil {
		one.at.queue = append(one.at.queue, one)
	}
	return one
}

func newBucket() *bucket { return &bucket{moved: make(chan struct{})} }

// wait is how long it takes until a password may be checked that has so many before
// it, each of which counts for unit: until the bucket would hold it.
func wait(b *bucket, now time.Time, before int, unit, span time.Duration) time.Duration {
	n := time.Duration(b.open + before + 1)
	if unit > 0 && n > (math.MaxInt64-span)/unit {
		return forever
	}
	return n*unit - span + b.level(now)
}

// turn tells how long the guess has to wait yet, if nothing changes before moved is
// closed; then turn is to be asked again. It is zero once the guess may be checked.
// least is how long it has to wait even if all that come before are right.
func (o *guess) turn() (after, least time.Duration, moved <-chan struct{}) {
	g := o.all
	g.mu.Lock()
	defer g.mu.Unlock()
	if o.begun || o.at == nil {
		return 0, 0, nil
	}
	now := time.Now()
	i := slices.Index(o.at.queue, o)
	if after = wait(o.at, now, i, g.perAddr, g.span); after > 0 {
		least = after
		if o.at.level(now)+g.perAddr <= g.span {
			least = 0
		}
		return after, least, o.at.moved
	}
	o.at.queue = slices.Delete(o.at.queue, i, i+1)
	o.at.open++
	o.begun = true
	return 0, 0, nil
}

// wrong ends a guess that was wrong. It reports whether because of it the address, or
// the user, is now held up: once, until all of that is forgotten. A nil guess could
// not be wrong.
func (o *guess) wrong() (address, user bool) {
	if o == nil || o.done {
		return false, false
	}
	g := o.all
	g.mu.Lock()
	defer g.mu.Unlock()
	o.leave()
	now := time.Now()
	return o.at.add(now, g.perAddr, g.span), o.on.add(now, g.perUser, g.span)
}

// add counts a wrong password, and reports whether b has got full.
func (b *bucket) add(now time.Time, unit, span time.Duration) bool {
	if b == nil {
		return false
	}
	if b.level(now) == 0 {
		b.dry, b.told = now, false
	}
	b.dry = b.dry.Add(min(unit, span-b.level(now)))
	full := b.level(now)+unit > span
	news := full && !b.told
	b.told = b.told || full
	return news
}

// right ends a guess by which the user has logged in.
func (o *guess) right() {
	if o == nil || o.done {
		return
	}
	g := o.all
	g.mu.Lock()
	defer g.mu.Unlock()
	o.leave()
	if o.addr.IsValid() {
		g.byBoth.getOr(friend{o.addr, o.user}, newBucket)
	}
}

// end ends a guess that was not checked, or neither right nor wrong. Behind wrong or
// right it does nothing.
func (o *guess) end() {
	if o == nil || o.done {
		return
	}
	o.all.mu.Lock()
	defer o.all.mu.Unlock()
	o.leave()
}

// leave takes the guess out of its buckets; the lock is held.
func (o *guess) leave() {
	o.done = true
	if o.on != nil {
		o.on.open--
	}
	if o.at == nil {
		return
	}
	if o.begun {
		o.at.open--
	} else {
		o.at.queue = slices.DeleteFunc(o.at.queue, func(q *guess) bool { return q == o })
	}
	close(o.at.moved)
	o.at.moved = make(chan struct{})
}

// network is what counts as one address: in IPv6 the /64, all of which one host may
// use.
func network(addr netip.Addr) netip.Addr {
	if !addr.Is6() {
		return addr
	}
	p, _ := addr.WithZone("").Prefix(64)
	return p.Addr()
}
