// Package largefiles holds the tests in which large files go over in segments between
// ferry's client and the servers of other projects, and its own. It has no code but
// its tests.
package largefiles
