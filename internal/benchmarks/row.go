package main

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

// A row is one thing that all clients do, one after the other.
type row struct {
	Shape  string // of shapes
	Up     bool
	TLS    bool
	RTT    time.Duration // 0: over loopback
	Conns  int           // connections at once
	Server string
}

// String is the name by which a row is chosen.
func (r row) String() string {
	way, security := "down", "plain"
	if r.Up {
		way = "up"
	}
	if r.TLS {
		security = "tls"
	}
	return fmt.Sprintf("%s/%s/%s/%s/%d/%s", way, r.Shape, security, r.distance(), r.Conns, r.Server)
}

func (r row) distance() string {
	if r.RTT == 0 {
		return "loopback"
	}
	return fmt.Sprintf("%dms", r.RTT.Milliseconds())
}

// rows returns all there are, in the order of the page.
func rows() []row {
	var all []row
	for _, shape := range []string{"flat", "tree", "big"} {
		for _, up := range []bool{false, true} {
			for _, tls := range []bool{false, true} {
				for _, ms := range []time.Duration{0, 1, 20, 100} {
					for _, conns := range []int{1, 8} {
						for _, server := range servers {
							all = append(all, row{shape, up, tls, ms * time.Millisecond, conns, server})
						}
					}
				}
			}
		}
	}
	return all
}

// servers are those that the clients are run against.
var servers = []string{"vsftpd", "ProFTPD", "Pure-FTPd", "ferry"}

// usual are the rows that are measured where nobody says which. Together they take a
// quarter of an hour. Each says something that no other does.
var usual = regexp.MustCompile(`^(` +
	`(down|up)/tree/plain/loopback/8/(Pure-FTPd|ferry)|` +
	`down/flat/plain/20ms/[18]/.*|` +
	`(up/flat/plain|down/flat/tls)/20ms/[18]/(ProFTPD|ferry)|` +
	`up/flat/tls/20ms/8/ferry|` +
	`down/flat/plain/1ms/8/(Pure-FTPd|ferry)|` +
	`down/flat/plain/100ms/8/(ProFTPD|ferry)|` +
	`(down|up)/big/plain/loopback/1/(vsftpd|ferry)|` +
	`down/big/tls/loopback/1/ferry|` +
	`down/big/plain/100ms/[18]/ferry` +
	`)$`)

// chosen returns the rows whose names match.
func chosen(which *regexp.Regexp) []row {
	return slices.DeleteFunc(rows(), func(r row) bool { return !which.MatchString(r.String()) })
}

// bounded returns what is copied, so that a slow client needs no more than about limit
// for it. 0 is no limit.
func (r row) bounded(limit time.Duration) shape {
	s := shapes[r.Shape]
	switch {
	case limit == 0:
		return s
	case s.Files == 1:
		// Nobody is slower than a core that does all of it, client, line and server.
		const slowest = 20 << 20
		if r.RTT > 0 {
			s.Size = min(s.Size, max(int64(limit.Seconds()*slowest), 1)&^(1<<20-1)+1<<20)
		}
		return s
	}
	// What a slow client needs for one: round trips in turn, and its computer's work.
	trips, work := 5.2, time.Millisecond
	if r.TLS {
		trips, work = 6.5, 5*time.Millisecond
	}
	each := max(work, (work+time.Duration(trips*float64(r.RTT)))/time.Duration(r.Conns))
	files := int(limit / each)
	for unit := 10; files >= 10*unit; unit *= 10 { // two digits are enough
		files -= files % unit
	}
	return s.fewer(max(files, 20, 5*r.Conns))
}

// repeated is how often a row is measured where nobody says it. What takes long takes
// mostly round trips, and these do not vary.
func (r row) repeated() int {
	if r.RTT > time.Millisecond {
		return 1
	}
	return 3
}
