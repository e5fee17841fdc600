package conformance

import (
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// resumeItems are CLI-38 and CLI-39.
func resumeItems() []clientItem {
	return []clientItem{
		{"CLI-38", []Task{TaskGet, TaskResume}, resumed},
		{"CLI-39", []Task{TaskGetBlock, TaskResumeBlock}, resumedAtMarker},
	}
}

// longText is a text of so many octets in which no part is like another.
func longText(octets int, word string) string {
	var b strings.Builder
	for i := 0; b.Len() < octets; i++ {
		fmt.Fprintf(&b, "%s %d\n", word, i)
	}
	return b.String()[:octets]
}

// How long the file is, and where it is cut: late enough that no client has it all in a
// buffer.
const (
	longFile = 400_000
	longCut  = 200_000
)

// cutAfter sends no octet of the file behind the first n, however often it is asked, and
// says, once the client has had the time to write them, that there are more.
func cutAfter(n int) func(*scriptConn, net.Conn, []byte) string {
	return func(c *scriptConn, d net.Conn, octets []byte) string {
		d.Write(octets[:max(0, n-(longFile-len(octets)))])
		c.pause(500 * time.Millisecond)
		d.Close()
		return "426 The connection was cut."
	}
}

// cutServer is a server from which the client has got a part of a file.
func (st *clientStage) cutServer(local string) (*scriptServer, ruling) {
	s := st.newScript()
	s.file("/long", longText(longFile, "line"))
	s.send = cutAfter(longCut)
	if err := s.start(); err != nil {
		return s, ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskGet, Server: s.server("long"), Local: local})
	if r := s.connected(o); !r.passed() {
		return s, r
	}
	if !s.saw("RETR") {
		return s, ruleFailed("the client has not sent RETR: %s", said(o))
	}
	return s, st.refused(o, "the answer after a part of the file was 426")
}

func resumed(st *clientStage) ruling {
	for _, part := range []func(*clientStage) ruling{goesOn, needs226, looksForChanges} {
		if r := part(st); !r.passed() {
			return r
		}
	}
	return rulePassed
}

func goesOn(st *clientStage) ruling {
	local := st.local("goes-on")
	s, r := st.cutServer(local)
	if !r.passed() {
		return r
	}
	s.clear()
	s.send = nil
	o := st.do(Job{Task: TaskResume, Server: s.server("long"), Local: local})
	if r := st.got(o, local, longText(longFile, "line")); !r.passed() {
		return r
	}
	asked := false
	for _, cmd := range s.all("SIZE", "MDTM", "MLST", "MLSD", "LIST", "REST", "RETR") {
		switch cmd.verb {
		case "REST":
			if n, err := strconv.Atoi(cmd.arg); err == nil && n > 0 {
				if !asked {
					return ruleFailed("the client goes on at octet %d without asking for the size or the time of the file", n)
				}
				return rulePassed
			}
		case "RETR":
			return ruleFailed("the client does not go on where the download was cut, but begins anew")
		default:
			asked = true
		}
	}
	return ruleFailed("the client has not sent REST")
}

func needs226(st *clientStage) ruling {
	local := st.local("needs-226")
	s, r := st.cutServer(local)
	if !r.passed() {
		return r
	}
	s.send = func(_ *scriptConn, d net.Conn, octets []byte) string {
		d.Write(octets)
		d.Close()
		return "451 The disk has failed."
	}
	o := st.do(Job{Task: TaskResume, Server: s.server("long"), Local: local})
	return st.refused(o, "the answer after the data was 451, not 226")
}

// looksForChanges replaces the file in the meantime.
func looksForChanges(st *clientStage) ruling {
	local := st.local("changed")
	s, r := st.cutServer(local)
	if !r.passed() {
		return r
	}
	now := longText(longFile+1000, "other line")
	s.mu.Lock()
	s.files["/long"] = scriptFile{octets: now, time: scriptTime.Add(48 * time.Hour)}
	s.mu.Unlock()
	s.send = nil
	o := st.do(Job{Task: TaskResume, Server: s.server("long"), Local: local})
	if st.slow() {
		return ruleFailed("the client was not done in time")
	}
	if b, err := os.ReadFile(local); o.Err == nil && (err != nil || string(b) != now) {
		return ruleFailed("the file on the server has another size and another time since the cut, and the client puts the end of the new one behind the beginning of the old one")
	}
	return rulePassed
}

// resumedAtMarker is a download in block mode that is cut behind two restart markers. Only
// the second one will do.
func resumedAtMarker(st *clientStage) ruling {
	const first, last, cut = 65_536, 131_072, 150_000
	text := longText(longFile, "line")
	s := st.newScript()
	s.file("/long", text)
	s.send = func(c *scriptConn, d net.Conn, _ []byte) string {
		switch c.rest {
		case "":
			io.WriteString(d, scriptBlock(0, text[:first])+scriptBlock(0x10, "mark-one")+
				scriptBlock(0, text[first:last])+scriptBlock(0x10, "mark-two")+scriptBlock(0, text[last:cut]))
			c.pause(500 * time.Millisecond)
			d.Close()
			return "426 The connection was cut."
		case "mark-two":
			io.WriteString(d, scriptBlock(0x40, text[last:]))
			d.Close()
			return "226 That was it."
		}
		d.Close()
		return "554 That is not the last marker."
	}
	if err := s.start(); err != nil {
		return ruleNotRun(err)
	}
	o := st.do(Job{Task: TaskGetBlock, Server: s.server("long")})
	if r := s.connected(o); !r.passed() {
		return r
	}
	if r := st.refused(o, "the answer after a part of the file was 426"); !r.passed() {
		return r
	}
	s.clear()
	o = st.do(Job{Task: TaskResumeBlock, Server: s.server("long")})
	if rests := s.all("REST"); len(rests) == 0 {
		return ruleNotOffered("the client begins anew: it sends no REST")
	} else if rests[0].arg != "mark-two" {
		return ruleFailed("the client sends REST %s, and the last marker was mark-two", clientText(rests[0].arg))
	}
	return st.got(o, st.local("local"), text)
}
