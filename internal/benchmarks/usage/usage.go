// Package usage says what a process and all that it has started take of the machine's
// processors and memory. It is for Linux, and finds nothing elsewhere.
package usage

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A Meter reads what a tree of processes uses. Several
// goroutines may read it at once.
type Meter struct {
	root  int
	group string // its control group, in which the kernel counts; "": it is in none
}

// New returns a meter of the tree of processes below root. Where the system lets it, the
// tree moves to a control group of its own, which counts in microseconds, and those that
// have ended as well; otherwise hundredths of a second are counted, by process, and of
// those that have ended what their parents have waited for. The caller must close it.
func New(root int) *Meter {
	m := &Meter{root: root}
	for _, top := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/unified"} {
		if _, err := os.Stat(filepath.Join(top, "cgroup.subtree_control")); err != nil {
			continue
		}
		group, err := os.MkdirTemp(top, "ferry-benchmarks-")
		if err != nil {
			continue
		}
		m.group = group
		if m.join() {
			return m
		}
		m.Close()
		m.group = ""
	}
	return m
}

// join moves the tree to the group. A process that begins meanwhile is found in the next
// turn.
func (m *Meter) join() bool {
	moved := make(map[int]bool)
	for {
		more := false
		for _, pid := range Tree(m.root) {
			if moved[pid] {
				continue
			}
			moved[pid], more = true, true
			err := os.WriteFile(filepath.Join(m.group, "cgroup.procs"), []byte(strconv.Itoa(pid)), 0)
			if err != nil && exists(pid) {
				return false
			}
		}
		if !more {
			_, ok := m.counted()
			return ok
		}
	}
}

// Close removes the group. What is still in it moves back, as a group can only be removed
// when it is empty.
func (m *Meter) Close() {
	if m.group == "" {
		return
	}
	for range 200 {
		if os.Remove(m.group) == nil {
			return
		}
		pids, err := os.ReadFile(filepath.Join(m.group, "cgroup.procs"))
		if err != nil {
			return
		}
		for pid := range strings.FieldsSeq(string(pids)) {
			// An error says that it has ended.
			_ = os.WriteFile(filepath.Join(filepath.Dir(m.group), "cgroup.procs"), []byte(pid), 0)
		}
		time.Sleep(5 * time.Millisecond) // who ends is in it until it has
	}
}

// Exact reports whether a control group counts.
func (m *Meter) Exact() bool { return m.group != "" }

// CPU returns the time that processors have spent on the tree.
func (m *Meter) CPU() time.Duration {
	if m.group != "" {
		d, _ := m.counted()
		return d
	}
	var all time.Duration
	for _, pid := range Tree(m.root) {
		all += ticks(pid)
	}
	return all
}

func (m *Meter) counted() (time.Duration, bool) {
	b, err := os.ReadFile(filepath.Join(m.group, "cpu.stat"))
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(b)) {
		if n, ok := strings.CutPrefix(line, "usage_usec "); ok {
			us, err := strconv.ParseInt(strings.TrimSpace(n), 10, 64)
			return time.Duration(us) * time.Microsecond, err == nil
		}
	}
	return 0, false
}

// PSS returns the memory of the tree, in octets: pages that several processes share count
// once in all.
func (m *Meter) PSS() int64 {
	var all int64
	for _, pid := range Tree(m.root) {
		b, _ := os.ReadFile(proc(pid, "smaps_rollup"))
		for line := range strings.Lines(string(b)) {
			if n, ok := strings.CutPrefix(line, "Pss:"); ok {
				kib, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(n), " kB"), 10, 64)
				all += kib << 10
				break
			}
		}
	}
	return all
}

// Processes returns how many there are in the tree.
func (m *Meter) Processes() int { return len(Tree(m.root)) }

// Tree returns root and all that it has started, and those in turn, as far as they run.
func Tree(root int) []int {
	children := make(map[int][]int)
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if f := stat(pid); f != nil {
			parent, _ := strconv.Atoi(f[1])
			children[parent] = append(children[parent], pid)
		}
	}
	if !exists(root) {
		return nil
	}
	all := []int{root}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all
}

// stat returns the fields of a process behind its name, which may hold anything: its state
// comes first. It is nil if there is no such process.
func stat(pid int) []string {
	b, err := os.ReadFile(proc(pid, "stat"))
	i := bytes.LastIndexByte(b, ')')
	if err != nil || i < 0 {
		return nil
	}
	f := strings.Fields(string(b[i+1:]))
	if len(f) < 15 {
		return nil
	}
	return f
}

// ticks returns the time of a process, and of those that it has waited for.
func ticks(pid int) time.Duration {
	f := stat(pid)
	if f == nil {
		return 0
	}
	var n int64
	for _, field := range f[11:15] { // utime, stime, cutime, cstime: proc(5)
		t, _ := strconv.ParseInt(field, 10, 64)
		n += t
	}
	return time.Duration(n) * (time.Second / 100) // USER_HZ is 100 wherever Go runs
}

func exists(pid int) bool {
	_, err := os.Stat(proc(pid, ""))
	return err == nil
}

func proc(pid int, name string) string { return filepath.Join("/proc", strconv.Itoa(pid), name) }
