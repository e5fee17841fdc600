package report

import (
	"fmt"
	"strconv"
	"strings"
)

// Line writes a line of a table.
func Line(b *strings.Builder, cells []string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// Head writes the first line of a table, and the one that has to follow.
func Head(b *strings.Builder, cells []string) {
	Line(b, cells)
	Line(b, strings.Split(strings.Repeat("---,", len(cells)-1)+"---", ","))
}

// Several counts things.
func Several(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return Thousands(n) + " " + what
}

// Seconds writes a time.
func Seconds(s float64) string { return Figure(s) + " s" }

// Figure writes a number with as many digits as mean something.
func Figure(f float64) string {
	switch {
	case f >= 99.5:
		return strconv.FormatFloat(f, 'f', 0, 64)
	case f >= 9.95:
		return strconv.FormatFloat(f, 'f', 1, 64)
	case f >= 0.0995 || f == 0:
		return strconv.FormatFloat(f, 'f', 2, 64)
	}
	return strconv.FormatFloat(f, 'f', 3, 64)
}

// Thousands writes a whole number with commas.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Octets writes a size that is a whole number of its unit.
func Octets(n int64) string {
	for _, unit := range []string{"octets", "KiB", "MiB", "GiB"} {
		if n < 1<<10 || n%(1<<10) != 0 || unit == "GiB" {
			return fmt.Sprintf("%d %s", n, unit)
		}
		n >>= 10
	}
	return ""
}

// Cut cuts what is too long.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "…"
}
