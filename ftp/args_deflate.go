package ftp

import (
	"fmt"
	"strconv"
	"strings"
)

// DeflateOptions are what OPTS MODE Z sets (draft-preston-ftpext-deflate, 3.4).
type DeflateOptions struct {
	Level int // 0 to 9; see Params.Level
	Block int // octets of the file after each of which what was compressed is sent; 0: as it comes
}

// The range of BLOCKSIZE. To send less at once would cost more than the compression
// saves.
const (
	minDeflateBlock = 512
	maxDeflateBlock = 1 << 30
)

// DeflateOptionError reports an option of OPTS MODE Z that there is not, or a
// value that it cannot have.
type DeflateOptionError struct {
	Name  string // in upper case
	Value string // "" if it had none
}

func (e *DeflateOptionError) Error() string {
	return fmt.Sprintf("ftp: MODE Z cannot have %s %q", e.Name, e.Value)
}

// Set returns o with what arg says: pairs of a name and a value. The draft's
// grammar has commas between them and its examples have spaces; both will do.
// set lists the pairs as they were understood. The error is a
// *DeflateOptionError, and o is then unchanged.
func (o DeflateOptions) Set(arg string) (_ DeflateOptions, set []string, err error) {
	f := strings.FieldsFunc(strings.ToUpper(arg), func(r rune) bool { return r == ' ' || r == ',' })
	changed := o
	for len(f) > 0 {
		name, value := f[0], ""
		if len(f) == 1 {
			return o, nil, &DeflateOptionError{Name: name}
		}
		value, f = f[1], f[2:]
		if !changed.set(name, value) {
			return o, nil, &DeflateOptionError{name, value}
		}
		set = append(set, name+" "+value)
	}
	return changed, set, nil
}

// set sets one option. Of ENGINE, METHOD and EXTRA there is one value each: zlib,
// deflate, and no header beside that of zlib.
func (o *DeflateOptions) set(name, value string) bool {
	n, err := strconv.Atoi(value)
	digits := err == nil && strings.Trim(value, "0123456789") == ""
	switch name {
	case "ENGINE":
		return value == "ZLIB"
	case "METHOD":
		return digits && n == 8
	case "EXTRA":
		return value == "OFF"
	case "LEVEL":
		if digits && n <= 9 {
			o.Level = n
			return true
		}
	case "BLOCKSIZE":
		if digits && n >= minDeflateBlock && n <= maxDeflateBlock {
			o.Block = n
			return true
		}
	}
	return false
}
