package transcript

import (
	"regexp"
	"time"
)

// A Script is a parsed dialogue. It may be played any number of times, also at
// once.
type Script struct {
	name  string
	steps []step
}

// A side is one of the two that speak.
type side byte

const (
	client side = 'C'
	server side = 'S'
)

// A kind says what a step is.
type kind int

const (
	kindLine kind = iota
	kindPattern
	kindBytes
	kindEnd
	kindDataOpen
	kindDataRefused
	kindDataQuiet
	kindDataBytes
	kindDataPattern
	kindDataEnd
	kindPause
	kindDirective
	kindSession
	kindTLS
	kindTLSEnd
	kindDataTLS
)

// An ending is how a connection ends.
type ending int

const (
	inOrder ending = iota
	byReset
	cut // in order, but for TLS
)

// A step is one line of a script. Which fields are set follows from its kind.
type step struct {
	number int    // of the line, from 1
	source string // the line

	kind    kind
	by      side           // who sends or closes
	text    template       // kindLine
	refuse  bool           // kindLine: the data connection it speaks of is refused
	pattern *regexp.Regexp // kindPattern, kindDataPattern
	bytes   []byte         // kindBytes, kindDataBytes
	ending  ending         // kindEnd, kindDataEnd
	fails   string         // kindTLS, kindDataTLS: what is in the error; "" is none
	pause   time.Duration  // kindPause
	words   []string       // kindDirective: the name and the arguments; kindTLS, kindDataTLS: the arguments
	session string         // kindSession
}
