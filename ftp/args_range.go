package ftp

import "strings"

// ParseSpan reads the argument of RANG: two positions, the first and the last
// octet. "1 0" is the sign for none, and gives it as it is; any other last
// position before the first is ErrSyntax, and so is what does not fit into 63
// bits.
func ParseSpan(arg string) (first, last int64, err error) {
	f := strings.Fields(arg)
	if len(f) != 2 {
		return 0, 0, ErrSyntax
	}
	if first, err = parseOffset(f[0]); err == nil {
		last, err = parseOffset(f[1])
	}
	if err != nil || first > last && (first != 1 || last != 0) {
		return 0, 0, ErrSyntax
	}
	return first, last, nil
}

// DigestArg is the argument of XCRC and its kin: a name, and the octets from
// Start up to, and without, End. End is -1 if there is none.
type DigestArg struct {
	Path       string
	Start, End int64
}

// ParseDigest reads the argument of XCRC and its kin: `path [start end]`. With
// quotes around it the path is what they enclose, and end may be missing.
// Without, the path is all but the last two words if these are digits alone; but
// it is the whole if exists says that there is something of that name, or if
// nothing would be left. A start that is not below the end is ErrSyntax. exists
// may be nil.
func ParseDigest(arg string, exists func(path string) bool) (DigestArg, error) {
	if exists != nil && exists(arg) {
		return DigestArg{Path: arg, End: -1}, nil
	}
	if strings.HasPrefix(arg, `"`) {
		words, err := ParseWords(arg)
		if err != nil || len(words) > 3 {
			return DigestArg{}, ErrSyntax
		}
		return digestRange(words[0].Text, words[1:])
	}
	words := strings.Split(arg, " ")
	if n := len(words); n > 2 && digits(words[n-1]) && digits(words[n-2]) {
		if path := strings.Join(words[:n-2], " "); path != "" {
			return digestRange(path, []Word{{Text: words[n-2]}, {Text: words[n-1]}})
		}
	}
	return DigestArg{Path: arg, End: -1}, nil
}

func digestRange(path string, bounds []Word) (d DigestArg, err error) {
	d = DigestArg{Path: path, End: -1}
	if len(bounds) > 0 {
		d.Start, err = parseOffset(bounds[0].Text)
	}
	if len(bounds) > 1 && err == nil {
		d.End, err = parseOffset(bounds[1].Text)
	}
	if err != nil || path == "" || d.End >= 0 && d.Start >= d.End {
		return DigestArg{}, ErrSyntax
	}
	return d, nil
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
