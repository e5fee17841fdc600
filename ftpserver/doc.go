// Package ftpserver is an FTP server engine (RFC 959, RFC 1123 and the
// extensions of RFC 2389, 2428, 2640 and 3659). It serves any storage.FS to
// whoever Config.Login lets in.
//
// A Server runs one goroutine for each control connection that waits, two while
// a transfer runs or a data connection is open. All state of a session belongs to
// its loop, which alone writes replies: each command gets exactly one final reply,
// in order.
//
// All types, structures and modes are served; MODE Z if Config.ModeZ says so. In
// block and compressed mode the data connection stays open between transfers
// (Config.NoReuseData closes it), and restart markers are sent, understood and
// answered (RFC 959, 3.5; RFC 1123, 4.1.3.4): every 110 tells of octets that are on
// stable storage.
//
// With a certificate in Config.TLS, clients may protect their connections (AUTH TLS;
// RFC 4217); a [Listener] or an [Account] may demand that of them.
//
// On Linux, small transfers and logins cost up to a fifth less processor time in a program
// that was started with a timer slack of a millisecond (prctl(2), PR_SET_TIMERSLACK;
// TimerSlackNSec of systemd): it spares the runtime to be woken for nothing.
package ftpserver
