// Package loader puts an FTP server under load from a process of its own, at so little
// cost that it is the server that is measured: sockets block, one thread to a session,
// downloads are dropped within the kernel and uploads never leave it. What arrives over TLS
// is not decrypted. It runs on Linux alone.
package loader

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A Job is what is done to a server, over and over.
type Job struct {
	Addr           netip.AddrPort
	User, Password string
	TLS            bool

	// Verb is the command that is done: RETR, STOR, LIST, MLSD or NOOP. "login" is to
	// connect, log in and leave; "idle" is to be there.
	Verb string
	// Name is its argument. A %d in it is a number: for STOR one that no other upload
	// of this job has, else one below Files.
	Name  string
	Files int
	// Size is how many octets a file has, or a listing has at least.
	Size int64
	// File is what is uploaded, a local file of Size octets.
	File string

	Sessions int
	Pause    time.Duration // between two commands of a session
}

// A Result is what came of a run of the job.
type Result struct {
	Ops    int64
	Octets int64 // of files and listings; with TLS about so many, as records are not opened
	Wall   time.Duration
	CPU    time.Duration // of this process

	// Of the commands, how long half of them took at most, and 99 %.
	P50, P99 time.Duration

	Err string // what went wrong; "": nothing
}

// Main is the other end of [Start]. It reads a job, and opens its sessions, which stay
// open until there is nothing more to read. Then it runs the job as often as a line with a
// number is read, which is how often each session does it in that run. Each of these is
// answered by a line with a result.
func Main(in io.Reader, out io.Writer) error {
	r := bufio.NewReader(in)
	line, err := r.ReadBytes('\n')
	if err != nil {
		return err
	}
	l := &load{answer: json.NewEncoder(out)}
	if err := json.Unmarshal(line, &l.Job); err != nil {
		return err
	}
	// A thread that waits in a call of the system keeps its processor, as far as Go goes, so
	// that none has to be handed around.
	runtime.GOMAXPROCS(min(l.Sessions, 64) + 4)
	if err := l.answer.Encode(l.measured(l.open)); err != nil {
		return err
	}
	for {
		line, err := r.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		each, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			return err
		}
		if err := l.answer.Encode(l.measured(func() error { return l.run(each) })); err != nil {
			return err
		}
	}
}

// A load is a job that is being done.
type load struct {
	Job
	answer   *json.Encoder
	sessions []*session
	uploads  atomic.Int64 // so far
	octets   atomic.Int64 // in this run
	ops      atomic.Int64
	mu       sync.Mutex
	took     []time.Duration // each command of this run, where there are pauses
}

// measured returns what f has done and taken.
func (l *load) measured(f func() error) Result {
	l.ops.Store(0)
	l.octets.Store(0)
	l.took = nil
	begun, cpu := time.Now(), cpuTime()
	err := f()
	r := Result{Wall: time.Since(begun), CPU: cpuTime() - cpu, Ops: l.ops.Load(), Octets: l.octets.Load()}
	if err != nil {
		r.Err = err.Error()
	}
	if n := len(l.took); n > 0 {
		slices.Sort(l.took)
		r.P50, r.P99 = l.took[n/2], l.took[n*99/100]
	}
	return r
}

// atOnce is how many sessions are opened at the same time.
const atOnce = 16

// open opens the sessions.
func (l *load) open() error {
	if l.Verb == "login" {
		return nil
	}
	l.sessions = make([]*session, l.Sessions)
	return together(min(atOnce, l.Sessions), func(worker int) error {
		for i := worker; i < l.Sessions; i += atOnce {
			s, err := l.login()
			if err != nil {
				return fmt.Errorf("session %d: %w", i, err)
			}
			l.sessions[i] = s
			l.ops.Add(1)
		}
		return nil
	})
}

// run has each session do the job so often.
func (l *load) run(each int) error {
	return together(l.Sessions, func(number int) error {
		var took []time.Duration
		for i := range each {
			begun := time.Now()
			if err := l.once(number, number*each+i); err != nil {
				return fmt.Errorf("session %d, %s %d: %w", number, l.Verb, i, err)
			}
			l.ops.Add(1)
			if l.Pause > 0 {
				took = append(took, time.Since(begun))
				time.Sleep(l.Pause)
			}
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.took = append(l.took, took...)
		return nil
	})
}

// once does the job once.
func (l *load) once(number, i int) error {
	name := l.Name
	if strings.Contains(name, "%d") {
		if l.Verb == "STOR" {
			i = int(l.uploads.Add(1))
		} else {
			i %= max(l.Files, 1)
		}
		name = fmt.Sprintf(name, i)
	}
	switch l.Verb {
	case "idle":
		return nil
	case "login":
		s, err := l.login()
		if err != nil {
			return err
		}
		return s.quit()
	case "NOOP":
		return l.sessions[number].expect("NOOP", 2)
	case "STOR":
		f, err := os.Open(l.File)
		if err != nil {
			return err
		}
		defer f.Close()
		l.octets.Add(l.Size)
		return l.sessions[number].upload("STOR "+name, f, l.Size)
	}
	n, err := l.sessions[number].download(l.Verb + " " + name)
	l.octets.Add(n)
	exact := l.Verb == "RETR" && !l.TLS
	if err == nil && (n < l.Size || exact && n != l.Size) {
		err = fmt.Errorf("%d octets came, and not %d", n, l.Size)
	}
	return err
}

// together runs f so often at once, and returns the first error.
func together(n int, f func(number int) error) error {
	all := make(chan error, n)
	for i := range n {
		go func() { all <- f(i) }()
	}
	var first error
	for range n {
		if err := <-all; err != nil && first == nil {
			first = err
		}
	}
	return first
}
