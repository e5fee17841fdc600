package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/doctor"
)

type doctorCmd struct {
	URL         string        `arg:"" name:"url" help:"The server, or a folder on it."`
	Write       bool          `help:"Write a scratch file into the folder, look what becomes of it, and remove it."`
	Connections int           `default:"4" placeholder:"N" help:"Try whether the server takes up to N connections at once (default ${default}); 1 tries no more than one."`
	Idle        time.Duration `placeholder:"TIME" help:"Leave connections silent for up to TIME, as in 20m, to find out when they are forgotten; it takes that long."`
	JSON        bool          `name:"json" help:"One JSON object per finding (see: ferry help json)."`
	remoteFlags
}

func (doctorCmd) Help() string {
	return `Examples:

    ferry doctor ftp://host/                     what works, what does not, and what to do about it
    ferry doctor --write ftp://bob@host/inbox    and what becomes of uploads
    ferry doctor --idle 20m ftp://host/          and when a firewall forgets silent connections

It reads only, unless --write is given, and sends no password to a server that cannot be trusted. It logs in a few times.

Exit code 0: nothing is broken, though there may be warnings. Else something is: 3 if the server cannot be reached, 4 if the login is refused, 10 if it cannot be trusted, 1 for anything else.`
}

// errSick is the end of an examination that has found something broken.
var errSick = errors.New("something does not work")

func (c *doctorCmd) Run(s *stdio) error {
	switch {
	case c.Connections < 0 || c.Connections > 64:
		return usagef("--connections is a number from 1 to 64")
	case c.Idle < 0:
		return usagef("--idle must not be negative")
	}
	ctx, stop := interruptible()
	defer stop()
	t, err := c.prepare(ctx, s, c.URL)
	if err != nil {
		return err
	}
	if t.url.Absolute {
		t.options.Root = "/"
	}
	p := &patient{s: s, json: c.JSON, color: s.color()}
	err = doctor.Examine(ctx, doctor.Options{
		Addr: t.url.Addr(), Client: *t.options, Dir: t.url.Path,
		Write: c.Write, Connections: c.Connections, Idle: c.Idle,
	}, p.finding)
	switch {
	case p.err != nil:
		return p.err
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		return told(err) // it is one of the findings
	}
	if err := p.summary(); err != nil {
		return err
	}
	if p.count[doctor.Fail] > 0 {
		return told(errSick)
	}
	return nil
}

// patient shows the findings.
type patient struct {
	s           *stdio
	json, color bool
	count       map[doctor.Verdict]int
	err         error // of the output
}

// verdictMarks are how verdicts are shown, and their colors.
var verdictMarks = map[doctor.Verdict][2]string{
	doctor.OK:   {"ok  ", "32"},
	doctor.Note: {"note", "36"},
	doctor.Warn: {"warn", "33"},
	doctor.Fail: {"FAIL", "31"},
}

func (p *patient) finding(f doctor.Finding) {
	if p.count == nil {
		p.count = make(map[doctor.Verdict]int)
	}
	p.count[f.Verdict]++
	if p.err != nil {
		return
	}
	if p.json {
		p.err = p.s.json(f)
		return
	}
	mark := verdictMarks[f.Verdict][0]
	if p.color {
		mark = "\x1b[" + verdictMarks[f.Verdict][1] + "m" + mark + "\x1b[0m"
	}
	text := fmt.Sprintf("%s  %s\n", mark, printable(f.Text))
	if f.Advice != "" {
		text += fmt.Sprintf("      -> %s\n", printable(f.Advice))
	}
	_, p.err = fmt.Fprint(p.s.out, text)
}

// summary is the last line, for people.
func (p *patient) summary() error {
	if p.json {
		return nil
	}
	var parts []string
	for _, v := range []struct {
		verdict   doctor.Verdict
		one, many string
	}{{doctor.Fail, "thing does not work", "things do not work"}, {doctor.Warn, "warning", "warnings"}} {
		switch n := p.count[v.verdict]; {
		case n == 1:
			parts = append(parts, "1 "+v.one)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %s", n, v.many))
		}
	}
	text := "All is well."
	if len(parts) > 0 {
		text = strings.Join(parts, ", ") + "."
	}
	_, err := fmt.Fprintf(p.s.out, "\n%s\n", text)
	return err
}
