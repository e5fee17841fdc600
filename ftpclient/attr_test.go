package ftpclient_test

import (
	"errors"
	"io/fs"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// TestSetAttr shows by which command each attribute is set.
func TestSetAttr(t *testing.T) {
	mode := fs.ModeSetuid | 0o750
	when := time.Date(2003, 4, 5, 6, 7, 8, 0, time.UTC)
	all := storage.Attr{Mode: &mode, ModTime: when, Birth: when, Owner: "anna", Group: "staff"}
	const help = "C: SITE HELP\nS: 214-Commands (* =>'s unimplemented)\nS:  CHMOD CHGRP\nS:  CHOWN <sp> name <sp> path\nS:  UTIME SYMLINK*\nS: 214 End\n"
	const bare = "S: 220 Hi.\nC: USER anonymous\nS: 230 In.\nC: FEAT\nS: 211-F\nS:  MDTM\nS: 211 End\n"
	tests := []struct {
		name, script string
		a            storage.Attr
		err          error
	}{
		{name: "all at once by MFF", a: all, script: offering("MFF modify;Create;UNIX.mode;UNIX.owner;UNIX.group;") +
			"C: MFF UNIX.owner=anna;UNIX.group=staff;UNIX.mode=4750;Create=20030405060708; a\nS: 213 OK\nC: MFMT 20030405060708 a\nS: 213 OK\n"},
		{name: "time by MFF", a: storage.Attr{ModTime: when}, script: "S: 220 Hi.\nC: USER anonymous\nS: 230 In.\nC: FEAT\nS: 211-F\nS:  MFF Modify;\nS: 211 End\n" +
			"C: MFF Modify=20030405060708; a\nS: 213 OK\n"},
		{name: "all by SITE and MFCT", a: all, script: offering("MFCT") + help +
			"C: SITE CHOWN anna:staff a\nS: 200 OK.\nC: SITE CHMOD 4750 a\nS: 200 OK.\nC: MFCT 20030405060708 a\nS: 213 OK\nC: MFMT 20030405060708 a\nS: 213 OK\n"},
		{name: "owner alone", a: storage.Attr{Owner: "anna"}, script: newServer + help + "C: SITE CHOWN anna a\nS: 200 OK.\n"},
		{name: "group alone", a: storage.Attr{Group: "staff"}, script: newServer + help + "C: SITE CHGRP staff a\nS: 550 Permission denied.\n", err: fs.ErrPermission},
		{name: "group alone, only the owner by MFF", a: storage.Attr{Group: "staff"}, script: offering("MFF UNIX.owner;") + help + "C: SITE CHGRP staff a\nS: 200 OK.\n"},
		{name: "an owner that is none", a: storage.Attr{Owner: "an na"}, script: newServer, err: fs.ErrInvalid},
		{name: "time by SITE UTIME", a: storage.Attr{ModTime: when}, script: bare + help + "C: SITE UTIME a 20030405060708 20030405060708 20030405060708 UTC\nS: 213 OK\n"},
		{name: "time by SITE UTIME, short", a: storage.Attr{ModTime: when}, script: bare + help +
			"C: SITE UTIME a 20030405060708 20030405060708 20030405060708 UTC\nS: 501 What?\nC: SITE UTIME 20030405060708 a\nS: 200 OK.\n"},
		{name: "time by SITE UTIME, refused", a: storage.Attr{ModTime: when}, err: fs.ErrNotExist, script: bare + help +
			"C: SITE UTIME a 20030405060708 20030405060708 20030405060708 UTC\nS: 550 No such file.\n"},
		{name: "time by MDTM", a: storage.Attr{ModTime: when}, script: "S: 220 Hi.\nC: USER anonymous\nS: 230 In.\nC: FEAT\nS: 211-F\nS:  MDTM YYYYMMDDHHMMSS[+-TZ];filename\nS: 211 End\n" +
			"C: MDTM 20030405060708 a\nS: 213 20030405060708\n"},
		{name: "time, no way", a: storage.Attr{ModTime: when}, err: errors.ErrUnsupported, script: bare + "C: SITE HELP\nS: 502 No.\n"},
		{name: "time without FEAT, after MFMT", a: storage.Attr{ModTime: when}, script: oldServer + "C: MFMT 20030405060708 a\nS: 500 What?\n" + help +
			"C: SITE UTIME a 20030405060708 20030405060708 20030405060708 UTC\nS: 200 OK.\n"},
		{name: "no way for one of them", a: all, err: errors.ErrUnsupported, script: newServer + help},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withClient(t, tt.script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				if err := cl.SetAttr(t.Context(), "a", tt.a); !errors.Is(err, tt.err) {
					t.Errorf("%v, want %v", err, tt.err)
				}
			})
		})
	}
}
