package ftp

import "io/fs"

// listUnixMode reads the ten characters of a mode as ls writes them,
// "drwxr-xr-x". ok is false if s is anything else.
func listUnixMode(s string) (kind EntryKind, mode fs.FileMode, ok bool) {
	if kind, mode, ok = listUnixType(s[0]); !ok {
		return 0, 0, false
	}
	for i := 1; i <= 9; i++ {
		bit := fs.FileMode(1) << (9 - i)
		switch c := s[i]; {
		case c == '-':
		case c == "xrw"[i%3]:
			mode |= bit
		case i == 3 && (c == 's' || c == 'S'):
			mode |= fs.ModeSetuid
			if c == 's' {
				mode |= bit
			}
		case i == 6 && (c == 's' || c == 'S' || c == 'l' || c == 'L'):
			mode |= fs.ModeSetgid
			if c == 's' {
				mode |= bit
			}
		case i == 9 && (c == 't' || c == 'T'):
			mode |= fs.ModeSticky
			if c == 't' {
				mode |= bit
			}
		default:
			return 0, 0, false
		}
	}
	return kind, mode, true
}

// listUnixType reads the letter of the kind of file, also those of Solaris
// (doors, event ports), HP-UX, BSD (whiteouts) and of files kept on tape.
func listUnixType(c byte) (EntryKind, fs.FileMode, bool) {
	switch c {
	case '-', 'f', 'C', 'M', 'm':
		return KindFile, 0, true
	case 'd':
		return KindDir, fs.ModeDir, true
	case 'l':
		return KindSymlink, fs.ModeSymlink, true
	case 'b':
		return KindOther, fs.ModeDevice, true
	case 'c':
		return KindOther, fs.ModeDevice | fs.ModeCharDevice, true
	case 'p':
		return KindOther, fs.ModeNamedPipe, true
	case 's':
		return KindOther, fs.ModeSocket, true
	case 'D', 'P', 'n', 'w', '?':
		return KindOther, fs.ModeIrregular, true
	}
	return 0, 0, false
}

// listAppendMode appends the ten characters that [listUnixMode] reads.
func listAppendMode(b []byte, kind EntryKind, mode fs.FileMode) []byte {
	b = append(b, listTypeLetter(kind, mode))
	for i := 1; i <= 9; i++ {
		set := mode&(1<<(9-i)) != 0
		c := byte('-')
		if set {
			c = "xrw"[i%3]
		}
		switch {
		case i == 3 && mode&fs.ModeSetuid != 0, i == 6 && mode&fs.ModeSetgid != 0:
			c = 'S'
			if set {
				c = 's'
			}
		case i == 9 && mode&fs.ModeSticky != 0:
			c = 'T'
			if set {
				c = 't'
			}
		}
		b = append(b, c)
	}
	return b
}

func listTypeLetter(kind EntryKind, mode fs.FileMode) byte {
	switch kind {
	case KindDir, KindCDir, KindPDir:
		return 'd'
	case KindSymlink:
		return 'l'
	case KindOther:
		switch {
		case mode&fs.ModeCharDevice != 0:
			return 'c'
		case mode&fs.ModeDevice != 0:
			return 'b'
		case mode&fs.ModeNamedPipe != 0:
			return 'p'
		case mode&fs.ModeSocket != 0:
			return 's'
		}
		return '?'
	}
	return '-'
}
