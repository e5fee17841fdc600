package ftpserver

// The stack of a goroutine begins with two KiB and doubles whenever it is full: each time all
// that is there is copied and looked through for what points into it. Where it is known to
// become deep, that is done once, while there is next to nothing on it.

// deepen makes room for what a command needs, in a stack of eight KiB.
//
//go:noinline
func deepen() {
	var room [5 << 10]byte
	use(room[:])
}

// deepenFar makes room for a handshake, in a stack of sixteen KiB.
//
//go:noinline
func deepenFar() {
	var room [12 << 10]byte
	use(room[:])
}

// use keeps the compiler from leaving out what is not needed.
//
//go:noinline
func use([]byte) {}
