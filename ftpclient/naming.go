package ftpclient

import (
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// Where many files cross one data connection, the replies alone tell which octets
// belong to which file. A reply that is lost or doubled on the way would have a file
// stored under the name of another. So files are asked for ahead only from a server
// that names each one as it begins, as in "125 ... sending /dir/name (12 bytes).".

// namedIn returns the path of the file that a preliminary reply names: what stands from
// the first slash up to the size in parentheses, or to a full stop. "" is none.
func namedIn(r ftp.Reply) string {
	text := r.Text()
	i := strings.IndexByte(text, '/')
	if i < 0 {
		return ""
	}
	text = text[i:]
	if _, ok := sizeIn(r); ok {
		return strings.TrimSuffix(text[:strings.LastIndexByte(text, '(')], " ")
	}
	path, ok := strings.CutSuffix(text, ".")
	if !ok {
		return ""
	}
	return path
}

// learnNaming learns from the reply to a transfer of arg what the server puts before
// the names of files.
func (c *Conn) learnNaming(arg string, r ftp.Reply) {
	if before, ok := strings.CutSuffix(namedIn(r), strings.TrimPrefix(arg, "./")); ok && c.naming == nil {
		c.naming = &before
	}
}

// isNamed reports whether the reply to a transfer of arg names that very file.
func (c *Conn) isNamed(arg string, r ftp.Reply) bool {
	return c.naming != nil && namedIn(r) == *c.naming+strings.TrimPrefix(arg, "./")
}

// nameable reports whether any server that names files would name this one to the
// letter: texts for people leave out what is not for the screen.
func nameable(arg string) bool {
	for i := range len(arg) {
		if b := arg[i]; b < ' ' || b == 0x7f || b == 0xff {
			return false
		}
	}
	return true
}
