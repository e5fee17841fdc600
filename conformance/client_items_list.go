package conformance

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// listItems are CLI-34 to CLI-37.
func listItems() []clientItem {
	return []clientItem{
		{"CLI-34", []Task{TaskGetActive}, stranger},
		{"CLI-35", []Task{TaskPutUnique}, uniqueName},
		{"CLI-36", []Task{TaskList}, oddFacts},
		{"CLI-37", []Task{TaskGetTree}, namesThatLeadOut},
	}
}

// strangerAddr is where somebody else comes from.
const strangerAddr = "127.0.0.2"

// stranger has a data connection come from another address, with other octets, before
// the server's own.
func stranger(st *clientStage) ruling {
	if r := st.plainly(TaskGetActive); !r.passed() {
		return r
	}
	s := st.motd()
	s.blind = true // or a client that has taken the stranger for the server is told otherwise
	var from error
	tried := make(chan struct{}, 1)
	s.on["RETR"] = func(c *scriptConn, arg string) {
		if !c.active.IsValid() {
			c.retrieve(arg)
			return
		}
		to := c.active
		conn, err := c.dialFrom(st.ctx, strangerAddr, to)
		if err != nil {
			from = err
		} else {
			s.st.note("data of a stranger", Happened, "connected from "+strangerAddr)
			io.WriteString(conn, strings.ToUpper(scriptText))
			st.drop(conn)
			c.pause(100 * time.Millisecond)
		}
		select {
		case tried <- struct{}{}:
		default:
		}
		c.retrieve(arg)
	}
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskGetActive, Server: s.server("motd")})
	if r := s.connected(o); !r.passed() {
		return r
	}
	select {
	case <-tried:
	default:
		return ruleFailed("the client has not sent RETR after PORT: %s", said(o))
	}
	if from != nil {
		return ruleNotRun(from)
	}
	if o.Err != nil && !st.slow() {
		return rulePassed // to give up is to refuse, too
	}
	return st.got(o, st.local("local"), scriptText)
}

func uniqueName(st *clientStage) ruling {
	s := st.newScript()
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o, err := st.put(s, TaskPutUnique, "")
	if err != nil {
		return ruleNotRun(err)
	}
	if r := s.connected(o); !r.passed() {
		return r
	}
	switch {
	case st.slow():
		return ruleFailed("the client was not done in time")
	case !s.saw("STOU"):
		return ruleFailed("the client has not sent STOU: %s", said(o))
	case o.Err != nil:
		return ruleFailed("the upload failed: %s", said(o))
	}
	return shows(o, "unique.1")
}

// oddFacts is a listing that takes the liberties of RFC 3659, 7.2.
func oddFacts(st *clientStage) ruling {
	s := st.newScript()
	names := []string{" leads with a blank", "two  blanks; and = signs", "Grüße 你好", "folder of odd facts"}
	lines := []string{
		"TYPE=FILE;SIZE=3;MODIFY=19991231235958; " + names[0],
		"x.unheard-of=1=2;Type=file;unix.whatever=;size=3;Modify=19991231235958.123; " + names[1],
		"type=file; " + names[2],
		"tYpE=dir;Media-Type=text/plain;charset=?; " + names[3],
	}
	for i, name := range names {
		s.files["/"+name] = scriptFile{octets: "abc", time: scriptTime, folder: i == 3}
	}
	s.on["MLSD"] = func(c *scriptConn, _ string) { c.giveList(strings.Join(lines, "\r\n") + "\r\n") }
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskList, Server: s.server("")})
	if r := s.connected(o); !r.passed() {
		return r
	}
	switch {
	case st.slow():
		return ruleFailed("the client was not done in time")
	case !s.saw("MLSD"):
		return ruleNotOffered("the client never sends MLSD")
	case o.Err != nil:
		return ruleFailed("the listing failed: %s", said(o))
	}
	return shows(o, names...)
}

// namesThatLeadOut is a listing whose names are paths.
func namesThatLeadOut(st *clientStage) ruling {
	s := st.newScript()
	into, outside := st.local("tree"), st.local("outside")
	for _, dir := range []string{into, outside} {
		if err := os.Mkdir(dir, 0o777); err != nil {
			return ruleNotRun(err)
		}
	}
	evil := map[string]string{ // where a client would write that takes the name for a path
		"../evil-up":            st.local("evil-up"),
		outside + "/evil":       filepath.Join(outside, "evil"),
		"none/evil-below":       filepath.Join(into, "none", "evil-below"),
		"../outside/evil-aside": filepath.Join(outside, "evil-aside"),
	}
	s.folder("/pub")
	s.folder("/pub/sub")
	s.file("/pub/good", scriptText)
	var mlsd, list strings.Builder
	for _, name := range []string{"good", "sub", "../evil-up", outside + "/evil", "none/evil-below", "../outside/evil-aside", ".."} {
		f := scriptFile{octets: scriptText, time: scriptTime, folder: name == "sub" || name == ".."}
		if evil[name] != "" {
			s.files[(&scriptConn{cwd: "/pub"}).path(name)] = f
		}
		mlsd.WriteString(f.facts() + " " + name + "\r\n")
		list.WriteString(f.line(name) + "\r\n")
	}
	for verb, text := range map[string]string{"MLSD": mlsd.String(), "LIST": list.String()} {
		s.on[verb] = func(c *scriptConn, arg string) {
			if !c.loggedIn || strings.HasSuffix(c.path(lastWord(arg)), "/sub") {
				c.usual(verb, arg)
				return
			}
			c.giveList(text)
		}
	}
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskGetTree, Server: s.server("pub"), Local: into})
	if r := s.connected(o); !r.passed() {
		return r
	}
	for name, where := range evil {
		if _, err := os.Lstat(where); err == nil {
			return ruleFailed("the client has taken the name %s for a path, and has written there", clientText(strings.ReplaceAll(name, outside, "/somewhere")))
		}
	}
	switch {
	case st.slow():
		return ruleFailed("the client was not done in time")
	case !s.saw("MLSD") && !s.saw("LIST"):
		return ruleFailed("the client has not listed the folder: %s", said(o))
	}
	return rulePassed
}

// lastWord is the argument of a listing without options.
func lastWord(arg string) string {
	if strings.HasPrefix(arg, "-") {
		return ""
	}
	return arg
}
