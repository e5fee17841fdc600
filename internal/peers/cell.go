package peers

import (
	"net"
	"strings"
	"testing"
)

// An Op is what a client does in one cell of the matrix.
type Op string

// The operations of the matrix.
const (
	Upload         Op = "upload"
	Download       Op = "download"
	List           Op = "list"
	Rename         Op = "rename"
	Delete         Op = "delete"
	ResumeUpload   Op = "resume-upload"
	ResumeDownload Op = "resume-download"
)

// A Mode says which side opens the data connection.
type Mode string

const (
	// Passive: the client connects, after PASV, EPSV or LPSV.
	Passive Mode = "passive"
	// Active: the server connects, after PORT, EPRT or LPRT.
	Active Mode = "active"
	// Control: the operation needs no data connection, so that there is
	// nothing to choose.
	Control Mode = "control"
)

// A Family is the address family of the connections.
type Family string

// The address families of the matrix.
const (
	IPv4 Family = "ipv4"
	IPv6 Family = "ipv6"
)

// Host returns the loopback address of the family.
func (f Family) Host() string {
	if f == IPv6 {
		return "::1"
	}
	return "127.0.0.1"
}

// Require skips the test where the machine has no loopback address of the
// family, or fails it if FERRY_REQUIRE_PEERS is 1.
func (f Family) Require(t testing.TB) {
	t.Helper()
	if !f.Available() {
		missing(t, "this machine has no "+f.Host())
	}
}

// Available reports whether the machine has a loopback address of the family.
func (f Family) Available() bool {
	ln, err := net.Listen("tcp", net.JoinHostPort(f.Host(), "0"))
	if err != nil {
		return false
	}
	ln.Close()
	return true
}

// A Cell is one case of the matrix.
type Cell struct {
	Op     Op
	Mode   Mode
	Family Family
}

// String returns the name of the cell's subtest, as in "upload/passive/ipv4".
func (c Cell) String() string {
	return strings.Join([]string{string(c.Op), string(c.Mode), string(c.Family)}, "/")
}

// Cells returns the whole matrix in a fixed order.
func Cells() []Cell {
	var cells []Cell
	for _, op := range []Op{Upload, Download, List, Rename, Delete, ResumeUpload, ResumeDownload} {
		modes := []Mode{Passive, Active}
		if op == Rename || op == Delete {
			modes = []Mode{Control}
		}
		for _, mode := range modes {
			for _, family := range []Family{IPv4, IPv6} {
				cells = append(cells, Cell{op, mode, family})
			}
		}
	}
	return cells
}
