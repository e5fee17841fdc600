package ftpserver

import (
	"errors"
	"io/fs"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// maxCount is the size of the largest file that is read to tell how large it is
// in ASCII type. Of a larger one SIZE says that it does not know, which RFC 3659,
// 4, prefers to a guess.
const maxCount = 64 << 20

func (s *session) cmdSize(arg string) answer {
	name := s.name(arg)
	info, err := s.stat(name)
	switch {
	case err == nil && info.IsDir():
		err = storage.ErrIsDir
	case err == nil && info.Kind != storage.KindFile:
		return s.say(ftp.CodeUnavailable, "Not a file.")
	}
	size := info.Size
	c := asStream(s.codec())
	if err == nil && c.KeepsOpen() {
		return s.say(ftp.CodeUnavailable, "The size on the wire is not known in this mode; use MODE S.")
	}
	if err == nil && !c.Identity() {
		if size, err = s.wireSize(name, info, c); err == nil && size < 0 {
			return s.say(ftp.CodeUnavailable, "It cannot be counted in this type; use TYPE I.")
		}
	}
	if err != nil {
		return s.cannotSend("SIZE", err)
	}
	if size < 0 {
		return s.replyFor("SIZE", errSize)
	}
	return filled(ftp.CodeFileStatus, "%d", num(size))
}

// wireSize counts the octets of a file as they would be sent; -1 if that cannot
// be done.
func (s *session) wireSize(name string, info storage.Info, c ftp.Codec) (int64, error) {
	if _, part := s.part(name); part || info.Size > maxCount {
		return -1, nil
	}
	f, err := s.account.FS.Open(s.ctx, name, storage.Range{})
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info = f.Info()
	c.Literal = info.Form != ""
	if err := c.Check(info.Form, info.Size); err != nil {
		return 0, err
	}
	return c.WireSize(f)
}

// cmdMdtm tells when a file was modified. Where Config.MDTMSet is on and there is no
// file of the whole name, it may set that, too: "time path".
func (s *session) cmdMdtm(arg string) answer {
	info, err := s.stat(s.name(arg))
	if errors.Is(err, fs.ErrNotExist) && s.srv.cfg.MDTMSet {
		if stamp, _, ok := strings.Cut(arg, " "); ok && len(stamp) == 14 {
			if _, path, badTime := ftp.ParseTimePath(arg); badTime == nil {
				return s.setByMdtm(stamp, path)
			}
		}
	}
	if err != nil {
		return s.replyFor("MDTM", err)
	}
	if info.ModTime.IsZero() {
		return s.say(ftp.CodeUnavailable, "The time is not known.")
	}
	return plain(ftp.CodeFileStatus, ftp.FormatTime(info.ModTime))
}

// setByMdtm sets the time of modification and answers as to the question.
func (s *session) setByMdtm(stamp, path string) answer {
	if r := s.setOneTime("MDTM", "Modify", stamp+" "+path); !r.Code.OK() {
		return r
	}
	return s.cmdMdtm(path)
}

// setAttr changes attributes; it returns no reply if that went well.
func (s *session) setAttr(verb, path string, a storage.Attr) answer {
	if !s.account.Can.Has(CanSetAttr) {
		return s.denied(CanSetAttr)
	}
	if err := s.account.FS.SetAttr(s.ctx, s.name(path), a); err != nil {
		return s.replyFor(verb, err)
	}
	return answer{}
}

// parseUtime reads the argument of SITE UTIME in both of its forms:
// "YYYYMMDDhhmm[ss] path" and "path atime mtime ctime UTC".
func parseUtime(arg string) (path string, t time.Time, ok bool) {
	if head, tail, found := strings.Cut(arg, " "); found && tail != "" {
		if t, ok := parseStamp(head); ok {
			return tail, t, true
		}
	}
	f := strings.Split(arg, " ")
	n := len(f)
	if n < 5 || !strings.EqualFold(f[n-1], "UTC") {
		return "", time.Time{}, false
	}
	if t, ok = parseStamp(f[n-3]); !ok {
		return "", time.Time{}, false
	}
	return strings.Join(f[:n-4], " "), t, true
}

// parseStamp reads YYYYMMDDhhmm or YYYYMMDDhhmmss, UTC.
func parseStamp(s string) (time.Time, bool) {
	if len(s) == 12 {
		s += "00"
	}
	if len(s) != 14 {
		return time.Time{}, false
	}
	t, err := ftp.ParseTime(s)
	return t, err == nil
}
