package ftp

import "strings"

// listVerdict is what a format says of a line.
type listVerdict uint8

const (
	listRefused listVerdict = iota // not of this format
	listTaken                      // an entry, and it has a name
	listNoise                      // of this format, but no entry
	listHeld                       // the beginning of an entry that goes on in the next line
)

// listState is what formats remember from line to line.
type listState struct {
	clock listClock
	first bool   // this is the first line that is not blank
	fresh bool   // the first one, or the one before was blank
	dir   string // see [ListReader.Dir]

	dayFirst  bool         // DOS: a date was seen that has the day before the month
	vmsName   string       // VMS: the name of the last file, without version
	mvs       listMVSTable // MVS: the table whose heading was seen last
	as400Date listDateOrder
}

// listFormat reads one line into e, which is zero but for a Size of -1.
// What it leaves in e counts only if it takes the line.
type listFormat struct {
	name   string
	system string // words of SYST answers that announce it, with "|" between them
	parse  func(line string, st *listState, e *Entry) listVerdict
}

// listFormats has the stricter formats first: it is the order in which they
// are asked before any vote.
var listFormats = [...]listFormat{
	{"MLSx", "", listMLSx},
	{"EPLF", "", listEPLF},
	{"Unix", "UNIX", listUnix},
	{"DOS", "WINDOWS|MS-DOS|WIN32", listDOS},
	{"VMS", "VMS", listVMS},
	{"MVS", "MVS|Z/OS", listMVS},
	{"AS/400", "OS/400|I5/OS", listAS400},
	{"NetWare", "NETWARE", listNetWare},
	{"OS/2", "OS/2", listOS2},
	{"NonStop", "NONSTOP|GUARDIAN|TANDEM", listNonStop},
	{"Enterprise", "", listEnterprise},
}

// listVote orders the formats by the lines that each has taken, so that the
// one of the listing is asked first and a line that two of them would take
// goes to the one that took the others.
type listVote struct {
	order [len(listFormats)]int // indices of listFormats
	votes [len(listFormats)]int // of the format at the same place in order
}

// newListVote gives one vote to the format that a SYST answer announces.
func newListVote(system string) listVote {
	var v listVote
	system = strings.ToUpper(system)
	announced := -1
	for i, f := range listFormats {
		v.order[i] = i
		for word := range strings.SplitSeq(f.system, "|") {
			if word != "" && strings.Contains(system, word) {
				announced = i
			}
		}
	}
	if announced >= 0 {
		v.cast(announced)
	}
	return v
}

// cast counts a vote for the format at place i of the order.
func (v *listVote) cast(i int) {
	v.votes[i]++
	for ; i > 0 && v.votes[i] > v.votes[i-1]; i-- {
		v.votes[i], v.votes[i-1] = v.votes[i-1], v.votes[i]
		v.order[i], v.order[i-1] = v.order[i-1], v.order[i]
	}
}
