package conformance

import (
	"time"
)

// Verdict is what came of an item.
type Verdict string

const (
	// Passed: the server does what the text demands.
	Passed Verdict = "passed"
	// Failed: it does not.
	Failed Verdict = "failed"
	// NotOffered: the standards leave it to the server whether to offer this, and it
	// does not.
	NotOffered Verdict = "not offered"
	// NotRun: the item could not be tried, because something that it needs was not
	// given or is not there: a server in another state, a login, the right to write,
	// time.
	NotRun Verdict = "not run"
)

// Report is what came of a run.
type Report struct {
	Subject string    // what was checked: the address of the server, or the name of the client
	Banner  string    // the text of the server's greeting; "" for a client
	System  string    // the text of its answer to SYST
	Began   time.Time // with the clock of this machine
	Took    time.Duration

	// Notes say what holds for the run as a whole, each once: that the login was
	// refused, that there is no TLS, that files may not be written; and what could not
	// be removed at the end. Below each are the IDs of the items that it leaves out.
	Notes []Note

	// Results are in the order of the catalogue.
	Results []Result
}

// Note is something about a run as a whole.
type Note struct {
	Text    string
	Lack    Lack
	LeftOut []string // IDs of the items that were not run because of it
}

// Lack is what is missing for a whole run.
type Lack string

// The lacks.
const (
	LackNothing Lack = ""       // the note is about something else
	LackServer  Lack = "server" // nobody answers there, or nobody that speaks FTP
	LackTLS     Lack = "tls"
	LackLogin   Lack = "login"
	LackWrite   Lack = "write" // the right to, or room
)

// Result is what came of one item.
type Result struct {
	Item
	Verdict Verdict

	// Reason says what was wrong (Failed), what the server answered (NotOffered) or
	// what is missing (NotRun). It is a sentence or two without a full stop; empty
	// where the item has passed as it stands in the catalogue.
	Reason string

	Took time.Duration

	// Dialogue is all that went over the connections of the item, in order.
	Dialogue []Exchange
}

// Exchange is a line of a dialogue.
type Exchange struct {
	At   time.Duration // since the item began
	Conn string        // "control", "control 2", "data 1" ...
	Way  Way
	Text string // without line end; octets that do not print are written as \x1b. Of passwords there is "***"
}

// Way is the direction of an Exchange.
type Way string

const (
	Sent     Way = "sent"     // by the checker
	Received Way = "received" // by the checker
	Happened Way = "happened" // "connected to ...", "closed by the server", "TLS 1.3 begins", "5 seconds pass"
)

// Count returns how many results have a verdict, of those at a level; an empty
// level stands for all.
func (r *Report) Count(v Verdict, level Level) (n int) {
	for i := range r.Results {
		if r.Results[i].Verdict == v && (level == "" || r.Results[i].Level == level) {
			n++
		}
	}
	return n
}
