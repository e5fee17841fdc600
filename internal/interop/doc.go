// Package interop holds the tests in which ferry does its main job with real
// programs and real input: its server with the clients of other projects, its
// client with their servers, a source tree of thousands of files and files of
// gigabytes that are cut and continued. It has no code but its tests.
//
// What the programs are, and how they are run, is in package peers.
package interop
