package conformance

import (
	"os"
	"strings"
)

// showItems are CLI-23 to CLI-28: what the user sees, Telnet, and new data connections.
func showItems() []clientItem {
	return []clientItem{
		{"CLI-23", []Task{TaskQuote}, quoted},
		{"CLI-24", []Task{TaskGet}, wholeError},
		{"CLI-25", []Task{TaskGet}, noTelnet},
		simply("CLI-26", talksTelnet),
		{"CLI-27", []Task{TaskGet}, closedByServer},
		{"CLI-28", []Task{TaskGetTwo}, newConnections},
	}
}

func quoted(st *clientStage) ruling {
	s := st.newScript()
	const line = "XYZZY  two  words, and a = b"
	s.answer("XYZZY", "123 a first reply", "200-a second one, in", "  214 three", "200 lines")
	s.answer("XYZZZ", "504 a refusal, which is one as well")
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskQuote, Server: s.server(""), Line: line})
	if r := s.connected(o); !r.passed() {
		return r
	}
	if st.slow() {
		return ruleFailed("the client was not done in time")
	}
	sent := s.all("XYZZY")
	switch {
	case len(sent) == 0:
		return ruleFailed("the client has not sent %q: %s", line, said(o))
	case sent[0].wire != line:
		return ruleFailed("the client has made %q of %q", clientText(sent[0].wire), line)
	}
	if r := shows(o, "a first reply", "a second one, in", "214 three", "lines"); !r.passed() {
		return r
	}
	o = st.do(Job{Task: TaskQuote, Server: s.server(""), Line: "XYZZZ"})
	if st.slow() {
		return ruleFailed("the client was not done in time")
	}
	return shows(o, "a refusal, which is one as well")
}

func wholeError(st *clientStage) ruling {
	s := st.motd()
	s.answer("RETR", "550-This was here once.", "550-It has moved to the cellar.", "550 Ask the warden.")
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskGet, Server: s.server("motd")})
	if r := s.connected(o); !r.passed() {
		return r
	}
	if !s.saw("RETR") {
		return ruleFailed("the client has not sent RETR: %s", said(o))
	}
	if r := st.refused(o, "the answer to RETR was 550"); !r.passed() {
		return r
	}
	return shows(o, "This was here once.", "It has moved to the cellar.", "Ask the warden.")
}

// noTelnet has the client do all that it can, and looks for what begins an option
// negotiation. IAC IP and IAC DM before ABOR are none.
func noTelnet(st *clientStage) ruling {
	if r := st.plainly(TaskGet); !r.passed() {
		return r
	}
	s := st.motd()
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	for _, t := range []Task{TaskGet, TaskGetActive, TaskList, TaskMkdir, TaskPwd, TaskQuote} {
		if !st.run.client.Can(t) || st.slow() {
			continue
		}
		j := Job{Task: t, Server: s.server("motd"), Line: "NOOP"}
		switch t {
		case TaskGet, TaskGetActive:
		case TaskMkdir:
			j.Server = s.server("made")
		default:
			j.Server = s.server("")
		}
		o := st.do(j)
		if r := s.connected(o); !r.passed() {
			return r
		}
		os.Remove(st.local("local"))
	}
	if st.run.client.Can(TaskPut) && !st.slow() {
		if _, err := st.put(s, TaskPut, "up"); err != nil {
			return ruleNotRun(err)
		}
	}
	s.mu.Lock()
	raw := string(s.raw)
	s.mu.Unlock()
	raw = strings.ReplaceAll(raw, "\xff\xff", "")
	for i := range len(raw) - 1 {
		if b := raw[i+1]; raw[i] == telnetIAC && telnetWILL <= b && b <= telnetDONT {
			return ruleFailed("the client begins to negotiate an option of Telnet: %s", clientText(raw[i:min(i+3, len(raw))]))
		}
	}
	if st.slow() {
		return ruleFailed("the client was not done in time")
	}
	return rulePassed
}

// talksTelnet has the server ask for options of Telnet in the most awkward places: ahead
// of a reply, within its text, and between CR LF and the next one.
func talksTelnet(s *scriptServer) {
	s.greet = func(c *scriptConn) { c.raw("\xff\xfd\x06220 Rea\xff\xfb\x01dy.\r\n") }
	s.on["USER"] = func(c *scriptConn, arg string) {
		c.user = arg
		c.raw("\xff\xfd\x18331 Password, please.\r\n\xff\xfd\x03")
	}
}

func closedByServer(st *clientStage) ruling {
	s := st.motd()
	s.on["RETR"] = func(c *scriptConn, _ string) {
		c.say("421 The library closes for tonight.")
		c.hangUp()
	}
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskGet, Server: s.server("motd")})
	if r := s.connected(o); !r.passed() {
		return r
	}
	if !s.saw("RETR") {
		return ruleFailed("the client has not sent RETR: %s", said(o))
	}
	if r := st.refused(o, "the server has said 421 and closed the connection"); !r.passed() {
		return r
	}
	out := strings.ToLower(o.Output)
	for _, word := range []string{"the library closes", "421", "clos", "lost connection", "connection reset"} {
		if strings.Contains(out, word) {
			return rulePassed
		}
	}
	return ruleFailed("the client does not say that the server has closed the connection: %s", said(o))
}

func newConnections(st *clientStage) ruling {
	s := st.motd()
	s.file("/second", scriptText+", again")
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	v := s.server("motd")
	v.Remote2, v.URL2 = "second", scriptURL(v.Host, v.Port, "second")
	o := st.do(Job{Task: TaskGetTwo, Server: v})
	if r := s.connected(o); !r.passed() {
		return r
	}
	ready, transfers := make(map[int]bool), 0
	for _, cmd := range s.all("PASV", "EPSV", "PORT", "EPRT", "RETR", "LIST", "NLST", "MLSD") {
		switch cmd.verb {
		case "RETR", "LIST", "NLST", "MLSD":
			if !ready[cmd.conn] {
				return ruleFailed("the client sends %s without a new PASV, EPSV, PORT or EPRT before it", cmd.verb)
			}
			ready[cmd.conn] = false
			transfers++
		default:
			ready[cmd.conn] = true
		}
	}
	switch {
	case st.slow():
		return ruleFailed("the client was not done in time")
	case o.Err != nil:
		return ruleFailed("the downloads failed: %s", said(o))
	case transfers < 2:
		return ruleFailed("the client has made %d transfers, not 2", transfers)
	}
	return rulePassed
}
