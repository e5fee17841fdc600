package ftpclient

import (
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// infoOf turns an entry of a listing into an Info. Its name is not checked.
func infoOf(e ftp.Entry) storage.Info {
	info := storage.Info{
		Name: e.Name, Size: e.Size, ModTime: e.Time,
		Owner: e.Owner, Group: e.Group, Target: e.Target,
		Coarse: coarse(e),
	}
	switch e.Kind {
	case ftp.KindFile:
		info.Kind = storage.KindFile
	case ftp.KindDir, ftp.KindCDir, ftp.KindPDir:
		info.Kind, info.Size = storage.KindDir, 0
	case ftp.KindSymlink:
		info.Kind = storage.KindSymlink
	case ftp.KindOther:
		info.Kind = storage.KindOther
	}
	if e.HasMode {
		info.Mode = e.Mode & ^e.Mode.Type()
	}
	info.ID, _ = e.Fact("unique")
	if created, ok := e.Fact("create"); ok {
		if t, err := ftp.ParseTimeLenient(created); err == nil {
			info.Birth = t
		}
	}
	return info
}

// coarse is by how much the time of an entry may be too early.
func coarse(e ftp.Entry) time.Duration {
	switch e.Prec {
	case ftp.PrecisionDay:
		return 24 * time.Hour
	case ftp.PrecisionMinute:
		return time.Minute
	}
	return 0
}

// goodName reports whether the name in a listing can be that of an entry: not the
// directory itself nor another, no path, and nothing that cannot be sent back.
// A server that says otherwise may be out to write elsewhere than it should.
func goodName(name string) bool {
	return name != "." && storage.ValidName(name) && !strings.ContainsAny(name, "/\r\n")
}
