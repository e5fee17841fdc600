// Package distance is test support: it puts a server far away.
//
// A [Relay] stands between clients and one FTP server and lets each octet travel for
// half of a round trip. It relays control connections, and the data connections that
// are agreed on over them, in both modes. Octets wait by the clock, not one piece
// after the other, so that the way is long and not narrow.
//
// A connection costs what it costs over a real line. When it stands here at time t, a
// real one would have reached the server at t + 1.5 round trips, with the third segment
// of the handshake: then the relay connects to the server, and what the client said
// meanwhile comes with it, so that a greeting is read at t + 2. What cannot be had
// without privileges is that connect(2) itself takes a round trip: the kernel
// completes it at once. A client that waits for its data connection before it sends its
// command sends it a round trip early, and is the faster for it only with a server that
// replies 150 before the connection stands.
//
// A [Line] has no such fault: it delays packets, so that the handshakes and the
// congestion control of the kernel are the real ones. It needs Linux, and the right to
// make a network device.
package distance
