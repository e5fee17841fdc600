package ftp

import (
	"io/fs"
	"strings"
)

// listMVSTable is one of the tables of z/OS. The heading tells which: a member
// without statistics is nothing but a name.
type listMVSTable uint8

const (
	listMVSNone listMVSTable = iota
	listMVSDatasets
	listMVSMembers
	listMVSModules
)

// listMVS reads the listings of z/OS: data sets, members of a partitioned data
// set, load modules, and jobs of JES. The files of its Unix side look like
// those of any other and are read by [listUnix].
func listMVS(line string, st *listState, e *Entry) listVerdict {
	var f listFields
	f.split(line, 0)
	if listMVSNoise(&f, st) {
		return listNoise
	}
	switch {
	case listMVSJob(&f, e):
	case listMVSDataset(&f, e):
	case st.mvs == listMVSModules && listMVSModule(&f, e):
	case st.mvs != listMVSDatasets && listMVSMember(&f, st, e):
	default:
		return listRefused
	}
	return listTaken
}

func listMVSNoise(f *listFields, st *listState) bool {
	a, b := f.word(0), f.word(1)
	switch {
	case a == "Volume" && b == "Unit":
		st.mvs = listMVSDatasets
	case a == "Name" && b == "VV.MM":
		st.mvs = listMVSMembers
	case a == "Name" && b == "Size" && f.word(2) == "TTR":
		st.mvs = listMVSModules
	case a == "JOBNAME" && b == "JOBID":
	default:
		return false
	}
	return true
}

// listMVSDataset reads "SAVE00 3390   2004/06/23  1    1  FB     128  6144  PS
// NAME" and the shorter forms of data sets that are not at hand. The date is
// that of the last reference, not of a change, so it is left out; the size is
// in tracks and is left out too.
func listMVSDataset(f *listFields, e *Entry) bool {
	last := f.word(f.n - 1)
	switch {
	case f.n == 2 && f.word(0) == "Migrated":
	case f.n == 3 && f.word(1) == "Tape" && listIsMVSWord(f.word(0), 6):
	case f.n == 3 && f.word(0) == "Pseudo" && f.word(1) == "Directory":
		e.Kind, e.Mode = KindDir, fs.ModeDir
	case f.n == 6 && f.text(1, 5) == "Not Direct Access Device":
	case f.n == 4 && f.word(2) == "VSAM" && listIsMVSWord(f.word(0), 6):
		e.Kind, e.Mode = KindOther, fs.ModeIrregular
	case f.n == 9 || f.n == 10:
		if !listMVSVolume(f, e) {
			return false
		}
	default:
		return false
	}
	e.Name = strings.Trim(last, "'")
	return e.Name != ""
}

// listMVSVolume checks the nine or ten columns of a data set on disk. Extents
// and tracks touch if there are many.
func listMVSVolume(f *listFields, e *Entry) bool {
	n := f.n
	year, _, _, sep, ok := listTriple(f.word(2))
	if !listIsMVSWord(f.word(0), 6) ||
		!(ok && sep == '/' && len(year) == 4 || f.word(2) == "**NONE**") ||
		!listDigits(f.word(n-3)) || !listDigits(f.word(n-4)) || !listDigits(f.word(3)) {
		return false
	}
	switch organisation := f.word(n - 2); {
	case strings.HasPrefix(organisation, "PO"):
		e.Kind, e.Mode = KindDir, fs.ModeDir
	case strings.HasPrefix(organisation, "PS"), strings.HasPrefix(organisation, "DA"):
		e.Kind = KindFile
	default:
		e.Kind, e.Mode = KindOther, fs.ModeIrregular
	}
	return true
}

// listMVSMember reads "NAME  01.03 2002/09/12 2002/10/11 09:37 11 11 0 ID"; the
// size is in records and is left out. Below its heading the name is enough.
func listMVSMember(f *listFields, st *listState, e *Entry) bool {
	if !listIsMVSWord(f.word(0), 8) {
		return false
	}
	e.Kind, e.Name = KindFile, f.word(0)
	if f.n == 1 {
		return st.mvs == listMVSMembers
	}
	version, level, dotted := strings.Cut(f.word(1), ".")
	if f.n != 9 || !dotted || !listDigits(version) || !listDigits(level) {
		return false
	}
	stamp := listStamp{hour: -1, second: -1}
	y, m, d, sep, ok := listTriple(f.word(3))
	if !ok || sep != '/' || !listTime(f.word(4), &stamp) {
		return false
	}
	stamp.year, stamp.month, stamp.day = listAtoi(y), listAtoi(m), listAtoi(d)
	e.Owner = f.word(8)
	return len(y) == 4 && st.clock.set(e, stamp)
}

// listMVSModule reads a member of a load library, whose size is in
// hexadecimal: "MODULE   00B388   002A04   ALIAS  01   FO  RN RU  31  ANY".
func listMVSModule(f *listFields, e *Entry) bool {
	size := f.word(1)
	if !listIsMVSWord(f.word(0), 8) || len(size) != 6 && len(size) != 8 || f.n < 3 {
		return false
	}
	var n int64
	for i := range len(size) {
		digit := strings.IndexByte("0123456789ABCDEF", size[i])
		if digit < 0 {
			return false
		}
		n = n<<4 | int64(digit)
	}
	e.Kind, e.Name, e.Size = KindFile, f.word(0), n
	return true
}

// listMVSJob reads a job of JES: "IBMUSER1  JOB01906  OUTPUT  3 Spool Files".
// The job's number is its name, as it is what RETR takes.
func listMVSJob(f *listFields, e *Entry) bool {
	id := f.word(1)
	if len(id) != 8 || !listDigits(id[3:]) || !listIsMVSWord(f.word(0), 8) {
		return false
	}
	switch id[:3] {
	case "JOB", "TSU", "STC":
	default:
		return false
	}
	switch status := f.word(2); status {
	case "INPUT", "ACTIVE", "OUTPUT", "HELD":
		e.Owner = f.word(0)
	default:
		switch f.word(3) {
		case "INPUT", "ACTIVE", "OUTPUT", "HELD":
			e.Owner = status
		default:
			return false
		}
	}
	e.Kind, e.Name = KindFile, id
	return true
}

// listIsMVSWord tells whether s is the name of a member, a volume or a job.
func listIsMVSWord(s string, longest int) bool {
	if s == "" || len(s) > longest {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !listIsDigit(c) && (c < 'A' || c > 'Z') && strings.IndexByte("$#@-", c) < 0 {
			return false
		}
	}
	return true
}
