package conformance

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// usual answers a command as any server would.
func (c *scriptConn) usual(verb, arg string) {
	switch verb {
	case "USER":
		c.user, c.loggedIn = arg, false
		c.say("331 Password, please.")
		return
	case "PASS":
		c.pass(arg)
		return
	case "QUIT":
		c.say("221 Goodbye.")
		c.hangUp()
		return
	case "SYST":
		c.say("215 UNIX Type: L8")
		return
	case "FEAT":
		c.feat()
		return
	case "NOOP":
		c.say("200 Fine.")
		return
	case "HOST":
		c.say("220 Host accepted.")
		return
	case "AUTH", "PBSZ", "PROT":
		c.security(verb, arg)
		return
	case "OPTS", "CLNT", "ACCT", "ALLO":
		c.say("200 Fine.")
		return
	}
	switch {
	case !c.loggedIn:
		c.say("530 Log in first.")
	case c.parameter(verb, arg), c.transfer(verb, arg), c.tree(verb, arg):
	default:
		c.say("500 What?")
	}
}

func (c *scriptConn) pass(arg string) {
	if c.user != scriptUser || arg != scriptPassword {
		c.say("530 Login incorrect.")
		return
	}
	c.loggedIn = true
	c.say("230 Logged in.")
}

func (c *scriptConn) feat() {
	if c.srv.feats == nil {
		c.say("500 What?")
		return
	}
	lines := []string{"211-Features:"}
	for _, f := range c.srv.feats {
		lines = append(lines, " "+f)
	}
	c.say(append(lines, "211 End")...)
}

func (c *scriptConn) security(verb, arg string) {
	switch {
	case c.srv.secure == nil:
		c.say("502 There is no TLS here.")
	case verb == "AUTH" && !strings.HasPrefix(strings.ToUpper(arg), "TLS"):
		c.say("504 TLS is what there is.")
	case verb == "AUTH":
		c.say("234 Begin.")
		c.private()
	case verb == "PBSZ":
		c.say("200 PBSZ=0")
	case arg == "P" || arg == "C":
		c.prot = arg[0]
		c.say("200 Fine.")
	default:
		c.say("536 P or C.")
	}
}

// parameter answers what changes how files are transferred.
func (c *scriptConn) parameter(verb, arg string) bool {
	up := strings.ToUpper(arg)
	switch verb {
	case "TYPE":
		if up == "" || !strings.Contains("AIL", up[:1]) {
			c.say("504 A or I.")
			return true
		}
		c.typ = up[0]
	case "MODE":
		if up != "S" && up != "B" {
			c.say("504 S or B.")
			return true
		}
		c.mode = up[0]
	case "STRU":
		if up != "F" {
			c.say("504 F.")
			return true
		}
	case "REST":
		c.rest = arg
		c.say("350 Go on.")
		return true
	case "PASV", "EPSV":
		c.listen(verb, arg)
		return true
	case "PORT", "EPRT":
		c.port(verb, arg)
		return true
	case "ABOR":
		c.say("226 Nothing was going on.")
		return true
	default:
		return false
	}
	c.say("200 Fine.")
	return true
}

// tree answers what is about files and folders, without a data connection.
func (c *scriptConn) tree(verb, arg string) bool {
	s := c.srv
	p := c.path(arg)
	s.mu.Lock()
	f, there := s.files[p]
	s.mu.Unlock()
	if p == "/" || p == s.home {
		f, there = scriptFile{folder: true, time: scriptTime}, true
	}
	switch verb {
	case "PWD", "XPWD":
		c.say("257 " + quotedPath(c.cwd))
	case "CWD", "XCWD", "CDUP", "XCUP":
		if verb[len(verb)-2:] == "UP" {
			p, f, there = path.Dir(c.cwd), scriptFile{folder: true}, true
		}
		if !there || !f.folder {
			c.say("550 There is no such folder.")
			return true
		}
		c.cwd = p
		c.say("250 Fine.")
	case "MKD", "XMKD":
		s.mu.Lock()
		s.files[p] = scriptFile{folder: true, time: scriptTime}
		s.mu.Unlock()
		c.say("257 " + quotedPath(p) + " made.")
	case "SIZE", "MDTM", "MLST":
		c.fact(verb, p, f, there)
	case "DELE", "RMD", "XRMD":
		s.mu.Lock()
		delete(s.files, p)
		s.mu.Unlock()
		c.say("250 Gone.")
	case "RNFR":
		c.say("350 To what?")
	case "RNTO":
		c.say("250 Fine.")
	case "STAT", "HELP":
		c.say("211 Fine.")
	case "SITE":
		c.say("500 There is nothing of the kind.")
	default:
		return false
	}
	return true
}

func (c *scriptConn) fact(verb, p string, f scriptFile, there bool) {
	switch {
	case !there, verb == "SIZE" && f.folder:
		c.say("550 There is no such file.")
	case verb == "SIZE":
		c.say("213 " + strconv.Itoa(len(f.octets)))
	case verb == "MDTM":
		c.say("213 " + f.time.Format("20060102150405"))
	default:
		c.say("250-Facts:", " "+f.facts()+" "+wirePath(p), "250 End")
	}
}

func (f scriptFile) facts() string {
	if f.folder {
		return "type=dir;modify=" + f.time.Format("20060102150405") + ";"
	}
	return fmt.Sprintf("type=file;size=%d;modify=%s;", len(f.octets), f.time.Format("20060102150405"))
}

// names returns what is in a folder, sorted.
func (s *scriptServer) names(folder string) (list []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p := range s.files {
		if path.Dir(p) == folder && p != "/" {
			list = append(list, path.Base(p))
		}
	}
	slices.Sort(list)
	return list
}

// quotedPath writes a path as 257 has it (RFC 959, appendix II).
func quotedPath(p string) string { return `"` + strings.ReplaceAll(wirePath(p), `"`, `""`) + `"` }

// wirePath writes a path as replies have it: CR as CR NUL (RFC 2640, 3.1), and IAC
// doubled (RFC 854).
func wirePath(p string) string {
	return strings.ReplaceAll(strings.ReplaceAll(p, "\r", "\r\x00"), "\xff", "\xff\xff")
}
