package conformance

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// clientTemplate is a command line with holes in it, which are filled for each job. No shell
// reads it: it is words between blanks, where quotes of both kinds hold together what
// they enclose. Words of the form NAME=VALUE at its beginning set environment variables,
// and "> FILE" at its end has the standard output written there.
type clientTemplate struct {
	env   []string
	words []string
	path  string // of the program; ParseProgram looks for it
	out   string // file for the standard output; "": it is shown
}

// holes are what can stand in a template, and what is put there.
var holes = map[string]func(program string, j *Job) string{
	"program":   func(program string, _ *Job) string { return program },
	"host":      func(_ string, j *Job) string { return j.Host },
	"port":      func(_ string, j *Job) string { return strconv.Itoa(int(j.Port)) },
	"addr":      func(_ string, j *Job) string { return net.JoinHostPort(j.Host, strconv.Itoa(int(j.Port))) },
	"user":      func(_ string, j *Job) string { return j.User },
	"password":  func(_ string, j *Job) string { return j.Password },
	"account":   func(_ string, j *Job) string { return j.Account },
	"remote":    func(_ string, j *Job) string { return j.Remote },
	"remote2":   func(_ string, j *Job) string { return j.Remote2 },
	"local":     func(_ string, j *Job) string { return j.Local },
	"local2":    func(_ string, j *Job) string { return j.Local2 },
	"url":       func(_ string, j *Job) string { return j.URL },
	"url2":      func(_ string, j *Job) string { return j.URL2 },
	"login-url": func(_ string, j *Job) string { return withLogin(j.URL, j) },
	"login-url2": func(_ string, j *Job) string {
		return withLogin(j.URL2, j)
	},
	"root-url": func(_ string, j *Job) string { return scriptURL(j.Host, j.Port, "") },
	"login-root-url": func(_ string, j *Job) string {
		return withLogin(scriptURL(j.Host, j.Port, ""), j)
	},
	"line":     func(_ string, j *Job) string { return j.Line },
	"dir":      func(_ string, j *Job) string { return j.Dir },
	"cacert":   func(_ string, j *Job) string { return j.CACert },
	"patience": func(_ string, j *Job) string { return strconv.Itoa(max(1, int(j.Patience.Seconds()))) },
}

// withLogin puts user and password into a URL.
func withLogin(raw string, j *Job) string {
	rest, ok := strings.CutPrefix(raw, "ftp://")
	if !ok {
		return raw
	}
	return "ftp://" + url.UserPassword(j.User, j.Password).String() + "@" + rest
}

// parseTemplate reads a template.
func parseTemplate(line string) (*clientTemplate, error) {
	words, err := splitWords(line)
	if err != nil {
		return nil, err
	}
	t := &clientTemplate{}
	if n := len(words); n > 2 && words[n-2] == ">" {
		t.out, words = words[n-1], words[:n-2]
	}
	for len(words) > 0 && isSetting(words[0]) {
		t.env, words = append(t.env, words[0]), words[1:]
	}
	if t.words = words; len(words) == 0 {
		return nil, fmt.Errorf("%q runs no program", line)
	}
	for _, w := range append(append([]string{t.out}, t.env...), t.words...) {
		if _, err := fill(w, "", &Job{}); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// isSetting reports whether a word sets an environment variable.
func isSetting(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	return ok && name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == ""
}

// splitWords splits a line as described with clientTemplate.
func splitWords(line string) (words []string, err error) {
	var word strings.Builder
	var quote rune
	in := false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, in = r, true
		case r == ' ' || r == '\t':
			if in {
				words = append(words, word.String())
				word.Reset()
				in = false
			}
		default:
			word.WriteRune(r)
			in = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("%q: a quote is not closed", line)
	}
	if in {
		words = append(words, word.String())
	}
	return words, nil
}

// fill fills the holes of a word. What comes into a hole is not looked at again.
func fill(word, program string, j *Job) (string, error) {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(word, "{")
		b.WriteString(before)
		if !open {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		f := holes[name]
		if !closed || f == nil {
			return "", fmt.Errorf("{%s} is nothing that can be filled in", name)
		}
		b.WriteString(f(program, j))
		word = after
	}
}

// filled returns the template for a job.
func (t *clientTemplate) filled(program string, j *Job) (env, words []string, out string, err error) {
	each := func(list []string) (filled []string) {
		for _, w := range list {
			var s string
			if err == nil {
				s, err = fill(w, program, j)
			}
			filled = append(filled, s)
		}
		return filled
	}
	env, words = each(t.env), each(t.words)
	return env, words, each([]string{t.out})[0], err
}
