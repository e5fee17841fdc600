package ftpclient

// way is a way to make a data connection.
type way uint8

const (
	wayEPSV   way = iota // RFC 2428, 3
	wayPASV              // RFC 959, 4.1.2
	waySPSV              // Pure-FTPd: the port alone
	wayLPSV              // RFC 1639
	wayActive            // PORT or EPRT, or else LPRT
	wayCount
)

func (w way) String() string { return [...]string{"EPSV", "PASV", "SPSV", "LPSV", "PORT"}[w] }

// rare reports whether the way is left alone unless the server says that it has it.
func (w way) rare() bool { return w == waySPSV || w == wayLPSV }

// wayState is what is known about a way.
type wayState uint8

const (
	wayUntried wayState = iota
	wayProven           // a data connection was made
	wayFailed           // refused for good, or not reachable
)

// waysFor returns the ways to try, in order. The one that is proven comes first;
// if all have failed, all are tried again.
func (s *server) waysFor(mode DataMode) []way {
	all := []way{wayEPSV, wayPASV, waySPSV, wayLPSV, wayActive}
	switch mode {
	case DataPassive:
		all = all[:wayActive]
	case DataActive, DataLPRT:
		all = all[wayActive:]
	case DataEPSVAll, DataEPSV:
		all = all[wayEPSV : wayEPSV+1]
	case DataPASV:
		all = all[wayPASV : wayPASV+1]
	case DataSPSV:
		all = all[waySPSV : waySPSV+1]
	case DataLPSV:
		all = all[wayLPSV : wayLPSV+1]
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var open []way
	for _, w := range all {
		switch s.ways[w] {
		case wayProven:
			return append([]way{w}, without(all, w)...)
		case wayUntried:
			open = append(open, w)
		}
	}
	if len(open) == 0 {
		return all
	}
	return open
}

func without(ws []way, drop way) []way {
	var rest []way
	for _, w := range ws {
		if w > drop {
			rest = append(rest, w)
		}
	}
	return rest
}

func (s *server) proven(w way) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ways[w] == wayProven
}

// setWay notes how a way turned out. A way that has worked once is not given up
// for all because it failed once.
func (s *server) setWay(w way, st wayState, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ways[w] == st || s.ways[w] == wayProven && st == wayFailed {
		return
	}
	s.ways[w] = st
	if st == wayFailed {
		s.log.Info(w.String()+" does not work with this server; another way is used", "reason", why)
	}
}
