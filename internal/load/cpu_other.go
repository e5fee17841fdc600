//go:build !unix

package load

import "time"

// cpuTime would return how much processor time this process has used.
func cpuTime() time.Duration { return -1 }
