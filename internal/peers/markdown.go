package peers

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Markdown writes for people to read what the tests of package interop prove
// with foreign programs, and why some cells of [Matrix] are skipped.
func Markdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString(`# Interoperability

Every ✓ is a test in internal/interop that runs the real program on loopback and
compares the files on both sides afterwards. It is named after the program, the
operation, the mode and the address family, as in
TestServerMatrix/curl/upload/passive/ipv4 and
TestClientMatrix/vsftpd/rename/control/ipv6. A number is a footnote: the program
itself cannot do it, and the footnote has the proof. Rename and delete need no
data connection, so they have no mode. The partial file of the two resumes
differs from the beginning of the whole one, so that sending everything again
does not pass for resuming.

The programs are those of Debian 12; .ci/peers installs them.

## ferry's server with other clients

`)
	var names, packages []string
	var cannot []func(Cell) string
	for _, c := range Clients() {
		names, packages = append(names, c.Name()), append(packages, c.Package())
		cannot = append(cannot, c.Cannot)
	}
	table(&b, names, packages, cannot)

	b.WriteString("\n## ferry's client with other servers\n\n")
	names, packages, cannot = nil, nil, nil
	for _, s := range Servers() {
		names, packages = append(names, s.Name), append(packages, s.Package)
		cannot = append(cannot, func(Cell) string { return "" })
	}
	table(&b, names, packages, cannot)
	overTLS(&b)
	b.WriteString(realInput)
	_, err := io.WriteString(w, b.String())
	return err
}

const realInput = `
## Real input

The same package moves what people move, and compares every octet:

- TestGoTreeByLftp, TestGoTreeByFerry: Go's own source tree, more than ten
  thousand files, is served by ferry, fetched by lftp's mirror and by
  "ferry get -r", and put back by "mirror --reverse" and "ferry put -r". Names,
  contents and times of modification are those of the original.
- TestLargeFile: curl and ferry fetch and store a file of more than 4 GiB, are
  killed when half of it has gone over, and go on. Only the rest goes over then,
  and the SHA-256 is that of the original.
- TestFXPByLftp: lftp has two of ferry's servers send files to each other over TLS, by
  SSCN and by CPSV, with either of them passive.
- TestFXPWithProFTPD: ferry's client has ferry's server and ProFTPD send files to each
  other, in the clear and over TLS.
- TestClearControlByFerry, TestClearControlByCurl: ferry's client at ProFTPD and
  Pure-FTPd, and curl at ferry's server, give up the protection of the control connection
  (CCC), and data connections stay protected.
- TestCutOverwrite: curl and lftp are killed while they replace a file. The old
  one stays as it was until they have gone on to the end.
`

// table writes a row for each cell, a column for each program, and the proofs.
func table(b *strings.Builder, names, packages []string, cannot []func(Cell) string) {
	row := func(first [3]string, rest []string) {
		fmt.Fprintf(b, "| %s | %s |\n", strings.Join(first[:], " | "), strings.Join(rest, " | "))
	}
	row([3]string{"Operation", "Mode", "Family"}, names)
	row([3]string{"---", "---", "---"}, slices.Repeat([]string{":-:"}, len(names)))
	row([3]string{"Debian package", "", ""}, packages)
	var notes footnotes
	for _, cell := range Cells() {
		var marks []string
		for _, why := range cannot {
			marks = append(marks, notes.mark(why(cell)))
		}
		mode := string(cell.Mode)
		if cell.Mode == Control {
			mode = ""
		}
		row([3]string{string(cell.Op), mode, string(cell.Family)}, marks)
	}
	notes.write(b)
}

// footnotes are the proofs below a table.
type footnotes []string

// mark returns what stands in the table: a ✓ where there is nothing to prove.
func (f *footnotes) mark(proof string) string {
	if proof == "" {
		return "✓"
	}
	i := slices.Index(*f, proof)
	if i < 0 {
		i = len(*f)
		*f = append(*f, proof)
	}
	return fmt.Sprintf("[%d]", i+1)
}

func (f footnotes) write(b *strings.Builder) {
	if len(f) > 0 {
		b.WriteString("\n")
	}
	for i, proof := range f {
		fmt.Fprintf(b, "%d. %s.\n", i+1, proof)
	}
}
