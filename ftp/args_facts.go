package ftp

import "strings"

// ParseFacts reads "name=value;name=value;", the argument of CSID. Blanks around
// a fact do not count, nor does a last ";" that is missing.
func ParseFacts(arg string) ([]Fact, error) {
	var facts []Fact
	for f := range strings.SplitSeq(arg, ";") {
		f = strings.Trim(f, " ")
		if f == "" {
			continue
		}
		name, value, ok := strings.Cut(f, "=")
		if !ok || name == "" || strings.Contains(name, " ") {
			return nil, ErrSyntax
		}
		facts = append(facts, Fact{Name: name, Value: value})
	}
	if facts == nil {
		return nil, ErrSyntax
	}
	return facts, nil
}

// ParseFactsPath reads "name=value;name=value; pathname", the argument of MFF
// (draft-somers-ftp-mfxx, 5.1). The space before the pathname is the first one:
// no fact holds any. NcFTP leaves out the last ";".
func ParseFactsPath(arg string) (facts []Fact, path string, err error) {
	list, path, ok := strings.Cut(arg, " ")
	if !ok || path == "" {
		return nil, "", ErrSyntax
	}
	for f := range strings.SplitSeq(strings.TrimSuffix(list, ";"), ";") {
		name, value, ok := strings.Cut(f, "=")
		if !ok || name == "" || value == "" {
			return nil, "", ErrSyntax
		}
		facts = append(facts, Fact{Name: name, Value: value})
	}
	return facts, path, nil
}
