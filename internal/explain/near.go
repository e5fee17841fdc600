package explain

import (
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// otherNames are what programs call what the protocol calls otherwise.
var otherNames = map[string][]string{
	"GET": {"RETR"}, "RECV": {"RETR"}, "DOWNLOAD": {"RETR"}, "MGET": {"NLST", "RETR"}, "CAT": {"RETR"},
	"PUT": {"STOR"}, "SEND": {"STOR"}, "UPLOAD": {"STOR"}, "MPUT": {"STOR"}, "APPEND": {"APPE"}, "REGET": {"REST", "RETR"},
	"LS": {"LIST", "NLST", "MLSD"}, "DIR": {"LIST", "MLSD"}, "CD": {"CWD"}, "CHDIR": {"CWD"},
	"MKDIR": {"MKD", "SITE MKDIR"}, "RMDIR": {"RMD", "SITE RMDIR"}, "RM": {"DELE", "RMD"}, "DEL": {"DELE"}, "DELETE": {"DELE"},
	"MV": {"RNFR", "RNTO"}, "REN": {"RNFR", "RNTO"}, "RENAME": {"RNFR", "RNTO"}, "CP": {"CPFR", "CPTO"},
	"LOGIN": {"USER", "PASS"}, "PASSWORD": {"PASS"}, "LOGOUT": {"REIN"}, "BYE": {"QUIT"}, "EXIT": {"QUIT"}, "CLOSE": {"QUIT"},
	"BINARY": {"TYPE"}, "BIN": {"TYPE"}, "ASCII": {"TYPE"}, "PASSIVE": {"PASV", "EPSV"}, "ACTIVE": {"PORT", "EPRT"},
	"TLS": {"AUTH", "PROT"}, "SSL": {"AUTH", "PROT"}, "STARTTLS": {"AUTH"}, "RESUME": {"REST"}, "ABORT": {"ABOR"}, "FEATURES": {"FEAT"},
	"TOUCH": {"MFMT", "SITE UTIME"}, "LN": {"SITE SYMLINK"}, "DF": {"AVBL"}, "DU": {"DSIZ"},
}

// most is how many commands are named at most where a word is not known.
const most = 4

// unknown says that a word is not known, and what it may be.
func unknown(word string) *UnknownError {
	e := &UnknownError{Word: word}
	upper := strings.ToUpper(strings.TrimSpace(word))
	if e.Near = otherNames[upper]; e.Near != nil || number.MatchString(word) {
		return e
	}
	type candidate struct {
		name string
		far  int
	}
	var all []candidate
	add := func(prefix string, list []*ftp.Command) {
		for _, c := range list {
			if far := distance(upper, c.Name); far <= 1 || far == 2 && len(upper) > 3 {
				all = append(all, candidate{prefix + c.Name, far})
			}
		}
	}
	add("", ftp.Commands())
	add("SITE ", ftp.SiteCommands())
	slices.SortStableFunc(all, func(a, b candidate) int { return a.far - b.far })
	for _, c := range all[:min(most, len(all))] {
		if c.far == all[0].far {
			e.Near = append(e.Near, c.name)
		}
	}
	return e
}

// distance is how many letters have to be put in, left out, changed, or swapped with
// the next, to make b of a.
func distance(a, b string) int {
	if len(a) > 20 {
		return len(a) // of no command
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
