package mirror

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"time"

	"github.com/seed-6092453b/ferry/internal/spill"
	"github.com/seed-6092453b/ferry/storage"
)

// item is what the comparison of a folder has found about one name. There may be
// millions.
type item struct {
	what what
	Step // of a descent, Name, Src and Dst alone; of something refused, Reason is in the error
}

// what says what is to be done with an item.
type what uint8

const (
	aStep       what = iota // it is a step
	toHash                  // it is a step if the contents differ
	toStat                  // it is a step if the exact time says so
	removal                 // it is a step if everything could be listed
	conflict                // it is a step if what is in its way could be removed
	descent                 // a folder: of both sides, or of SRC (Dst is nil), or of DST (Src is zero)
	lateDescent             // a folder of SRC that something at DST is in the way of
	refused                 // from here on: it is an error, see refusals
)

// refusals are the errors of items, by their what less refused.
var refusals = [...]error{storage.ErrName, storage.ErrIsDir, storage.ErrNotDir, fs.ErrExist, errors.ErrUnsupported}

// refusal returns what an item is to be that is refused with one of refusals.
func refusal(err error) what {
	for i, e := range refusals {
		if e == err {
			return refused + what(i)
		}
	}
	panic("mirror: not one of refusals: " + err.Error())
}

// err returns the error that an item is, without the name; nil if it is none.
func (i item) err() error {
	if i.what < refused {
		return nil
	}
	return refusals[i.what-refused]
}

var itemCodec = spill.Codec[item]{Append: appendItem, Decode: decodeItem}

func appendItem(b []byte, i item) []byte {
	has := byte(0)
	if i.Dst != nil {
		has = 1
	}
	b = append(b, byte(i.what), byte(i.Op), has)
	b = appendText(b, i.Name, i.Target, i.Reason)
	b = appendInfo(b, i.Src)
	if i.Dst != nil {
		b = appendInfo(b, *i.Dst)
	}
	return b
}

func decodeItem(b []byte) (item, error) {
	d := decoder{b: b}
	i := item{what: what(d.byte())}
	i.Op = Op(d.byte())
	has := d.byte()
	i.Name, i.Target, i.Reason = d.text(), d.text(), d.text()
	i.Src = d.info()
	if has != 0 {
		dst := d.info()
		i.Dst = &dst
	}
	return i, d.err
}

var infoCodec = spill.Codec[storage.Info]{
	Append: appendInfo,
	Decode: func(b []byte) (storage.Info, error) {
		d := decoder{b: b}
		return d.info(), d.err
	},
}

func appendInfo(b []byte, i storage.Info) []byte {
	fresh := byte(0)
	if i.Fresh {
		fresh = 1
	}
	b = append(b, byte(i.Kind), fresh)
	b = appendText(b, i.Name, i.ID, i.Version, i.Form, i.Owner, i.Group, i.Target)
	b = binary.AppendVarint(b, i.Size)
	b = appendTime(b, i.ModTime)
	b = appendTime(b, i.Birth)
	b = binary.AppendVarint(b, int64(i.Coarse))
	return binary.AppendUvarint(b, uint64(i.Mode))
}

func (d *decoder) info() storage.Info {
	i := storage.Info{Kind: storage.Kind(d.byte()), Fresh: d.byte() != 0}
	i.Name, i.ID, i.Version, i.Form = d.text(), d.text(), d.text(), d.text()
	i.Owner, i.Group, i.Target = d.text(), d.text(), d.text()
	i.Size = d.int()
	i.ModTime, i.Birth = d.time(), d.time()
	i.Coarse = time.Duration(d.int())
	i.Mode = fs.FileMode(d.uint())
	return i
}

func appendText(b []byte, texts ...string) []byte {
	for _, s := range texts {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

// appendTime writes seconds and nanoseconds; of the zone nothing is kept.
func appendTime(b []byte, t time.Time) []byte {
	return binary.AppendUvarint(binary.AppendVarint(b, t.Unix()), uint64(t.Nanosecond()))
}

// decoder reads what the functions above have written. After an error all is zero.
type decoder struct {
	b   []byte
	err error
}

var errDamaged = errors.New("what was written does not come back")

func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.b) {
		d.b, d.err = nil, errDamaged
		return nil
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *decoder) uint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		n = -1
	}
	d.take(n)
	return v
}

func (d *decoder) int() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		n = -1
	}
	d.take(n)
	return v
}

func (d *decoder) text() string {
	n := d.uint()
	if n > uint64(len(d.b)) {
		d.take(-1)
		return ""
	}
	return string(d.take(int(n)))
}

func (d *decoder) time() time.Time {
	sec, nsec := d.int(), d.uint()
	t := time.Unix(sec, int64(nsec)).UTC()
	if t.IsZero() {
		return time.Time{}
	}
	return t
}
