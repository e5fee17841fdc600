package ftpserver

import "sync/atomic"

// room is for so many entries of directories as commands may hold in memory, all
// sessions together: each session's own share of it, times the sessions, would be
// no bound.
type room struct{ free atomic.Int64 }

// take reports whether there is room for n more entries, which give gives back.
func (r *room) take(n int) bool {
	if r.free.Add(int64(-n)) >= 0 {
		return true
	}
	r.give(n)
	return false
}

func (r *room) give(n int) { r.free.Add(int64(n)) }

// later is a list of directories that are still to be looked at, the last one
// first. They count by the length of their names: those of a deep tree are long.
type later struct {
	room  *room
	names []string
}

// push adds a directory, and reports whether there is room for it.
func (l *later) push(name string) bool {
	if !l.room.take(roomFor(name)) {
		return false
	}
	l.names = append(l.names, name)
	return true
}

// pop returns the next one, and false at the end.
func (l *later) pop() (string, bool) {
	if len(l.names) == 0 {
		return "", false
	}
	last := len(l.names) - 1
	name := l.names[last]
	l.names = l.names[:last]
	l.room.give(roomFor(name))
	return name, true
}

// close gives back what is still held.
func (l *later) close() {
	for more := true; more; {
		_, more = l.pop()
	}
}

// roomFor is the room for an entry that is held by its full name.
func roomFor(name string) int { return 1 + len(name)/256 }
