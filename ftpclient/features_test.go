package ftpclient

import (
	"log/slog"
	"maps"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
)

func TestFeatures(t *testing.T) {
	tests := []struct {
		name, reply string
		want        Features
		facts       string // what OPTS MLST asks for
	}{
		{"usual", "211-Features:\n MDTM\n REST STREAM\n SIZE\n211 End", Features{"MDTM": "", "REST": "STREAM", "SIZE": ""}, ""},
		{"any case and indentation", "211-Extensions supported\n   mdtm  \n\tutf8\nSIZE\n211 END", Features{"MDTM": "", "UTF8": "", "SIZE": ""}, ""},
		{"code before each line", "211-Features\n211-MDTM\n211-SIZE\n211 End", Features{"MDTM": "", "SIZE": ""}, ""},
		{"a name twice", "211-F\n AUTH TLS\n AUTH SSL\n SITE COPY\n SITE MKDIR\n211 End", Features{"AUTH": "TLS;SSL", "SITE": "COPY;MKDIR"}, ""},
		{"none", "211 No features", Features{}, ""},
		{"the last is a feature", "211-Features:\n MDTM\n211  SIZE", Features{"MDTM": "", "SIZE": ""}, ""},
		{"facts that are sent", "211-F\n MLST Type*;Size*;Modify*;Create;Perm*;Unique*;UNIX.mode*;\n211 End",
			Features{"MLST": "Type*;Size*;Modify*;Create;Perm*;Unique*;UNIX.mode*;"}, ""},
		{"facts that are not", "211-F\n MLST type*;perm*;size*;modify*;unique;UNIX.mode;UNIX.uid;\n211 End",
			Features{"MLST": "type*;perm*;size*;modify*;unique;UNIX.mode;UNIX.uid;"}, "type;perm;size;modify;unique;UNIX.mode;"},
	}
	for _, tt := range tests {
		r, err := ftp.NewReplyReader(strings.NewReader(strings.ReplaceAll(tt.reply, "\n", "\r\n") + "\r\n")).Read()
		if err != nil {
			t.Fatal(err)
		}
		got := parseFeatures(r)
		if !maps.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if facts := wantedFacts(got); facts != tt.facts {
			t.Errorf("%s: asks for %q, want %q", tt.name, facts, tt.facts)
		}
		for name := range tt.want {
			if !got.Has(strings.ToLower(name)) {
				t.Errorf("%s: has no %s", tt.name, name)
			}
		}
	}
}

// FuzzFeatures: whatever a server lists, names are in upper case and without
// blanks, and what is asked for can be sent.
func FuzzFeatures(f *testing.F) {
	f.Add("211-Features:\r\n MLST type*;size;\r\n REST STREAM\r\n211 End\r\n")
	f.Add("211-\r\n211-a\r\n\tB c\r\n211  d\r\n")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ftp.NewReplyReader(strings.NewReader(s)).Read()
		if err != nil {
			return
		}
		features := parseFeatures(r)
		for name := range features {
			if name == "" || name != strings.ToUpper(name) || strings.ContainsAny(name, " \n") {
				t.Errorf("feature %q", name)
			}
		}
		if _, err := ftp.AppendCommand(nil, "OPTS", "MLST "+wantedFacts(features)); err != nil {
			t.Error(err)
		}
	})
}

// FuzzReplies: the parsers of reply texts take anything without harm, and what
// they return makes sense.
func FuzzReplies(f *testing.F) {
	f.Add("150 Opening (1234 bytes).\r\n")
	f.Add("250-x\r\n type=file;size=1; a\r\n250 End\r\n")
	f.Add("229 ok (|||1|)\r\n")
	f.Add("550 No such file.\r\n")
	f.Add("226 Done (unique file name:../x).\r\n")
	f.Add("522 Not supported, use (2,1)\r\n")
	f.Add("214-SITE\r\n CHMOD CHGRP* <sp>\r\n214 End\r\n")
	f.Add("200 Name=x; CaseSensitive=0; DirSep=/;\r\n")
	f.Add("228 Long (4,4,1,2,3,4,2,0,0)\r\n")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ftp.NewReplyReader(strings.NewReader(s)).Read()
		if err != nil {
			return
		}
		if n, ok := sizeIn(r); ok && n < 0 {
			t.Errorf("a size of %d", n)
		}
		q := &request{verb: "MLST", reply: r}
		if info, err := factsOf(q, "dir/name"); err == nil && info.Name != "name" {
			t.Errorf("the name is %q", info.Name)
		}
		if n, err := sizeOf(q); err == nil && n < 0 {
			t.Errorf("SIZE of %d", n)
		}
		for w := range wayActive {
			if at, err := passivePort(w, q); err == nil && at.Port() == 0 {
				t.Error("port 0")
			}
		}
		if name := uniqueName(r, r); name != "" && !goodName(name) {
			t.Errorf("the unique name is %q", name)
		}
		if f := wanted(r); f != 0 && f != ipv4 && f != ipv6 {
			t.Errorf("family %q", f)
		}
		srv := newServer(slog.New(slog.DiscardHandler))
		srv.learnID(r)
		srv.learnSite(r)
		for word := range srv.site {
			if word != strings.ToUpper(word) || strings.ContainsAny(word, " *\n") {
				t.Errorf("a command of SITE: %q", word)
			}
		}
		newReplyError("RETR", r)
		minutes(r.Text())
	})
}
