// Package repotest holds the rules of this repository that a test can check. It
// has no code but its tests.
package repotest
