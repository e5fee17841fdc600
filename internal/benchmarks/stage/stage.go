// Package stage starts the counterparts of package peers outside of tests.
package stage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
)

// A Stage is where the counterparts of package peers are started outside of a test. It
// has those methods of a test that they use; the others are nil.
type Stage struct {
	testing.TB
	ctx      context.Context
	dir      string
	cleanups []func()
	dirs     int
	log      strings.Builder
	failed   bool
	skipped  bool
}

// ErrMissing says that a program is not installed.
var ErrMissing = errors.New("not to be had here")

// New returns a stage whose new directories are made in dir. The caller must end it.
func New(ctx context.Context, dir string) *Stage { return &Stage{ctx: ctx, dir: dir} }

// Do runs f, which may end as a test does. The error then is what it said.
func (s *Stage) Do(f func()) error {
	s.failed, s.skipped = false, false
	s.log.Reset()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f()
	}()
	<-ended
	said := strings.TrimSpace(s.log.String())
	switch {
	case s.skipped:
		return fmt.Errorf("%w: %s", ErrMissing, said)
	case s.failed:
		return errors.New(said)
	}
	return nil
}

// End undoes all, last first.
func (s *Stage) End() error {
	s.failed = false
	for len(s.cleanups) > 0 {
		last := len(s.cleanups) - 1
		f := s.cleanups[last]
		s.cleanups = s.cleanups[:last]
		if err := s.Do(f); err != nil {
			return err
		}
	}
	return nil
}

func (s *Stage) Helper()                  {}
func (s *Stage) Name() string             { return "benchmarks" }
func (s *Stage) Context() context.Context { return s.ctx }
func (s *Stage) Failed() bool             { return s.failed }
func (s *Stage) Cleanup(f func())         { s.cleanups = append(s.cleanups, f) }

func (s *Stage) Log(args ...any)                 { fmt.Fprintln(&s.log, args...) }
func (s *Stage) Logf(format string, args ...any) { s.Log(fmt.Sprintf(format, args...)) }

func (s *Stage) Error(args ...any) {
	s.Log(args...)
	s.failed = true
}

func (s *Stage) Errorf(format string, args ...any) { s.Error(fmt.Sprintf(format, args...)) }

func (s *Stage) FailNow() {
	s.failed = true
	runtime.Goexit()
}

func (s *Stage) Fatal(args ...any) {
	s.Error(args...)
	s.FailNow()
}

func (s *Stage) Fatalf(format string, args ...any) { s.Fatal(fmt.Sprintf(format, args...)) }

func (s *Stage) SkipNow() {
	s.skipped = true
	runtime.Goexit()
}

func (s *Stage) Skip(args ...any) {
	s.Log(args...)
	s.SkipNow()
}

func (s *Stage) Skipf(format string, args ...any) { s.Skip(fmt.Sprintf(format, args...)) }

// TempDir returns a directory that is its owner's alone.
func (s *Stage) TempDir() string {
	s.dirs++
	name, err := os.MkdirTemp(s.dir, fmt.Sprintf("%03d-", s.dirs))
	if err != nil {
		s.Fatal(err)
	}
	return name
}
