package conformance

import "strings"

// loginItems are CLI-12 to CLI-16.
func loginItems() []clientItem {
	return []clientItem{
		simplyThen("CLI-12", TaskGetAccount, wantsAccount, func(s *scriptServer) ruling {
			if !s.saw("ACCT") {
				return ruleFailed("the client has not sent ACCT")
			}
			return rulePassed
		}),
		{"CLI-13", []Task{TaskPut}, accountToStore},
		simplyThen("CLI-14", TaskGet, letsIn("230 Logged in, without a password."), noPASS("230")),
		simplyThen("CLI-15", TaskGet, letsIn("232 Logged in, authorized by security data exchange."), noPASS("232")),
		{"CLI-16", []Task{TaskGet}, challenged},
	}
}

// wantsAccount asks for an account after the password.
func wantsAccount(s *scriptServer) {
	s.on["PASS"] = func(c *scriptConn, arg string) {
		c.known = arg == scriptPassword
		c.say("332 Need account for login.")
	}
	s.on["ACCT"] = func(c *scriptConn, arg string) {
		if !c.known || arg != scriptAccount {
			c.say("530 Login incorrect.")
			return
		}
		c.loggedIn = true
		c.say("230 Logged in.")
	}
}

// letsIn logs in whoever says who he is.
func letsIn(reply string) func(*scriptServer) {
	return func(s *scriptServer) {
		s.on["USER"] = func(c *scriptConn, _ string) {
			c.loggedIn = true
			c.say(reply)
		}
		s.answer("PASS", "503 You are in.")
	}
}

func noPASS(code string) func(*scriptServer) ruling {
	return func(s *scriptServer) ruling {
		if s.saw("PASS") {
			return ruleFailed("the client sends PASS although the answer to USER was %s", code)
		}
		return rulePassed
	}
}

func accountToStore(st *clientStage) ruling {
	s := st.newScript()
	s.answer("STOR", "532 Need account for storing files.")
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o, err := st.put(s, TaskPut, "kept")
	switch {
	case err != nil:
		return ruleNotRun(err)
	case !s.saw("STOR"):
		return ruleFailed("the client has not sent STOR: %s", said(o))
	}
	if r := st.refused(o, "the answer to STOR was 532"); !r.passed() {
		return r
	}
	if out := strings.ToLower(o.Output); !strings.Contains(out, "account") && !strings.Contains(out, "532") {
		return ruleFailed("the client does not say that an account is needed: %s", said(o))
	}
	return rulePassed
}

// challenged is a server that asks a question in the place of a password.
func challenged(st *clientStage) ruling {
	const text = "what is 17 times 3, traveller?"
	s := st.motd()
	s.answer("USER", "336 "+text)
	loggedIn(s, "230 Logged in.")
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskGet, Server: s.server("motd")})
	if r := s.connected(o); !r.passed() {
		return r
	}
	if st.slow() {
		return ruleFailed("the client was not done in time")
	}
	if r := shows(o, text); !r.passed() {
		if s.saw("PASS") {
			r.reason += ", and answers it unseen"
		}
		return r
	}
	return rulePassed
}
