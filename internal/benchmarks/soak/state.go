package soak

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"
)

// A State is what a server's process holds. What is not known is 0.
type State struct {
	Heap        int64 // octets in use, behind a collection
	Stacks      int64 // octets of all goroutines' stacks
	Goroutines  int
	Resident    int64 // octets of memory, as its proportional set size
	Descriptors int
	Threads     int
}

// outside is what can be seen of a process from outside.
func (s *served) outside() State {
	return State{Resident: s.meter.PSS(), Descriptors: s.meter.Descriptors(), Threads: s.meter.Threads()}
}

// inside adds what the process itself tells.
func (s *served) inside(ctx context.Context, st *State) error {
	if s.held == "" {
		return nil
	}
	if err := s.cmd.Process.Signal(asked); err != nil {
		return fmt.Errorf("the server has ended: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.Patience)
	defer cancel()
	for {
		b, err := os.ReadFile(s.held)
		if err != nil {
			return err
		}
		lines := bytes.SplitAfter(b, []byte("\n"))
		if len(lines) > s.lines+1 { // the last is empty, or not whole
			s.lines++
			return json.Unmarshal(lines[s.lines-1], st)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server does not tell what it holds: %w", ctx.Err())
		case <-s.log.ended:
			return s.gone()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// settled waits until nothing changes any more, as what ends a session may outlast its last
// reply a little, and returns what is held then.
func (s *served) settled(ctx context.Context) (State, error) {
	var st State
	for still := 0; still < 5; {
		now := State{Descriptors: s.meter.Descriptors(), Threads: s.meter.Threads()}
		if now == st {
			still++
		} else {
			st, still = now, 0
		}
		select {
		case <-ctx.Done():
			return st, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	if err := s.inside(ctx, &st); err != nil {
		return st, err
	}
	out := s.outside()
	st.Resident, st.Descriptors, st.Threads = out.Resident, out.Descriptors, out.Threads
	return st, nil
}

// middle returns the medians of what was seen so often: what a moment has more, or less,
// is no growth.
func middle(all []State) State {
	of := func(f func(State) int64) int64 {
		var values []int64
		for _, s := range all {
			values = append(values, f(s))
		}
		slices.Sort(values)
		if len(values) == 0 {
			return 0
		}
		return values[len(values)/2]
	}
	return State{
		Heap:        of(func(s State) int64 { return s.Heap }),
		Stacks:      of(func(s State) int64 { return s.Stacks }),
		Goroutines:  int(of(func(s State) int64 { return int64(s.Goroutines) })),
		Resident:    of(func(s State) int64 { return s.Resident }),
		Descriptors: int(of(func(s State) int64 { return int64(s.Descriptors) })),
		Threads:     int(of(func(s State) int64 { return int64(s.Threads) })),
	}
}
