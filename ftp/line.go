package ftp

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"math"
	"sync"
)

// MaxLine is the default limit of a command line in octets, enough for the
// longest path with every octet doubled.
const MaxLine = 8192

// maxSecureLine is the limit of a line whose argument is in base64: those must not
// be refused for a length that other commands have no use for (RFC 2228, 9).
const maxSecureLine = 64 << 10

// maxRefusals is the number of Telnet options that one connection may ask for.
const maxRefusals = 100

var (
	// ErrLineTooLong reports a line over the limit. It has been read to its
	// end; the next line is a fresh one.
	ErrLineTooLong = errors.New("ftp: line too long")

	// ErrTelnet reports a connection that does nothing but negotiate.
	ErrTelnet = errors.New("ftp: too many Telnet options")

	// ErrTLS reports a TLS record where a command was due. It need not hold a
	// line end, so that waiting for one could take for ever.
	ErrTLS = errors.New("ftp: TLS record in place of a command")
)

// Line is what a LineReader returns.
type Line struct {
	Text []byte // the line without its end; valid until the next Read

	// Interrupt tells that Telnet IP or a data mark came before or within the
	// line: the client wants what it says done at once (RFC 959, 4.1.3).
	Interrupt bool

	// Partial tells that this is not a line yet: there are only Refusals to
	// send, and Read is to be called again.
	Partial bool

	// Refusals are the Telnet answers to be sent before the next reply
	// (RFC 1123, 4.1.2.12); nil if there are none.
	Refusals []byte
}

// LineReader reads the command lines of a control connection (RFC 959, 5.3;
// RFC 854): Telnet sequences are taken out however they are split, CR LF or LF
// ends a line, CR NUL is CR, and an LF right behind that is part of a name
// (RFC 2640, 3.1), a lone NUL is dropped, all else is kept octet by octet. It is
// used by one goroutine, and reads only when asked to.
//
// A server has one for each of its sessions, most of which say nothing: what waits
// takes little more room than the line that most commands are.
type LineReader struct {
	r     io.Reader
	tel   telnet
	buf   []byte // read, and looked at up to pos: small or more
	pos   int
	line  []byte      // what there is of a line that was not whole, or not plain, in buf
	more  *[4096]byte // of spaces; nil unless more has come at once than small holds
	err   error       // of the last read, yet to be returned
	limit int32       // of a line; 0 is MaxLine
	cr    bool        // the last octet was CR, not yet in line
	crNUL bool        // the last two were CR NUL
	long  bool        // this line is over the limit
	done  bool        // line was returned
	small [64]byte
}

// spaces are what LineReaders read to while much comes.
var spaces = sync.Pool{New: func() any { return new([4096]byte) }}

// NewLineReader returns a LineReader of lines of at most limit octets, MaxLine
// if limit is 0; those of ADAT, MIC, CONF and ENC may have 64 KiB. The zero LineReader,
// once it was Reset, is that of 0.
func NewLineReader(r io.Reader, limit int) *LineReader {
	return &LineReader{r: r, limit: int32(min(max(limit, 0), math.MaxInt32))}
}

// Reset makes lr read from r, forgetting what was read before: for the start
// and the end of TLS.
func (lr *LineReader) Reset(r io.Reader) { *lr = LineReader{r: r, limit: lr.limit} }

// most is how long a line may be that is not secured.
func (lr *LineReader) most() int { return cmp.Or(int(lr.limit), MaxLine) }

// Buffered reports whether something was read behind the last line, be it part of
// another one. Behind a command that changes the connection (AUTH) nothing may be.
func (lr *LineReader) Buffered() bool {
	return lr.pos < len(lr.buf) || lr.tel.state != telData || !lr.done && !lr.fresh()
}

// Read returns the next line. At the end of the connection it returns io.EOF;
// octets without a line end are no command (RFC 959, 5.3) and are dropped.
// After ErrLineTooLong it may be called again, and so it may after an error of
// the reader underneath (a deadline): no octet is lost. ErrTelnet and ErrTLS
// come again and again.
func (lr *LineReader) Read() (Line, error) {
	if lr.done {
		lr.done, lr.line = false, lr.line[:0]
		if cap(lr.line) > len(lr.more) {
			lr.line = nil
		}
	}
	for {
		if text, ok := lr.plain(); ok {
			lr.done = true
			return Line{Text: text}, nil
		}
		for lr.pos < len(lr.buf) {
			c := lr.buf[lr.pos]
			lr.pos++
			c, ok := lr.tel.next(c)
			if !ok {
				continue
			}
			if c == tlsHandshake && lr.fresh() {
				lr.pos--
				return Line{}, ErrTLS
			}
			if lr.tel.lone(!lr.fresh()) {
				lr.take(iac)
			}
			if lr.take(c) {
				return lr.end()
			}
		}
		if lr.tel.refused > maxRefusals {
			return Line{}, ErrTelnet
		}
		if lr.tel.refusals != nil && lr.fresh() {
			return Line{Partial: true, Refusals: lr.refusals()}, nil
		}
		if err := lr.err; err != nil {
			lr.err = nil
			return Line{}, err
		}
		lr.fill()
	}
}

// Wait returns once there is something for Read to look at, an error being that, too.
// It needs less of the stack than Read does.
func (lr *LineReader) Wait() {
	if lr.pos == len(lr.buf) && lr.err == nil {
		lr.fill()
	}
}

// fill reads what comes next.
func (lr *LineReader) fill() {
	room := lr.room()
	n, err := lr.r.Read(room)
	lr.buf, lr.pos = room[:n], 0
	if n == 0 && err != nil {
		lr.err = err
		lr.relax()
	}
}

// plain takes the next line if it is all there, and all as it is meant: then nothing
// has to be put together.
func (lr *LineReader) plain() ([]byte, bool) {
	rest := lr.buf[lr.pos:]
	end := bytes.IndexByte(rest, '\n')
	if end < 0 || !lr.fresh() || lr.tel.busy() || rest[0] == tlsHandshake {
		return nil, false
	}
	text := bytes.TrimSuffix(rest[:end], crOnly)
	if len(text) > lr.most() {
		return nil, false
	}
	for _, c := range text {
		if c == iac || c == '\r' || c == 0 {
			return nil, false
		}
	}
	lr.pos += end + 1
	return text, true
}

var crOnly = []byte{'\r'}

// room returns what is read to next: more than small once that was filled, for then
// there is more to come.
func (lr *LineReader) room() []byte {
	switch {
	case lr.more == nil && len(lr.buf) == len(lr.small):
		lr.more = spaces.Get().(*[4096]byte)
	case lr.more != nil && len(lr.buf) < len(lr.more):
		lr.giveBack()
	}
	if lr.more != nil {
		return lr.more[:]
	}
	return lr.small[:]
}

// relax gives up all room that is not in use: the reader had nothing, and may have
// nothing for long.
func (lr *LineReader) relax() {
	lr.giveBack()
	if len(lr.line) == 0 {
		lr.line = nil
	}
}

func (lr *LineReader) giveBack() {
	if lr.more != nil {
		spaces.Put(lr.more)
		lr.more, lr.buf, lr.pos = nil, nil, 0
	}
}

// tlsHandshake is the first octet of a TLS connection, and of no command.
const tlsHandshake = 0x16

// fresh reports whether no octet of the line has been read yet.
func (lr *LineReader) fresh() bool { return len(lr.line) == 0 && !lr.cr && !lr.long }

// take adds an octet to the line and reports whether it ends it.
func (lr *LineReader) take(c byte) bool {
	name := lr.crNUL
	lr.crNUL = false
	if lr.cr {
		lr.cr = false
		switch c {
		case '\n':
			return true
		case 0:
			lr.add('\r')
			lr.crNUL = true
			return false
		}
		lr.add('\r')
	}
	switch c {
	case '\n':
		if !name {
			return true
		}
		lr.add(c)
	case '\r':
		lr.cr = true
	case 0:
	default:
		lr.add(c)
	}
	return false
}

func (lr *LineReader) add(c byte) {
	if n := len(lr.line); n >= lr.most() && (n >= maxSecureLine || !lr.secure()) {
		lr.long = true
		return
	}
	lr.line = append(lr.line, c)
}

// secure reports whether the line is a command with an argument in base64.
func (lr *LineReader) secure() bool {
	verb, _, _ := SplitCommand(lr.line[:min(len(lr.line), len("ADAT "))])
	return verb == "ADAT" || verb == "MIC" || verb == "CONF" || verb == "ENC"
}

func (lr *LineReader) end() (Line, error) {
	long := lr.long
	line := Line{Text: lr.line, Interrupt: lr.tel.interrupt, Refusals: lr.refusals()}
	lr.long, lr.tel.interrupt, lr.done = false, false, true
	if long {
		line.Text = nil
		return line, ErrLineTooLong
	}
	return line, nil
}

func (lr *LineReader) refusals() []byte {
	r := lr.tel.refusals
	lr.tel.refusals = nil
	return r
}
