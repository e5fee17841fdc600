package ftpserver

import "sync"

// recordReader hands records out to TLS one at a time, of many that it may have
// read in one system call. So it is known whether the next is there, and can be
// read without waiting.
type recordReader struct {
	header [recordHeader]byte // of the record that is being handed out
	have   int                // octets of the header that were handed out, if not all
	left   int                // octets behind the header that were not

	ahead ahead
	many  *manyRecords // in place of ahead's own room, while not nil
}

// manyRecords is room for what a client sends that does not wait. Of one that is slow,
// little comes at a time, and no more of the room is ever touched.
type manyRecords [1 << 20]byte

var manyPool = sync.Pool{New: func() any { return new(manyRecords) }}

// readAhead has much be read at a time from now on.
func (r *recordReader) readAhead() {
	if r.many == nil {
		r.many = manyPool.Get().(*manyRecords)
		r.ahead.move(r.many[:])
	}
}

// release gives up the buffer, unless something is in it.
func (r *recordReader) release() {
	if r.many != nil && !r.ahead.any() {
		r.ahead.move(nil)
		manyPool.Put(r.many)
		r.many = nil
	}
}

// read is Read of a connection on which receive reads.
func (r *recordReader) read(p []byte, receive func([]byte) (int, error)) (n int, err error) {
	ask := r.left
	if ask == 0 {
		ask = recordHeader - r.have
	}
	n, err = r.ahead.read(p[:min(len(p), ask)], receive)
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
	if r == nil || r.have > 0 || r.left > 0 {
		return false
	}
	next := r.ahead.unread
	return len(next) >= recordHeader && len(next) >= recordHeader+recordLength(next)
}

// recordLength returns how much is behind the header of a record (RFC 8446, 5.1).
func recordLength(header []byte) int { return int(header[3])<<8 | int(header[4]) }

// ahead is what was read of a connection before anybody has asked for it. The zero
// value has room for a command, or for the end of a handshake.
type ahead struct {
	unread []byte // of room or more
	more   []byte // in place of room; nil: none
	room   [256]byte
}

// read is Read of a connection on which receive reads; that is not called while
// anything is unread.
func (a *ahead) read(p []byte, receive func([]byte) (int, error)) (n int, err error) {
	if len(a.unread) == 0 {
		buf := a.more
		if buf == nil {
			buf = a.room[:]
		}
		if len(p) >= len(buf) {
			return receive(p)
		}
		if n, err = receive(buf); n > 0 {
			err = nil // it comes again
		}
		a.unread = buf[:n]
	}
	n = copy(p, a.unread)
	a.unread = a.unread[n:]
	return n, err
}

// any reports whether anything is unread.
func (a *ahead) any() bool { return len(a.unread) > 0 }

// move has what comes be read into more from now on; nil is for a's own room.
// What is unread, which more has room for, goes there, too.
func (a *ahead) move(more []byte) {
	into := more
	if into == nil {
		into = a.room[:]
	}
	a.unread, a.more = into[:copy(into, a.unread)], more
}
