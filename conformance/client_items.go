package conformance

import "slices"

// clientItems returns how each item of the group CLI is run, in the order of the
// catalogue.
func clientItems() []clientItem {
	return slices.Concat(replyItems(), passiveItems(), loginItems(), nameItems(), showItems(), transferItems(), tlsItems(), listItems(), resumeItems(), featureItems(), oddItems(), urlItems())
}

// scriptText is what files hold. It has no line end but LF, and none at the end.
const scriptText = "one\ntwo\nthree, which is the last of them"

// motd is a server with one file, /motd.
func (st *clientStage) motd() *scriptServer {
	s := st.newScript()
	s.file("/motd", scriptText)
	return s
}

// getMotd starts the server and has the client download /motd by a task. It says whether
// the client has got it.
func (st *clientStage) getMotd(s *scriptServer, t Task) (Outcome, ruling) {
	if err := s.start(); err != nil {
		return Outcome{}, ruleNotRun(err)
	}
	return st.getAgain(s, t)
}

// getAgain is getMotd from a server that is started.
func (st *clientStage) getAgain(s *scriptServer, t Task) (Outcome, ruling) {
	o := st.do(Job{Task: t, Server: s.server("motd")})
	if r := s.connected(o); !r.passed() {
		return o, r
	}
	return o, st.got(o, st.local("local"), scriptText)
}

// plainly has the client do by a task what nothing speaks against: where an item is
// passed by who gives up, it has to be something that he can do.
func (st *clientStage) plainly(t Task) ruling {
	s := st.motd()
	switch t {
	case TaskGetTLS, TaskGetTLSActive:
		s.offerTLS()
	}
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	local := st.local("plain")
	o := st.do(Job{Task: t, Server: s.server("motd"), Local: local})
	r := s.connected(o)
	if r.passed() {
		r = st.got(o, local, scriptText)
	}
	if !r.passed() {
		r.reason = "where nothing is odd: " + r.reason
	}
	return r
}

// simply is an item that is passed when the client downloads a file from a server that
// arrange has given other manners.
func simply(id string, arrange func(s *scriptServer)) clientItem {
	return clientItem{id, []Task{TaskGet}, func(st *clientStage) ruling {
		s := st.motd()
		arrange(s)
		_, r := st.getMotd(s, TaskGet)
		return r
	}}
}

// simplyThen is simply with a look at what the client has sent, once it has the file.
func simplyThen(id string, t Task, arrange func(s *scriptServer), look func(s *scriptServer) ruling) clientItem {
	return clientItem{id, []Task{t}, func(st *clientStage) ruling {
		s := st.motd()
		arrange(s)
		if _, r := st.getMotd(s, t); !r.passed() {
			return r
		}
		return look(s)
	}}
}

// answer has a command answered with lines.
func (s *scriptServer) answer(verb string, lines ...string) {
	s.on[verb] = func(c *scriptConn, _ string) { c.say(lines...) }
}
