package ftp

import "strings"

// listEnterprise reads the lines of Connect:Enterprise for Unix: "-C--E-----FTP
// B QUA1I1      18128       41 Aug 12 13:56 QUADTEST". Ten letters of flags
// touch the protocol; then come the mode of the data, the originator, the batch
// number and what a Unix listing has.
func listEnterprise(line string, st *listState, e *Entry) listVerdict {
	const flags = 10
	if len(line) <= flags || line[0] != '-' || strings.Trim(line[:flags], "-ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return listRefused
	}
	var f listFields
	f.split(line, flags)
	if f.n < 8 || f.at[0].begin != flags || len(f.word(1)) != 1 || !listDigits(f.word(3)) || !listDigits(f.word(4)) {
		return listRefused
	}
	var stamp listStamp
	n := listUnixDate(&f, 5, listDateClear, &stamp)
	if n == 0 || 5+n >= f.n || !st.clock.set(e, stamp) {
		return listRefused
	}
	e.Kind, e.Owner, e.Group, e.Size = KindFile, f.word(2), f.word(3), listSize(f.word(4))
	e.Name = f.line[f.at[5+n].begin:]
	return listTaken
}
