// Package secure is about TLS: the clients and servers of other projects over it,
// what goes from server to server, and certificates.
package secure
