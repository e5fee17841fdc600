package cli

import (
	"fmt"
	"strconv"

	"github.com/seed-6092453b/ferry/internal/plain"
)

// printable makes a text that others chose (names, replies) safe for a terminal.
func printable(s string) string { return plain.Text(s) }

// size says a number of octets for people.
func size(n int64) string {
	if n < 0 {
		return "?"
	}
	if n < 1024 {
		return strconv.FormatInt(n, 10) + " B"
	}
	v, i := float64(n)/1024, 0
	for v >= 1023.95 && i < len("KMGTPE")-1 {
		v /= 1024
		i++
	}
	return fmt.Sprintf("%.1f %ciB", v, "KMGTPE"[i])
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
