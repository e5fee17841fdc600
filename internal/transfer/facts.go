package transfer

import (
	"fmt"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// facts identify the contents of a file: as long as they stay, it is taken to
// be the same.
type facts struct {
	Source   string    `json:"source"` // URL or path, without secrets
	Size     int64     `json:"size"`   // -1 if unknown
	Modified time.Time `json:"modified,omitzero"`
	Unique   string    `json:"unique,omitempty"`
	Version  string    `json:"version,omitempty"`

	Conversion string `json:"conversion,omitempty"` // see Copier.Conversion
}

func factsOf(source string, i storage.Info) facts {
	return facts{Source: source, Size: i.Size, Modified: i.ModTime.UTC(), Unique: i.ID, Version: i.Version}
}

// change says in words how now differs from f, and is empty if now is certainly
// the same file. Without a size and either a time or a version nothing is
// certain.
func (f facts) change(now facts) string {
	switch {
	case f.Source != now.Source:
		return "it is a part of " + f.Source
	case f.Conversion != now.Conversion:
		return "it was copied as " + orPlain(f.Conversion) + ", and this is " + orPlain(now.Conversion)
	case f.Size < 0 || now.Size < 0:
		return "the size of the whole is not known"
	case f.Size != now.Size:
		return fmt.Sprintf("the size of the whole was %d and is %d", f.Size, now.Size)
	case !f.Modified.Equal(now.Modified):
		return "the file has changed since (" + stamp(f.Modified) + ", now " + stamp(now.Modified) + ")"
	case differ(f.Unique, now.Unique):
		return "another file has taken its name since"
	case differ(f.Version, now.Version):
		return "the file has changed since"
	case f.Modified.IsZero() && (f.Version == "" || now.Version == ""):
		return "the time of the file is not known"
	}
	return ""
}

// differ compares two facts that either side may lack.
func differ(a, b string) bool { return a != "" && b != "" && a != b }

func stamp(t time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return t.Format(time.RFC3339)
}

// sameTime reports whether a and b are known and in the same second: what
// survives every server and file system but FAT.
func sameTime(a, b time.Time) bool {
	return !a.IsZero() && !b.IsZero() && a.Unix() == b.Unix()
}

func orPlain(conversion string) string {
	if conversion == "" {
		return "plain octets"
	}
	return conversion
}
