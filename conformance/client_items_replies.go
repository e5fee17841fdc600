package conformance

import (
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"time"
)

// replyItems are CLI-01 to CLI-06: what replies look like.
func replyItems() []clientItem {
	return []clientItem{
		{"CLI-01", []Task{TaskGet}, longGreeting},
		simply("CLI-02", func(s *scriptServer) {
			loggedIn(s, "230-First line", "Second line", "  234 A line beginning with numbers", "230 The last line")
		}),
		simply("CLI-03", func(s *scriptServer) {
			loggedIn(s, "230-Welcome", "530 not the end", "332 nor this", "230 The last line")
		}),
		{"CLI-04", []Task{TaskGet}, delayedGreeting},
		{"CLI-05", []Task{TaskGet}, unknownCodes},
		{"CLI-06", []Task{TaskGet}, singleOctets},
	}
}

// loggedIn has the right password answered with lines.
func loggedIn(s *scriptServer, lines ...string) {
	s.on["PASS"] = func(c *scriptConn, arg string) {
		if arg != scriptPassword {
			c.say("530 Login incorrect.")
			return
		}
		c.loggedIn = true
		c.say(lines...)
	}
}

// patientGreeting plays a greeting in two parts, and notes in early when the client does
// not wait for the second one.
func patientGreeting(s *scriptServer, early *atomic.Bool, first string, second ...string) {
	s.greet = func(c *scriptConn) {
		c.raw(first)
		if !c.silent(300 * time.Millisecond) {
			early.Store(true)
		}
		c.say(second...)
	}
}

func longGreeting(st *clientStage) ruling {
	s := st.motd()
	var early atomic.Bool
	var b strings.Builder
	for i := range 499 {
		fmt.Fprintf(&b, "220-Line %d of a greeting that has much to say before it lets anybody in\r\n", i+1)
	}
	patientGreeting(s, &early, b.String(), "220 Now.")
	_, r := st.getMotd(s, TaskGet)
	if early.Load() {
		return ruleFailed("the client sends something before the greeting has ended")
	}
	return r
}

func delayedGreeting(st *clientStage) ruling {
	s := st.motd()
	var early atomic.Bool
	patientGreeting(s, &early, "120 Service ready in 1 minutes.\r\n", "220 Now.")
	_, r := st.getMotd(s, TaskGet)
	if early.Load() {
		return ruleFailed("the client sends something after 120, before 220")
	}
	return r
}

func unknownCodes(st *clientStage) ruling {
	s := st.motd()
	loggedIn(s, "299 Logged in, in our own words.")
	s.send = func(_ *scriptConn, d net.Conn, octets []byte) string {
		d.Write(octets)
		d.Close()
		return "299 Sent, in our own words."
	}
	if _, r := st.getMotd(s, TaskGet); !r.passed() {
		r.reason = "299 to PASS and after the data: " + r.reason
		return r
	}
	for _, code := range []string{"499", "599"} {
		s := st.motd()
		s.answer("RETR", code+" Not now, in our own words.")
		if err := s.start(); err != nil {
			return ruleNotRun(err)
		}
		o := st.do(Job{Task: TaskGet, Server: s.server("motd"), Local: st.local("refused")})
		if !s.saw("RETR") {
			return ruleFailed("the client has not sent RETR: %s", said(o))
		}
		if r := st.refused(o, "the answer to RETR was "+code); !r.passed() {
			return r
		}
	}
	return rulePassed
}

// singleOctets has the replies arrive one octet at a time; and then the two of a
// transfer in one segment.
func singleOctets(st *clientStage) ruling {
	s := st.motd()
	s.write = func(c *scriptConn, octets string) {
		for i := range len(octets) {
			if _, err := c.conn.Write([]byte{octets[i]}); err != nil {
				return
			}
			c.pause(200 * time.Microsecond)
		}
	}
	s.on["RETR"] = func(c *scriptConn, arg string) {
		if c.path(arg) != "/motd" {
			c.say("550 There is no such file.")
			return
		}
		if !c.comes(time.Second) {
			c.retrieve(arg) // it wants to be told 150 first
			return
		}
		d, err := c.open()
		if err != nil {
			c.say("425 No data connection.")
			return
		}
		text := scriptText
		if c.typ == 'A' {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		d.Write([]byte(text))
		d.Close()
		both := "150 Here it comes.\r\n226 That was it.\r\n"
		c.note(Sent, clientText(both))
		c.conn.Write([]byte(both))
	}
	_, r := st.getMotd(s, TaskGet)
	return r
}
