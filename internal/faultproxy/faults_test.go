package faultproxy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/faultproxy"
)

// harmless are faults after which everything has to be right all the same: TCP does
// such things.
func harmless(f faultproxy.Fault) bool {
	return f.Do == "" || f.Do == faultproxy.Delay || f.Do == faultproxy.Split
}

// codes are those that a reply may be given instead of its own.
var codes = []int{125, 150, 200, 226, 250, 331, 350, 421, 425, 426, 450, 500, 550}

// faultsAt are all faults for a point.
func faultsAt(p faultproxy.Point) (list []faultproxy.Fault) {
	add := func(actions ...faultproxy.Action) {
		for _, a := range actions {
			list = append(list, faultproxy.Fault{Do: a})
		}
	}
	add(faultproxy.Delay, faultproxy.Hang)
	if p.Kind == faultproxy.Data {
		add(faultproxy.Refuse, faultproxy.Swap)
		for _, n := range []int{0, 1, 40, 120, 123, 150, 250, 1000} {
			list = append(list, faultproxy.Fault{Do: faultproxy.Cut, After: n}, faultproxy.Fault{Do: faultproxy.Reset, After: n})
		}
		return list
	}
	add(faultproxy.Drop, faultproxy.Reorder, faultproxy.Double, faultproxy.Stale, faultproxy.Truncate, faultproxy.Split, faultproxy.Close)
	for _, code := range codes {
		if code != p.Code {
			list = append(list, faultproxy.Fault{Do: faultproxy.Recode, Code: code})
		}
	}
	return list
}

// only puts one fault at one point.
func only(at faultproxy.Point, f faultproxy.Fault) func(faultproxy.Point) faultproxy.Fault {
	return func(p faultproxy.Point) faultproxy.Fault {
		if p.Kind == at.Kind && p.N == at.N {
			return f
		}
		return faultproxy.Fault{}
	}
}

// exhaust does the work with each fault at each point, one at a time, and returns what
// went wrong, by the fault.
func exhaust(t *testing.T, wk *work) (wrong map[string][]string, runs int) {
	t.Helper()
	points, well, bad := wk.run(t, nil)
	if len(bad) > 0 {
		t.Fatalf("without a fault: %q", bad)
	}
	wrong = make(map[string][]string)
	for _, p := range points {
		for _, f := range faultsAt(p) {
			seen, fate, bad := wk.run(t, only(p, f))
			runs++
			p := struck(seen, p)
			if harmless(f) {
				bad = append(bad, differences(well, fate)...)
			}
			bad = slices.DeleteFunc(bad, func(text string) bool { return wk.unseen(p, f, text) })
			if len(bad) > 0 {
				at := fmt.Sprintf("%v at %v", f, p)
				wrong[at] = append(wrong[at], bad...)
			}
		}
	}
	return wrong, runs
}

// unseen reports whether a client cannot see, in stream mode without TLS, that what is
// said to be wrong is so: a listing that ends early between two entries, or with none, and
// the exchange of two data connections that carry equally much, or that go to the server.
// What goes to the server has at least to be told to have failed.
func (wk *work) unseen(p faultproxy.Point, f faultproxy.Fault, text string) bool {
	if strings.HasPrefix(text, "no word of ") {
		return p.Verb == "MLSD" && f.Do == faultproxy.Recode || p.Kind == faultproxy.Data && f.Do == faultproxy.Cut && f.After == 0
	}
	return f.Do == faultproxy.Swap && (wk.size == nil || strings.Contains(text, " has other octets: "))
}

// struck returns the point that the fault which was meant for at was put at: where a client
// has several connections, what is the first in one run may be the second in another.
func struck(seen []faultproxy.Point, at faultproxy.Point) faultproxy.Point {
	for _, p := range seen {
		if p.Kind == at.Kind && p.N == at.N {
			return p
		}
	}
	return at
}

func differences(want, got map[string]string) (list []string) {
	for name, text := range want {
		if got, told := got[name]; !told || (got == "") != (text == "") {
			list = append(list, fmt.Sprintf("%s: %q, and without the fault %q", name, got, text))
		}
	}
	return list
}
