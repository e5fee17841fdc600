package ftpserver

import (
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// siteHandlers has the handler of each subcommand of SITE.
var siteHandlers map[string]handler

func init() { // not a literal: SITE HELP reads the map
	siteHandlers = map[string]handler{
		"HELP":  (*session).siteHelp,
		"CHMOD": (*session).siteChmod,
		"UTIME": (*session).siteUtime,
		"CHOWN": (*session).siteChown,
		"CHGRP": (*session).siteChgrp,
		"UMASK": (*session).siteUmask,
		"IDLE":  (*session).siteIdle,
		"WHO":   (*session).siteWho,

		"COPY":    (*session).siteCopy,
		"CPFR":    cpfr("SITE CPFR"),
		"CPTO":    cpto("SITE CPTO"),
		"MKDIR":   (*session).siteMkdir,
		"RMDIR":   rmda("SITE RMDIR", ftp.CodeOK),
		"SYMLINK": (*session).siteSymlink,
		"QUOTA":   (*session).siteQuota,
	}
}

func (s *session) cmdSite(arg string) answer {
	arg = strings.TrimLeft(arg, " ")
	if arg == "" {
		return s.usage("SITE")
	}
	verb, rest, _ := ftp.SplitCommand([]byte(arg))
	c := ftp.LookupSite(verb)
	if c == nil {
		return s.say(ftp.CodeUnknown, "Unknown SITE command; see HELP SITE.")
	}
	h := s.handlerOf(c)
	if c.Arg == ftp.ArgWordPath {
		rest = strings.TrimLeft(rest, " ")
	}
	switch {
	case h == nil:
		return s.say(ftp.CodeNotImplemented, "%s is not implemented.", str("SITE "+verb))
	case c.Phase&s.phase == 0:
		return s.say(ftp.CodeNotLoggedIn, "Log in with USER and PASS first.")
	case c.Arg == ftp.ArgNone && strings.Trim(rest, " ") != "":
		return s.say(ftp.CodeBadArgument, "%s takes no argument.", str("SITE "+verb))
	case rest == "" && (c.Arg == ftp.ArgPath || c.Arg == ftp.ArgWordPath || c.Arg == ftp.ArgText):
		return s.siteUsage(verb)
	}
	return h(s, rest)
}

func (s *session) siteUsage(verb string) answer {
	return s.say(ftp.CodeBadArgument, "Usage: %s", str("SITE "+ftp.LookupSite(verb).Usage()))
}

func (s *session) siteHelp(arg string) answer {
	return s.help("SITE ", arg, ftp.SiteCommands())
}

func (s *session) siteChmod(arg string) answer {
	octal, path, ok := strings.Cut(arg, " ")
	mode, good := parseMode(octal)
	if !ok || path == "" || !good {
		return s.siteUsage("CHMOD")
	}
	if r := s.setAttr("SITE", path, storage.Attr{Mode: &mode}); !r.IsZero() {
		return r
	}
	return s.say(ftp.CodeOK, "Mode set.")
}

func (s *session) siteUtime(arg string) answer {
	path, t, ok := parseUtime(arg)
	if !ok {
		return s.siteUsage("UTIME")
	}
	if r := s.setAttr("SITE", path, storage.Attr{ModTime: t}); !r.IsZero() {
		return r
	}
	return s.say(ftp.CodeOK, "Time set.")
}
