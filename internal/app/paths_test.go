package app

import (
	"slices"
	"testing"
)

// What is served is read, and written if anybody may write.
func TestPaths(t *testing.T) {
	dir, more, host := t.TempDir(), t.TempDir(), t.TempDir()
	all := []string{dir, more, host}
	for _, tt := range []struct {
		name        string
		o           Options
		read, write []string
	}{
		{"nobody writes", Options{Anonymous: true}, all, nil},
		{"anybody writes", Options{Anonymous: true, Writable: true}, nil, all},
		{"a user writes", Options{Anonymous: true, Users: []User{{Name: "bob", Password: "x"}}}, nil, all},
	} {
		tt.o.Dir, tt.o.Listen = dir, []string{"127.0.0.1:0"}
		tt.o.Mounts = []Folder{{"more", more}, {"again", dir}}
		tt.o.Hosts = []Folder{{"a.example", host}, {"b.example", ""}}
		a, err := New(t.Context(), tt.o)
		if err != nil {
			t.Fatal(err)
		}
		read, write := a.Paths()
		if !slices.Equal(read, tt.read) || !slices.Equal(write, tt.write) {
			t.Errorf("%s: reads %q, writes %q", tt.name, read, write)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}
