package ftp

import "strings"

// Word is one of several arguments.
type Word struct {
	Text   string
	Quoted bool // it was in double quotes
}

// ParseWords splits an argument into words at blanks. A word that begins with a
// double quote goes on to the next that is not doubled, behind which there must
// be a blank or the end; blanks within are its own. Elsewhere a quote is a
// character like any other. A quote that is missing is ErrSyntax.
func ParseWords(arg string) ([]Word, error) {
	var words []Word
	for {
		if arg = strings.TrimLeft(arg, " "); arg == "" {
			return words, nil
		}
		var w Word
		if arg[0] == '"' {
			var ok bool
			if w.Text, arg, ok = unquote(arg[1:]); !ok || arg != "" && arg[0] != ' ' {
				return nil, ErrSyntax
			}
			w.Quoted = true
		} else {
			w.Text, arg, _ = strings.Cut(arg, " ")
		}
		words = append(words, w)
	}
}

// ParseNames splits an argument into names at commas (MMD5). A name that holds a
// comma, or begins or ends with a blank, is in double quotes, each quote inside
// doubled. An empty name, or a quote that is missing, is ErrSyntax.
func ParseNames(arg string) ([]Word, error) {
	var names []Word
	for more := true; more; {
		var w Word
		arg = strings.TrimLeft(arg, " ")
		if rest, quoted := strings.CutPrefix(arg, `"`); quoted {
			var ok bool
			if w.Text, arg, ok = unquote(rest); !ok {
				return nil, ErrSyntax
			}
			w.Quoted = true
			if arg = strings.TrimLeft(arg, " "); arg != "" && arg[0] != ',' {
				return nil, ErrSyntax
			}
			_, arg, more = strings.Cut(arg, ",")
		} else {
			w.Text, arg, more = strings.Cut(arg, ",")
			w.Text = strings.TrimRight(w.Text, " ")
		}
		if w.Text == "" {
			return nil, ErrSyntax
		}
		names = append(names, w)
	}
	return names, nil
}

// String returns the word as it was given, but for the blanks around it.
func (w Word) String() string {
	if w.Quoted {
		return QuotePath(w.Text)
	}
	return w.Text
}

// unquote reads up to the next quote that is not doubled, and returns what was
// before it and what is behind it.
func unquote(s string) (text, rest string, ok bool) {
	var b strings.Builder
	for {
		head, tail, found := strings.Cut(s, `"`)
		if !found {
			return "", "", false
		}
		b.WriteString(head)
		if !strings.HasPrefix(tail, `"`) {
			return b.String(), tail, true
		}
		b.WriteByte('"')
		s = tail[1:]
	}
}
