package main

import (
	"strings"
)

// settings returns the command of each rival as it is in a usual row, by name, of
// those that are installed.
func (b *bench) settings() map[string]string {
	all := make(map[string]string)
	for _, rv := range b.rivals {
		j := job{
			row: row{Shape: "tree", Conns: 8}, what: shapes["tree"],
			Host: "HOST", Port: 21, User: "USER", Password: "PASSWORD", Remote: "FOLDER", Local: "FOLDER",
		}
		if rv.cannot(j.row) != "" {
			j.Conns = 1
		}
		var p program
		if b.stage.Do(func() { p = rv.command(b.stage, j) }) != nil {
			continue
		}
		all[rv.name] = p.shown()
	}
	return all
}

// shown returns a program's command line, and what is on its standard input but for
// what goes on for each file.
func (p program) shown() string {
	words := []string{p.path[strings.LastIndexByte(p.path, '/')+1:]}
	for _, a := range p.args {
		if a == "" || strings.ContainsAny(a, " *$") {
			a = "'" + a + "'"
		}
		words = append(words, a)
	}
	s := strings.Join(words, " ")
	if p.stdin == "" {
		return s
	}
	urls := 0
	for line := range strings.Lines(p.stdin) {
		if strings.HasPrefix(line, "url = ") {
			if urls++; urls > 1 {
				return s + "\n..."
			}
		}
		s += "\n" + strings.TrimSuffix(line, "\n")
	}
	return s
}
