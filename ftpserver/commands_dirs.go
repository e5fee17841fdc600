package ftpserver

import (
	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// cmdCwd changes the working directory. "CWD " with an empty argument is how an
// FTP URL says the first one (RFC 1738, 3.2.2); without an argument it is refused.
func (s *session) cmdCwd(arg string) answer {
	path := s.path(arg)
	if arg == "" {
		path = s.home()
	}
	return s.chdir("CWD", path)
}

func (s *session) cmdCdup(string) answer { return s.chdir("CDUP", s.path("..")) }

func (s *session) chdir(verb, path string) answer {
	info, err := s.account.FS.Stat(s.ctx, storageName(path))
	if err == nil && !info.IsDir() {
		err = storage.ErrNotDir
	}
	if err != nil {
		return s.replyFor(verb, err)
	}
	s.dir = path
	s.publish()
	return s.say(ftp.CodeActionDone, "Now in %s.", quoted(path))
}

func (s *session) cmdPwd(string) answer {
	return s.say(ftp.CodePath, "%s is the working directory.", quoted(s.dir))
}

func (s *session) cmdMkd(arg string) answer {
	if !s.account.Can.Has(CanWrite) {
		return s.denied(CanWrite)
	}
	path := s.path(arg)
	if err := s.account.FS.Mkdir(s.ctx, storageName(path)); err != nil {
		return s.replyFor("MKD", err)
	}
	return s.say(ftp.CodePath, "%s made.", quoted(path))
}

func (s *session) cmdRmd(arg string) answer {
	return s.remove("RMD", arg, storage.KindDir)
}

func (s *session) cmdDele(arg string) answer {
	return s.remove("DELE", arg, storage.KindFile)
}

func (s *session) remove(verb, arg string, want storage.Kind) answer {
	if !s.account.Can.Has(CanDelete) {
		return s.denied(CanDelete)
	}
	if err := s.account.FS.Remove(s.ctx, s.name(arg), want); err != nil {
		return s.replyFor(verb, err)
	}
	return s.say(ftp.CodeActionDone, "Removed.")
}

func (s *session) cmdRnfr(arg string) answer {
	if !s.account.Can.Has(CanRename) {
		return s.denied(CanRename)
	}
	name := s.name(arg)
	if err := s.exists(name); err != nil {
		return s.replyFor("RNFR", err)
	}
	s.leave().renameFrom = name
	return s.say(ftp.CodePending, "And its new name, by RNTO?")
}

// exists reports an error if there is no object of this name. A symbolic link
// that leads nowhere is one.
func (s *session) exists(name string) error {
	_, err := s.account.FS.Stat(s.ctx, name)
	return err
}

func (s *session) cmdRnto(arg string) answer {
	from := s.prior.renameFrom
	if from == "" {
		return s.say(ftp.CodeBadSequence, "Send RNFR first.")
	}
	to := s.name(arg)
	if !s.account.Can.Has(CanOverwrite) && to != from && s.exists(to) == nil {
		return s.denied(CanOverwrite)
	}
	if err := s.account.FS.Rename(s.ctx, from, to); err != nil {
		return s.replyFor("RNTO", err)
	}
	return s.say(ftp.CodeActionDone, "Renamed.")
}
