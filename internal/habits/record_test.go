package habits_test

import (
	"testing"

	"github.com/seed-6092453b/ferry/internal/peers"
)

// record plays each dialogue and writes down what comes of it.
func record(t *testing.T, tg peers.Target) string {
	t.Helper()
	r := &recorder{TB: t, tg: tg}
	r.note("# Recorded by go test ./internal/habits -update; do not edit.")
	for _, d := range dialogues {
		furnish(t, tg)
		r.play(d)
	}
	return r.text.String()
}

func (r *recorder) play(d dialogue) {
	r.note("\n# %s\n== %s", d.why, d.name)
	r.connect()
	if !d.ahead {
		r.login()
	}
	d.do(r)
	r.leave()
}

// full is recorded of a server that takes one connection of an address, which it has.
var full = dialogue{name: "full", why: "One connection more than the server takes of one address.", ahead: true, do: func(r *recorder) {
	if r.rest(); r.over {
		return
	}
	r.say("USER " + r.tg.User)
	if ok, code := r.reply(patience); ok && code == 331 {
		r.ask("PASS " + r.tg.Password)
	}
	r.rest()
}}

// recordFull records full.
func recordFull(t *testing.T, tg peers.Target) string {
	t.Helper()
	first := &recorder{TB: t, tg: tg}
	first.connect()
	first.login()
	defer first.leave()
	second := &recorder{TB: t, tg: tg}
	second.play(full)
	return second.text.String()
}

// half is recorded over TLS 1.3.
var half = dialogue{name: "half", why: "Over TLS, of which the client ends its half on the data connection before it reads.", ahead: true, do: func(r *recorder) {
	r.ask("AUTH TLS")
	r.protect()
	r.login()
	r.ask("PBSZ 0")
	r.ask("PROT P")
	r.ask("EPSV")
	d := r.told(1)
	d.open()
	r.ask("RETR some")
	d.protect()
	r.rest() // by now the server has closed the connection, if it does not care who reads
	d.read()
	r.rest()
	d.finish()
	r.rest()
}}

// recordSecure records half.
func recordSecure(t *testing.T, tg peers.Target) string {
	t.Helper()
	furnish(t, tg)
	r := &recorder{TB: t, tg: tg}
	r.play(half)
	return r.text.String()
}

// dialogue is one of those that are recorded, each on a connection of its own.
type dialogue struct {
	name, why string
	ahead     bool // it logs in itself
	do        func(r *recorder)
}

var dialogues = []dialogue{
	{name: "names", why: "How it calls itself, and what it says that it has.", do: func(r *recorder) {
		for _, line := range []string{"SYST", "FEAT", "HELP", "NOOP"} {
			r.ask(line)
		}
	}},
	{name: "login", why: "A login in one write.", ahead: true, do: func(r *recorder) {
		r.say("USER "+r.tg.User, "PASS "+r.tg.Password, "TYPE I", "PWD")
		r.replies(4)
		r.rest()
	}},
	{name: "modes", why: "What is not stream mode or not octets as they are, and other commands that not all take.", do: func(r *recorder) {
		for _, line := range []string{"MODE B", "MODE S", "TYPE L 36", "TYPE I", "OPTS UTF8 ON", "ALLO 100", "RANG 1 2", "REST 10", "NOOP"} {
			r.ask(line)
		}
	}},
	{name: "many", why: "As many commands in one write as are ever sent ahead.", do: func(r *recorder) {
		var lines []string
		for range 8 {
			lines = append(lines, "SIZE a", "SIZE none", "PWD", "NOOP")
		}
		r.say(lines...)
		r.replies(len(lines))
		r.rest()
	}},
	{name: "end", why: "Whether the end of a download is told before the client has closed the data connection.", do: func(r *recorder) {
		r.ask("EPSV")
		r.told(1).open()
		r.ask("RETR a")
		r.told(1).read()
		r.rest()
		r.told(1).finish()
		r.rest()
	}},
	{name: "first", why: "RETR before the data connection is made.", do: func(r *recorder) {
		r.say("EPSV", "RETR a")
		r.rest()
		r.one(1)
	}},
	{name: "noop", why: "NOOP during a download.", do: func(r *recorder) { during(r, "NOOP") }},
	{name: "stat", why: "STAT during a download.", do: func(r *recorder) { during(r, "STAT") }},
	{name: "next", why: "EPSV during a download, and then a download over it.", do: func(r *recorder) {
		during(r, "EPSV")
		if r.told(2).open() {
			r.ask("RETR a")
			r.told(2).read()
			r.told(2).finish()
			r.rest()
		}
	}},
	{name: "at the end", why: "EPSV once all of a download has come, before its end is told.", do: func(r *recorder) {
		r.ask("EPSV")
		r.told(1).open()
		r.ask("RETR large")
		r.told(1).read()
		r.say("EPSV")
		r.told(1).finish()
		r.replies(2)
		if r.told(2).open() {
			r.ask("RETR a")
			r.told(2).read()
			r.told(2).finish()
			r.rest()
		}
	}},
	{name: "pairs", why: "EPSV and RETR for three files in one write.", do: func(r *recorder) {
		r.say("EPSV", "RETR a", "EPSV", "RETR b", "EPSV", "RETR a")
		r.rest()
		for i := range 3 {
			r.one(i + 1)
		}
	}},
	{name: "missing", why: "The same, and the first of them does not exist.", do: func(r *recorder) {
		r.say("EPSV", "RETR none", "EPSV", "RETR b", "EPSV", "RETR a")
		r.rest()
		for i := range 3 {
			r.one(i + 1)
		}
	}},
	{name: "uploads", why: "EPSV and STOR for two files in one write.", do: func(r *recorder) {
		r.say("EPSV", "STOR new1", "EPSV", "STOR new2")
		r.rest()
		for i := range 2 {
			if d := r.told(i + 1); d.open() {
				r.rest()
				d.write([]string{"one", "two"}[i])
				r.rest()
			}
		}
		r.ask("SIZE new1")
		r.ask("SIZE new2")
	}},
	{name: "upload and more", why: "What is sent behind STOR while the upload runs.", do: func(r *recorder) {
		r.ask("EPSV")
		r.told(1).open()
		r.say("STOR new1", "NOOP", "EPSV")
		r.rest()
		r.told(1).write("one")
		r.rest()
		r.ask("SIZE new1")
	}},
}

// one makes a data connection whose RETR is under way, and reads what comes.
func (r *recorder) one(n int) {
	if d := r.told(n); d.open() {
		r.rest()
		d.read()
		d.finish()
		r.rest()
	}
}

// during sends a line while a file goes over that is too long to have gone over.
func during(r *recorder, line string) {
	r.ask("EPSV")
	r.told(1).open()
	r.ask("RETR large")
	r.aside = true
	r.say(line)
	r.rest()
	r.told(1).read()
	r.told(1).finish()
	r.rest()
	r.aside = false
	r.text.WriteString(r.later.String())
	r.later.Reset()
}
