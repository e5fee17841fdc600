// Package ftpserver is an FTP server engine (RFC 959, RFC 1123 and the
// extensions of RFC 2389, 2428, 2640 and 3659). It serves any storage.FS to
// whoever Config.Login lets in.
//
// A Server runs one goroutine for each control connection that waits, two while
// a transfer runs. All state of a session belongs to its loop, which alone
// writes replies: each command gets exactly one final reply, in order.
package ftpserver
