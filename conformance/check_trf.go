package conformance

import (
	"strings"
	"sync"
)

// trfChecks are those of the transfer of files.
var trfChecks = gather(
	trfRetrieve, trfStore, trfUnique, trfTypes, trfRecords, trfBlocks, trfCompressed, trfPages,
	trfDeflate, trfRestart, trfMarkers, trfAbort, trfDuring,
)

// allOctets are all values that an octet has, and what is special to Telnet and to text
// besides.
var allOctets = func() string {
	var b strings.Builder
	for i := range 256 {
		b.WriteByte(byte(i))
	}
	return b.String() + "\r\n\n\r\r\n\xff\xff\xff\xf4\xff\xf2\r\x00\x1a\x00\r"
}()

// bigContent is what no buffers between a server and a client can hold: who does not read
// it keeps the server from the end.
var bigContent = sync.OnceValue(func() string {
	const size = 8 << 20
	b := make([]byte, size)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return string(b)
})
