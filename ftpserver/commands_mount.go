package ftpserver

import (
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// cmdSmnt changes to another of the account's trees: "/name" or "name"; "/" is the
// account's own. Nothing else changes (RFC 959, 4.1.1).
func (s *session) cmdSmnt(arg string) answer {
	if len(s.account.Mounts) == 0 {
		return s.say(ftp.CodeSuperfluous, "There is one tree here, and it is mounted.")
	}
	name := strings.Trim(arg, "/")
	fsys := s.account.Mounts[s.told(name)]
	if name == "" {
		fsys = s.root
	}
	if fsys == nil {
		return s.say(ftp.CodeUnavailable, "No such tree.")
	}
	s.mount(name, fsys)
	return s.say(ftp.CodeActionDone, "Mounted %s.", quoted("/"+name))
}

// mount makes fsys what the session sees: the account's own tree if the name is
// empty.
func (s *session) mount(name string, fsys storage.FS) {
	s.files, s.tree, s.dir = fsys, name, "/"
	s.account.FS = s.view()
	s.dir = s.home()
	s.publish()
}
