package ftp

import (
	"io"
	"math"
)

// Logical bytes of n bits (RFC 959, 3.1.1.4). On the wire they are one stream of
// bits, the most significant first, filled up with zeros to a whole octet at the
// end of the file or record. Where n is a multiple of 8 the octets are stored as
// they come; otherwise each logical byte is stored right-justified in 1, 2, 4 or 8
// octets, the fewest that hold it, or above 64 bits in the fewest at all. The zeros
// at the end are known for what they are as long as they are fewer than n; where
// they are not, below n = 8, Codec.Check refuses the file.

// unit returns how many octets a logical byte is stored in.
func (p Params) unit() int {
	if p.Type != 'L' {
		return 1
	}
	n := (p.Bits + 7) / 8
	if p.Bits%8 == 0 || n > 8 {
		return n
	}
	for u := 1; ; u *= 2 {
		if u >= n {
			return u
		}
	}
}

// Stored returns in how many octets n logical bytes are stored; the largest number
// if that is beyond it.
func (p Params) Stored(n int64) int64 {
	unit := int64(p.unit())
	if n > math.MaxInt64/unit {
		return math.MaxInt64
	}
	return n * unit
}

// packed reports whether logical bytes are stored otherwise than they are sent.
func (p Params) packed() bool { return p.Type == 'L' && p.Bits%8 != 0 }

// grain returns how many stored octets of packed logical bytes at least end with a
// whole octet on the wire too.
func (p Params) grain() int64 {
	words := 8
	for words > 1 && words/2*p.Bits%8 == 0 {
		words /= 2
	}
	return int64(words * p.unit())
}

// packer turns stored logical bytes into those of the wire.
type packer struct {
	unit, bits int
	at         int    // octets of the logical byte at hand that have come
	acc        uint32 // bits that fill no octet yet,
	n          int    // and how many
}

// encode appends what the stored octets p are on the wire.
func (k *packer) encode(b, p []byte) ([]byte, error) {
	lead := k.unit*8 - k.bits // unused bits of each logical byte
	for _, c := range p {
		use := min(8, 8*(k.at+1)-lead) // bits of c that count; 0 or fewer: none
		if use < 8 && c>>max(0, use) != 0 {
			return b, &CodecError{Reason: "a logical byte of the file has more bits than TYPE says"}
		}
		if use > 0 {
			b = k.put(b, c, use)
		}
		if k.at++; k.at == k.unit {
			k.at = 0
		}
	}
	return b, nil
}

func (k *packer) put(b []byte, c byte, use int) []byte {
	k.acc, k.n = k.acc<<use|uint32(c), k.n+use
	if k.n >= 8 {
		k.n -= 8
		b = append(b, byte(k.acc>>k.n))
		k.acc &= 1<<k.n - 1
	}
	return b
}

// whole reports whether what was encoded ends with an octet.
func (k *packer) whole() bool { return k.at == 0 && k.n == 0 }

// flush fills up the last octet.
func (k *packer) flush(b []byte) ([]byte, error) {
	if k.at > 0 {
		return b, &CodecError{Reason: "the file ends within a logical byte"}
	}
	if k.n > 0 {
		b = k.put(b, 0, 8-k.n)
	}
	return b, nil
}

// packSink packs the data that go to another sink.
type packSink struct {
	sink
	k   packer
	buf []byte
}

func (s *packSink) data(p []byte) error {
	for len(p) > 0 {
		q := p[:min(len(p), gathered)]
		p = p[len(q):]
		var err error
		if s.buf, err = s.k.encode(s.buf[:0], q); err != nil {
			return err
		}
		if err := s.sink.data(s.buf); err != nil {
			return err
		}
	}
	return nil
}

func (s *packSink) fill() error {
	b, err := s.k.flush(s.buf[:0])
	if err != nil {
		return err
	}
	return s.sink.data(b)
}

func (s *packSink) eor() error {
	if err := s.fill(); err != nil {
		return err
	}
	return s.sink.eor()
}

func (s *packSink) eof() error {
	if err := s.fill(); err != nil {
		return err
	}
	return s.sink.eof()
}

// unpacker turns logical bytes of the wire into stored ones.
type unpacker struct {
	unit, bits int
	word       [32]byte // the logical byte at hand, right-justified
	at         int      // bits of it that have come
}

// decode appends the stored form of the logical bytes that p completes.
func (u *unpacker) decode(b, p []byte) []byte {
	lead := u.unit*8 - u.bits
	for _, c := range p {
		for have := 8; have > 0; {
			pos := lead + u.at
			n := min(have, u.bits-u.at, 8-pos%8) // bits that go into one octet of the word
			v := c >> (have - n) & (1<<n - 1)
			u.word[pos/8] |= v << (8 - pos%8 - n)
			have -= n
			if u.at += n; u.at == u.bits {
				b = append(b, u.word[:u.unit]...)
				u.word, u.at = [32]byte{}, 0
			}
		}
	}
	return b
}

// flush drops what filled up the last octet. Eight bits and more are not that, but
// the beginning of a logical byte that was cut.
func (u *unpacker) flush() error {
	if u.at >= 8 {
		return io.ErrUnexpectedEOF
	}
	u.word, u.at = [32]byte{}, 0
	return nil
}

// unpackSource unpacks the data that come from another source. Markers within a
// logical byte are passed over: nobody could begin again there.
type unpackSource struct {
	source
	u   unpacker
	buf []byte
}

func (s *unpackSource) next(max int) (span, error) {
	for {
		sp, err := s.source.next(max/8 + 1)
		if err != nil {
			return sp, err
		}
		switch sp.kind {
		case spanData:
			s.buf = s.u.decode(s.buf[:0], sp.data)
			sp.data = s.buf
		case spanMark:
			if s.u.at > 0 {
				continue
			}
		default:
			err = s.u.flush()
		}
		return sp, err
	}
}
