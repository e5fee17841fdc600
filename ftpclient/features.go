package ftpclient

import (
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// Features are what FEAT lists (RFC 2389, 3.2): names in upper case, with what
// follows the name. What follows a name that is listed more than once is joined by
// semicolons.
type Features map[string]string

// Has reports whether the feature is listed.
func (f Features) Has(name string) bool {
	_, ok := f[strings.ToUpper(name)]
	return ok
}

// wantedFacts returns what to ask for by OPTS MLST (RFC 3659, 7.9): the facts that
// a file system needs, if the server has one of them and does not send it by
// itself; else "".
func wantedFacts(f Features) string {
	var list strings.Builder
	missing := false
	for fact := range strings.SplitSeq(f["MLST"], ";") {
		name, sent := strings.CutSuffix(strings.Trim(fact, " "), "*")
		switch strings.ToLower(name) {
		case "type", "size", "modify", "unique", "unix.mode":
			missing = missing || !sent
		case "create", "unix.owner", "unix.group", "perm":
			if !sent {
				continue
			}
		default:
			continue
		}
		list.WriteString(name + ";")
	}
	if !missing {
		return ""
	}
	return list.String()
}

// maxFeatures is how many lines of FEAT are read.
const maxFeatures = 1000

// parseFeatures reads the reply to FEAT with the leniency that it needs: lines
// with any indentation, names in any case, and with the code before each line.
// The first line and the last are words for people, unless they are indented.
func parseFeatures(r ftp.Reply) Features {
	f := make(Features)
	for i, line := range r.Lines {
		if i == maxFeatures {
			break
		}
		line = strings.TrimPrefix(line, "211-")
		edge := i == 0 || i == len(r.Lines)-1
		if edge && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") {
			continue
		}
		name, value, _ := strings.Cut(strings.TrimLeft(line, " \t"), " ")
		if name == "" || strings.EqualFold(name, "End") && i == len(r.Lines)-1 {
			continue
		}
		name, value = strings.ToUpper(name), strings.TrimRight(value, " \t")
		if old := f[name]; old != "" && value != "" {
			value = old + ";" + value
		}
		f[name] = value
	}
	return f
}
