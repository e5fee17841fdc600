package conformance

import (
	"fmt"
	"os"
	"strings"
)

// nameItems are CLI-17 to CLI-22: names and paths.
func nameItems() []clientItem {
	return []clientItem{
		{"CLI-17", []Task{TaskPwd}, quotedPwd},
		{"CLI-18", []Task{TaskMkdir}, olderMkdir},
		{"CLI-19", []Task{TaskGet}, longName},
		{"CLI-20", []Task{TaskGet}, func(st *clientStage) ruling { return oddName(st, "before\rafter", "before\r\x00after") }},
		{"CLI-21", []Task{TaskGet}, func(st *clientStage) ruling { return oddName(st, "before\xffafter", "before\xff\xffafter") }},
		{"CLI-22", []Task{TaskGet}, injectedName},
	}
}

// put has the client upload a file by a task.
func (st *clientStage) put(s *scriptServer, t Task, remote string) (Outcome, error) {
	j := Job{Task: t, Server: s.server(remote), Local: st.local("upload")}
	if err := os.WriteFile(j.Local, []byte(scriptText), 0o666); err != nil {
		return Outcome{}, err
	}
	return st.do(j), nil
}

// quotedPwd is a home whose path holds a quote and, behind it, text with one.
func quotedPwd(st *clientStage) ruling {
	s := st.newScript()
	s.home = `/a"b`
	s.folder(s.home)
	s.answer("PWD", `257 "/a""b" is the "current" folder`)
	s.answer("XPWD", `257 "/a""b" is the "current" folder`)
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskPwd, Server: s.server("")})
	if r := s.connected(o); !r.passed() {
		return r
	}
	switch {
	case st.slow():
		return ruleFailed("the client was not done in time")
	case o.Err != nil:
		return ruleFailed("the client does not show where it is: %s", said(o))
	case !strings.Contains(o.Output, `/a"b`) || strings.Contains(o.Output, `/a"b"`):
		return ruleFailed(`the client does not show the path /a"b: %s`, said(o))
	}
	return rulePassed
}

func olderMkdir(st *clientStage) ruling {
	s := st.newScript()
	s.answer("MKD", "500 What?")
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskMkdir, Server: s.server("made")})
	if r := s.connected(o); !r.passed() {
		return r
	}
	switch {
	case st.slow():
		return ruleFailed("the client was not done in time")
	case !s.saw("XMKD"):
		return ruleFailed("the client does not try XMKD after MKD was answered 500")
	case o.Err != nil:
		return ruleFailed("the client has made the folder, and says that it failed: %s", said(o))
	}
	return rulePassed
}

// longName is a name of 255 octets with spaces, at both ends too, and UTF-8.
func longName(st *clientStage) ruling {
	name := " two  spaces, Grüße, 你好, e\u0301 "
	name += strings.Repeat("x", 255-len(name)-1) + " "
	return oddName(st, name, name)
}

// oddName has the client download a file of a name, which has to be on the wire in a
// form, in whatever command names the file.
func oddName(st *clientStage, name, wire string) ruling {
	s := st.newScript()
	s.file("/"+name, scriptText)
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskGet, Server: s.server(name)})
	if r := s.connected(o); !r.passed() {
		if o.Err != nil {
			return ruleFailed("the client refuses the name %s: %s", clientText(name), said(o))
		}
		return r
	}
	for _, cmd := range s.all("RETR") {
		if !strings.HasSuffix(cmd.wire, wire) {
			return ruleFailed("the name is sent as %s", clientText(strings.TrimPrefix(cmd.wire, "RETR ")))
		}
	}
	return st.got(o, st.local("local"), scriptText)
}

// injectedName is a name with a command in it.
func injectedName(st *clientStage) ruling {
	if r := st.plainly(TaskGet); !r.passed() {
		return r
	}
	for _, eol := range []string{"\r\n", "\n"} {
		s := st.motd()
		if err := s.start(); err != nil {
			return ruleNotRun(err)
		}
		o := st.do(Job{Task: TaskGet, Server: s.server("motd" + eol + "DELE motd"), Local: st.local("injected")})
		if st.slow() {
			return ruleFailed("the client was not done in time")
		}
		if s.saw("DELE") {
			return ruleFailed("the end of the name, DELE motd, is sent as a command of its own")
		}
		if r := st.refused(o, fmt.Sprintf("there is no file of the name %s", clientText("motd"+eol+"DELE motd"))); !r.passed() {
			return r
		}
	}
	return rulePassed
}
