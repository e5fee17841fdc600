package peers

import "crypto/tls"

// A TLSStart says how TLS begins on a control connection.
type TLSStart string

const (
	// Explicit: after AUTH TLS (RFC 4217).
	Explicit TLSStart = "explicit"
	// Implicit: with the first octet, as on port 990.
	Implicit TLSStart = "implicit"
)

// A TLSCell is one case of the matrices of TLS.
type TLSCell struct {
	Start   TLSStart
	Version uint16 // tls.VersionTLS12 or tls.VersionTLS13
}

// String returns the name of the cell's subtest, as in "explicit/1.3".
func (c TLSCell) String() string { return string(c.Start) + "/" + c.Number() }

// Number returns the version as the programs spell it, "1.2" or "1.3".
func (c TLSCell) Number() string {
	if c.Version == tls.VersionTLS12 {
		return "1.2"
	}
	return "1.3"
}

// TLSCells returns the cells in a fixed order.
func TLSCells() []TLSCell {
	var cells []TLSCell
	for _, start := range []TLSStart{Explicit, Implicit} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			cells = append(cells, TLSCell{start, version})
		}
	}
	return cells
}

// A Protection is what a client has to know of a server that speaks TLS. The
// server offers both versions: it is the client that keeps to the cell's.
type Protection struct {
	TLSCell
	*Authority
	// Unbound: data connections need not resume the session of their control connection,
	// which servers demand by default where they can. Not all clients do it.
	Unbound bool
}
