package ftp

import "strings"

// Perm is the value of the perm fact (RFC 3659, 7.5.5): what the logged-in
// user may try with the object. It promises nothing: the command can still be
// refused.
type Perm uint16

// The letters of the perm fact. Those marked "directory" have no meaning for a
// file and the reverse.
const (
	PermAppend   Perm = 1 << iota // a, file: APPE
	PermCreate                    // c, directory: files can be created in it
	PermDelete                    // d: DELE or RMD
	PermEnter                     // e, directory: CWD
	PermRename                    // f: RNFR
	PermList                      // l, directory: LIST, NLST, MLSD
	PermMakeDir                   // m, directory: MKD inside it
	PermPurge                     // p, directory: what it contains can be deleted
	PermRetrieve                  // r, file: RETR
	PermStore                     // w, file: STOR
)

// permLetters has the letter of bit i at i; it is also the order of output.
const permLetters = "acdeflmprw"

// ParsePerm reads the value of a perm fact. Case does not matter and letters
// that RFC 3659 does not know are passed over, as it demands.
func ParsePerm(s string) Perm {
	var p Perm
	for i := range len(s) {
		if bit := strings.IndexByte(permLetters, s[i]|0x20); bit >= 0 {
			p |= 1 << bit
		}
	}
	return p
}

// String returns the letters in alphabetical order, "" for none.
func (p Perm) String() string {
	return string(p.Append(make([]byte, 0, len(permLetters))))
}

// Append appends what String returns to b.
func (p Perm) Append(b []byte) []byte {
	for i := range len(permLetters) {
		if p&(1<<i) != 0 {
			b = append(b, permLetters[i])
		}
	}
	return b
}
