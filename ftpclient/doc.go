// Package ftpclient is an FTP client in two layers.
//
// [Conn] is one control connection: it logs in, sends commands and runs
// transfers. [Client] keeps a pool of them and is a [storage.FS], so that
// whatever works on a disk works on a server. Most programs want a Client.
//
// [storage.Get] and [storage.Put] download and upload a file in one call, [storage.IOFS]
// makes an fs.FS of a Client, and package mirror makes whole trees alike. The examples
// below are the usual tasks.
//
// # Against any server
//
// What a server cannot do is found out by asking it (FEAT), or by trying, and
// remembered for all connections of a Client: EPSV gives way to PASV and that to
// PORT or EPRT, MLSD to LIST, MLST to SIZE, MDTM and CWD. No command is repeated
// whose effect is known. Few things depend on which server it is; they stand in
// one table (see quirks.go).
//
// # Trust
//
// The data connection goes to the host of the control connection, and is taken
// from there, whatever address a reply names (RFC 2577, 3). Names in listings
// never hold a slash, "." or "..". Replies and listings have limits. Names with
// LF or NUL are refused with storage.ErrName before anything is sent, and so are
// new names with CR; in others it is sent as CR NUL (RFC 2640, 3.1).
//
// # TLS
//
// Connections are protected where the server can: that is the zero Options. It keeps
// out who listens, and nobody else; whoever sends passwords across a network that is
// not his own wants SecurityExplicit or SecurityImplicit. A certificate that is not
// trusted is then a [*CertError], which says why and has the fingerprint of the key.
// Data connections resume the session of their control connection, as many servers
// demand. A protected file that may have been cut on the way is a [*TruncatedError].
package ftpclient
