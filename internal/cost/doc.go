// Package cost bounds what ferry takes from a machine for one operation: allocations, and
// system calls. Both are the same on a fast machine and on a slow one, and so are the
// tests; they never look at the time. Its benchmarks do, and are for people who compare two
// trees by benchstat:
//
//	go test ./internal/cost -run '^$' -bench . -count 10
//
// It has no code but its tests. Further benchmarks, of codecs, are in package ftp.
//
// A bound stands beside the figure that was measured when it was set, just above it. Who
// makes an operation cheaper lowers both; who makes it dearer on purpose says why.
package cost
