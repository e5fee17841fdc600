package trust

import (
	"fmt"
	"strings"
)

// PinError reports a server whose key is none of those that were pinned.
type PinError struct {
	Server Server
	Pins   []Key
	Shown  Key
}

func (e *PinError) Error() string {
	pins := make([]string, len(e.Pins))
	for i, pin := range e.Pins {
		pins[i] = pin.String()
	}
	return fmt.Sprintf("the key of %s is %s, and not %s", e.Server, e.Shown, strings.Join(pins, " or "))
}

// ChangedError reports a server whose key is another than the one that is remembered.
type ChangedError struct {
	Known Entry
	Shown Key

	// Unverified is what is wrong with the certificate besides; nil if who vouches for
	// it is trusted.
	Unverified error
}

func (e *ChangedError) Error() string {
	since := ""
	if !e.Known.Day.IsZero() {
		since = " on " + e.Known.Day.Format(dayForm)
	}
	text := fmt.Sprintf("the key of %s has changed: it is now %s; remembered%s was %s", e.Known.Server, e.Shown, since, e.Known.Key)
	if e.Unverified == nil {
		text += " (an authority that is trusted here vouches for the new one)"
	}
	return text
}
