package ftpserver

import "sync"

// recordReader hands records out to TLS one at a time, of many that it may have
// read in one system call. So it is known whether the next is there, and can be
// read without waiting.
type recordReader struct {
	header [recordHeader]byte // of the record that is being handed out
	have   int                // octets of the header that were handed out, if not all
	left   int                // octets behind the header that were not

	ahead *recordsAhead // nil: nothing is read ahead
}

type recordsAhead struct {
	r, w int // what of buf is unread
	buf  [256 << 10]byte
}

var aheadPool = sync.Pool{New: func() any { return new(recordsAhead) }}

// readAhead has much be read at a time from now on.
func (r *recordReader) readAhead() {
	if r.ahead == nil {
		r.ahead = aheadPool.Get().(*recordsAhead)
	}
}

// release gives up the buffer, unless something is in it.
func (r *recordReader) release() {
	if a := r.ahead; a != nil && a.r == a.w {
		r.ahead = nil
		aheadPool.Put(a)
	}
}

// read is Read of a connection on which receive reads.
func (r *recordReader) read(p []byte, receive func([]byte) (int, error)) (n int, err error) {
	ask := r.left
	if ask == 0 {
		ask = recordHeader - r.have
	}
	p = p[:min(len(p), ask)]
	if a := r.ahead; a != nil {
		if a.r == a.w {
			a.r, a.w = 0, 0
			a.w, err = receive(a.buf[:])
		}
		n = copy(p, a.buf[a.r:a.w])
		a.r += n
	} else {
		n, err = receive(p)
	}
	if r.left > 0 {
		r.left -= n
		return n, err
	}
	copy(r.header[r.have:], p[:n])
	if r.have += n; r.have == recordHeader {
		r.have, r.left = 0, recordLength(r.header[:])
	}
	return n, err
}

// waits reports whether the whole of the next record has been read.
func (r *recordReader) waits() bool {
	if r == nil || r.ahead == nil || r.have > 0 || r.left > 0 {
		return false
	}
	next := r.ahead.buf[r.ahead.r:r.ahead.w]
	return len(next) >= recordHeader && len(next) >= recordHeader+recordLength(next)
}

// recordLength returns how much is behind the header of a record (RFC 8446, 5.1).
func recordLength(header []byte) int { return int(header[3])<<8 | int(header[4]) }
