// Package interop and the packages below it hold the tests in which ferry does its
// main job with real programs and real input: its server with the clients of other
// projects, and its client with their servers. None has code but its tests, save rig,
// which they share. They are several so that they run side by side.
//
// What the programs are, and how they are run, is in package peers.
package interop
