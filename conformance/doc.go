// Package conformance checks any FTP server, and any FTP client, against the
// standards, item by item of a catalogue (catalogue.md).
//
// Run checks a server. It gets a server to talk to, and for the items that need
// one in another state (without TLS, out of space, closed) further ones; what it
// does not get, it does not check, and says so. Each item has its own time-out and
// its own connections, so that a server which hangs, floods or hangs up spoils no
// other item. All files it makes are in one new folder below Endpoint.Dir, which
// it removes at the end; it touches nothing else.
//
// What comes of it is a Report: a Result for each item, with what was sent and what
// came back. WriteText, WriteJSON, WriteJUnit and WriteHTML write it, and none of them
// writes more than a bounded part of what a server has sent.
package conformance
