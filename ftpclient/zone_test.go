package ftpclient_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// A bubble of synctest begins at midnight of the first of January 2000, UTC.
const unixListing = "-rw-r--r-- 1 ftp ftp 7 %s %s\r\n"

// listOf is the script of a LIST at a server that has nothing better, of which MLSD and
// SYST are known already if it is not the first.
func listOf(first bool, lines ...string) string {
	s := ""
	if first {
		s += "C: TYPE I\nS: 200 OK.\nC: EPSV\nS: 229 Entering Extended Passive Mode (|||$dport|)\nC: MLSD\nS: 500 What?\nC: SYST\nS: 215 UNIX Type: L8\n"
	}
	s += passive + "C: LIST\nS: 150 Here it comes.\nD open\n"
	for _, l := range lines {
		s += fmt.Sprintf("D< %q\n", l)
	}
	return s + "D< closed\nS: 226 Done.\n"
}

func mdtm(name, reply string) string { return "C: MDTM " + name + "\nS: " + reply + "\n" }

// TestZone shows what is asked for to find out the zone of LIST, and what is made of it.
func TestZone(t *testing.T) {
	line := func(date, name string) string { return fmt.Sprintf(unixListing, date, name) }
	dos := func(date, name string) string { return date + "          7 " + name + "\r\n" }
	for name, tt := range map[string]struct {
		script string
		o      ftpclient.Options
		want   string // the times in UTC, in the order of the listing
	}{
		"east":              {script: listOf(true, line("Jan  1 01:30", "a")) + mdtm("a", "213 19991231200012"), want: "1999-12-31 20:00"},
		"west":              {script: listOf(true, line("Dec 31 12:00", "a")) + mdtm("a", "213 19991231200059"), want: "1999-12-31 20:00"},
		"UTC":               {script: listOf(true, line("Dec 31 20:00", "a")) + mdtm("a", "213 19991231200059"), want: "1999-12-31 20:00"},
		"a quarter":         {script: listOf(true, line("Dec 31 20:00", "a")) + mdtm("a", "213 19991231141530"), want: "1999-12-31 14:15"},
		"14 hours east":     {script: listOf(true, line("Jan  1 10:00", "a")) + mdtm("a", "213 19991231200030"), want: "1999-12-31 20:00"},
		"by the latest":     {script: listOf(true, line("Dec  1 10:00", "a"), line("Dec 24 10:00", "b")) + mdtm("b", "213 19991224080000") + mdtm("a", "213 19991201080000"), want: "1999-12-01 08:00 1999-12-24 08:00"},
		"where one changed": {script: listOf(true, line("Dec  1 10:00", "a"), line("Dec 24 10:00", "b")) + mdtm("b", "213 19991230080101") + mdtm("a", "213 19991201080000"), want: "1999-12-01 08:00 1999-12-24 08:00"},
		"one may not":       {script: listOf(true, line("Dec  1 10:00", "a"), line("Dec 24 10:00", "b")) + mdtm("b", "550 No.") + mdtm("a", "213 19991201080000"), want: "1999-12-01 08:00 1999-12-24 08:00"},
		"no MDTM":           {script: listOf(true, line("Dec  1 10:00", "a")) + mdtm("a", "502 No."), want: "1999-12-01 10:00"},
		"no minutes":        {script: listOf(true, line("Dec  1  1998", "a")), want: "1998-12-01 00:00"},
		"no files":          {script: listOf(true, "drwxr-xr-x 1 ftp ftp 7 Dec 24 10:00 a\r\n"), want: "1999-12-24 10:00"},
		"by the user":       {script: listOf(true, line("Dec 24 10:00", "a")), o: ftpclient.Options{Location: time.FixedZone("", -3600)}, want: "1999-12-24 11:00"},
		"Berlin":            {script: listOf(true, line("Dec 24 10:00", "a"), line("Jul 24 10:00", "b")) + mdtm("a", "213 19991224090000") + mdtm("b", "213 19990724080000"), want: "1999-12-24 09:00 1999-07-24 08:00"},
		"Sydney":            {script: listOf(true, line("Dec 24 10:00", "a"), line("Jul 24 10:00", "b")) + mdtm("a", "213 19991223230000") + mdtm("b", "213 19990724000000"), want: "1999-12-23 23:00 1999-07-24 00:00"},
		"an odd name":       {script: listOf(true, line("Dec 24 10:00", "-x y")) + mdtm("./-x y", "213 19991224090000"), want: "1999-12-24 09:00"},
		"Windows": {script: listOf(true, dos("07-01-99  09:00AM", "a"), dos("12-01-99  09:00AM", "b"), dos("07-02-97  09:00AM", "c")) + mdtm("b", "213 19991201140000") + mdtm("a", "213 19990701130000"),
			want: "1999-07-01 13:00 1999-12-01 14:00 1997-07-02 13:00"},
	} {
		t.Run(name, func(t *testing.T) {
			withClient(t, oldServer+tt.script, tt.o, func(t *testing.T, cl *ftpclient.Client) {
				var got []string
				for info, err := range cl.List(t.Context(), ".") {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, info.ModTime.UTC().Format("2006-01-02 15:04"))
				}
				if g := strings.Join(got, " "); g != tt.want {
					t.Errorf("listed %s, want %s", g, tt.want)
				}
			})
		})
	}
}

// TestZoneOnce: what was found out is not asked for again; what could not be, is.
func TestZoneOnce(t *testing.T) {
	dir := "drwxr-xr-x 1 ftp ftp 7 Dec 24 10:00 d\r\n"
	file := fmt.Sprintf(unixListing, "Dec 24 10:00", "a")
	script := oldServer + listOf(true, dir) + listOf(false, file) + mdtm("a", "213 19991224070000") + listOf(false, file)
	withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		for _, want := range []int{10, 7, 7} {
			for info, err := range cl.List(t.Context(), ".") {
				if err != nil || info.ModTime.UTC().Hour() != want {
					t.Errorf("%v, %v, want %d o'clock", info.ModTime, err, want)
				}
			}
		}
	})
}
