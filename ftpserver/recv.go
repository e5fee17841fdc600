package ftpserver

import (
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// What is received by the runtime's way before a thread takes over. A file that is no
// longer has no use for one, and a peer that takes its time neither.
const (
	firstProbe = 512 << 10
	nextProbe  = 8 << 20
)

// receiveFile writes the octets that come to w, as they are, and returns how many there
// were. From a peer that keeps up they are received by a thread that blocks (drain).
func (d *dataConn) receiveFile(w storage.Writer) (all int64, err error) {
	for probe := int64(firstProbe); ; probe = nextProbe {
		begun := time.Now()
		n, err := copyOctets(w, d, probe)
		all += n
		if err != nil || n < probe {
			return all, err
		}
		if time.Since(begun) > time.Duration(probe)*turnTime/keepingUp {
			continue
		}
		n, done, err := d.drain(w)
		all += n
		if err != nil || done {
			return all, err
		}
	}
}
