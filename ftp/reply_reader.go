package ftp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// Limits of a ReplyReader. What is beyond them is no reply but an attack, or
// something that is not FTP.
const (
	maxReplyLine  = 1 << 20  // octets of a line
	maxReplyLines = 10_000   // lines of a reply
	maxReplySize  = 16 << 20 // octets of a reply
	maxStrayLines = 1000     // lines outside any reply
	maxStraySize  = 64 << 10 // octets before the first reply of a connection
)

// ProtocolError reports something that is no reply. The connection it came
// from is out of step and must be closed.
type ProtocolError struct {
	Problem string
	Line    string // what was read, shortened
}

func (e *ProtocolError) Error() string {
	if e.Line == "" {
		return "ftp: " + e.Problem
	}
	return fmt.Sprintf("ftp: %s: %q", e.Problem, e.Line)
}

func newProtocolError(problem string, line []byte) *ProtocolError {
	if len(line) > 200 {
		line = line[:200]
	}
	return &ProtocolError{Problem: problem, Line: string(line)}
}

// ReplyReader reads replies as a client must: forgiving in form, strict in
// framing (RFC 959, 4.2; RFC 1123, 4.1.2.11). LF alone ends a line, Telnet
// sequences and NUL are taken out, so that CR NUL is CR (RFC 2640, 3.1), stray
// lines between replies are skipped.
// It is used by one goroutine.
type ReplyReader struct {
	r     *bufio.Reader
	tel   telnet
	line  []byte
	count int // replies read

	// Stray, if not nil, is given each line that belongs to no reply.
	Stray func(line string)
}

// NewReplyReader returns a ReplyReader that reads from r. It may read ahead of
// the reply it returns; see Buffered.
func NewReplyReader(r io.Reader) *ReplyReader {
	return &ReplyReader{r: bufio.NewReaderSize(r, 1024)}
}

// Buffered returns the number of octets read but not yet returned. Before a
// TLS handshake it must be 0.
func (rr *ReplyReader) Buffered() int { return rr.r.Buffered() }

// Read returns the next reply. A connection that ends between replies gives
// io.EOF, within one io.ErrUnexpectedEOF with what was read of it. Anything
// that is no reply is a *ProtocolError.
func (rr *ReplyReader) Read() (Reply, error) {
	code, more, text, err := rr.first()
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Code: code, Lines: []string{text}}
	for size := 0; more; {
		line, err := rr.readLine()
		if err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return reply, err
		}
		if c, m, t, ok := splitReplyLine(line); ok && c == code && !m {
			reply.Lines = append(reply.Lines, t)
			break
		} else if ok && c == code {
			reply.Lines = append(reply.Lines, t) // "code-text" once more
		} else {
			reply.Lines = append(reply.Lines, string(line))
		}
		if size += len(line); size > maxReplySize || len(reply.Lines) > maxReplyLines {
			return reply, newProtocolError("reply without end", line)
		}
	}
	rr.count++
	return reply, nil
}

// first reads the line that begins a reply.
func (rr *ReplyReader) first() (code Code, more bool, text string, err error) {
	size := 0
	for range maxStrayLines {
		line, err := rr.readLine()
		if err != nil {
			return 0, false, "", err
		}
		if code, more, text, ok := splitReplyLine(line); ok {
			if !code.Valid() {
				return 0, false, "", newProtocolError("not a reply code", line)
			}
			return code, more, text, nil
		}
		if longCode(line) {
			return 0, false, "", newProtocolError("not a reply code", line)
		}
		if size += len(line); rr.count == 0 && size > maxStraySize {
			break
		}
		if rr.Stray != nil && len(line) > 0 {
			rr.Stray(string(line))
		}
	}
	return 0, false, "", &ProtocolError{Problem: "no reply among the lines received; this is not an FTP server"}
}

// readLine returns the next line without its end, valid until the next call.
func (rr *ReplyReader) readLine() ([]byte, error) {
	rr.line = rr.line[:0]
	for {
		c, err := rr.r.ReadByte()
		if err != nil {
			if err == io.EOF && len(rr.line) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		c, ok := rr.tel.next(c)
		if rr.tel.lone(len(rr.line) > 0) {
			rr.line = append(rr.line, iac)
		}
		if !ok || c == 0 {
			continue
		}
		if c == '\n' {
			if n := len(rr.line); n > 0 && rr.line[n-1] == '\r' {
				rr.line = rr.line[:n-1]
			}
			return rr.line, nil
		}
		if len(rr.line) == maxReplyLine {
			return nil, newProtocolError("line without end", rr.line)
		}
		rr.line = append(rr.line, c)
	}
}

// splitReplyLine splits "ddd text", "ddd-text", "ddd\ttext" and "ddd".
func splitReplyLine(line []byte) (code Code, more bool, text string, ok bool) {
	if len(line) < 3 {
		return 0, false, "", false
	}
	for _, c := range line[:3] {
		if c < '0' || c > '9' {
			return 0, false, "", false
		}
		code = code*10 + Code(c-'0')
	}
	if len(line) == 3 {
		return code, false, "", true
	}
	switch line[3] {
	case ' ', '\t':
		return code, false, string(line[4:]), true
	case '-':
		return code, true, string(line[4:]), true
	}
	return 0, false, "", false
}

// longCode reports a number of four digits or more where a code is due, as the
// Winsock errors (10054) that found their way into some servers.
func longCode(line []byte) bool {
	n := 0
	for n < len(line) && line[n] >= '0' && line[n] <= '9' {
		n++
	}
	return n > 3 && (n == len(line) || line[n] == ' ' || line[n] == '-')
}

// IsProtocolError reports whether err is or wraps a *ProtocolError.
func IsProtocolError(err error) bool {
	var pe *ProtocolError
	return errors.As(err, &pe)
}
