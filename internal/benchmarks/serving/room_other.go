//go:build !linux

package serving

// room would return how many octets may be put into a folder.
func room(string) (octets int64, ok bool) { return 0, false }
