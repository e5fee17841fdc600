// Package ftp is the vocabulary of the File Transfer Protocol, shared by
// server and client: reply codes and replies, the table of commands, the
// grammar of arguments, the control-line reader, host-port forms, facts, times,
// listings and the codecs of the data connection.
//
// It implements RFC 959 with the corrections of RFC 1123, 4.1, and RFC 1639,
// 2228, 2389, 2428, 2640, 3659, 4217, 5797 and 7151. It performs no I/O but on
// the readers and writers that it is given, starts no goroutine and has no
// clock.
package ftp
