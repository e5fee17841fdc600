package cli

import (
	"fmt"
	"strconv"

	"github.com/seed-6092453b/ferry/internal/transfer"
)

// mostSegments is how many connections a user may ask for: more than any server gives
// to one address, and than any line needs.
const mostSegments = 64

// segments is over how many connections one large file comes; 0 is as many as help.
type segments int

func (n *segments) UnmarshalText(text []byte) error {
	if string(text) == "auto" {
		*n = 0
		return nil
	}
	i, err := strconv.Atoi(string(text))
	if err != nil || i < 1 || i > mostSegments {
		return fmt.Errorf("%q is not a number of connections, as in auto, 1 or 4; %d is the most", text, mostSegments)
	}
	*n = segments(i)
	return nil
}

// conns is how many connections are needed for it, at most.
func (n segments) conns() int {
	if n == 0 {
		return transfer.AutoSegments
	}
	return int(n)
}
