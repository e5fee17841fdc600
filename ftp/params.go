package ftp

import (
	"errors"
	"fmt"
	"strings"
)

// Params are the transfer parameters of a session (RFC 959, 3 and 4.1.2). Use
// DefaultParams, not the zero Params.
type Params struct {
	Type  byte // 'A', 'E', 'I' or 'L'
	Form  byte // 'N', 'T' or 'C', of types A and E
	Bits  int  // of type L: 1 to 255
	Stru  byte // 'F', 'R' or 'P'
	Mode  byte // 'S', 'B', 'C' or 'Z'
	Level int  // of mode Z: 0 to 9
}

// DefaultParams returns what every session begins with: ASCII non-print, file
// structure, stream mode (RFC 959, 5.1); mode Z, once it is chosen, at level 1.
func DefaultParams() Params {
	return Params{Type: 'A', Form: 'N', Stru: 'F', Mode: 'S', Level: 1}
}

// Identity reports whether a file's octets are the octets on the wire: type I
// or L 8 (or another multiple of 8), file structure, stream mode.
func (p Params) Identity() bool {
	return (p.Type == 'I' || p.Type == 'L' && p.Bits%8 == 0) && p.Stru == 'F' && p.Mode == 'S'
}

// TypeString returns the argument of TYPE that sets p's type, such as "A N".
func (p Params) TypeString() string {
	switch p.Type {
	case 'A', 'E':
		return string([]byte{p.Type, ' ', p.Form})
	case 'L':
		return fmt.Sprintf("L %d", p.Bits)
	case 'I':
		return "I"
	}
	return string(p.Type)
}

// ErrParameter is an argument of TYPE, STRU or MODE that means something, but
// nothing that Params can say (504, not 501).
var ErrParameter = errors.New("ftp: parameter not implemented")

// SetType returns p with the type that arg, the argument of TYPE, says
// (RFC 959, 5.3.2). What does not follow the grammar is ErrSyntax, and type U
// (draft-klensin-ftpext-typeu) ErrParameter; p is then unchanged. Letters may be
// of either case; a missing format is N.
func (p Params) SetType(arg string) (Params, error) {
	var words [3]string // room for one too many
	n := 0
	for w := range strings.FieldsSeq(strings.ToUpper(arg)) {
		if words[n] = w; n == 2 {
			return p, ErrSyntax
		}
		n++
	}
	f := words[:n]
	if n == 0 || len(f[0]) != 1 {
		return p, ErrSyntax
	}
	q := p
	q.Type, q.Form, q.Bits = f[0][0], 0, 0
	switch q.Type {
	case 'A', 'E':
		q.Form = 'N'
		if len(f) == 2 {
			if len(f[1]) != 1 || !strings.Contains("NTC", f[1]) {
				return p, ErrSyntax
			}
			q.Form = f[1][0]
		}
	case 'I':
		if len(f) == 2 {
			return p, ErrSyntax
		}
	case 'L':
		if len(f) != 2 {
			return p, ErrSyntax
		}
		n, err := parseNumber(f[1], 255)
		if err != nil || n == 0 {
			return p, ErrSyntax
		}
		q.Bits = n
	case 'U':
		return p, ErrParameter
	default:
		return p, ErrSyntax
	}
	return q, nil
}

// SetStru returns p with the structure that arg, the argument of STRU, says:
// F, R or P. Another letter is ErrParameter, and anything else ErrSyntax.
func (p Params) SetStru(arg string) (Params, error) {
	c, err := parseLetter(arg, "FRP")
	if err == nil {
		p.Stru = c
	}
	return p, err
}

// SetMode returns p with the mode that arg, the argument of MODE, says: S, B,
// C or Z. Another letter is ErrParameter, and anything else ErrSyntax.
func (p Params) SetMode(arg string) (Params, error) {
	c, err := parseLetter(arg, "SBCZ")
	if err == nil {
		p.Mode = c
	}
	return p, err
}

func parseLetter(arg, letters string) (byte, error) {
	arg = strings.ToUpper(strings.Trim(arg, " "))
	switch {
	case len(arg) != 1 || arg[0] < 'A' || arg[0] > 'Z':
		return 0, ErrSyntax
	case !strings.Contains(letters, arg):
		return 0, ErrParameter
	}
	return arg[0], nil
}
