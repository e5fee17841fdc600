package usage

import (
	"os"
	"strconv"
	"strings"
)

// Descriptors returns how many files and connections the tree holds open.
func (m *Meter) Descriptors() int {
	n := 0
	for _, pid := range Tree(m.root) {
		if d, err := os.Open(proc(pid, "fd")); err == nil {
			names, _ := d.Readdirnames(-1)
			n += len(names)
			d.Close()
		}
	}
	return n
}

// Threads returns how many there are in the tree.
func (m *Meter) Threads() int {
	n := 0
	for _, pid := range Tree(m.root) {
		b, _ := os.ReadFile(proc(pid, "status"))
		for line := range strings.Lines(string(b)) {
			if field, ok := strings.CutPrefix(line, "Threads:"); ok {
				k, _ := strconv.Atoi(strings.TrimSpace(field))
				n += k
			}
		}
	}
	return n
}
