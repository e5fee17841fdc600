package conformance

import (
	"io"
	"net"
)

// transferItems are CLI-29 to CLI-35, but for TLS.
func transferItems() []clientItem {
	return []clientItem{{"CLI-29", []Task{TaskGetBlock}, cutBlocks}}
}

// cutBlocks closes the data connection of a transfer in block mode before the block that
// ends the file, and says that all is well.
func cutBlocks(st *clientStage) ruling {
	s := st.motd()
	if _, r := st.getMotd(s, TaskGetBlock); !r.passed() {
		r.reason = "a whole file in block mode: " + r.reason
		return r
	}
	for _, cmd := range s.all("RETR") {
		if cmd.mode != 'B' {
			return ruleFailed("the client has not sent MODE B")
		}
	}
	for _, what := range []struct{ why, wire string }{
		{"the data end before the block with the end of the file", scriptBlock(0, scriptText)},
		{"the data end within a block", scriptBlock(0x40, scriptText)[:20]},
	} {
		s := st.motd()
		s.send = func(_ *scriptConn, d net.Conn, _ []byte) string {
			io.WriteString(d, what.wire)
			d.Close()
			return "226 That was it."
		}
		if err := s.start(); err != nil {
			return ruleNotRun(err)
		}
		o := st.do(Job{Task: TaskGetBlock, Server: s.server("motd"), Local: st.local("cut")})
		if r := st.refused(o, what.why); !r.passed() {
			return r
		}
	}
	return rulePassed
}
