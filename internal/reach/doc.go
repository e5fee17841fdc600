// Package reach holds the tests in which ferry's client gets to servers and files of
// other projects where that is not easy: through proxies, and by names that look like
// patterns, options or nothing at all. It has no code but its tests.
//
// What the programs are, and how they are run, is in package peers.
package reach
