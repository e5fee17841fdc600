package ftpserver

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// canTellSpace and hasQuota are the gates of what not every storage knows.
func canTellSpace(s *session) bool {
	if s.account == nil {
		return true
	}
	_, ok := storage.As[storage.Spacer](s.account.FS)
	return ok
}

func hasQuota(s *session) bool {
	if s.account == nil {
		return true
	}
	_, ok := storage.As[storage.Quoter](s.account.FS)
	return ok
}

// cmdAllo reserves nothing, but says in time that a file will not fit, and has the
// next upload refused at once if it does not fit any more by then. Where nobody
// knows how much room there is, it is not needed (202). The record size is for
// systems that lay out files in records.
func (s *session) cmdAllo(arg string) answer {
	size, _, err := ftp.ParseAllo(arg)
	if err != nil {
		return s.usage("ALLO")
	}
	size = s.params.Stored(size) // it counts logical bytes (RFC 959, 3.1.1.4)
	spacer, ok := storage.As[storage.Spacer](s.account.FS)
	if ok {
		free, err := spacer.Space(s.ctx, storageName(s.dir))
		switch {
		case err != nil:
			ok = false
		case size > free:
			return s.say(ftp.CodeAllocation, "No room for it: %d octets are free.", num(free))
		}
	}
	s.leave().allo = size
	if !ok {
		return s.say(ftp.CodeSuperfluous, "Nobody knows how much room there is; just send it.")
	}
	return s.say(ftp.CodeOK, "There is room for it.")
}

// cmdAvbl tells how much the user can still store.
func (s *session) cmdAvbl(arg string) answer {
	free, err := int64(0), errors.ErrUnsupported
	if spacer, ok := storage.As[storage.Spacer](s.account.FS); ok {
		free, err = spacer.Space(s.ctx, storageName(s.path(arg)))
	}
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return s.say(ftp.CodeUnavailable, "Nobody knows how much room there is.")
	case err != nil:
		return s.replyFor("AVBL", err)
	}
	if !s.account.Can.Has(CanWrite) {
		free = 0
	}
	return filled(ftp.CodeFileStatus, "%d", num(free))
}

// cmdXquota shows the quota to programs: the lines are those of WS_FTP's server,
// in octets.
func (s *session) cmdXquota(string) answer {
	u, ok, refusal := s.quota("XQUOTA")
	switch {
	case !refusal.IsZero():
		return refusal
	case !ok:
		return s.say(ftp.CodeUnavailable, "There is no quota.")
	}
	limit := func(n int64) string {
		if n < 0 {
			return "unlimited"
		}
		return strconv.FormatInt(n, 10)
	}
	return several(ftp.CodeFileStatus, []string{
		"File and disk usage",
		fmt.Sprintf("    File count: %d", u.Files),
		"    File limit: " + limit(u.MaxFiles),
		fmt.Sprintf("    Disk usage: %d", u.Octets),
		"    Disk limit: " + limit(u.MaxOctets),
		"File and disk usage end",
	})
}

// siteQuota shows it to people.
func (s *session) siteQuota(string) answer {
	u, ok, refusal := s.quota("SITE QUOTA")
	switch {
	case !refusal.IsZero():
		return refusal
	case !ok:
		return s.say(ftp.CodeSuperfluous, "There is no quota.")
	}
	row := func(what string, used, most int64) string {
		limit := s.tr("unlimited")
		if most >= 0 {
			limit = strconv.FormatInt(most, 10)
		}
		return " " + s.tr("%s: %d used, limit %s", what, used, limit)
	}
	return several(ftp.CodeOK, []string{
		s.tr("Quota:"),
		row(s.tr("Files"), u.Files, u.MaxFiles),
		row(s.tr("Octets"), u.Octets, u.MaxOctets),
		"End",
	})
}

// quota returns how much of the quota is used; false if there is none.
func (s *session) quota(verb string) (storage.Usage, bool, answer) {
	q, ok := storage.As[storage.Quoter](s.account.FS)
	if !ok {
		return storage.Usage{}, false, answer{}
	}
	u, err := q.Quota(s.ctx)
	if err != nil {
		return u, false, s.replyFor(verb, err)
	}
	return u, true, answer{}
}
