// Package killed has no code: its tests kill ferry in the middle of mirrors, and look at
// what the next runs make of that.
package killed
