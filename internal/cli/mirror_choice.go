package cli

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/seed-6092453b/ferry/internal/filter"
)

// filter returns what the flags leave out, nil for nothing. The rules are in the order of
// the command line, which kong keeps for each flag alone.
func (c *mirrorCmd) filter(kctx *kong.Context) (*filter.List, error) {
	var lines []string
	next := map[string]int{}
	for _, p := range kctx.Path {
		if p.Flag == nil {
			continue
		}
		n := next[p.Flag.Name]
		switch p.Flag.Name {
		case "include":
			lines = append(lines, "+ "+c.Include[n])
		case "exclude":
			lines = append(lines, "- "+c.Exclude[n])
		case "filter-from":
			text, err := os.ReadFile(c.FilterFrom[n])
			if err != nil {
				return nil, err
			}
			rules := strings.Split(string(text), "\n")
			if _, err := filter.Parse(rules); err != nil {
				return nil, usagef("%s: %v", printable(c.FilterFrom[n]), err)
			}
			lines = append(lines, rules...)
		}
		next[p.Flag.Name]++
	}
	if len(lines) == 0 {
		return nil, nil
	}
	list, err := filter.Parse(lines)
	if err != nil {
		return nil, usagef("--include and --exclude: %v", err)
	}
	return list, nil
}

// entryCount is how many files and folders; all is no limit.
type entryCount int

func (n *entryCount) UnmarshalText(text []byte) error {
	if string(text) == "all" {
		*n = -1
		return nil
	}
	v, err := strconv.Atoi(string(text))
	if err != nil || v < 1 {
		return fmt.Errorf("%q is neither a number, 1 or more, nor all", text)
	}
	*n = entryCount(v)
	return nil
}

// since is a moment: a date, a time, or how long ago it was.
type since struct{ time.Time }

var agoPattern = regexp.MustCompile(`^([0-9]+)d$`)

func (t *since) UnmarshalText(text []byte) error {
	s := string(text)
	if m := agoPattern.FindStringSubmatch(s); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil && n < 1e6 {
			t.Time = time.Now().AddDate(0, 0, -n)
			return nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		t.Time = time.Now().Add(-d)
		return nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, s, time.Local); err == nil {
			t.Time = at
			return nil
		}
	}
	return fmt.Errorf("%q is no time, as in 2026-01-31, 2026-01-31T08:00:00Z, 36h or 7d", s)
}
