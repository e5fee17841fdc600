package serving

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// room returns how many octets may be put into a folder, and into memory.
func room(dir string) (octets int64, ok bool) {
	var s unix.Statfs_t
	b, err := os.ReadFile("/proc/meminfo")
	if err != nil || unix.Statfs(dir, &s) != nil {
		return 0, false
	}
	_, available, _ := strings.Cut(string(b), "MemAvailable:")
	available, _, _ = strings.Cut(strings.TrimSpace(available), " ")
	kib, err := strconv.ParseInt(available, 10, 64)
	return min(kib<<10, int64(s.Bavail)*s.Bsize), err == nil
}
