package conformance

import (
	"net"
	"strings"
)

// tlsItems are CLI-30 to CLI-33.
func tlsItems() []clientItem {
	offer := func(s *scriptServer) { s.offerTLS() }
	return []clientItem{
		{"CLI-30", []Task{TaskGetTLS}, noCloseNotify},
		simplyThen("CLI-31", TaskGetTLSActive, offer, func(s *scriptServer) ruling {
			if !s.saw("PORT") && !s.saw("EPRT") {
				return ruleFailed("the client has not sent PORT or EPRT")
			}
			return underTLS(s)
		}),
		simplyThen("CLI-32", TaskGetTLS, offer, sizeFirst),
		{"CLI-33", []Task{TaskGetTLS}, clearOctets},
	}
}

// underTLS says whether files came over protected connections alone.
func underTLS(s *scriptServer) ruling {
	for _, cmd := range s.all("USER", "PASS", "RETR") {
		switch {
		case !cmd.tls:
			return ruleFailed("the client sends %s in the clear", cmd.verb)
		case cmd.verb == "RETR" && cmd.prot != 'P':
			return ruleFailed("the client has not sent PROT P before RETR")
		}
	}
	return rulePassed
}

func noCloseNotify(st *clientStage) ruling {
	if r := st.plainly(TaskGetTLS); !r.passed() {
		return r
	}
	s := st.motd()
	s.offerTLS()
	for _, verb := range []string{"SIZE", "MLST", "MLSD"} {
		s.answer(verb, "500 What?") // who knows the size needs no other sign of the end
	}
	s.send = func(_ *scriptConn, d net.Conn, octets []byte) string {
		d.Write(octets)
		if protected := d.(*scriptData); protected.tcp != nil {
			protected.cut()
		} else {
			d.Close()
		}
		return "226 That was it."
	}
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskGetTLS, Server: s.server("motd")})
	if r := s.connected(o); !r.passed() {
		return r
	}
	if !s.saw("RETR") {
		return ruleFailed("the client has not sent RETR: %s", said(o))
	}
	if r := underTLS(s); !r.passed() {
		return r
	}
	return st.refused(o, "the data connection was closed without close_notify, so that the end may be missing")
}

func sizeFirst(s *scriptServer) ruling {
	if r := underTLS(s); !r.passed() {
		return r
	}
	sized := make(map[int]bool)
	for _, cmd := range s.all("PBSZ", "PROT") {
		switch {
		case cmd.verb == "PBSZ" && cmd.arg != "0":
			return ruleFailed("the client sends PBSZ %s, not PBSZ 0", clientText(cmd.arg))
		case cmd.verb == "PBSZ":
			sized[cmd.conn] = true
		case !sized[cmd.conn]:
			return ruleFailed("the client sends PROT without PBSZ 0 before it")
		}
	}
	return rulePassed
}

// clearOctets is a reply that somebody on the way has put behind 234, to be taken for one
// that came under TLS.
func clearOctets(st *clientStage) ruling {
	if r := st.plainly(TaskGetTLS); !r.passed() {
		return r
	}
	s := st.motd()
	s.offerTLS()
	s.on["AUTH"] = func(c *scriptConn, arg string) {
		if !strings.HasPrefix(strings.ToUpper(arg), "TLS") {
			c.say("504 TLS is what there is.")
			return
		}
		c.raw("234 Begin.\r\n230 You are in, whatever you send.\r\n")
		c.private()
	}
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskGetTLS, Server: s.server("motd")})
	if r := s.connected(o); !r.passed() {
		return r
	}
	if !s.saw("AUTH") {
		return ruleFailed("the client has not sent AUTH TLS: %s", said(o))
	}
	for _, cmd := range s.all() {
		switch cmd.verb {
		case "AUTH", "QUIT", "FEAT", "HOST", "OPTS", "CLNT", "SYST", "NOOP":
			if !cmd.tls {
				continue
			}
		}
		return ruleFailed("octets came in the clear behind 234, and the client goes on with %s", cmd.verb)
	}
	return st.refused(o, "octets came in the clear behind 234")
}
