package ftp

// The Telnet commands that matter on a control connection (RFC 854).
const (
	telSE   = 240
	telDM   = 242 // data mark: the Synch
	telIP   = 244 // interrupt process
	telSB   = 250
	telWILL = 251
	telWONT = 252
	telDO   = 253
	telDONT = 254
	iac     = 255
)

// telnet takes the Telnet sequences out of a stream of octets, one at a time,
// whatever packets they came in.
type telnet struct {
	refusals []byte // answers that are due to WILL and DO (RFC 1123, 4.1.2.12)
	refused  int32  // how many there were in all

	state     telState
	verb      byte // the option command being read
	interrupt bool // IP or a data mark was seen
	stray     bool // an IAC before the octet just returned was no Telnet
}

type telState uint8

const (
	telData   telState = iota
	telIAC             // after IAC
	telOption          // after IAC WILL, WONT, DO, DONT
	telSub             // within IAC SB
	telSubIAC          // within IAC SB, after IAC
)

// next takes the next octet and returns it, or what it stands for, with true if
// it is data. IAC before an octet below 240 is left out, and stray tells of it:
// the kernel takes the data mark of a Synch out of the stream where SO_OOBINLINE
// is not set, and there are clients that do not double an octet 255 of a name.
func (t *telnet) next(c byte) (byte, bool) {
	switch t.state {
	case telData:
		if c != iac {
			return c, true
		}
		t.state = telIAC
	case telIAC:
		t.state = telData
		switch {
		case c == iac:
			return c, true
		case c < telSE:
			t.stray = true
			return c, true
		case c >= telWILL:
			t.state, t.verb = telOption, c
		case c == telSB:
			t.state = telSub
		case c == telIP || c == telDM:
			t.interrupt = true
		}
	case telOption:
		t.state = telData
		switch t.verb {
		case telWILL:
			t.refuse(telDONT, c)
		case telDO:
			t.refuse(telWONT, c)
		}
	case telSub:
		if c == iac {
			t.state = telSubIAC
		}
	case telSubIAC:
		t.state = telSub
		if c == telSE {
			t.state = telData
		}
	}
	return 0, false
}

// busy reports whether what comes next means more than it says.
func (t *telnet) busy() bool {
	return t.state != telData || t.interrupt || t.stray || t.refusals != nil
}

// lone reports, once, whether an IAC before the octet just returned was data that
// somebody forgot to double: one that stands amid a line, and not behind an
// interrupt, is no remainder of a Synch.
func (t *telnet) lone(amid bool) bool {
	stray := t.stray
	t.stray = false
	return stray && amid && !t.interrupt
}

// refuse notes an answer. Few are kept: nobody who means well asks for many.
func (t *telnet) refuse(verb, option byte) {
	t.refused++
	if len(t.refusals) < 3*32 {
		t.refusals = append(t.refusals, iac, verb, option)
	}
}
