package ftpclient

import "sync"

// discards are buffers for octets that nobody wants.
var discards = sync.Pool{New: func() any { return new([256 << 10]byte) }}

// Discard is a Read of up to n octets that nobody wants. Where the octets of the file are
// those on the data connection, and the system knows how, they are not even copied: so
// who measures a server costs less than the server does.
func (t *Transfer) Discard(n int) (int, error) {
	return t.receive(func() (int, error) {
		if t.in == t.data {
			if err := t.data.arm(); err != nil {
				return 0, err
			}
			if m, done, err := drop(t.data.Conn, n); done {
				return m, err
			}
		}
		b := discards.Get().(*[256 << 10]byte)
		defer discards.Put(b)
		return t.in.Read(b[:min(n, len(b))])
	})
}
