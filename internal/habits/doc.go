// Package habits holds the tests that find out what other projects' servers do where
// the standards leave it open, or where servers do not keep to them: how they take
// commands that are sent before the replies to those before them, what they answer
// while a transfer runs, when they say that one is over. It has no code but its tests.
//
// The findings are the transcripts in ftpclient/testdata/quirks, recorded from the
// server by
//
//	go test ./internal/habits -update
//
// and checked against it by each run without that flag. The table of ftpclient that
// knows servers (quirks.go) may say no more of one than its transcript shows.
package habits
