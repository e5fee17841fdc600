package ftpserver

import (
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// siteChown sets the owner, or owner and group: "owner[:group] path".
func (s *session) siteChown(arg string) answer {
	who, path, ok := strings.Cut(arg, " ")
	owner, group, grouped := strings.Cut(who, ":")
	if !ok || path == "" || owner == "" || grouped && group == "" {
		return s.siteUsage("CHOWN")
	}
	return s.chown("SITE CHOWN", path, storage.Attr{Owner: owner, Group: group})
}

// siteChgrp sets the group: "group path".
func (s *session) siteChgrp(arg string) answer {
	group, path, ok := strings.Cut(arg, " ")
	if !ok || path == "" || group == "" {
		return s.siteUsage("CHGRP")
	}
	return s.chown("SITE CHGRP", path, storage.Attr{Group: group})
}

func (s *session) chown(verb, path string, a storage.Attr) answer {
	if !s.account.Can.Has(CanChown) {
		return s.denied(CanChown)
	}
	if err := s.account.FS.SetAttr(s.ctx, s.name(path), a); err != nil {
		return s.replyFor(verb, err)
	}
	return s.say(ftp.CodeOK, "Owner set.")
}
