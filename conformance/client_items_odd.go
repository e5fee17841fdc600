package conformance

import (
	"io"
	"net"
	"os"
	"sync"
)

// oddItems are CLI-44 and CLI-45.
func oddItems() []clientItem {
	return []clientItem{
		{"CLI-44", []Task{TaskGet}, aborted},
		{"CLI-45", []Task{TaskGet}, outOfStep},
	}
}

// aborted answers ABOR in the three ways that there are. The client must not wait for
// what does not come, and not be long gone when it does.
func aborted(st *clientStage) ruling {
	for _, replies := range [][]string{
		{"426 The transfer is broken off.", "226 ABOR is done."},
		{"226 The transfer is over.", "226 ABOR is done."},
		{"226 The transfer is broken off."},
	} {
		s := st.newScript()
		s.file("/long", longText(longFile, "line"))
		stop := make(chan struct{})
		begun := sync.OnceFunc(func() { close(stop) })
		data := make(map[int]net.Conn) // by the control connection
		s.on["RETR"] = func(c *scriptConn, _ string) {
			c.say("150 Here it comes.")
			d, err := c.open()
			if err != nil {
				c.say("425 No data connection.")
				return
			}
			s.mu.Lock()
			data[c.n] = d
			s.mu.Unlock()
			io.WriteString(d, longText(1000, "line"))
			begun()
		}
		s.on["ABOR"] = func(c *scriptConn, _ string) {
			s.mu.Lock()
			d := data[c.n]
			delete(data, c.n)
			s.mu.Unlock()
			if d == nil {
				c.say("226 Nothing was going on.")
				return
			}
			d.Close()
			c.say(replies...)
		}
		if err := s.start(); err != nil {
			return ruleNotRun(err)
		}
		local := st.local("broken-off-" + replies[0][:3])
		o := st.do(Job{Task: TaskGet, Server: s.server("long"), Local: local, Break: stop})
		if r := s.connected(o); !r.passed() {
			return r
		}
		switch {
		case !s.saw("RETR"):
			return ruleFailed("the client has not sent RETR: %s", said(o))
		case st.slow():
			return ruleFailed("the client hangs after it was told to break off; the answer to ABOR is %q", replies)
		case !s.saw("ABOR"):
			return ruleNotOffered("the client does not send ABOR when its user breaks off")
		case o.Err == nil:
			return ruleFailed("the client was told to break off, and says that it is done")
		}
	}
	return rulePassed
}

// outOfStep sends a reply too many, and then leaves one out.
func outOfStep(st *clientStage) ruling {
	if r := st.plainly(TaskGet); !r.passed() {
		return r
	}
	s := st.motd()
	loggedIn(s, "230 Logged in.\r\n230 And logged in once more.")
	s.on["TYPE"] = func(c *scriptConn, arg string) {
		c.parameter("TYPE", arg)
		c.say("200 And once more.")
	}
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskGet, Server: s.server("motd")})
	if r := s.connected(o); !r.passed() {
		return r
	}
	if r := st.honest(o, "local"); !r.passed() {
		r.reason = "a reply too many: " + r.reason
		return r
	}
	for _, verb := range []string{"TYPE", "RETR"} {
		s := st.motd()
		s.on[verb] = func(c *scriptConn, arg string) { c.note(Happened, "the answer is left out") }
		if err := s.start(); err != nil {
			return ruleNotRun(err)
		}
		local := "without-" + verb
		o := st.do(Job{Task: TaskGet, Server: s.server("motd"), Local: st.local(local)})
		if r := st.honest(o, local); !r.passed() {
			r.reason = "no answer to " + verb + ": " + r.reason
			return r
		}
	}
	return rulePassed
}

// honest says whether a download has come to an end, and is there if the client says so.
func (st *clientStage) honest(o Outcome, local string) ruling {
	if st.slow() {
		return ruleFailed("the client hangs")
	}
	if b, err := os.ReadFile(st.local(local)); o.Err == nil && (err != nil || string(b) != scriptText) {
		return ruleFailed("the client says that it has the file, and does not have it")
	}
	return rulePassed
}
