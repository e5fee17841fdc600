// Package compare lets package conformance check the servers of other projects beside
// ferry's, and keeps what comes of it in docs/peers.md.
//
//	go test ./internal/compare -update          writes the document
//	go test ./internal/compare -update -slow    with the items that wait for minutes
//
// Without -update the test checks that the servers still do what the document says.
package compare
