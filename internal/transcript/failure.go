package transcript

import (
	"fmt"
	"strconv"
	"strings"
)

// A Failure says where a dialogue departed from its script.
type Failure struct {
	Script   string   // the name that Parse was given
	Line     int      // from 1
	Source   string   // the line of the script
	Err      error    // what went wrong
	Dialogue []string // everything said before, in the form of a script
}

// Error returns a text of several lines with all there is to know.
func (f *Failure) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d: %v\n  line: %s\n  dialogue so far:", f.Script, f.Line, f.Err, f.Source)
	if len(f.Dialogue) == 0 {
		b.WriteString(" none")
	}
	for _, line := range f.Dialogue {
		b.WriteString("\n    " + line)
	}
	return b.String()
}

// Unwrap returns Err.
func (f *Failure) Unwrap() error { return f.Err }

// quote returns the bytes as a literal, shortened where they are many.
func quote(p []byte) string {
	const most = 200
	if len(p) <= most {
		return strconv.Quote(string(p))
	}
	return fmt.Sprintf("%q... (%d bytes)", p[:most], len(p))
}
