package ftpclient_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// listing is the data connection of a listing of these lines.
func listing(cmd string, lines ...string) string {
	s := "C: " + cmd + "\nS: 150 Here it comes.\nD open\n"
	for _, line := range lines {
		s += fmt.Sprintf("D< %q\n", line+"\r\n")
	}
	return s + "D< closed\nS: 226 Done.\n"
}

// entries lists a directory as "name kind size", and returns the error at the end.
func entries(t *testing.T, cl *ftpclient.Client, dir string) (string, error) {
	t.Helper()
	var got []string
	for info, err := range cl.List(t.Context(), dir) {
		if err != nil {
			return strings.Join(got, "|"), err
		}
		got = append(got, fmt.Sprint(info.Name, " ", info.Kind, " ", info.Size))
	}
	return strings.Join(got, "|"), nil
}

func TestList(t *testing.T) {
	unix := []string{
		"total 2", "drwxr-xr-x   2 ftp ftp     4096 Jan 31 2024 .", "drwxr-xr-x   2 ftp ftp     4096 Jan 31 2024 ..",
		"-rw-r--r--   1 ftp ftp     1234 Jan 31 2024 a b", "drwxr-xr-x   2 ftp ftp     4096 Jan 31 2024 sub",
	}
	home := "C: PWD\nS: 257 \"/home/\"\"x\"\"\" it is\n"
	tests := []struct {
		name, script, dir, want string
		bad                     int   // lines reported at the end
		err                     error // the sequence's
	}{
		{name: "MLSD", dir: ".", script: newServer + typeI + passive + listing("MLSD",
			"type=cdir;modify=20240131000000; .", "type=pdir; ..", "TYPE=FILE;Size=12;x.y=z;modify=20240131000000; a b ", "type=dir;size=4096; sub"),
			want: "a b  file 12|sub directory 0"},
		{name: "MLSD of a directory", dir: "a b/c", script: newServer + typeI + passive + listing("MLSD a b/c", "type=file;size=1; x"), want: "x file 1"},
		{name: "hostile names", dir: ".", script: newServer + typeI + passive + listing("MLSD",
			"type=file;size=1; ../../etc/passwd", "type=file;size=1; ok", "type=dir; a/b", "type=file;size=1; /etc/passwd", "type=dir; ..", "type=dir; .", "no facts"),
			want: "ok file 1", bad: 5},
		{name: "not there", dir: "none", script: newServer + typeI + passive + "C: MLSD none\nS: 550 No such directory.\n", err: fs.ErrNotExist},
		{name: "a file", dir: "a", script: newServer + typeI + passive + "C: MLSD a\nS: 501 Not a directory.\n", err: storage.ErrNotDir},
		{name: "MLSD refused though listed", dir: ".", script: newServer + typeI + passive + "C: MLSD\nS: 502 No.\nC: SYST\nS: 215 UNIX\n" +
			strings.TrimLeft(passive, "\n") + listing("LIST", unix...), want: "a b file 1234|sub directory 0"},
		{name: "LIST", dir: ".", script: oldServer + typeI + passive + "C: MLSD\nS: 500 What?\nC: SYST\nS: 215 UNIX\n" +
			strings.TrimLeft(passive, "\n") + listing("LIST", unix...), want: "a b file 1234|sub directory 0"},
		{name: "LIST of a directory", dir: "-l [x]", script: oldServer + typeI + passive + "C: MLSD ./-l [x]\nS: 500 What?\nC: SYST\nS: 215 UNIX\n" + home +
			"C: CWD ./-l [x]\nS: 250 OK.\n" + strings.TrimLeft(passive, "\n") + listing("LIST", unix...) + "C: CWD /home/\"x\"\nS: 250 OK.\n", want: "a b file 1234|sub directory 0"},
		{name: "bad lines of LIST", dir: ".", script: oldServer + typeI + passive + "C: MLSD\nS: 500 What?\nC: SYST\nS: 500 What?\n" +
			strings.TrimLeft(passive, "\n") + listing("LIST", unix[3], "?????", "-rw-r--r--   1 ftp ftp 1 Jan 31 2024 ../x"), want: "a b file 1234", bad: 2},
		{name: "LIST of an empty directory", dir: ".", script: oldServer + typeI + passive + "C: MLSD\nS: 500 What?\nC: SYST\nS: 215 UNIX\n" +
			strings.TrimLeft(passive, "\n") + "C: LIST\nS: 450 No files found.\n"},
		{name: "LIST of a directory that is not there", dir: "none", script: oldServer + typeI + passive + "C: MLSD none\nS: 500 What?\nC: SYST\nS: 215 UNIX\n" + home +
			"C: CWD none\nS: 550 none: No such file or directory.\n", err: fs.ErrNotExist},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withClient(t, tt.script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				got, err := entries(t, cl, tt.dir)
				if got != tt.want {
					t.Errorf("List = %q, want %q", got, tt.want)
				}
				var le *ftpclient.ListingError
				switch {
				case tt.err != nil:
					if !errors.Is(err, tt.err) {
						t.Errorf("List: %v, want %v", err, tt.err)
					}
				case tt.bad == 0 && err != nil, tt.bad > 0 && (!errors.As(err, &le) || le.Count != tt.bad || !errors.Is(err, storage.ErrUnlisted)):
					t.Errorf("List: %v, want %d bad lines", err, tt.bad)
				}
			})
		})
	}
}

// "LIST -a" is sent to a server that is known to hide names otherwise.
func TestListAll(t *testing.T) {
	vsftpd := strings.Replace(oldServer, "Service ready.", "(vsFTPd 3.0.3)", 1)
	withClient(t, vsftpd+typeI+passive+"C: MLSD\nS: 500 What?\nC: SYST\nS: 215 UNIX\n"+
		strings.TrimLeft(passive, "\n")+listing("LIST -a", "-rw-r--r--   1 ftp ftp     1234 Jan 31 2024 .x"), ftpclient.Options{},
		func(t *testing.T, cl *ftpclient.Client) {
			if got, err := entries(t, cl, "."); got != ".x file 1234" || err != nil {
				t.Errorf("List = %q, %v", got, err)
			}
		})
}

// A server that takes a doubled octet 255 for two is not sent one (RFC 854 has it
// doubled).
func TestRawOctet(t *testing.T) {
	for server, line := range map[string]string{"(vsFTPd 3.0.3)": "a\\xff", "Service ready.": "a\\xff\\xff"} {
		script := strings.Replace(newServer, "Service ready.", server, 1) + "C< \"MLST " + line + "\\r\\n\"\nS: 550 No.\n"
		withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
			if _, err := cl.Stat(t.Context(), "a\xff"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("Stat: %v", err)
			}
		})
	}
}

// What a listing leaves out of a time is told, lest two times be compared too closely.
func TestListCoarse(t *testing.T) {
	want := map[string]time.Duration{"day": 24 * time.Hour, "minute": time.Minute, "second": 0}
	check := func(t *testing.T, cl *ftpclient.Client) {
		for info, err := range cl.List(t.Context(), ".") {
			if err != nil || info.Coarse != want[info.Name] {
				t.Errorf("List has %+v, %v", info, err)
			}
		}
	}
	withClient(t, newServer+typeI+passive+listing("MLSD", "type=file;modify=20240131120000; second"), ftpclient.Options{}, check)
	withClient(t, oldServer+typeI+passive+"C: MLSD\nS: 500 What?\nC: SYST\nS: 215 UNIX\n"+strings.TrimLeft(passive, "\n")+
		listing("LIST", "-rw-r--r-- 1 ftp ftp 1 Jan 31 1999 day", "-rw-r--r-- 1 ftp ftp 1 Dec 31 11:30 minute"), ftpclient.Options{Location: time.UTC}, check)
}

// A link is described as what it leads to, once the listing is over.
func TestListLinks(t *testing.T) {
	script := newServer + typeI + passive + listing("MLSD", "type=OS.unix=slink:real; link", "type=file;size=5; real", "type=OS.unix=slink:none; lost") + `
C: MLST link
S: 250-Facts
S:  type=OS.unix=slink:real;size=4; link
S: 250 End
C: SIZE link
S: 213 5
C: MDTM link
S: 213 20240131000000
C: MLST lost
S: 250-Facts
S:  type=OS.unix=slink:none;size=4; lost
S: 250 End
C: SIZE lost
S: 550 No such file.
C: PWD
S: 257 "/"
C: CWD lost
S: 550 No such file.
`
	withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		if got, err := entries(t, cl, "."); got != "real file 5|link file 5|lost symbolic link 4" && got != "real file 5|link file 5|lost symbolic link -1" || err != nil {
			t.Errorf("List = %q, %v", got, err)
		}
	})
}

func TestStat(t *testing.T) {
	when := time.Date(2024, 1, 31, 12, 0, 0, 0, time.UTC)
	mdtm := "S: 213 20240131120000\n"
	tests := []struct {
		name, script, file string
		want               storage.Info
		err                error
		says               string // another error
	}{
		{name: "MLST", file: "a/b", script: newServer + "C: MLST a/b\nS: 250-Facts\nS:  type=file;size=5;modify=20240131120000;UNIX.mode=0640; /a/b\nS: 250 End\n",
			want: storage.Info{Name: "b", Kind: storage.KindFile, Size: 5, ModTime: when, Mode: 0o640}},
		{name: "MLST whose line Telnet has eaten", file: "a", script: newServer + "C: MLST a\nS: 250-Begin\nS:  a line that was cut\nS: 250 End\n" + typeI + "C: SIZE a\nS: 213 5\nC: MDTM a\nS: 213 20240131120000\n",
			want: storage.Info{Name: "a", Kind: storage.KindFile, Size: 5, ModTime: when}},
		{name: "MLST of the root", file: ".", script: newServer + "C: MLST\nS: 250-Facts\nS: type=cdir;modify=20240131120000; /\nS: 250 End\n",
			want: storage.Info{Name: ".", Kind: storage.KindDir, ModTime: when}},
		{name: "no such file", file: "a", script: newServer + "C: MLST a\nS: 550 a: No such file or directory\n", err: fs.ErrNotExist},
		{name: "SIZE and MDTM", file: "a", script: oldServer + "C: MLST a\nS: 500 What?\n" + typeI + "C: SIZE a\nS: 213 5\nC: MDTM a\n" + mdtm,
			want: storage.Info{Name: "a", Kind: storage.KindFile, Size: 5, ModTime: when}},
		{name: "no MDTM", file: "a", script: oldServer + "C: MLST a\nS: 500 What?\n" + typeI + "C: SIZE a\nS: 213 5\nC: MDTM a\nS: 500 What?\n",
			want: storage.Info{Name: "a", Kind: storage.KindFile, Size: 5}},
		{name: "a directory", file: "d", script: oldServer + "C: MLST d\nS: 500 What?\n" + typeI + "C: SIZE d\nS: 550 d: not a plain file.\nC: PWD\nS: 257 \"/\"\nC: CWD d\nS: 250 OK.\nC: CWD /\nS: 250 OK.\n",
			want: storage.Info{Name: "d", Kind: storage.KindDir}},
		{name: "logged out", file: "a", script: oldServer + "C: MLST a\nS: 500 What?\n" + typeI + "C: SIZE a\nS: 530 Log in.\nC: PWD\nS: 530 Log in.\n" +
			"C: EPSV\nS: 530 Log in.\nC: PASV\nS: 530 Log in.\nC: HELP\nS: 530 Log in.\nC~ PORT .*\nS: 530 Log in.\n", err: fs.ErrPermission},
		{name: "no data connections", file: "a", script: oldServer + "C: MLST a\nS: 500 What?\n" + typeI + "C: SIZE a\nS: 550 No.\nC: PWD\nS: 257 \"/\"\nC: CWD a\nS: 550 No.\n" +
			"C: EPSV\nS: 425 Too many.\nC: PASV\nS: 425 Too many.\n", says: "EPSV: 425 Too many."},
		{name: "a parent that is not listed", file: "a", script: oldServer + "C: MLST a\nS: 500 What?\n" + typeI + "C: SIZE a\nS: 550 No.\nC: PWD\nS: 257 \"/\"\nC: CWD a\nS: 550 No.\n" +
			strings.TrimLeft(passive, "\n") + "C: MLSD\nS: 500 What?\nC: SYST\nS: 215 UNIX\n" + strings.TrimLeft(passive, "\n") + "C: LIST\nS: 550 No.\n", err: fs.ErrNotExist},
		{name: "by the parent's listing", file: "d/a", script: oldServer + "C: MLST d/a\nS: 500 What?\n" + typeI + "C: SIZE d/a\nS: 500 What?\nC: PWD\nS: 257 \"/\"\nC: CWD d/a\nS: 550 No.\n" +
			strings.TrimLeft(passive, "\n") + "C: MLSD d\nS: 500 What?\nC: SYST\nS: 215 UNIX\nC: CWD d\nS: 250 OK.\n" + strings.TrimLeft(passive, "\n") +
			listing("LIST", "-rw-r--r--   1 ftp ftp     1234 Jan 31 2024 a") + "C: CWD /\nS: 250 OK.\n",
			want: storage.Info{Name: "a", Kind: storage.KindFile, Size: 1234, Mode: 0o644, Owner: "ftp", Group: "ftp", ModTime: when.Truncate(24 * time.Hour), Coarse: 24 * time.Hour}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withClient(t, tt.script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				got, err := cl.Stat(t.Context(), tt.file)
				if tt.says != "" && err != nil && strings.Contains(err.Error(), tt.says) && !errors.Is(err, fs.ErrNotExist) {
					return
				}
				if !errors.Is(err, tt.err) || got != tt.want {
					t.Errorf("Stat = %+v, %v, want %+v, %v", got, err, tt.want, tt.err)
				}
			})
		})
	}
}
