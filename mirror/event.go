package mirror

import "time"

// EventKind is the kind of an Event.
type EventKind uint8

const (
	Planned  EventKind = iota // a step is known
	Started                   // a copy has begun; Done is what it goes on from
	Progress                  // Done is set
	Finished                  // a step is done; of a copy, Moved and Took are set
	Skipped                   // a step of Skip, or a file that needs no copy any more; Text says why
	Retrying                  // a step has failed with Err, and is tried again after Took
	Noted                     // Text is something the user should know
	Failed                    // a step has failed for good, with Err
)

// Event is something that happened. Each Step is Planned, and then gets one of
// Finished, Skipped and Failed, unless the Run ends before. What a plan could not find
// out, such as the contents of a folder that cannot be listed, is Failed and never
// Planned.
type Event struct {
	Kind  EventKind
	Step  Step // zero for what is about no step
	Done  int64
	Moved int64 // octets that crossed just now
	Took  time.Duration
	Text  string
	Err   error
}

// Summary is what a Run has done.
type Summary struct {
	Copied, Made, Linked, Touched, Removed int   // steps that were done
	Same, Skipped, Failed                  int   // copies that were not needed any more; steps of Skip; what failed
	Moved                                  int64 // octets of files that crossed
	Resumed                                int64 // octets that were there from an earlier run
	Took                                   time.Duration
}

// count adds a step that is done.
func (s *Summary) count(op Op) {
	switch op {
	case Copy:
		s.Copied++
	case Mkdir:
		s.Made++
	case Link:
		s.Linked++
	case Touch:
		s.Touched++
	case Remove:
		s.Removed++
	}
}
