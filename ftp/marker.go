package ftp

import (
	"strconv"
	"strings"
)

// Marker is a place in a file where a transfer can be taken up again in block
// and compressed mode (RFC 959, 3.5). It is ferry's own form of the restart
// marker, which only ever means something to the side that made it.
type Marker struct {
	Off     int64 // octets stored before it
	CR      bool  // a CR has come, too, that is not stored yet because of what may follow
	Records int64 // complete records before it, in record structure
}

// String returns the marker as it goes over the wire: the offset, "+c" for a CR
// held back, ";r" and the number of records if there are any.
func (m Marker) String() string {
	s := strconv.FormatInt(m.Off, 10)
	if m.CR {
		s += "+c"
	}
	if m.Records > 0 {
		s += ";r" + strconv.FormatInt(m.Records, 10)
	}
	return s
}

// ParseMarker reads what String wrote. Anything else is ErrSyntax: a marker that
// comes back over the net may have been made up.
func ParseMarker(s string) (Marker, error) {
	var m Marker
	var err error
	if rest, records, ok := strings.Cut(s, ";r"); ok {
		if m.Records, err = parseOffset(records); err != nil || m.Records == 0 {
			return Marker{}, ErrSyntax
		}
		s = rest
	}
	s, m.CR = strings.CutSuffix(s, "+c")
	if m.Off, err = parseOffset(s); err != nil {
		return Marker{}, ErrSyntax
	}
	return m, nil
}
