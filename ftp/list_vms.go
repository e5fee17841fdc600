package ftp

import (
	"io/fs"
	"strings"
)

// listVMS reads the lines of DIRECTORY on VMS: "NAME.TYPE;4  2/16
// 13-FEB-2002 23:32:40.47  [GROUP,OWNER]  (RWED,RWED,RE,)". A long name stands
// alone, and the rest in the next line.
//
// The newest version comes first and gets the name without its number, as it
// is the one that the name alone means. Older ones keep ";n". A folder loses
// ".DIR;1". Sizes are in blocks, which is no size in octets but for 0.
func listVMS(line string, st *listState, e *Entry) listVerdict {
	var f listFields
	f.split(line, 0)
	name, version, found := strings.Cut(f.word(0), ";")
	if !found || name == "" || !listDigits(version) {
		return listVMSNoise(line, &f, st)
	}
	if f.n == 1 {
		return listHeld
	}
	e.Kind = KindFile
	if !listVMSColumns(&f, st, e) || e.Prec == PrecisionNone {
		return listRefused
	}
	n := len(name) - len(".DIR")
	switch {
	case n > 0 && strings.EqualFold(name[n:], ".DIR"):
		e.Kind, e.Mode, e.Name = KindDir, e.Mode|fs.ModeDir, name[:n]
	case name == st.vmsName:
		e.Name = name + ";" + version
	default:
		e.Name = name
		st.vmsName = name
	}
	return listTaken
}

// listVMSColumns reads the words behind the name. What each one is shows in
// its form, and servers differ in their order.
func listVMSColumns(f *listFields, st *listState, e *Entry) bool {
	bare := false
	for i := 1; i < f.n; i++ {
		w := f.word(i)
		stamp := listStamp{hour: -1, second: -1}
		switch {
		case w[0] == '[':
			owner := strings.TrimSuffix(w[1:], "]")
			if bare || owner == "" {
				return false
			}
			group, member, found := strings.Cut(owner, ",")
			if e.Owner = owner; found {
				e.Group, e.Owner = group, member
			}
		case w[0] == '(':
			if !listVMSProtection(w, e) {
				return false
			}
		case listVMSDate(w, &stamp):
			if listTime(f.word(i+1), &stamp) {
				i++
			}
			if !st.clock.set(e, stamp) {
				return false
			}
		case listIsDigit(w[0]):
			used, allocated, found := strings.Cut(w, "/")
			if !listDigits(used) || found && !listDigits(allocated) {
				return false
			}
			if strings.Trim(used, "0") == "" {
				e.Size = 0
			}
		case e.Prec != PrecisionNone && e.Owner == "":
			e.Owner, bare = w, true
		default:
			return false
		}
	}
	return true
}

// listVMSDate reads "2-JUL-2003".
func listVMSDate(w string, s *listStamp) bool {
	day, rest, _ := strings.Cut(w, "-")
	month, year, _ := strings.Cut(rest, "-")
	if !listDigits(day) || listYear(year) < 0 {
		return false
	}
	s.year, s.month, s.day = listYear(year), listMonth(month), listAtoi(day)
	return s.month != 0
}

// listVMSProtection reads "(RWED,RWED,RE,)": what system, owner, group and
// world may do.
func listVMSProtection(w string, e *Entry) bool {
	w = strings.TrimSuffix(w[1:], ")")
	if strings.Count(w, ",") != 3 {
		return false
	}
	class := 0
	e.Mode, e.HasMode = 0, true
	for i := range len(w) {
		bit := fs.FileMode(0)
		switch w[i] {
		case ',':
			class++
		case 'R', 'r':
			bit = 4
		case 'W', 'w':
			bit = 2
		case 'E', 'e':
			bit = 1
		case 'D', 'd':
		default:
			return false
		}
		if class > 0 {
			e.Mode |= bit << (3 * (3 - class))
		}
	}
	return true
}

// listVMSNoise recognises the headings and totals.
func listVMSNoise(line string, f *listFields, st *listState) listVerdict {
	if dir, found := listCutPrefixFold(line, "Directory "); found && strings.HasSuffix(f.from(1), "]") {
		st.dir, st.vmsName = strings.Trim(dir, " \t"), ""
		return listNoise
	}
	w := f.word(0)
	if f.n == 1 && strings.Contains(w, ":[") && strings.HasSuffix(w, "]") {
		st.dir, st.vmsName = w, ""
		return listNoise
	}
	if strings.EqualFold(w, "Grand") {
		w = f.word(1)
	}
	if strings.EqualFold(w, "Total") && (strings.Contains(line, " file") || strings.Contains(line, " block")) {
		return listNoise
	}
	return listRefused
}
