package soak

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"time"
)

// An actor is a session that transfers. Its acts leave the server as they have found it.
type actor struct {
	*client
	crowd     *crowd
	number    int
	protected bool
	rand      *rand.Rand
	uploads   uint64
	buf       [chunk]byte
}

// chunk is how much is moved before a client looks at its clock.
const chunk = 16 << 10

// acts are what an actor does, by the names that they have in [Options.Mix].
var acts = map[string]func(*actor, context.Context) error{
	"download": (*actor).download,
	"upload":   (*actor).upload,
	"list":     (*actor).list,
	"abort":    (*actor).abort,
	"vanish":   (*actor).vanish,
	"return":   (*actor).again,
}

// enter logs in, and gets ready.
func (a *actor) enter(ctx context.Context) error {
	c, err := login(ctx, a.crowd.target, a.protected)
	if err != nil {
		return fmt.Errorf("logging in: %w", err)
	}
	a.client = c
	return c.prepare()
}

// size is that of the next file: every fourth is large.
func (a *actor) size() int64 {
	if a.rand.IntN(4) == 0 {
		return a.crowd.Large
	}
	return a.crowd.Small
}

// download takes a file that is always there.
func (a *actor) download(context.Context) error {
	size := a.size()
	name, number := a.existing(size)
	return a.retrieve(name, a.crowd.contents.of(number, size))
}

func (a *actor) existing(size int64) (name string, number uint64) {
	if size == a.crowd.Large {
		i := a.rand.IntN(largeFiles)
		return largeFile(i), uint64(i)
	}
	i := a.rand.IntN(smallFiles)
	return smallFile(i), uint64(i)
}

// upload brings a file, takes it back and removes it.
func (a *actor) upload(context.Context) error {
	name, want := a.fresh(a.size())
	return a.whole(name, want, 0)
}

// whole uploads what is behind the first n octets, sees that all is there then, and
// removes it.
func (a *actor) whole(name string, want []byte, n int) error {
	data, err := a.open("STOR %s", name)
	if err != nil {
		return err
	}
	err = a.pour(data, want[n:])
	if err == nil {
		err = finish(data)
	}
	if err = errors.Join(err, under(data).Close()); err != nil {
		return fmt.Errorf("STOR %s: %w", name, err)
	}
	if _, err := a.reply(226); err != nil {
		return fmt.Errorf("STOR %s: %w", name, err)
	}
	if err := a.retrieve(name, want); err != nil {
		return err
	}
	_, err = a.do(250, "DELE %s", name)
	return err
}

// fresh returns a name that no upload has had, and contents for it.
func (a *actor) fresh(size int64) (name string, data []byte) {
	a.uploads++
	n := uint64(a.number)<<20 + a.uploads
	return fmt.Sprintf("%s/%d-%d", uploads, a.number, a.uploads), a.crowd.contents.of(n, size)
}

// retrieve downloads a file and compares it.
func (a *actor) retrieve(name string, want []byte) error {
	data, err := a.open("RETR %s", name)
	if err != nil {
		return err
	}
	n, err := a.compare(data, want)
	if err = errors.Join(err, under(data).Close()); err != nil {
		return fmt.Errorf("RETR %s: %w", name, err)
	}
	if _, err := a.reply(226); err != nil {
		return fmt.Errorf("RETR %s: %w", name, err)
	}
	if n != len(want) {
		return fmt.Errorf("RETR %s: %d octets came, and not %d", name, n, len(want))
	}
	return nil
}

// compare reads a connection to its end, at the client's pace, and compares what comes
// with want.
func (a *actor) compare(data net.Conn, want []byte) (n int, err error) {
	for begun := time.Now(); err == nil; {
		var k int
		k, err = a.some(data, want[n:], begun, n)
		n += k
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// some reads what there is, behind done octets since begun, and compares it with want.
func (a *actor) some(data net.Conn, want []byte, begun time.Time, done int) (n int, err error) {
	n, err = data.Read(a.buf[:])
	if n > len(want) || !bytes.Equal(a.buf[:n], want[:n]) {
		return 0, fmt.Errorf("behind octet %d it is not what was to come", done)
	}
	a.crowd.octets.Add(int64(n))
	if err == nil {
		err = a.keepPace(data, begun, done+n)
	}
	return n, err
}

// pour sends octets at the client's pace.
func (a *actor) pour(data net.Conn, all []byte) error {
	begun, n := time.Now(), 0
	for piece := range slices.Chunk(all, chunk) {
		k, err := data.Write(piece)
		n += k
		a.crowd.octets.Add(int64(k))
		if err == nil {
			err = a.keepPace(data, begun, n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// finish says that an upload has ended.
func finish(data net.Conn) error {
	shaken, ok := data.(*tls.Conn)
	if !ok {
		return nil
	}
	// To close while the server's session tickets are unread would reset the connection,
	// and lose what the server has not read yet.
	if err := shaken.CloseWrite(); err != nil {
		return err
	}
	if tcp, ok := shaken.NetConn().(*net.TCPConn); ok {
		if err := tcp.CloseWrite(); err != nil {
			return err
		}
	}
	_, err := io.Copy(io.Discard, shaken.NetConn())
	return err
}

// keepPace waits until n octets may have been moved since a time, and gives the connection
// time for the next.
func (a *actor) keepPace(data net.Conn, begun time.Time, n int) error {
	due := begun.Add(time.Duration(float64(n) / float64(a.crowd.Rate) * float64(time.Second)))
	time.Sleep(time.Until(due))
	return data.SetDeadline(time.Now().Add(a.Patience))
}

// list has a folder listed, for people or for programs, and looks at each entry.
func (a *actor) list(context.Context) error {
	verb := [...]string{"MLSD", "LIST"}[a.rand.IntN(2)]
	data, err := a.open("%s %s", verb, listing)
	if err != nil {
		return err
	}
	all, err := io.ReadAll(data)
	a.crowd.octets.Add(int64(len(all)))
	if err = errors.Join(err, under(data).Close()); err != nil {
		return fmt.Errorf("%s: %w", verb, err)
	}
	if _, err := a.reply(226); err != nil {
		return fmt.Errorf("%s: %w", verb, err)
	}
	seen := make(map[string]bool)
	for line := range strings.Lines(string(all)) {
		line = strings.TrimRight(line, "\r\n")
		if _, facts, ok := strings.Cut(line, "type="); verb == "MLSD" && (!ok || !strings.HasPrefix(facts, "file;")) {
			continue // the folder itself
		}
		seen[line[strings.LastIndexByte(line, ' ')+1:]] = true
	}
	for i := range listed {
		if !seen[listedFile(i)] {
			return fmt.Errorf("%s: %s is missing", verb, listedFile(i))
		}
	}
	if len(seen) != listed {
		return fmt.Errorf("%s: there are %d entries, and not %d", verb, len(seen), listed)
	}
	return nil
}

// again leaves and comes back.
func (a *actor) again(ctx context.Context) error {
	if err := a.quit(); err != nil {
		return err
	}
	return a.enter(ctx)
}
