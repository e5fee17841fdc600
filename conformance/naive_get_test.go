package conformance_test

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/conformance"
)

// setType brings a type into force, once.
func (s *naiveSession) setType(t string) {
	if s.typ != t {
		s.want("TYPE", t)
		s.typ = t
	}
}

// get downloads a file.
func (s *naiveSession) get(name, local string) {
	typ := "I"
	if s.typ == "A" {
		typ = "A"
	}
	s.typ = ""
	s.setType(typ)
	blocks := s.j.Task == conformance.TaskGetBlock || s.j.Task == conformance.TaskResumeBlock
	if blocks {
		s.want("MODE", "B")
	}
	have, rest := s.place(name, local, blocks)
	s.prepare()
	if rest != "" {
		if r := s.ask("REST", rest); r.code != 350 {
			s.fail("%s", r.text())
		}
	}
	s.send("RETR", name)
	if s.has("takes who comes first") && s.active != nil {
		s.first()
	}
	r := s.reply()
	if r.code/100 != 1 {
		s.refused(r)
		s.prepare()
		s.send("RETR", name)
		if r = s.reply(); r.code/100 != 1 {
			s.fail("RETR: %s", r.text())
		}
	}
	d := s.data()
	defer d.Close()
	if s.j.Break != nil {
		s.abort(d)
	}
	f, err := os.OpenFile(local, os.O_CREATE|os.O_WRONLY, 0o666)
	s.must(err)
	defer f.Close()
	s.must(f.Truncate(int64(have)))
	_, err = f.Seek(int64(have), io.SeekStart)
	s.must(err)
	if blocks {
		s.blocks(d, f, local, have)
	} else {
		var b bytes.Buffer
		_, err = io.Copy(&b, d)
		s.must(err)
		if d.cut() && !s.has("needs no close_notify") {
			s.fail("the end of the file may be missing")
		}
		out := b.Bytes()
		if typ == "A" {
			out = bytes.ReplaceAll(out, []byte("\r\n"), []byte("\n"))
		}
		_, err = f.Write(out)
		s.must(err)
	}
	d.Close()
	if r = s.final(); !r.ok() && !s.has("needs no 226") {
		s.fail("RETR: %s", r.text())
	}
}

// refused ends the job, or has it tried once more in another way.
func (s *naiveSession) refused(r naiveReply) {
	switch {
	case s.has("takes PROT P for refused") && (r.code == 521 || r.code == 522 || r.code == 534) && s.private:
		s.want("PROT", "C")
		s.private = false
		return
	case s.has("hides why protection is refused") && s.private:
		s.fail("it did not work")
	case r.code == 421 && s.has("says nothing of the close"):
		s.fail("it did not work")
	case s.has("takes 499 for nothing") && r.ok():
		s.show("done")
		panic(naiveDone{})
	}
	s.fail("RETR: %s", r.text())
}

// naiveDone ends a job as if it had been done.
type naiveDone struct{}

// blocks reads a file in block mode, and remembers its last marker.
func (s *naiveSession) blocks(d io.Reader, f *os.File, local string, have int) {
	count := &counting{w: f, n: have}
	s.unblock(d, count, func(marker string) {
		m := *s.mark(local)
		if s.has("keeps the first marker") && m.marker != "" {
			return
		}
		m.marker, m.here = marker, count.n
		s.store(local, m)
	})
}

type counting struct {
	w io.Writer
	n int
}

func (c *counting) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += n
	return n, err
}

// place is where a download begins: how many octets are kept, and what REST says.
func (s *naiveSession) place(name, local string, blocks bool) (have int, rest string) {
	facts := ""
	if !s.has("compares nothing") {
		facts = s.ask("SIZE", name).text() + s.ask("MDTM", name).text()
	}
	m := s.mark(local)
	resumes := s.j.Task == conformance.TaskResume || s.j.Task == conformance.TaskResumeBlock
	same := m.facts == facts
	if s.has("looks at nothing but asks") {
		same = true
	}
	s.store(local, naiveMark{facts: facts, marker: m.marker, here: m.here})
	switch {
	case !resumes, !same, s.has("always begins anew"):
		return 0, ""
	case blocks:
		return m.here, m.marker
	}
	info, err := os.Stat(local)
	s.must(err)
	return int(info.Size()), strconv.Itoa(int(info.Size()))
}

// abort breaks a transfer off when the user says so.
func (s *naiveSession) abort(d io.Closer) {
	select {
	case <-s.j.Break:
	case <-s.ctx.Done():
	}
	s.send("ABOR")
	d.Close()
	first := s.final()
	s.tcp.SetReadDeadline(time.Now().Add(time.Second))
	if _, err := s.r.Peek(1); err == nil || s.has("waits for two replies to ABOR") {
		if s.has("waits for two replies to ABOR") {
			s.tcp.SetReadDeadline(time.Time{})
			_, err := s.r.Peek(1)
			s.must(err)
		}
		s.final()
	}
	if s.has("takes an abort for success") {
		panic(naiveDone{})
	}
	s.fail("broken off: %s", strings.TrimSpace(first.text()))
}
