package ftp

import (
	"io/fs"
	"strings"
)

// listNetWare reads the lines of NetWare: "d [RWCEAFMS] supervisor  512
// Jan 16 18:53    login". The letters are rights, which are not those of Unix.
func listNetWare(line string, st *listState, e *Entry) listVerdict {
	switch line[0] {
	case 'd':
		e.Kind, e.Mode = KindDir, fs.ModeDir
	case '-':
		e.Kind = KindFile
	default:
		return listRefused
	}
	rest := strings.TrimLeft(line[1:], " ")
	if rest == "" || rest[0] != '[' {
		return listRefused
	}
	end := strings.IndexByte(rest, ']')
	if end != 9 && end != 8 || strings.Trim(rest[1:end], "RWCEAFMS-") != "" {
		return listRefused
	}
	if verdict := listUnixColumns(rest, end+1, st, e); verdict != listTaken {
		return verdict
	}
	e.Name = strings.TrimLeft(e.Name, " ")
	return listVerdictOf(e.Name != "")
}
