package ftpserver

// The stack of a goroutine begins with two KiB and doubles whenever it is full: each time all
// that is there is copied and looked through for what points into it. Where it is known to
// become deep, that is done once, while there is next to nothing on it.

// growForCommands makes room for what most commands need: the stack has eight KiB then.
//
//go:noinline
func growForCommands() {
	var room [5 << 10]byte
	use(room[:])
}

// growForHandshake makes room for a handshake: the stack has sixteen KiB then.
//
//go:noinline
func growForHandshake() {
	var room [12 << 10]byte
	use(room[:])
}

// use keeps the compiler from leaving out what nobody looks at.
//
//go:noinline
func use([]byte) {}
