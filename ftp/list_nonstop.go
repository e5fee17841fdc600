package ftp

import "strings"

// listNonStop reads the lines of HP NonStop (Guardian): "IARPTS  101  16354
// 15-Mar-01 16:27:01 244, 10 "nnnn"". The owner is two numbers, group and
// user. The code of the file may carry a "+" or be followed by an "O" (open).
func listNonStop(line string, st *listState, e *Entry) listVerdict {
	var f listFields
	f.split(line, 0)
	if f.word(0) == "File" && f.word(1) == "Code" && f.word(2) == "EOF" {
		return listNoise
	}
	i := 1
	if f.word(1) == "O" {
		i = 2
	}
	if !listDigits(strings.TrimSuffix(f.word(i), "+")) {
		return listRefused
	}
	if e.Size = listSize(f.word(i + 1)); e.Size < 0 {
		return listRefused
	}
	stamp := listStamp{hour: -1, second: -1}
	day, rest, _ := strings.Cut(f.word(i+2), "-")
	month, year, _ := strings.Cut(rest, "-")
	if !listDigits(day) || len(year) != 2 || !listDigits(year) || !listTime(f.word(i+3), &stamp) {
		return listRefused
	}
	stamp.year, stamp.month, stamp.day = listCentury(listAtoi(year)), listMonth(month), listAtoi(day)
	if !st.clock.set(e, stamp) {
		return listRefused
	}
	rest = f.from(i + 4)
	owner, security, found := strings.Cut(rest, `"`)
	group, user, both := strings.Cut(owner, ",")
	group, user = strings.Trim(group, " "), strings.Trim(user, " ")
	if !found || !both || !listDigits(group) || !listDigits(user) || strings.Trim(security, `anugocAN-UGOC"`) != "" {
		return listRefused
	}
	e.Kind, e.Name, e.Group, e.Owner = KindFile, f.word(0), group, user
	return listTaken
}
