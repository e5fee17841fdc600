// Package mirrortest holds the tests of package mirror between every two back ends:
// disk, memory, ferry's own server, and the servers of others. It has no code but its
// tests.
package mirrortest
