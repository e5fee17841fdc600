package storage

// KernelWriter is a Writer that a descriptor may back, so that the kernel can move
// octets to the file which no buffer of the process has held.
type KernelWriter interface {
	Writer

	// WriteBy is Write for n octets that only write can get at. It calls write at most
	// once, with a descriptor whose position is where they go and with how many of them
	// there is room for; write puts that many there, does nothing else with the
	// descriptor, and returns how many it has put. WriteBy returns how many that were,
	// and a non-nil error if they are less than n, as Write does. The error is
	// errors.ErrUnsupported, and the Writer is as it was, if there is no descriptor, or
	// if write has put nothing and says so.
	WriteBy(n int, write func(fd uintptr, n int) (int, error)) (int, error)
}
