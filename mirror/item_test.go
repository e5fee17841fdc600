package mirror

import (
	"reflect"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// fill gives every field of a struct a value that is not zero.
func fill(t *testing.T, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		f := v.Field(i)
		if !f.CanSet() {
			continue
		}
		switch f.Kind() {
		case reflect.String:
			f.SetString("some\xffthing " + v.Type().Field(i).Name)
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Int64:
			f.SetInt(int64(-1 - i))
		case reflect.Uint8:
			f.SetUint(uint64(i%3 + 1))
		case reflect.Uint32:
			f.SetUint(uint64(1<<31 + i))
		case reflect.Pointer:
			f.Set(reflect.New(f.Type().Elem()))
			fill(t, f.Elem())
		case reflect.Struct:
			if f.Type() == reflect.TypeFor[time.Time]() {
				f.Set(reflect.ValueOf(time.Date(-300+1000*i, 2, 3, 4, 5, 6, 7+i, time.UTC)))
				continue
			}
			fill(t, f)
		default:
			t.Fatalf("%s is of a kind that the test does not know", v.Type().Field(i).Name)
		}
	}
}

// Each field comes back from a temporary file, those that will be added, too.
func TestItemCodec(t *testing.T) {
	var full item
	fill(t, reflect.ValueOf(&full).Elem())
	full.what = conflict
	for _, i := range []item{{}, full, {Step: Step{Src: storage.Info{Size: -1, ModTime: time.Unix(0, 0).UTC()}}}} {
		b := appendItem(nil, i)
		got, err := decodeItem(b)
		if err != nil || !reflect.DeepEqual(got, i) {
			t.Errorf("%+v, %v came back, want %+v", got, err, i)
		}
		for n := range b {
			if _, err := decodeItem(b[:n]); err == nil {
				t.Errorf("no error after %d of %d octets", n, len(b))
			}
		}
	}
	info, err := infoCodec.Decode(infoCodec.Append(nil, full.Src))
	if err != nil || info != full.Src {
		t.Errorf("%+v, %v came back, want %+v", info, err, full.Src)
	}
}

// FuzzDecodeItem reads what nobody has written.
func FuzzDecodeItem(f *testing.F) {
	f.Add(appendItem(nil, item{}))
	f.Add(appendItem(nil, item{what: refused, Step: Step{Name: "a/b", Dst: &storage.Info{Size: 5}}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		i, err := decodeItem(b)
		if err != nil {
			return
		}
		again, err := decodeItem(appendItem(nil, i))
		if err != nil || !reflect.DeepEqual(again, i) {
			t.Errorf("%+v became %+v, %v", i, again, err)
		}
	})
}
