package conformance

import (
	"os"
	"strings"
)

// urlItems are CLI-46 and CLI-47.
func urlItems() []clientItem {
	return []clientItem{
		{"CLI-46", []Task{TaskGetURL}, absoluteURL},
		{"CLI-47", []Task{TaskGetURL}, urlWithLineEnd},
	}
}

// absoluteURL is a URL of a file that is not below the folder that the login leads to. A
// client may send CWD /etc and RETR motd, or RETR /etc/motd: what counts is where that
// leads, and the type in force.
func absoluteURL(st *clientStage) ruling {
	s := st.newScript()
	s.home = "/home/tester"
	s.folder("/etc")
	s.folder("/home/tester/etc")
	s.file("/etc/motd", scriptText)
	s.file("/home/tester/etc/motd", "this is another one")
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	v := s.server("/etc/motd")
	v.URL = scriptURL(v.Host, v.Port, "") + "%2Fetc/motd;type=a"
	o := st.do(Job{Task: TaskGetURL, Server: v})
	if r := s.connected(o); !r.passed() {
		return r
	}
	retr := s.all("RETR")
	if len(retr) == 0 {
		return ruleFailed("the client has not sent RETR: %s", said(o))
	}
	switch cmd := retr[len(retr)-1]; {
	case cmd.path != "/etc/motd":
		return ruleFailed("the client asks for %s, not for /etc/motd", clientText(cmd.path))
	case cmd.typ != 'A':
		return ruleFailed("the client has not sent TYPE A")
	}
	// Lines end here in whatever way they do on this side.
	if b, err := os.ReadFile(st.local("local")); err == nil {
		if err := os.WriteFile(st.local("local"), []byte(strings.ReplaceAll(string(b), "\r\n", "\n")), 0o666); err != nil {
			return ruleNotRun(err)
		}
	}
	return st.got(o, st.local("local"), scriptText)
}

func urlWithLineEnd(st *clientStage) ruling {
	if r := st.plainly(TaskGetURL); !r.passed() {
		return r
	}
	s := st.motd()
	s.file("/a", scriptText)
	s.file("/ab", scriptText)
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	v := s.server("a\r\nb")
	v.URL = scriptURL(v.Host, v.Port, "") + "a%0d%0ab"
	o := st.do(Job{Task: TaskGetURL, Server: v})
	if st.slow() {
		return ruleFailed("the client was not done in time")
	}
	for _, cmd := range s.all() {
		if cmd.verb == "B" {
			return ruleFailed("what follows the line end in the URL is sent as a command of its own")
		}
		if cmd.verb == "RETR" {
			return ruleFailed("the client sends RETR %s", clientText(cmd.arg))
		}
	}
	return st.refused(o, "the URL holds a line end")
}
