// Package rig is what the tests of internal/interop have in common: ferry's server on a
// folder of the disk, with a log of what it did, ferry's program as its users have it,
// and the runs of programs.
package rig
