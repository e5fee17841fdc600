// Package peers is test support: it runs the FTP programs of other projects
// against ferry, and ferry against them.
//
// A [Server] is a foreign FTP server that [Start] runs for one test on
// loopback. A [Client] is a foreign FTP client, or ferry's own in the tests of
// ferry's client. [Matrix] lets a client do every [Cell], one operation in one
// mode over one address family, against a server as a subtest of its own, and
// judges the outcome by the files on the server's and on the client's disk, not
// by what the client says. What a foreign program itself cannot do is data,
// with the proof: its cell is skipped, and [Markdown] prints it as a footnote.
//
// TLS has matrices of its own: [StartTLS] runs a server that demands it, and
// [CheckTLS] lets a [TLSClient] move a [Batch] of files to and fro in one session, in
// each [TLSCell]. Certificates are those of an [Authority] that the test makes.
//
// The programs are installed by .ci/peers. A test whose program is missing is
// skipped with the name of the Debian package, or fails where the environment
// variable FERRY_REQUIRE_PEERS is 1.
package peers
