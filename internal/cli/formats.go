package cli

import (
	"fmt"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
)

// modeFlags choose how octets go over the data connection.
type modeFlags struct {
	Mode  string `enum:"auto,S,B,C,Z" default:"auto" placeholder:"MODE" group:"format" help:"How data go over: S as they are, B in blocks, C compressed as in 1973, Z deflated; auto is S, and B for many small files at once where the server bears that (see: ferry help types)."`
	Level int    `placeholder:"N" group:"format" help:"How hard to compress in mode Z, from 1 to 9; the default is up to each side."`
}

func (f *modeFlags) tune(o *ftpclient.Options, _ remoteURL) error {
	if f.Level < 0 || f.Level > 9 || f.Level > 0 && f.Mode != "Z" {
		return usagef("--level is a number from 1 to 9, and goes with --mode Z")
	}
	if f.Mode != "auto" {
		o.Params.Mode = f.Mode[0]
	}
	o.Params.Level = f.Level
	return nil
}

// formatFlags choose what becomes of the contents of files on their way.
type formatFlags struct {
	modeFlags
	Type   fileType `placeholder:"TYPE" group:"format" help:"What files are: I octets, A text, E text in EBCDIC, L36 words of so many bits; A and E also with a format, as in \"A T\" (default I)."`
	Stru   string   `enum:"F,R,P" default:"F" placeholder:"STRU" group:"format" help:"How files are structured: F not at all, R in records, P in pages (default ${default})."`
	EBCDIC string   `name:"ebcdic" enum:"1047,037,1140" default:"1047" placeholder:"PAGE" group:"format" help:"EBCDIC of type E: code page ${enum} (default ${default})."`
}

func (f *formatFlags) tune(o *ftpclient.Options, u remoteURL) error {
	p := f.Type.Params
	switch {
	case u.Type == 'a' && p.Type != 0 && p.Type != 'A', u.Type == 'i' && p.Type != 0 && p.Type != 'I':
		return usagef("--type %s contradicts ;type=%c of the URL", p.TypeString(), u.Type)
	case u.Type == 'a' && p.Type == 0:
		p = ftp.Params{Type: 'A', Form: 'N'}
	case u.Type == 'i':
		p = ftp.Params{Type: 'I'}
	}
	o.Params = p
	o.Params.Stru = f.Stru[0]
	o.Page = codePages[f.EBCDIC]
	return f.modeFlags.tune(o, u)
}

var codePages = map[string]ftp.CodePage{"1047": ftp.IBM1047, "037": ftp.IBM037, "1140": ftp.IBM1140}

// fileType is a type of files; the zero one was not chosen.
type fileType struct{ ftp.Params }

func (t *fileType) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	if len(s) > 1 && s[1] != ' ' { // as in L36
		s = s[:1] + " " + s[1:]
	}
	p, err := ftp.Params{}.SetType(s)
	if err != nil {
		return fmt.Errorf("%q is not a type of files, as in I, A, E, \"A T\" or L36", text)
	}
	t.Params = p
	return nil
}
