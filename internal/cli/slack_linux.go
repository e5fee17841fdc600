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
// milliseconds. With 200,000 half of that is saved, and with 2,000,000 hardly more. It has a
// price where uploads are synced to a disk and the runtime's processors wait for that: of
// commands that came meanwhile, one in a hundred took 0.9 ms or more with 500,000, and 1.8
// with 2,000,000, where it had been 0.7.
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
