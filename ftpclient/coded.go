package ftpclient

import (
	"errors"
	"io"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// codecFor returns how the octets of a file become those on the data connection.
func (c *Conn) codecFor(t *Transfer, p ftp.Params) ftp.Codec {
	switch t.verb {
	case "LIST", "NLST":
		// They are text in any type, in EBCDIC or not (RFC 1123, 4.1.2.7). Where it
		// makes no difference it is left to whoever reads the listing.
		if p.Type != 'E' && (p.Mode == 'C' || p.Stru == 'R') {
			p.Type, p.Form, p.Bits = 'A', 'N', 0
		}
	}
	k := ftp.Codec{Params: p, Page: c.o.Page, Start: t.cmd.From.Here, Literal: t.cmd.Literal}
	if k.Mode == 'Z' && k.Level == 0 {
		k.Level = ownLevel
	}
	k.Suspect = func() {
		c.o.Log.Warn("the server suspects that it has read errors in the file", "command", t.verb, "argument", t.cmd.Arg)
	}
	k.Await = func(on bool) { t.data.brief(on, c.o.Stall) }
	if on := t.cmd.OnMark; on != nil && framed(p.Mode) {
		k.Mark = func(peer string, here ftp.Marker) error { return on(Mark{Peer: peer, Here: here}) }
		if t.upload {
			k.Every = c.o.MarkerEvery
		}
	}
	return k
}

// ownLevel is how hard the client compresses in mode Z unless told otherwise.
const ownLevel = 6

// lastString is how long an octet may be due that some peers send behind the last
// one of a file in compressed mode, and some do not.
const lastString = 2 * time.Second

// brief has reads wait no longer than lastString while it is on.
func (d *dataConn) brief(on bool, stall time.Duration) {
	if on && (stall <= 0 || stall > lastString) {
		stall = lastString
	}
	d.stall, d.since = stall, time.Now()
}

// plain reports whether the octets of the file are those on the data connection.
func (t *Transfer) plain() bool { return t.codec.Identity() }

// code puts the codec between the transfer and its data connection.
func (t *Transfer) code() {
	switch {
	case t.upload && !t.plain():
		t.out = t.codec.NewWriter(t.data)
	case t.plain():
		t.in = t.data
	case t.codec.Mode == 'Z' && lists(t.verb):
		t.in = &maybeDeflated{t: t}
	default:
		t.in = t.codec.NewReader(t.data.reader())
	}
}

// maxEncode is how much is given to a codec at once, so that what was sent is
// known well enough to judge what the server acknowledges.
const maxEncode = 64 << 10

// encode sends octets of the file.
func (t *Transfer) encode(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		part := p[n:min(len(p), n+maxEncode)]
		t.moved.Add(int64(len(part)))
		var m int
		m, err = t.out.Write(part)
		t.moved.Add(int64(m - len(part)))
		n += m
	}
	return n, err
}

// lists reports whether the command brings a listing.
func lists(verb string) bool { return verb == "MLSD" || verb == "LIST" || verb == "NLST" }

// maybeDeflated reads a listing in mode Z. MLSD goes over in stream mode by
// RFC 3659, 7.2, and deflated by what has become the custom; and of nothing some
// servers make nothing.
type maybeDeflated struct {
	t *Transfer
	r io.Reader
}

func (m *maybeDeflated) Read(p []byte) (int, error) {
	if m.r == nil {
		t, br := m.t, m.t.data.reader()
		head, err := br.Peek(2)
		switch {
		case len(head) == 0 && err != nil:
			return 0, err
		case t.verb != "MLSD" || len(head) == 2 && deflated(head):
			m.r = t.codec.NewReader(br)
		default:
			m.r = br
		}
	}
	return m.r.Read(p)
}

// deflated reports whether head begins a zlib stream (RFC 1950, 2.2). No fact's
// name does.
func deflated(head []byte) bool {
	return head[0]&0x0f == 8 && head[0]>>4 <= 7 && (int(head[0])<<8|int(head[1]))%31 == 0
}

func isCodecError(err error) bool {
	var ce *ftp.CodecError
	return errors.As(err, &ce)
}
