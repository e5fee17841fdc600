package ftp

import (
	"bufio"
	"bytes"
	"io"
)

// asciiWriter sends text lines with CR LF (RFC 959, 3.1.1.1).
type asciiWriter struct {
	w       io.Writer
	profile CRProfile
	cr      bool // the last octet was CR
	buf     []byte
}

func (a *asciiWriter) Write(p []byte) (int, error) {
	for n := 0; n < len(p); {
		chunk := p[n:min(len(p), n+32<<10)]
		a.buf = a.encode(a.buf[:0], chunk)
		if _, err := a.w.Write(a.buf); err != nil {
			return n, err
		}
		n += len(chunk)
	}
	return len(p), nil
}

func (a *asciiWriter) encode(b, p []byte) []byte {
	if a.profile == CRNVT {
		return appendNVT(b, p)
	}
	for len(p) > 0 {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			a.cr = p[len(p)-1] == '\r'
			return append(b, p...)
		}
		b = append(b, p[:i]...)
		if i > 0 {
			a.cr = p[i-1] == '\r'
		}
		if a.profile == CRRaw || !a.cr {
			b = append(b, '\r')
		}
		b = append(b, '\n')
		a.cr, p = false, p[i+1:]
	}
	return b
}

func appendNVT(b, p []byte) []byte {
	for len(p) > 0 {
		i := bytes.IndexAny(p, "\r\n")
		if i < 0 {
			return append(b, p...)
		}
		b = append(b, p[:i]...)
		if p[i] == '\n' {
			b = append(b, '\r', '\n')
		} else {
			b = append(b, '\r', 0)
		}
		p = p[i+1:]
	}
	return b
}

func (a *asciiWriter) Close() error { return nil }

// asciiReader receives text lines: CR LF is LF, CR NUL is CR, any other CR is
// kept. It holds back one CR until it knows what follows.
type asciiReader struct {
	r  *bufio.Reader
	cr bool
}

func (a *asciiReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		if _, err := a.r.Peek(1); err != nil {
			if err == io.EOF && a.cr {
				a.cr, p[0] = false, '\r'
				return 1, nil
			}
			return 0, err
		}
		in, _ := a.r.Peek(min(a.r.Buffered(), len(p)))
		n, used := a.decode(p, in)
		a.r.Discard(used)
		if n > 0 {
			return n, nil
		}
	}
}

// decode fills p from in and returns how much it wrote and how much it used. p
// has room for all of in but for one octet more, a CR that was held back.
func (a *asciiReader) decode(p, in []byte) (n, used int) {
	if a.cr {
		a.cr = false
		switch in[0] {
		case '\n', 0:
			p[0] = '\n'
			if in[0] == 0 {
				p[0] = '\r'
			}
			n, used = 1, 1
		default:
			p[0] = '\r'
			n = 1
			if len(in) == len(p) {
				in = in[:len(in)-1]
			}
		}
	}
	for used < len(in) {
		i := bytes.IndexByte(in[used:], '\r')
		if i < 0 {
			c := copy(p[n:], in[used:])
			return n + c, used + c
		}
		n += copy(p[n:], in[used:used+i])
		used += i + 1
		if used == len(in) {
			a.cr = true
			break
		}
		switch in[used] {
		case '\n':
			p[n], used = '\n', used+1
		case 0:
			p[n], used = '\r', used+1
		default:
			p[n] = '\r'
		}
		n++
	}
	return n, used
}
