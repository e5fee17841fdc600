package ftpserver

import "golang.org/x/sys/unix"

// longTurn is how long the kernel is asked to leave a processor to a transfer at a time,
// where it has one by itself for 1.4 to 3 ms.
const longTurn = 20e6 // ns

// longTurns asks the kernel to give this thread fewer turns, and longer ones, until over is
// called. Its share of the processors stays the same; but whoever wakes for a moment, such as
// a thread that answers a command, goes before it at once, and does not wait for the turns
// of all transfers (sched_setattr(2): a thread's own slice, since Linux 6.12; an older kernel takes
// no notice).
func longTurns() (over func()) {
	usual, err := unix.SchedGetAttr(0, 0)
	if err != nil {
		return func() {}
	}
	long := *usual
	long.Runtime = longTurn
	// What comes of it is not worth an error: the transfer goes on with usual turns.
	if unix.SchedSetAttr(0, &long, 0) != nil {
		return func() {}
	}
	return func() {
		usual.Runtime = 0 // the system's, whatever that was told as
		_ = unix.SchedSetAttr(0, usual, 0)
	}
}
