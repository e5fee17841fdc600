package ftp_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
)

func TestDeflateOptions(t *testing.T) {
	was := ftp.DeflateOptions{Level: 1, Block: 4096}
	tests := []struct {
		arg  string
		want ftp.DeflateOptions
		set  []string
		bad  string // the option that is wrong
	}{
		{"", was, nil, ""},
		{"LEVEL 9", ftp.DeflateOptions{Level: 9, Block: 4096}, []string{"LEVEL 9"}, ""},
		{"level 0", ftp.DeflateOptions{Level: 0, Block: 4096}, []string{"LEVEL 0"}, ""},
		{"ENGINE zlib,METHOD 8,LEVEL 7,EXTRA off,BLOCKSIZE 1024", ftp.DeflateOptions{Level: 7, Block: 1024},
			[]string{"ENGINE ZLIB", "METHOD 8", "LEVEL 7", "EXTRA OFF", "BLOCKSIZE 1024"}, ""},
		{"ENGINE ZLIB LEVEL 2", ftp.DeflateOptions{Level: 2, Block: 4096}, []string{"ENGINE ZLIB", "LEVEL 2"}, ""},
		{" LEVEL 2 , LEVEL 3 ", ftp.DeflateOptions{Level: 3, Block: 4096}, []string{"LEVEL 2", "LEVEL 3"}, ""},
		{"BLOCKSIZE 512", ftp.DeflateOptions{Level: 1, Block: 512}, []string{"BLOCKSIZE 512"}, ""},
		{"LEVEL 10", was, nil, "LEVEL"},
		{"LEVEL -1", was, nil, "LEVEL"},
		{"LEVEL +1", was, nil, "LEVEL"},
		{"LEVEL x", was, nil, "LEVEL"},
		{"LEVEL", was, nil, "LEVEL"},
		{"LEVEL 99999999999999999999", was, nil, "LEVEL"},
		{"ENGINE BZIP2", was, nil, "ENGINE"},
		{"METHOD 9", was, nil, "METHOD"},
		{"EXTRA ON", was, nil, "EXTRA"},
		{"BLOCKSIZE 511", was, nil, "BLOCKSIZE"},
		{"BLOCKSIZE 1073741825", was, nil, "BLOCKSIZE"},
		{"SPEED 3", was, nil, "SPEED"},
		{"LEVEL 9 METHOD 7", was, nil, "METHOD"}, // all or nothing
		{"LEVEL 9 METHOD", was, nil, "METHOD"},
	}
	for _, tt := range tests {
		got, set, err := was.Set(tt.arg)
		var oe *ftp.DeflateOptionError
		name := ""
		if errors.As(err, &oe) {
			name = oe.Name
		} else if err != nil {
			t.Errorf("%q: error %v", tt.arg, err)
		}
		if got != tt.want || name != tt.bad || !slices.Equal(set, tt.set) {
			t.Errorf("%q: %+v %q, wrong %q; want %+v %q, %q", tt.arg, got, set, name, tt.want, tt.set, tt.bad)
		}
	}
}

func FuzzDeflateOptions(f *testing.F) {
	for _, s := range []string{"", "LEVEL 9", "ENGINE ZLIB,METHOD 8", "LEVEL", "BLOCKSIZE 1 EXTRA OFF", ",,", "\xff 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, arg string) {
		was := ftp.DeflateOptions{Level: 1, Block: 512}
		got, set, err := was.Set(arg)
		switch {
		case err != nil && (got != was || set != nil):
			t.Errorf("%+v %q with %v", got, set, err)
		case got.Level < 0 || got.Level > 9 || got.Block < 512 || got.Block > 1<<30:
			t.Errorf("%+v", got)
		}
	})
}
