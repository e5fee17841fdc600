package conformance

import (
	"bufio"
	"fmt"
	"io"
	"time"
)

// framed is a data connection on which the data themselves say where a file ends, as
// in block mode: it may stay open for the next one. What is read here is decoded by the
// checker's own means, not by those of ferry's library, whose faults the checker would
// share.
type framed struct {
	*transfer
	r *bufio.Reader
}

// beginFramed is begin with a data connection that may outlive the transfer.
func (c *control) beginFramed(line string) *framed { return c.begin(line).framed() }

func (tr *transfer) framed() *framed {
	f := &framed{transfer: tr}
	f.r = bufio.NewReader(arriving{tr})
	return f
}

// another begins another transfer on the data connection that is open, which the server
// must answer with one of the codes.
func (f *framed) another(line string, codes ...int) {
	f.line = line
	f.first = f.want(line, codes...)
}

// complete reads the final reply after the end of a file, which must be 226 or 250.
func (f *framed) complete() {
	r, err := f.next(soon)
	if isTimeout(err) && r.raw == "" {
		// Some servers that close the data connection say so only when the client has done it,
		// too.
		if f.closes() {
			f.data.Close()
		}
		r, err = f.next(f.target.ReplyTime)
	}
	f.must(err, "waiting for the reply to the end of "+f.line)
	f.judge("the end of "+f.line, r, 226, 250)
}

// arriving reads what the server sends, as long as it does not pause for longer than it
// may, nor sends more than any file has that is fetched so.
type arriving struct{ tr *transfer }

func (a arriving) Read(p []byte) (int, error) {
	tr := a.tr
	defer tr.interruptible(tr.tcp)()
	tr.data.SetReadDeadline(tr.patience(tr.target.ReplyTime))
	if tr.ctx.Err() != nil {
		tr.data.SetReadDeadline(past)
	}
	n, err := tr.data.Read(p)
	if n > 0 {
		tr.log.add(time.Since(tr.began), tr.label, Received, string(p[:min(n, mostText)]))
	}
	if tr.came += n; tr.came > mostData {
		return 0, fmt.Errorf("there is no end: %d octets so far", tr.came)
	}
	if err == io.EOF {
		tr.note(tr.label, "closed by the server")
	}
	return n, err
}

// mostCoded is how many octets the checker takes of a file that it reads octet by octet, in
// record structure or compressed mode: it fetches none so that has more than thousands.
const mostCoded = 1 << 20

// octet returns the next octet; what is what it is part of.
func (f *framed) octet(what string) byte {
	b, err := f.r.ReadByte()
	f.whole(err, what)
	return b
}

// octets returns the next n octets.
func (f *framed) octets(n int, what string) []byte {
	b := make([]byte, n)
	_, err := io.ReadFull(f.r, b)
	f.whole(err, what)
	return b
}

func (f *framed) whole(err error, what string) {
	switch err {
	case nil: // as for each of millions of octets
	case io.EOF, io.ErrUnexpectedEOF:
		f.fail("the server has closed the data connection where %s should be", what)
	default:
		f.must(err, "reading "+what+" from the data connection")
	}
}

// soon is how long the checker waits for something that may not come.
const soon = 500 * time.Millisecond

// closes sees whether the server has closed the data connection after the end of the
// file, behind which it may send nothing.
func (f *framed) closes() bool {
	if f.r.Buffered() == 0 {
		f.data.SetReadDeadline(f.patience(soon))
		// A reader of its own, so that this deadline holds.
		var b [1]byte
		n, err := f.data.Read(b[:])
		if n == 0 {
			open := isTimeout(err)
			if open {
				f.note(f.label, "still open after %v", soon)
				f.data.SetReadDeadline(time.Time{})
			}
			return !open
		}
	}
	f.fail("the server sends more on the data connection after the end of the file")
	return false
}
