package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// netrcEntry is what .netrc knows about one machine.
type netrcEntry struct {
	machine  string // "" for the default entry
	login    string
	password string
	account  string
}

// parseNetrc reads the format of ftp(1): words in any layout, those with spaces
// in double quotes, comments from a "#" where a keyword could stand to the end
// of the line. Macros are skipped.
func parseNetrc(text string) ([]netrcEntry, error) {
	s := netrcScanner{text: text, line: 1}
	var entries []netrcEntry
	for {
		key := s.word()
		if key == "" {
			return entries, nil
		}
		if strings.HasPrefix(key, "#") {
			s.skipLine()
			continue
		}
		if key == "default" {
			entries = append(entries, netrcEntry{})
			continue
		}
		line := s.line
		value := s.word()
		if key == "macdef" {
			s.skipMacro()
			continue
		}
		if key == "machine" {
			entries = append(entries, netrcEntry{machine: value})
			continue
		}
		if len(entries) == 0 {
			return nil, fmt.Errorf("line %d: %q stands before any machine", line, key)
		}
		e := &entries[len(entries)-1]
		switch key {
		case "login":
			e.login = value
		case "password":
			e.password = value
		case "account":
			e.account = value
		default:
			// The word itself may be a piece of a password: it is not shown.
			return nil, fmt.Errorf("line %d: a word is neither machine, default, login, password, account nor macdef", line)
		}
	}
}

type netrcScanner struct {
	text string
	line int
}

// word returns the next word, "" at the end.
func (s *netrcScanner) word() string {
	for s.text != "" && strings.IndexByte(" \t\r\n", s.text[0]) >= 0 {
		s.next()
	}
	if s.text == "" {
		return ""
	}
	var b strings.Builder
	if s.text[0] == '"' {
		for s.next(); s.text != "" && s.text[0] != '"'; {
			if s.text[0] == '\\' && len(s.text) > 1 {
				s.next()
			}
			b.WriteByte(s.next())
		}
		if s.text != "" {
			s.next()
		}
		return b.String()
	}
	for s.text != "" && strings.IndexByte(" \t\r\n", s.text[0]) < 0 {
		b.WriteByte(s.next())
	}
	return b.String()
}

func (s *netrcScanner) next() byte {
	c := s.text[0]
	if c == '\n' {
		s.line++
	}
	s.text = s.text[1:]
	return c
}

func (s *netrcScanner) skipLine() {
	for s.text != "" && s.text[0] != '\n' {
		s.next()
	}
}

// skipMacro skips to behind an empty line.
func (s *netrcScanner) skipMacro() {
	for s.text != "" && !strings.HasPrefix(s.text, "\n\n") && !strings.HasPrefix(s.text, "\n\r\n") {
		s.next()
	}
}

// netrcFor finds the entry for a host: the first whose login is user, or any if
// user is empty; the default entry stands for every host.
func netrcFor(entries []netrcEntry, host, user string) (netrcEntry, bool) {
	for _, e := range entries {
		if (e.machine == "" || strings.EqualFold(e.machine, host)) && (user == "" || e.login == user) {
			return e, true
		}
	}
	return netrcEntry{}, false
}

// readNetrc reads the file, which may be missing unless it was asked for.
// warning is not empty if others can read passwords in it.
func readNetrc(path string) (entries []netrcEntry, warning string, err error) {
	asked := path != ""
	if path == "" {
		path = os.Getenv("NETRC")
	}
	if path == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, "", nil
		}
		path = filepath.Join(home, ".netrc")
	}
	info, err := os.Stat(path)
	if err == nil && info.Size() > 1<<20 {
		err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("too large for a .netrc")}
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		if asked {
			return nil, "", err
		}
		return nil, "", nil
	}
	entries, err = parseNetrc(string(text))
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", path, err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		warning = fmt.Sprintf("others can read the passwords in %s: chmod 600 %s", path, path)
	}
	return entries, warning, nil
}
