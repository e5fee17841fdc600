package disk

import (
	"io/fs"
	"strconv"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// meta is what the operating system says of an object.
type meta struct {
	kind         storage.Kind
	mode         fs.FileMode // permission bits, setuid, setgid and sticky
	size         int64
	mtime, birth time.Time

	// The rest is known if hasID is set.
	hasID    bool
	ctime    int64 // nanoseconds since 1970
	dev, ino uint64
	nlink    uint64
	uid, gid uint32
}

const modeBits = fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky

func metaOf(fi fs.FileInfo) meta {
	m := meta{
		kind:  kindOf(fi.Mode()),
		mode:  fi.Mode() & modeBits,
		size:  fi.Size(),
		mtime: fi.ModTime(),
	}
	fillSystem(&m, fi)
	return m
}

func kindOf(mode fs.FileMode) storage.Kind {
	switch mode.Type() {
	case 0:
		return storage.KindFile
	case fs.ModeDir:
		return storage.KindDir
	case fs.ModeSymlink:
		return storage.KindSymlink
	}
	return storage.KindOther
}

// telling is what is the same for the objects that are described one after the other.
type telling struct {
	want storage.Details
	now  int64  // the time of now, or somewhat earlier, in nanoseconds since 1970
	text *chunk // of which strings are made

	uid, gid     uint32 // those asked for last
	owner, group string // and their names; "": none has been asked for
}

// info describes, under the name base, the object that m is about.
func (d *FS) info(base string, m *meta) storage.Info {
	i := storage.Info{Name: base}
	d.tell(&i, m, &telling{want: storage.AllDetails, now: time.Now().UnixNano()})
	return i
}

// tell sets what is wanted of i, but for its name, to what m says.
func (d *FS) tell(i *storage.Info, m *meta, t *telling) {
	i.Kind = m.kind
	i.ModTime = m.mtime.UTC()
	i.Mode = m.mode
	if m.kind == storage.KindFile {
		i.Size = m.size
	}
	if t.want&storage.DetailBirth != 0 && !m.birth.IsZero() {
		i.Birth = m.birth.UTC()
	}
	if !m.hasID {
		return
	}
	if t.want&(storage.DetailID|storage.DetailVersion) != 0 {
		// ID begins Version, so that a listing allocates one string for both.
		// ctime makes Version: nobody can set it back.
		var buf [96]byte
		b := strconv.AppendUint(buf[:0], m.dev, 16)
		b = append(b, ':')
		b = strconv.AppendUint(b, m.ino, 16)
		id := len(b)
		if t.want&storage.DetailVersion != 0 {
			b = append(b, ':')
			b = strconv.AppendInt(b, m.size, 16)
			b = append(b, ':')
			b = strconv.AppendInt(b, m.mtime.UnixNano(), 16)
			b = append(b, ':')
			b = strconv.AppendInt(b, m.ctime, 16)
		}
		s := t.text.string(b)
		i.ID = s[:id]
		if t.want&storage.DetailVersion != 0 {
			i.Version, i.Fresh = s, fresh(m.ctime, t.now)
		}
	}
	if t.want&storage.DetailOwner != 0 {
		if t.owner == "" || t.uid != m.uid {
			t.uid, t.owner = m.uid, d.owners.user(m.uid)
		}
		if t.group == "" || t.gid != m.gid {
			t.gid, t.group = m.gid, d.owners.group(m.gid)
		}
		i.Owner, i.Group = t.owner, t.group
	}
}

// fresh reports whether a file that changes now may get the ctime that it has
// already, both in nanoseconds since 1970. The clock that file systems take time
// stamps from stands still for up to 10 ms (a tick of the kernel at 100 Hz), and
// some of them keep whole seconds, or even ones alone.
func fresh(ctime, now int64) bool {
	settled := 50 * time.Millisecond
	if ctime%int64(time.Second) == 0 {
		settled = 3 * time.Second
	}
	return now < ctime+int64(settled)
}

// infoOf describes the open file o under the name base.
func (d *FS) infoOf(o *opened, base string) (storage.Info, error) {
	f, err := o.os()
	if err != nil {
		return storage.Info{}, err
	}
	m, err := statFile(f)
	if err != nil {
		return storage.Info{}, err
	}
	i := d.info(base, &m)
	i.Form = fileForm(f)
	return i, nil
}

// follow describes the symbolic link name, of which m is known: as what it
// leads to, if it leads anywhere within the root.
func (d *FS) follow(name string, m *meta) storage.Info {
	_, base := storage.Split(name)
	i := d.info(base, m)
	if fi, err := d.root.Stat(name); err == nil {
		to := metaOf(fi)
		i = d.info(base, &to)
	}
	i.Target, _ = d.root.Readlink(name)
	return i
}
