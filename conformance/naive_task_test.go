package conformance_test

import (
	"bufio"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-6092453b/ferry/conformance"
)

// task does the job, once logged in.
func (s *naiveSession) task() {
	defer func() {
		if r := recover(); r != nil {
			if _, done := r.(naiveDone); !done {
				panic(r)
			}
		}
	}()
	switch s.j.Task {
	case conformance.TaskGetURL:
		s.get(s.url(), s.j.Local)
	case conformance.TaskGetTwo:
		s.get(s.j.Remote, s.j.Local)
		s.get(s.j.Remote2, s.j.Local2)
	case conformance.TaskGetTree:
		s.tree(s.j.Remote, s.j.Local)
	case conformance.TaskPut:
		s.upload("STOR", s.j.Remote)
	case conformance.TaskPutUnique:
		s.upload("STOU")
	case conformance.TaskList:
		for _, e := range s.list(s.j.Remote) {
			s.show(e.name)
		}
	case conformance.TaskMkdir:
		if r := s.ask("MKD", s.j.Remote); !r.ok() {
			if r.code != 500 || s.has("knows no XMKD") {
				s.fail("%s", r.text())
			}
			s.want("XMKD", s.j.Remote)
		}
	case conformance.TaskPwd:
		s.pwd()
	case conformance.TaskQuote:
		s.quote()
	default:
		s.get(s.j.Remote, s.j.Local)
	}
	s.send("QUIT")
}

// url takes the URL apart, and sets the type.
func (s *naiveSession) url() string {
	_, path, _ := strings.Cut(strings.TrimPrefix(s.j.URL, "ftp://"), "/")
	path, text := strings.CutSuffix(path, ";type=a")
	if text && !s.has("knows no type in a URL") {
		s.typ = "A"
	}
	if s.has("takes %2F for nothing") {
		path = strings.TrimPrefix(path, "%2F")
	}
	name, err := url.PathUnescape(path)
	s.must(err)
	if s.has("cuts a URL at its line end") {
		name, _, _ = strings.Cut(name, "\r")
	}
	return name
}

func (s *naiveSession) upload(verb string, args ...string) {
	b, err := os.ReadFile(s.j.Local)
	s.must(err)
	s.setType("I")
	s.prepare()
	s.send(verb, args...)
	r := s.reply()
	if r.code/100 != 1 {
		switch {
		case s.has("says nothing of accounts"):
			s.fail("it did not work")
		case s.has("takes 532 for done"):
			return
		}
		s.fail("%s: %s", verb, r.text())
	}
	if verb == "STOU" && !s.has("hides the unique name") {
		s.show(r.text())
	}
	d := s.data()
	_, err = d.Write(b)
	s.must(err)
	d.Close()
	if r = s.final(); !r.ok() {
		s.fail("%s: %s", verb, r.text())
	}
}

// naiveEntry is a line of MLSD.
type naiveEntry struct {
	name   string
	folder bool
}

// list lists a folder by MLSD.
func (s *naiveSession) list(folder string) (all []naiveEntry) {
	s.setType("I")
	s.prepare()
	if folder == "" {
		s.send("MLSD")
	} else {
		s.send("MLSD", folder)
	}
	if r := s.reply(); r.code/100 != 1 {
		s.fail("%s", r.text())
	}
	d := s.data()
	for lines := bufio.NewScanner(d); lines.Scan(); {
		facts, name, _ := strings.Cut(lines.Text(), " ")
		if s.has("wants facts in small letters") && !strings.Contains(facts, "type=") {
			continue
		}
		if s.has("ends names at a blank") {
			name, _, _ = strings.Cut(name, " ")
		}
		if s.has("wants to know every fact") && strings.Contains(facts, "x.unheard-of") {
			s.fail("what is %s?", facts)
		}
		all = append(all, naiveEntry{name, strings.Contains(strings.ToLower(facts), "type=dir")})
	}
	d.Close()
	if r := s.final(); !r.ok() {
		s.fail("%s", r.text())
	}
	return all
}

// tree downloads a folder.
func (s *naiveSession) tree(folder, local string) {
	for _, e := range s.list(folder) {
		if !s.has("takes names for paths") && (e.name == ".." || e.name == "." || strings.Contains(e.name, "/")) {
			continue
		}
		to := filepath.Join(local, e.name)
		if strings.HasPrefix(e.name, "/") {
			to = e.name
		}
		switch {
		case e.name == "..":
		case e.folder:
			s.must(os.MkdirAll(to, 0o777))
			s.tree(folder+"/"+e.name, to)
		default:
			s.must(os.MkdirAll(filepath.Dir(to), 0o777))
			s.get(join(folder, e.name), to)
		}
	}
}

func join(folder, name string) string {
	if strings.HasPrefix(name, "/") {
		return name
	}
	return folder + "/" + name
}

func (s *naiveSession) pwd() {
	_, rest, _ := strings.Cut(s.want("PWD").text(), `"`)
	switch {
	case s.has("ends a path at the first quote"):
		rest, _, _ = strings.Cut(rest, `"`)
		s.show(rest)
		return
	case s.has("ends a path at the last quote"):
		rest = rest[:strings.LastIndexByte(rest, '"')]
		s.show(rest)
		return
	}
	var b strings.Builder
	for i := 0; i < len(rest); i++ {
		if rest[i] == '"' {
			if i++; i == len(rest) || rest[i] != '"' {
				break
			}
		}
		b.WriteByte(rest[i])
	}
	s.show(b.String())
}

// quote sends a line and shows all that comes of it.
func (s *naiveSession) quote() {
	line := s.j.Line
	if s.has("changes what is typed") {
		line = strings.ToLower(line)
	}
	_, err := io.WriteString(s.conn, line+"\r\n")
	s.must(err)
	for {
		r := s.reply()
		if r.code/100 != 1 || !s.has("shows the final reply alone") {
			s.show(r.text())
		}
		if r.code/100 != 1 {
			return
		}
	}
}
