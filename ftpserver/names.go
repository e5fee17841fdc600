package ftpserver

import (
	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage/charset"
)

// charset is what names are in on the control and the data connection: a charset
// that the operator has set up for clients that know no UTF-8, until one of them
// says that it does (OPTS UTF8 ON). nil is none: names are octets, as they are
// stored.
func (s *session) charset() *charset.Charset {
	c := s.srv.cfg.Charset
	if s.account != nil && s.account.Charset != nil {
		c = s.account.Charset
	}
	if s.utf8 || c.IsUTF8() {
		return nil
	}
	return c
}

// speak makes the account's files known by names in the charset of the session.
// The working directory stays where it is, under another name.
func (s *session) speak() {
	if s.account == nil {
		return
	}
	inside, err := charset.Inside(s.ctx, s.account.FS, storageName(s.dir))
	if err != nil {
		inside = "."
	}
	s.account.FS = s.view()
	s.dir = s.outside("/" + inside)
	s.publish()
}

// outside returns the path by which the client knows an absolute path of the
// account's files.
func (s *session) outside(path string) string {
	path = cleanPath("/", path)
	name, err := charset.Outside(s.ctx, s.account.FS, storageName(path))
	if err != nil {
		return path // the session is ending
	}
	return cleanPath("/", name)
}

// told is what the client has sent as the operator can read it.
func (s *session) told(octets string) string {
	if text, ok := s.charset().Decode(octets); ok {
		return text
	}
	return octets
}

// optsUTF8 switches between UTF-8 and the charset that was set up. RFC 2640 knows
// no such command, but that is how clients that know UTF-8 make themselves known
// (draft-ietf-ftpext-utf-8-option). What was said before the login, as many do,
// holds behind it.
func (s *session) optsUTF8(arg string) answer {
	switch arg {
	case "", "ON", "OFF":
	default:
		return s.say(ftp.CodeBadArgument, "Usage: OPTS UTF8 ON | OFF")
	}
	s.utf8 = arg != "OFF"
	s.speak()
	switch c := s.charset(); {
	case c != nil:
		return s.say(ftp.CodeOK, "Names are in %s.", str(c.Name()))
	case s.utf8:
		return s.say(ftp.CodeOK, "Names are in UTF-8.")
	}
	return s.say(ftp.CodeOK, "Names are sent as they are stored.")
}
