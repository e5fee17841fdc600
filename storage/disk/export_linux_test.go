package disk

// NoWalks has d do without openat2, as on a Linux that has none.
func NoWalks(d *FS) { d.top.walks = false }

// Walks reports whether openat2 is there.
func Walks(d *FS) bool { return d.top.walks }
