package ftp

import (
	"bufio"
	"errors"
	"io"
)

// CRProfile is the way line ends and bare CR are sent in ASCII type. All
// profiles receive alike: CR LF becomes LF, CR NUL becomes CR, anything else is
// kept.
type CRProfile uint8

const (
	// CRSmart sends CR before LF unless there is one already, so that files with
	// CR LF do not grow. A file with CR LF does not come back as it was.
	CRSmart CRProfile = iota
	// CRRaw sends CR before every LF, as BSD's ftpd does.
	CRRaw
	// CRNVT sends LF as CR LF and CR as CR NUL (RFC 854): every file comes back
	// as it was.
	CRNVT
)

// Codec turns a file's octets into octets on the data connection and back, as
// the transfer parameters say (RFC 959, 3). Where Params.Identity holds there is
// nothing to do, and callers had better copy directly.
type Codec struct {
	Params
	ASCII CRProfile

	Page CodePage // of type E

	// Start is where a transfer that was cut goes on (RFC 959, 3.5): the state of
	// NewReader's decoder there, or the place from which on the file is written to
	// what NewWriter returns.
	Start Marker

	// Skip is the number of octets on the wire that NewWriter does not send: a
	// restart offset (RFC 3659, 5), in mode Z of what is compressed. The file is
	// then written to it from the start. It has no meaning in modes B and C.
	Skip int64

	// Every is the number of the file's octets between the restart markers that
	// NewWriter sends in modes B and C; 0 sends none. A marker that would stand
	// where nobody can begin again comes at the next place where one can: between
	// pages, or where logical bytes and octets end together. Type A in STRU P has no
	// such place.
	Every int64

	// Mark is called by NewReader in modes B and C at each restart marker, once
	// Read has returned all octets before it: peer is the marker as it was sent,
	// here the same place in the reader's own terms. An error ends the reading. A
	// marker at a place for which Marker has no words is passed over. May be nil.
	Mark func(peer string, here Marker) error

	// Suspect is called by NewReader when the sender says that data are suspected
	// of errors (descriptor 32; RFC 959, 3.4.2). May be nil.
	Suspect func()

	// Await brackets NewReader's waiting, in modes C and S, for an octet that the sender
	// need not send: whether the octets 00 40 stand before the file's last string
	// or behind it only shows in what follows. So it does in stream mode behind the
	// mark of the end of records, where nothing may come, and who has marked the end
	// need not close. While it is on, a timeout (os.ErrDeadlineExceeded) or the end
	// of the connection is the end of the file. If nil, NewReader waits as for any
	// other octet.
	Await func(on bool)

	// Literal says that the stored octets are the octets of stream mode themselves,
	// records or pages and all, and not the file's contents: of a file that was
	// stored in STRU R in types I and L, or in STRU P. They are checked and replayed.
	// It has no meaning in STRU F, nor in types A and E.
	Literal bool

	// MaxExpand is how many octets of the file NewReader lets one octet on the wire
	// become, once the file has more than FreeExpand octets; beyond that the error
	// is ErrExpand. 0: no limit. Mode Z turns one octet into 1,032 at most, mode C
	// into 63; a page index of STRU P puts as many zeros before a page as it likes.
	// A file of nothing but zeros is as good as any other, so FreeExpand is what
	// the receiver can bear to be given for next to nothing.
	MaxExpand, FreeExpand int64

	tune tuning
}

// tuning is for tests: forms that others write.
type tuning struct {
	block int  // octets in a block at most; 0: blockSize
	merge bool // in stream mode, the end of the file in one code with that of the last record
}

// ErrExpand is the error of a reader whose file grows beyond MaxExpand and
// FreeExpand.
var ErrExpand = errors.New("ftp: the file is too large for what came over the wire")

// CodePage is the EBCDIC that type E is on the wire. RFC 959 names none.
type CodePage uint8

const (
	IBM1047 CodePage = iota // of z/OS
	IBM037                  // of IBM i, and of older hosts
	IBM1140                 // IBM037 with the euro sign
)

// A CodecError reports octets on the wire, or in a file that is to be sent, that
// the transfer parameters do not allow. Of a file that merely ends too early,
// io.ErrUnexpectedEOF is the error.
type CodecError struct {
	Page   bool   // it is the type or the shape of a page: 551 (RFC 959, 4.2.2)
	Reason string // for people, in English
}

func (e *CodecError) Error() string { return "ftp: " + e.Reason }

// KeepsOpen reports whether the end of a file shows on the data connection, so
// that it need not be closed and can serve the next transfer: in modes B and C
// (RFC 959, 3.4).
func (c Codec) KeepsOpen() bool { return c.Mode == 'B' || c.Mode == 'C' }

// Supported reports whether there is such a combination. All that the grammar of
// TYPE, STRU and MODE has are, but STRU P in TYPE L 1 and L 2: a logical byte must
// hold the length of a page header there.
func (c Codec) Supported() bool {
	switch c.Type {
	case 'A', 'E':
		if c.Form != 'N' && c.Form != 'T' && c.Form != 'C' || c.Page > IBM1140 || c.ASCII > CRNVT {
			return false
		}
	case 'L':
		if c.Bits < 1 || c.Bits > 255 || c.Bits < 3 && c.Stru == 'P' {
			return false
		}
	case 'I':
	default:
		return false
	}
	switch c.Mode {
	case 'S', 'B', 'C':
	case 'Z':
		if c.Level < 0 || c.Level > 9 {
			return false
		}
	default:
		return false
	}
	return c.Stru == 'F' || c.Stru == 'R' || c.Stru == 'P'
}

// text reports whether the type changes octets.
func (c Codec) text() bool { return c.Type == 'A' || c.Type == 'E' }

// literal reports whether Literal has a meaning.
func (c Codec) literal() bool { return c.Literal && !c.text() && c.Stru != 'F' }

// NewWriter returns a writer that takes the file's octets and writes them to w
// as they go over the wire. Close ends the file; it does not close w. A Codec that
// is not Supported panics.
//
// In all modes but stream mode without records the writer gathers what it writes.
// It has a method Flush() error, which sends what was gathered; that costs a little
// in size.
func (c Codec) NewWriter(w io.Writer) io.WriteCloser {
	out := c.sink(w)
	enc, out := c.encoder(out)
	e := &writer{enc: enc, out: out, off: c.Start.Off, grain: 1}
	if c.KeepsOpen() && !(c.Stru == 'P' && c.Type == 'A') {
		e.every = c.Every
	}
	switch {
	case c.literal() && c.Stru == 'P':
		e.grain = 0
	case c.literal():
	case c.Stru == 'P':
		e.grain = c.pageSize()
	case c.packed():
		e.grain = c.grain()
	}
	e.due()
	return e
}

// sink returns the layer of MODE.
func (c Codec) sink(w io.Writer) sink {
	if !c.Supported() {
		panic("ftp: a codec for " + c.TypeString() + " " + string(c.Stru) + " " + string(c.Mode))
	}
	switch c.Mode {
	case 'B':
		return newBlockSink(w, c.tune.block)
	case 'C':
		return &compressedSink{w: w, filler: c.filler()}
	}
	s := streamSink{w: w, records: c.Stru == 'R', merge: c.tune.merge, skip: c.Skip}
	if c.Mode == 'S' {
		return &s
	}
	z := &deflateSink{streamSink: s, w: w, level: c.Level}
	z.streamSink.w = z
	return z
}

// encoder returns the layers of TYPE and STRU, and the sink that they end with.
func (c Codec) encoder(out sink) (encoder, sink) {
	if c.literal() {
		if c.Stru == 'P' {
			return &literalPageEncoder{out: out, watch: newPageWatch(c.Params)}, out
		}
		return &literalRecordEncoder{out: out, records: c.Start.Records}, out
	}
	text := textEncoder{
		kind:  c.Type,
		ascii: asciiEncoder{profile: c.ASCII, half: c.Start.CR},
		table: &ebcdicEncode[c.Page],
	}
	var pack *packSink
	if c.packed() {
		pack = &packSink{sink: out, k: packer{unit: c.unit(), bits: c.Bits}}
		out = pack
	}
	switch {
	case c.Stru == 'P':
		size := c.pageSize()
		return &pageEncoder{Params: c.Params, text: text, out: out, pack: pack, size: int(size), page: make([]byte, 0, size), index: c.Start.Off / size}, out
	case c.Stru == 'R' && c.text():
		return &lineEncoder{text: text, out: out, records: c.Start.Records}, out
	}
	return &fileEncoder{text: text, out: out, pack: pack}, out
}

// NewReader returns a reader of the file's octets, decoded from the wire. It takes
// no octet from r behind the mark of the file's end, in modes B, C and Z; in stream
// mode the file ends where r does. Its error is io.EOF only if the whole file has
// come, io.ErrUnexpectedEOF if r ended before, a *CodecError if what came is
// not what a sender may send, and else that of r. A Codec that is not Supported
// panics.
//
// Of records in types I and L that are not read literally, only the octets remain,
// of pages only what they hold.
func (c Codec) NewReader(r *bufio.Reader) io.Reader {
	w := &wire{r: r}
	src := c.source(w)
	d := &reader{wire: w, here: c.Start, base: c.Start.Off, mark: c.Mark, most: c.MaxExpand, free: c.FreeExpand}
	if c.literal() {
		d.dec = decoder{literal: c.Stru == 'R'}
		if c.Stru == 'P' {
			src = &literalPageSource{source: src, watch: newPageWatch(c.Params)}
		}
		d.src = src
		return d
	}
	d.dec = decoder{
		kind:  c.Type,
		ascii: asciiDecoder{cr: c.Type == 'A' && c.Start.CR},
		table: &ebcdicDecode[c.Page],
		lines: c.Stru == 'R' && c.text(),
	}
	if c.packed() {
		src = &unpackSource{source: src, u: unpacker{unit: c.unit(), bits: c.Bits}}
	}
	if c.Stru == 'P' {
		p := &pageSource{source: src, size: c.pageSize(), text: c.Type == 'A', off: c.Start.Off}
		p.scan.unit = c.unit()
		if c.packed() && c.Bits < 8 {
			p.spare = 7 / c.Bits
		}
		src = p
	}
	d.src = src
	return d
}

// source returns the layer of MODE.
func (c Codec) source(w *wire) source {
	if !c.Supported() {
		panic("ftp: a codec for " + c.TypeString() + " " + string(c.Stru) + " " + string(c.Mode))
	}
	records := c.Stru == 'R'
	switch c.Mode {
	case 'B':
		return &blockSource{w: w, records: records, suspect: c.Suspect}
	case 'C':
		return &compressedSource{w: w, records: records, filler: c.filler(), suspect: c.Suspect, await: c.Await}
	case 'Z':
		return &deflateSource{w: w, inner: streamSource{records: records}}
	}
	return &streamSource{w: w, records: records, await: c.Await}
}
