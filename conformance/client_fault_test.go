package conformance_test

import (
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/conformance"
)

// clientFaults are what the naive client can do wrong, by the item that has to see it.
var clientFaults = map[string][]string{
	"CLI-01": {"reads 100 lines"},
	"CLI-02": {"looks behind blanks for the end"},
	"CLI-03": {"ends a reply at any code"},
	"CLI-04": {"does not wait after 120"},
	"CLI-05": {"knows no 299", "takes 499 for nothing"},
	"CLI-06": {"takes a segment for a reply"},
	"CLI-07": {"wants parentheses"},
	"CLI-08": {"goes where 227 says"},
	"CLI-09": {"knows one delimiter"},
	"CLI-10": {"knows no other protocol"},
	"CLI-11": {"sends PASV at once"},
	"CLI-12": {"knows no ACCT"},
	"CLI-13": {"says nothing of accounts", "takes 532 for done"},
	"CLI-14": {"always sends PASS"},
	"CLI-15": {"always sends PASS after 232"},
	"CLI-16": {"does not show the challenge"},
	"CLI-17": {"ends a path at the first quote", "ends a path at the last quote"},
	"CLI-18": {"knows no XMKD"},
	"CLI-19": {"packs blanks"},
	"CLI-20": {"sends CR as it is"},
	"CLI-21": {"sends IAC as it is"},
	"CLI-22": {"sends line ends"},
	"CLI-23": {"changes what is typed", "shows the final reply alone"},
	"CLI-24": {"shows the last line"},
	"CLI-25": {"offers Telnet options"},
	"CLI-26": {"takes Telnet for text"},
	"CLI-27": {"says nothing of the close"},
	"CLI-28": {"reuses the data port"},
	"CLI-29": {"takes any end of blocks", "takes a cut block"},
	"CLI-30": {"needs no close_notify"},
	"CLI-31": {"sends no TLS in active mode"},
	"CLI-32": {"leaves PBSZ out"},
	"CLI-33": {"keeps clear octets"},
	"CLI-34": {"takes anybody's data", "takes who comes first"},
	"CLI-35": {"hides the unique name"},
	"CLI-36": {"wants facts in small letters", "ends names at a blank", "wants to know every fact"},
	"CLI-37": {"takes names for paths"},
	"CLI-38": {"compares nothing", "looks at nothing but asks", "always begins anew", "needs no 226"},
	"CLI-39": {"keeps the first marker"},
	"CLI-40": {"needs FEAT"},
	"CLI-41": {"wants to know every feature"},
	"CLI-42": {"sends HOST after the login", "names another host", "needs HOST"},
	"CLI-43": {"takes PROT P for refused", "hides why protection is refused"},
	"CLI-44": {"waits for two replies to ABOR", "takes an abort for success"},
	"CLI-45": {"waits for ever"},
	"CLI-46": {"knows no type in a URL", "takes %2F for nothing"},
	"CLI-47": {"sends line ends", "cuts a URL at its line end"},
}

// checkNaive runs items against the naive client.
func checkNaive(t *testing.T, fault string, only ...string) []conformance.Result {
	return checkInMemory(t, func(n conformance.Network) conformance.Client { return &naive{net: n, fault: fault} },
		conformance.ClientOptions{Only: only}).Results
}

// TestNaive: a client without a fault passes all items.
func TestNaive(t *testing.T) {
	for _, r := range checkNaive(t, "") {
		if r.Verdict != conformance.Passed {
			t.Errorf("%s %s: %s", r.ID, r.Verdict, r.Reason)
			show(t, r)
		}
	}
}

// TestClientFaults: each item sees what it is about.
func TestClientFaults(t *testing.T) {
	for id, faults := range clientFaults {
		for _, fault := range faults {
			t.Run(id+"/"+strings.ReplaceAll(fault, " ", "_"), func(t *testing.T) {
				r := checkNaive(t, fault, id)[0]
				if r.ID != id || r.Verdict != conformance.Failed || r.Reason == "" {
					t.Errorf("%s %s, although the client %s: %s", r.ID, r.Verdict, fault, r.Reason)
					show(t, r)
				}
				t.Log(r.Reason)
			})
		}
	}
}

// TestEveryClientItemHasAFault sees that no item is one that cannot fail.
func TestEveryClientItemHasAFault(t *testing.T) {
	n := 0
	for _, g := range conformance.Catalogue() {
		if g.ID != conformance.ClientGroup {
			continue
		}
		for _, it := range g.Items {
			if n++; len(clientFaults[it.ID]) == 0 {
				t.Errorf("nothing shows that %s can fail", it.ID)
			}
		}
	}
	if n != len(clientFaults) {
		t.Errorf("there are faults for %d items, and %d items", len(clientFaults), n)
	}
}
