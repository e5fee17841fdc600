package app

// sessionsFor returns how many sessions there may be at most if this process may have
// so many descriptors: of four, a session has one, and the fourth is for the files and
// data connections of those who transfer something. Without it, connections that do
// nothing could take all of them; the others would have to wait, and nobody be told.
// want is ftpserver.Limits.Sessions; it is lowered if need be.
func (a *App) sessionsFor(want int, descriptors uint64) int {
	most := max(int(min(descriptors, 1<<30))/4*3-spareDescriptors, 1)
	switch {
	case want == 0, 0 < want && want <= most:
		return want
	case want > 0:
		a.log.Warn("there are too few descriptors for so many connections; raise their limit (ulimit -n, LimitNOFILE) or lower --max-sessions", "descriptors", descriptors, "max-sessions", want, "allowed", most)
	}
	return most
}

// spareDescriptors are for what a process has open besides: listeners, folders,
// standard streams, the poller.
const spareDescriptors = 32
