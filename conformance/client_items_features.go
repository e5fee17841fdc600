package conformance

import "strings"

// featureItems are CLI-40 to CLI-43.
func featureItems() []clientItem {
	return []clientItem{
		{"CLI-40", []Task{TaskGet}, noFEAT},
		simply("CLI-41", func(s *scriptServer) {
			s.feats = append(s.feats, "XWHATEVER", "X-NEW a;b*;c=d;", "SIZE", "rest stream", "\xff\xfe\x80", strings.Repeat("LONG ", 100), "MLST")
		}),
		{"CLI-42", []Task{TaskGet}, namesHost},
		{"CLI-43", []Task{TaskGet, TaskGetTLS}, refusedProtection},
	}
}

// noFEAT is a server of before 1998 but for TYPE and PASV.
func noFEAT(st *clientStage) ruling {
	for _, code := range []string{"500", "502"} {
		s := st.motd()
		for _, verb := range []string{"FEAT", "OPTS", "EPSV", "EPRT", "MLST", "MLSD", "HOST", "CLNT", "LANG"} {
			s.answer(verb, code+" What?")
		}
		if err := s.start(); err != nil {
			return ruleNotRun(err)
		}
		local := st.local("after-" + code)
		o := st.do(Job{Task: TaskGet, Server: s.server("motd"), Local: local})
		if r := s.connected(o); !r.passed() {
			return r
		}
		if r := st.got(o, local, scriptText); !r.passed() {
			r.reason = "the answer to FEAT is " + code + ": " + r.reason
			return r
		}
	}
	return rulePassed
}

// namesHost looks whether the client says by which name it has come.
func namesHost(st *clientStage) ruling {
	const host = "localhost"
	for _, reply := range []string{"220 Host accepted.", "500 What?", "502 What?"} {
		s := st.motd()
		s.answer("HOST", reply)
		if err := s.start(); err != nil {
			return ruleNotRun(err)
		}
		local := st.local("after-" + reply[:3])
		o := st.do(Job{Task: TaskGet, Server: s.serverAt(host, "motd"), Local: local})
		if r := s.connected(o); !r.passed() {
			return r
		}
		entered := make(map[int]bool)
		named := false
		for _, cmd := range s.all("HOST", "USER") {
			switch {
			case cmd.verb == "USER":
				entered[cmd.conn] = true
			case entered[cmd.conn]:
				return ruleFailed("the client sends HOST behind USER")
			case !strings.EqualFold(cmd.arg, host):
				return ruleFailed("the client has come by the name %s, and sends HOST %s", host, clientText(cmd.arg))
			default:
				named = true
			}
		}
		if !named {
			return ruleNotOffered("the client never sends HOST")
		}
		if r := st.got(o, local, scriptText); !r.passed() {
			r.reason = "the answer to HOST is " + reply[:3] + ": " + r.reason
			return r
		}
	}
	return rulePassed
}

// refusedProtection refuses a transfer, not a level of protection: the client may raise
// that or tell its user, and may use the level again.
func refusedProtection(st *clientStage) ruling {
	for _, reply := range []string{"521 Not with this PROT setting.", "522 Not as TLS stands.", "534 It is not our policy."} {
		s := st.motd()
		s.offerTLS()
		refuse := true
		s.on["RETR"] = func(c *scriptConn, arg string) {
			s.mu.Lock()
			now := refuse
			refuse = false
			s.mu.Unlock()
			if now {
				c.closePassive()
				c.say(reply)
				return
			}
			c.retrieve(arg)
		}
		if err := s.start(); err != nil {
			return ruleNotRun(err)
		}
		// Once refused, and then not any more.
		for _, local := range []string{"refused-" + reply[:3], "taken-" + reply[:3]} {
			first := strings.HasPrefix(local, "refused")
			o := st.do(Job{Task: TaskGetTLS, Server: s.server("motd"), Local: st.local(local)})
			if r := s.connected(o); !r.passed() {
				return r
			}
			if r := underTLS(s); !r.passed() {
				r.reason = "after " + reply[:3] + " to RETR: " + r.reason
				return r
			}
			if first && o.Err != nil && !st.slow() {
				if r := shows(o, reply[4:len(reply)-1]); !r.passed() {
					return r
				}
				continue
			}
			if r := st.got(o, st.local(local), scriptText); !r.passed() {
				r.reason = reply[:3] + " to RETR: " + r.reason
				return r
			}
		}
	}
	return refusedInTheClear(st)
}

// refusedInTheClear wants more than what the client offers unasked.
func refusedInTheClear(st *clientStage) ruling {
	s := st.motd()
	s.offerTLS()
	s.on["RETR"] = func(c *scriptConn, arg string) {
		if c.prot != 'P' {
			c.closePassive()
			c.say("521 Not with this PROT setting.")
			return
		}
		c.retrieve(arg)
	}
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskGet, Server: s.server("motd")})
	if o.Err == nil || st.slow() {
		return st.got(o, st.local("local"), scriptText)
	}
	return shows(o, "Not with this PROT setting")
}
