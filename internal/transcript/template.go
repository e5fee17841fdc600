package transcript

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A template is text with variables.
type template []part

// A part is literal text, or a variable where name is not empty.
type part struct{ text, name string }

// endpoint holds, for each variable that stands for an end of a data
// connection, what it looks like in a line.
var endpoint = map[string]string{
	"hostport": `\d+(?:,\d+){5}`,
	"p1":       `\d+`,
	"p2":       `\d+`,
	"dhost":    `[0-9A-Fa-f:.]+`,
	"dport":    `\d+`,
}

var variable = regexp.MustCompile(`^(?:\$|([A-Za-z]\w*)|\{([A-Za-z]\w*)\})`)

func parseTemplate(s string) (template, error) {
	var t template
	for {
		text, rest, found := strings.Cut(s, "$")
		if text != "" {
			t = append(t, part{text: text})
		}
		if !found {
			return t, nil
		}
		m := variable.FindStringSubmatch(rest)
		switch {
		case m == nil:
			return nil, errors.New("a $ that is neither $name nor $$")
		case m[0] == "$":
			t = append(t, part{text: "$"})
		default:
			t = append(t, part{name: m[1] + m[2]})
		}
		s = rest[len(m[0]):]
	}
}

// mentionsEndpoint reports whether a data connection's end is in the text.
func (t template) mentionsEndpoint() bool {
	return slices.ContainsFunc(t, func(p part) bool { return endpoint[p.name] != "" })
}

// expand returns the text with the values of its variables.
func (t template) expand(values map[string]string) (string, error) {
	var b strings.Builder
	for _, p := range t {
		v, ok := values[p.name]
		switch {
		case p.name == "":
			b.WriteString(p.text)
		case ok:
			b.WriteString(v)
		default:
			known := slices.Sorted(maps.Keys(values))
			return "", fmt.Errorf("$%s has no value (these have: %s)", p.name, strings.Join(known, " "))
		}
	}
	return b.String(), nil
}

// pattern returns an expression for the text, in which the variables of a data
// connection's end are groups of their names and the others have their values.
func (t template) pattern(values map[string]string) (*regexp.Regexp, error) {
	var b strings.Builder
	seen := make(map[string]bool)
	for _, p := range t {
		form := endpoint[p.name]
		switch {
		case p.name == "":
			b.WriteString(regexp.QuoteMeta(p.text))
		case form != "" && !seen[p.name]:
			fmt.Fprintf(&b, "(?P<%s>%s)", p.name, form)
			seen[p.name] = true
		case form != "":
			return nil, fmt.Errorf("$%s stands there twice", p.name)
		default:
			text, err := template{p}.expand(values)
			if err != nil {
				return nil, err
			}
			b.WriteString(regexp.QuoteMeta(text))
		}
	}
	return whole("(?s:" + b.String() + ")")
}
