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
// CheckClient checks a client: one in process as Library, or a program by command lines
// (ParseProgram, Preset). For each item it plays a server that does what the item is about
// and is otherwise like any other; where the item is about giving up, the client has first
// to show that it does not always. Programs are run without a shell, each in a folder of
// its own, and end with all that they have started when the time of the item is over.
//
// What comes of it is a Report: a Result for each item, with what was sent and what
// came back. WriteText, WriteJSON, WriteJUnit and WriteHTML write it, and none of them
// writes more than a bounded part of what a server has sent.
package conformance
