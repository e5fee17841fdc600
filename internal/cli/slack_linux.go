package cli

import (
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// timerSlack is by how many nanoseconds the system may let threads of a server sleep longer
// than they ask for (prctl(2), PR_SET_TIMERSLACK). Its own choice are 50,000.
//
// The runtime has a thread that watches the others. It sleeps for 20 µs at a time for as long
// as the others now have something to do, now not, as with small files and logins: to wake it
// cost a server a sixth of its time. Whoever else waits for a time waits for
// milliseconds. With 200,000 half of that is saved, and with more than this hardly more; a
// command that comes while all processors of the runtime are busy on a disk waits some
// tenths of a millisecond longer.
const timerSlack = 1_000_000

// slackened in the environment tells a process that it has been started for that.
const slackened = "FERRY_TIMER_SLACK"

// slacken has this program start anew, as the same process, where threads sleep with too
// little slack: the one that matters is there before any of the program's own code runs,
// and has what the process was started with. What stands in the way of that is no reason
// not to serve.
func slacken() {
	if os.Getenv(slackened) != "" {
		os.Unsetenv(slackened)
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if now, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0); err != nil || now >= timerSlack {
		return
	}
	self, err := os.Executable()
	if err != nil || unix.Prctl(unix.PR_SET_TIMERSLACK, timerSlack, 0, 0, 0) != nil {
		return
	}
	_ = syscall.Exec(self, os.Args, append(os.Environ(), slackened+"=1"))
	unix.Prctl(unix.PR_SET_TIMERSLACK, 0, 0, 0, 0) // what it was
}
