package soak

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/usage"
)

// A served is a process that serves a folder.
type served struct {
	target
	cmd   *exec.Cmd
	meter *usage.Meter
	held  string // the file that it tells of itself in; "": it does not
	lines int    // of that file that were read
	log   *serverLog
}

const user, password = "soak", "soak"

// serve starts ferry, which is to be ended. If it is the one that tells of itself, it
// does so.
func serve(ctx context.Context, o Options, dir, root string) (*served, error) {
	s := &served{target: target{User: user, Password: password, Patience: o.Patience}, log: newServerLog()}
	s.cmd = exec.CommandContext(ctx, o.Ferry, "serve", root, "--listen", "127.0.0.1:0", "--user", user+":"+password,
		"--tls", "self-signed", "--state", filepath.Join(dir, "state"), "--log", "json",
		"--max-sessions", "0", "--max-sessions-per-ip", "0", "--idle", (o.Duration + time.Hour).String(), "--max-idle", (o.Duration + time.Hour).String())
	s.cmd.Env = os.Environ()
	if o.Tells {
		s.held = filepath.Join(dir, "held")
		s.cmd.Env = append(s.cmd.Env, "FERRY_HELD="+s.held)
	}
	// It ends by the signal that end sends, not when somebody presses Ctrl-C here.
	apart(s.cmd)
	out, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go s.log.read(out)
	late := time.NewTimer(o.Patience)
	defer late.Stop()
	select {
	case s.Addr = <-s.log.serving:
	case <-s.log.ended:
		err = errors.New("it has ended")
	case <-late.C:
		err = errors.New("it does not say where it listens")
	}
	if err != nil {
		s.kill()
		return nil, fmt.Errorf("ferry serve: %w: %s", err, s.log)
	}
	s.meter = usage.New(s.cmd.Process.Pid)
	return s, nil
}

func (s *served) kill() {
	_ = s.cmd.Process.Kill() // an error says that it has ended
	<-s.log.ended
	_ = s.cmd.Wait()
	if s.meter != nil {
		s.meter.Close()
	}
}

// gone is the error of a server that has ended by itself.
func (s *served) gone() error { return fmt.Errorf("the server has ended: %s", s.log) }

// end has the server end in order, as it should when nobody is there.
func (s *served) end(patience time.Duration) error {
	defer s.meter.Close()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		return errors.Join(fmt.Errorf("the server has ended before: %w: %s", err, s.log), s.cmd.Wait())
	}
	select {
	case <-s.log.ended:
	case <-time.After(patience):
		s.kill()
		return fmt.Errorf("%v after SIGINT the server has not ended: %s", patience, s.log)
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("the server ended with %w: %s", err, s.log)
	}
	return s.log.fault()
}

// A serverLog is what a server says.
type serverLog struct {
	serving chan string   // its address, once
	ended   chan struct{} // is closed when it says no more

	mu     sync.Mutex
	faults []string // lines that are no news of a session
}

func newServerLog() *serverLog {
	return &serverLog{serving: make(chan string, 1), ended: make(chan struct{})}
}

// mostFaults is how many lines are kept.
const mostFaults = 40

func (l *serverLog) read(r io.Reader) {
	defer close(l.ended)
	for lines := bufio.NewReader(r); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		l.take(strings.TrimSpace(line))
	}
}

// take looks at a line. What is not JSON comes from Go's runtime, when it gives up. A
// transfer that was cut is worth a warning to the server, and is meant here.
func (l *serverLog) take(line string) {
	var record struct {
		Level, Msg string
		Code       int
		URLs       []string
	}
	err := json.Unmarshal([]byte(line), &record)
	if err == nil && record.Msg == "serving" && len(record.URLs) > 0 {
		if u, err := url.Parse(record.URLs[0]); err == nil {
			l.serving <- u.Host
			return
		}
	}
	meant := record.Level == "INFO" || record.Level == "WARN" && record.Msg == "transfer" && record.Code == 426
	if err == nil && meant {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.faults) < mostFaults {
		l.faults = append(l.faults, line)
	}
}

// fault is an error if the server has complained of anything since the last call.
func (l *serverLog) fault() error {
	s := l.String()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = nil
	if s != "" {
		return errors.New("the server's log: " + s)
	}
	return nil
}

func (l *serverLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.faults, "\n")
}
