package ftpserver

import (
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// maxClient is how many octets of what a client calls itself are kept.
const maxClient = 100

// cmdClnt takes note of the client's name, which changes nothing but what
// Sessions and SITE WHO tell.
func (s *session) cmdClnt(arg string) answer {
	s.setClient(arg)
	return s.say(ftp.CodeOK, "Noted.")
}

func (s *session) setClient(name string) {
	s.client = name[:min(len(name), maxClient)]
	s.publish()
}

// cmdCsid takes note of the client, and says what the client should know of the
// server: whether "A" and "a" are two names, and what stands between them. Which
// version of what this is, is for those who have logged in.
func (s *session) cmdCsid(arg string) answer {
	facts, err := ftp.ParseFacts(arg)
	if err != nil {
		return s.usage("CSID")
	}
	var client []string
	for _, f := range facts {
		if strings.EqualFold(f.Name, "Name") || strings.EqualFold(f.Name, "Version") {
			client = append(client, f.Value)
		}
	}
	s.setClient(strings.Join(client, " "))
	text := "Name=ferry; "
	sensitive := '1'
	if s.account != nil {
		if v := ownVersion(); v != "" {
			text += "Version=" + v + "; "
		}
		text += "OS=" + runtime.GOOS + "; "
		if s.account.FS.Features().Has(storage.CaseFolding) {
			sensitive = '0'
		}
	}
	return plain(ftp.CodeOK, text+"CaseSensitive="+string(sensitive)+"; DirSep=/;")
}

// ownVersion is the version of this module in the running program, or "" if that
// was not built from one.
func ownVersion() string {
	const module = "github.com/seed-6092453b/ferry"
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, m := range append(build.Deps, &build.Main) {
		if m.Path == module && m.Version != "(devel)" {
			return m.Version
		}
	}
	return ""
}
