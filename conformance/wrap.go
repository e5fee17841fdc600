package conformance

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-6092453b/ferry/internal/plain"
)

// textWidth is how wide the text for people is, but for what cannot be broken.
const textWidth = 80

// wrap breaks a text between words into lines of so many characters; indent stands
// before each but the first.
func wrap(text string, width int, indent string) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Split(text, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+n > width:
			b.WriteString("\n" + indent)
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}

// ranges names IDs, those that follow upon each other by the first and the last.
func ranges(ids []string) string {
	var parts []string
	for i := 0; i < len(ids); {
		j := i
		for j+1 < len(ids) && follows(ids[j], ids[j+1]) {
			j++
		}
		switch {
		case j-i >= 2:
			parts = append(parts, plain.Text(ids[i])+" to "+plain.Text(ids[j]))
		default:
			for _, id := range ids[i : j+1] {
				parts = append(parts, plain.Text(id))
			}
		}
		i = j + 1
	}
	return strings.Join(parts, ", ")
}

// follows reports whether b is the ID behind a.
func follows(a, b string) bool {
	group, number, ok := strings.Cut(a, "-")
	group2, number2, ok2 := strings.Cut(b, "-")
	n, err := strconv.Atoi(number)
	n2, err2 := strconv.Atoi(number2)
	return ok && ok2 && group == group2 && err == nil && err2 == nil && n2 == n+1
}
