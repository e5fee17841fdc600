// Package filter says which files and folders of a tree take part, by a list of
// patterns as rsync and rclone have them.
//
// A list is made of rules, one a line: "+ PATTERN" takes part, "- PATTERN" does not,
// and the first that matches decides. What none matches takes part, but for lists that
// have only rules with "+". Empty lines, and those that begin with "#", are none.
//
// A pattern that begins with "/" is matched with the whole name below the top of the
// tree, any other with the end of it: "*.tmp" is one of any folder, "a/b" a file or
// folder b in any a. One that ends with "/" is for folders alone. "*" is any text in one
// name, "?" one character, "[a-z]" one of these, "{a,b}" one of two texts, and "**", as a
// name of its own, any number of folders, also none: "a/**" is a with all that is in it.
// A backslash takes the meaning from what follows.
//
// What lies in a folder that does not take part does not either. For that reason a
// folder takes part, whatever rules come later, if one with "+" may match something
// in it.
package filter

import (
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/seed-6092453b/ferry/storage"
)

// List is an ordered list of rules. It may be used concurrently. The zero List and a
// nil *List keep everything.
type List struct {
	rules []rule
	other bool // what no rule matches does not take part
}

// rule is one line.
type rule struct {
	text    string // as it was written
	keep    bool
	folders bool // only them
	pattern string
	parts   []string // of the pattern, if it begins at the top; else nil
}

// Parse reads the rules of a list. The error of a line that is none says which.
func Parse(lines []string) (*List, error) {
	l := &List{}
	drops := false
	for i, line := range lines {
		line = strings.TrimRight(line, "\r\n")
		if i == 0 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		r, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("rule %d, %q: %w", i+1, line, err)
		}
		l.rules = append(l.rules, r)
		drops = drops || !r.keep
	}
	l.other = len(l.rules) > 0 && !drops
	return l, nil
}

func parse(line string) (rule, error) {
	sign, pattern, ok := strings.Cut(line, " ")
	if !ok || sign != "+" && sign != "-" {
		return rule{}, fmt.Errorf(`a rule is "+ PATTERN" or "- PATTERN"`)
	}
	r := rule{text: line, keep: sign == "+"}
	pattern, r.folders = strings.CutSuffix(strings.TrimLeft(pattern, " "), "/")
	whole, anchored := strings.CutPrefix(pattern, "/")
	switch {
	case whole == "":
		return rule{}, fmt.Errorf(`there is no pattern; all files are "*"`)
	case !doublestar.ValidatePattern(whole):
		return rule{}, fmt.Errorf("the pattern has a bracket or brace without its end, or ends with a backslash")
	case strings.HasSuffix(whole, "/") || strings.HasPrefix(whole, "/") || strings.Contains(whole, "//"):
		return rule{}, fmt.Errorf("there is no name between two slashes")
	}
	if anchored {
		r.pattern, r.parts = whole, strings.Split(whole, "/")
	} else {
		r.pattern = "**/" + whole
	}
	return r, nil
}

// Keep reports whether the file or folder called name, below the top of the tree,
// takes part, and if not, why: words that follow the name.
func (l *List) Keep(name string, info storage.Info) (keep bool, why string) {
	if l == nil || name == "." {
		return true, ""
	}
	for _, r := range l.rules {
		if r.matches(name, info.IsDir()) {
			if r.keep {
				return true, ""
			}
			return false, fmt.Sprintf("is left out by %q", r.text)
		}
		if r.keep && info.IsDir() && r.mayBeIn(name) {
			return true, ""
		}
	}
	if l.other {
		return false, "is not among what was asked for"
	}
	return true, ""
}

func (r rule) matches(name string, folder bool) bool {
	if r.folders && !folder {
		return false
	}
	ok, err := doublestar.Match(r.pattern, name)
	return ok && err == nil
}

// mayBeIn reports whether the rule could match something in the folder called name. It
// is true wherever that cannot be told.
func (r rule) mayBeIn(name string) bool {
	if r.parts == nil || strings.Contains(r.pattern, "{") { // a brace may hold slashes
		return true
	}
	i := 0
	for elem := range strings.SplitSeq(name, "/") {
		if i == len(r.parts) {
			return false
		}
		if r.parts[i] == "**" {
			return true
		}
		if ok, err := doublestar.Match(r.parts[i], elem); err == nil && !ok {
			return false
		}
		i++
	}
	return i < len(r.parts)
}
