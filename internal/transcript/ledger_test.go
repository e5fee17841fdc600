package transcript

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// permitted is a command table in small.
var permitted = map[string][]int{
	"":     {120, 220, 421},
	"USER": {230, 331},
	"RETR": {125, 150, 226, 426, 110},
	"ABOR": {225, 226},
	"NOOP": {200},
	"STAT": {211},
}

func checkPermitted(command string, code int) error {
	if slices.Contains(permitted[command], code) {
		return nil
	}
	return fmt.Errorf("%d is no reply to %q", code, command)
}

func TestLedger(t *testing.T) {
	tests := []struct {
		name     string
		dialogue string // lines of the client begin with ">"
		want     string // in the error; empty: there is none
	}{
		{"greeting", "120 Wait.|220 Hi.", ""},
		{"wrong greeting", "230 Hi.", `230 is no reply to ""`},
		{"login", "220 Hi.|>user bob|230 Hi.", ""},
		{"wrong code", "220 Hi.|>USER bob|200 Hi.", `200 is no reply to "USER"`},
		{"two replies", "220 Hi.|>USER bob|230 Hi.|230 Hi.", "230 answers no command"},
		{"multi-line", "220 Hi.|>STAT|211-One|331 two|211-three|211 Four|>NOOP|200 Ok.", ""},
		{"during a transfer", "220 Hi.|>RETR a|150 Go.|>NOOP|200 Ok.|>STAT|211 So.|226 Done.", ""},
		{"abort", "220 Hi.|>RETR a|150 Go.|>\xff\xf4\xff\xf2ABOR|426 Cut.|226 Aborted.|>NOOP|200 Ok.", ""},
		{"abort with a queue", "220 Hi.|>RETR a|150 Go.|>RETR b|>ABOR|>NOOP|426 Cut.|226 Aborted.|150 Go.|226 Ok.|200 Ok.", ""},
		{"negotiation", "220 Hi.|>\xff\xfd\x01NOOP|200 Ok.", ""},
		{"subnegotiation", "220 Hi.|>\xff\xfa\x18\x01\xff\xf0NOOP|200 Ok.", ""},
		{"refused option", "220 Hi.|>\xff\xfd\x01NOOP|\xff\xfc\x01200 Ok.", ""},
		{"idle", "220 Hi.|421 Gone.", ""},
		{"no reply", "220 Hi.|>NOOP|Fine.", `"Fine." does not begin a reply`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLedger(checkPermitted, nil)
			var err error
			for line := range strings.SplitSeq(tt.dialogue, "|") {
				if sent, ok := strings.CutPrefix(line, ">"); ok {
					l.sent([]byte(sent + "\r\n"))
				} else if err = l.received([]byte(line + "\r\n")); err != nil {
					break
				}
			}
			if got := fmt.Sprint(err); err == nil != (tt.want == "") || !strings.Contains(got, tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
