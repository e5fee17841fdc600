package conformance

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// check is how an item is checked.
type check struct {
	// try does it, and returns if the server has done what is demanded; else it ends
	// by trial.fail, trial.notOffered or trial.notRun.
	try func(t *trial)

	needs need  // without which the item is not run
	state State // of the server that it needs

	// takes is how long it waits at least, which is minutes: such items are run only
	// if Target.Slow says so. Its time-out counts from there.
	takes time.Duration

	// long is for an item that does not wait, but does so much that the usual time-out is
	// too short; 0 is the usual one.
	long time.Duration

	// first is for items about how a session begins: they are run even if none can.
	first bool

	// alone is for items that keep others from working: by locking out the account, or
	// taking all places.
	alone bool
}

// need is a set of what an item cannot do without.
type need uint8

const (
	needLogin need = 1 << iota // a login that works
	needWrite                  // and may write, in a folder of its own
	needTLS                    // AUTH TLS
)

// files is what most items need.
const files = needLogin | needWrite

// checks has the check of each item.
var checks = gather(conChecks, logChecks, parChecks, dcoChecks, feaChecks, trfChecks, dirChecks, lstChecks, authChecks, levelChecks, secureDataChecks, clearingChecks, handshakeChecks, tlsClientChecks)

func gather(parts ...map[string]check) map[string]check {
	all := make(map[string]check)
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}

// required are the commands that no server may leave out (RFC 959, 5.1, and RFC 1123,
// 4.1.2.13); for each other one, 500 and 502 say that it is not offered.
var required = []string{
	"USER", "PASS", "ACCT", "CWD", "CDUP", "QUIT", "PORT", "PASV", "TYPE", "MODE", "STRU", "RETR", "STOR", "APPE",
	"RNFR", "RNTO", "DELE", "RMD", "MKD", "PWD", "LIST", "NLST", "SYST", "STAT", "HELP", "NOOP",
}

// optional reports whether 500 or 502 to a command is no fault.
func optional(line string) bool {
	verb, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	return !slices.Contains(required, strings.ToUpper(verb))
}

// listed reports whether FEAT lists the command of a line.
func (r *run) listed(line string) bool {
	verb, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	_, ok := r.features[strings.ToUpper(verb)]
	return ok
}
