package ftp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// MaxListLine is the longest line that a [ListReader] takes, in octets.
const MaxListLine = 64 << 10

// ListOptions is what a [ListReader] cannot learn from the listing. The zero
// value is usable.
type ListOptions struct {
	// Now is the time of the listing. It completes dates without a year; if
	// it is zero they stay unknown.
	Now time.Time

	// Location is the zone that the server writes its times in. nil is UTC.
	Location *time.Location

	// System is the answer to SYST. It decides between formats as long as
	// the listing has not; it may be empty or wrong.
	System string
}

// ListError is a line that no format takes. Reading can go on behind it.
type ListError struct {
	Number int    // of the line, from 1
	Line   string // as sent, without the line end, and cut at MaxListLine
	Long   bool   // the line is longer than MaxListLine
}

func (e *ListError) Error() string {
	const show = 100
	line := e.Line
	if len(line) > show {
		line = line[:show]
	}
	if e.Long {
		return fmt.Sprintf("ftp: line %d of the listing is longer than %d octets: %q...", e.Number, MaxListLine, line)
	}
	return fmt.Sprintf("ftp: line %d of the listing is in no known format: %q", e.Number, line)
}

// ListReader reads the answer to LIST in any of the formats that are in use.
// It holds one or two lines at a time, whatever the length of the listing. A
// ListReader must not be used by several goroutines at once.
type ListReader struct {
	r      *bufio.Reader
	vote   listVote
	state  listState
	entry  Entry       // of the line that is being read; here, so that it costs no allocation
	number int         // of the last line read
	held   string      // a line that wants the next one, "" if there is none
	heldBy int         // its format
	back   *listResult // read, but put back
	err    error       // of r, once there is one
}

// listResult is what one call of line returns.
type listResult struct {
	line string
	err  error
}

// NewListReader returns a reader of the listing r. It reads ahead, but not
// behind the end of r, and does not close it.
func NewListReader(r io.Reader, o ListOptions) *ListReader {
	loc := o.Location
	if loc == nil {
		loc = time.UTC
	}
	return &ListReader{
		r:     bufio.NewReader(r),
		vote:  newListVote(o.System),
		state: listState{clock: listClock{o.Now, loc}, first: true, fresh: true},
	}
}

// Dir returns the folder that the listing named last in a line of its own, as
// it wrote it: ls -R does so before the content of each folder ("./pub"), VMS
// before all ("DISK:[PUB]"). It is empty if the listing named none.
func (lr *ListReader) Dir() string { return lr.state.dir }

// Next returns the next entry and at the end [io.EOF]. Lines that are no
// entries, as the total of ls or the headings of VMS and MVS, are passed over.
// For a line that no format takes the error is a [*ListError], and the
// next call goes on behind it. All other errors are those of the underlying
// reader; they are final.
func (lr *ListReader) Next() (Entry, error) {
	for {
		line, err := lr.line()
		if lr.held != "" {
			if err == nil {
				if e, ok := lr.join(line); ok {
					return e, nil
				}
			}
			held := &ListError{Number: lr.number - 1, Line: lr.held}
			if err == io.EOF {
				held.Number = lr.number
			}
			lr.held, lr.back = "", &listResult{line, err}
			return Entry{}, held
		}
		if err != nil {
			return Entry{}, err
		}
		if strings.Trim(line, " \t") == "" {
			lr.state.fresh = true
			continue
		}
		verdict := listRefused
		if strings.IndexByte(line, 0) < 0 && strings.IndexByte(line, '\r') < 0 {
			verdict = lr.parse(line)
		}
		lr.state.first, lr.state.fresh = false, false
		switch verdict {
		case listRefused:
			return Entry{}, &ListError{Number: lr.number, Line: line}
		case listTaken:
			return listFinish(lr.entry, line), nil
		}
	}
}

// parse asks the formats in the order of their votes.
func (lr *ListReader) parse(line string) listVerdict {
	for rank, format := range lr.vote.order {
		lr.entry = Entry{Size: -1}
		verdict := listFormats[format].parse(line, &lr.state, &lr.entry)
		switch verdict {
		case listRefused:
			continue
		case listHeld:
			lr.held, lr.heldBy = line, format
		}
		lr.vote.cast(rank)
		return verdict
	}
	return listRefused
}

// join reads the line that was held back together with the next one.
func (lr *ListReader) join(next string) (Entry, bool) {
	if strings.ContainsAny(next, "\x00\r") {
		return Entry{}, false
	}
	joined := lr.held + " " + strings.TrimLeft(next, " \t")
	lr.entry = Entry{Size: -1}
	if listFormats[lr.heldBy].parse(joined, &lr.state, &lr.entry) != listTaken {
		return Entry{}, false
	}
	raw := lr.held + "\n" + next
	lr.held = ""
	return listFinish(lr.entry, raw), true
}

// listFinish completes an entry with what all formats have in common.
func listFinish(e Entry, raw string) Entry {
	e.Raw = raw
	if e.Kind == KindDir {
		switch e.Name {
		case ".":
			e.Kind = KindCDir
		case "..":
			e.Kind = KindPDir
		}
	}
	return e
}

// line returns the next line without its end. Some servers end it in CR CR LF.
func (lr *ListReader) line() (string, error) {
	if back := lr.back; back != nil {
		lr.back = nil
		return back.line, back.err
	}
	if lr.err != nil {
		return "", lr.err
	}
	part, err := lr.r.ReadSlice('\n')
	if err == nil {
		lr.number++
		return listChomp(string(part)), nil
	}
	var b strings.Builder
	long := false
	for {
		if room := MaxListLine + 2 - b.Len(); len(part) > room {
			part, long = part[:room], true
		}
		b.Write(part)
		if !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
		part, err = lr.r.ReadSlice('\n')
	}
	lr.err = err
	if err != nil && (err != io.EOF || b.Len() == 0) {
		return "", err
	}
	lr.number++
	line := listChomp(b.String())
	if long || len(line) > MaxListLine {
		return "", &ListError{Number: lr.number, Line: line[:MaxListLine], Long: true}
	}
	return line, nil
}

func listChomp(s string) string {
	return strings.TrimRight(strings.TrimSuffix(s, "\n"), "\r")
}
