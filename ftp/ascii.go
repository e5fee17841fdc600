package ftp

import "bytes"

// asciiEncoder sends text lines with CR LF (RFC 959, 3.1.1.1).
type asciiEncoder struct {
	profile CRProfile
	cr      bool // the last octet sent was a CR of the file
	half    bool // the first octet's CR has been sent already: only the rest of the pair is missing
}

// encode appends what the next octets p of the file are on the wire.
func (a *asciiEncoder) encode(b, p []byte) []byte {
	if len(p) == 0 {
		return b
	}
	if a.half {
		a.half = false
		switch {
		case p[0] == '\n':
			b, p = append(b, '\n'), p[1:]
		case p[0] == '\r' && a.profile == CRNVT:
			b, p = append(b, 0), p[1:]
		}
	}
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

// place reports whether the next octet is sent as if it stood behind a CR.
func (a *asciiEncoder) place() bool { return a.half || a.profile == CRSmart && a.cr }

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

// asciiDecoder receives text lines: CR LF is LF, CR NUL is CR, any other CR is
// kept. It holds back one CR until it knows what follows.
type asciiDecoder struct{ cr bool }

// decode appends what the next octets p on the wire are in the file.
func (a *asciiDecoder) decode(b, p []byte) []byte {
	for len(p) > 0 {
		if a.cr {
			a.cr = false
			switch p[0] {
			case '\n':
				b, p = append(b, '\n'), p[1:]
			case 0:
				b, p = append(b, '\r'), p[1:]
			default:
				b = append(b, '\r')
			}
			continue
		}
		i := bytes.IndexByte(p, '\r')
		if i < 0 {
			return append(b, p...)
		}
		b, p, a.cr = append(b, p[:i]...), p[i+1:], true
	}
	return b
}

// flush appends a CR that nothing followed.
func (a *asciiDecoder) flush(b []byte) []byte {
	if a.cr {
		a.cr = false
		b = append(b, '\r')
	}
	return b
}
