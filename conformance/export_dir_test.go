package conformance

import (
	"maps"
	"slices"
	"strings"
)

var (
	SplitQuoted = splitQuoted
	Assigned    = assigned
)

// ParseEntry returns what parseEntry has read, the facts sorted.
func ParseEntry(line string) (name, facts string, err error) {
	e, err := parseEntry(line)
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(e.facts)) {
		b.WriteString(key + "=" + e.facts[key] + ";")
	}
	return e.name, b.String(), err
}
