package peers

import (
	"fmt"
	"slices"
	"strings"
)

const tlsIntroduction = `
## Over TLS

In TestTLSServerMatrix and TestTLSClientMatrix, each program moves 200 files to the
other side and 200 back, from none to 3 MiB long, in one session: one control
connection and 400 data connections, all of them protected. (rclone copies one way
in a run, and has a session for each.) Not an octet is lost, and no command refused. The tests are named as in
TestTLSServerMatrix/bind/lftp/explicit/1.3 and TestTLSClientMatrix/vsftpd/implicit/1.2.

"bind" is the default of ferry's server (--tls-reuse), in which a data connection may
resume no other session than that of its own control connection. "require" demands
that each one does, as vsftpd and ProFTPD do by default. A client that has a
footnote there is refused (522) in that test: leave it at the default for its sake.

`

const tlsClientIntroduction = `
vsftpd is set up with require_ssl_reuse=YES and ProFTPD without
NoSessionReuseRequired. Under TLS 1.3 vsftpd 3.0.3 and pyftpdlib 1.5.7 lose the end of
large uploads of a client that closes the data connection with tickets of theirs
unread, and pyftpdlib says 226 all the same (TestUnreadTickets in internal/peers).
ferry reads on until it has the reply, and so loses none.

`

// overTLS writes the tables of the matrices of TLS.
func overTLS(b *strings.Builder) {
	b.WriteString(tlsIntroduction)
	var names, packages []string
	for _, c := range TLSClients() {
		names, packages = append(names, c.Name), append(packages, c.Package)
	}
	tlsTable(b, []string{"--tls-reuse", "Start", "TLS"}, names, packages, func(row func(first, rest []string), notes *footnotes) {
		for _, reuse := range []string{"bind", "require"} {
			for _, cell := range TLSCells() {
				var marks []string
				for _, c := range TLSClients() {
					proof := c.Cannot(cell)
					if proof == "" && reuse == "require" {
						proof = c.Forgets(cell)
					}
					marks = append(marks, notes.mark(proof))
				}
				row([]string{reuse, string(cell.Start), cell.Number()}, marks)
			}
		}
	})

	b.WriteString(tlsClientIntroduction)
	names, packages = nil, nil
	for _, s := range Servers() {
		names, packages = append(names, s.Name), append(packages, s.Package)
	}
	tlsTable(b, []string{"Start", "TLS"}, names, packages, func(row func(first, rest []string), notes *footnotes) {
		for _, cell := range TLSCells() {
			var marks []string
			for _, s := range Servers() {
				marks = append(marks, notes.mark(s.CannotTLS(cell)))
			}
			row([]string{string(cell.Start), cell.Number()}, marks)
		}
	})
}

// tlsTable writes a table whose rows are those of the function, and the footnotes.
func tlsTable(b *strings.Builder, head, names, packages []string, rows func(row func(first, rest []string), notes *footnotes)) {
	row := func(first, rest []string) {
		fmt.Fprintf(b, "| %s | %s |\n", strings.Join(first, " | "), strings.Join(rest, " | "))
	}
	row(head, names)
	row(slices.Repeat([]string{"---"}, len(head)), slices.Repeat([]string{":-:"}, len(names)))
	row(append([]string{"Debian package"}, slices.Repeat([]string{""}, len(head)-1)...), packages)
	var notes footnotes
	rows(row, &notes)
	notes.write(b)
}
