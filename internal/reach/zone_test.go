package reach_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestZone: the times of real listings in zones of all kinds are those of the files,
// whether the clocks are changed there or not.
func TestZone(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Minute)
	files := map[string]time.Time{"new": now.Add(-time.Hour), "recent": now.AddDate(0, 0, -20), "old": now.AddDate(0, 0, -150)}
	for _, zone := range []string{"UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati", "America/Los_Angeles", "Australia/Lord_Howe"} {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			tg, ok := peers.StartSetup(t, peers.ProFTPD(), peers.IPv4, peers.Setup{Zone: zone})
			if !ok {
				t.Fatal("no such server")
			}
			for name, at := range files {
				file := filepath.Join(tg.Root, name)
				if err := errors.Join(os.WriteFile(file, []byte(name), 0o644), os.Chtimes(file, at, at)); err != nil {
					t.Fatal(err)
				}
			}
			cl := connect(t, tg, ftpclient.Options{Security: ftpclient.SecurityOff})
			for info, err := range cl.List(t.Context(), ".") {
				if err != nil {
					t.Fatal(err)
				}
				if want := files[info.Name]; !info.ModTime.Equal(want) {
					t.Errorf("%s is of %v, want %v", info.Name, info.ModTime.UTC(), want)
				}
			}
		})
	}
}

// TestZoneOfVSFTPD: vsftpd with use_localtime has MDTM in its zone, too, against RFC
// 3659, so that nothing can be found out; then both at least agree.
func TestZoneOfVSFTPD(t *testing.T) {
	for local, zone := range map[bool]string{false: "", true: "Asia/Kolkata"} {
		tg, ok := peers.StartSetup(t, peers.VSFTPD(), peers.IPv4, peers.Setup{Zone: zone})
		if !ok {
			t.Fatal("no such server")
		}
		at := time.Now().UTC().Truncate(time.Minute).Add(-24 * time.Hour)
		file := filepath.Join(tg.Root, "a")
		if err := errors.Join(os.WriteFile(file, []byte("a"), 0o644), os.Chtimes(file, at, at)); err != nil {
			t.Fatal(err)
		}
		cl := connect(t, tg, ftpclient.Options{Security: ftpclient.SecurityOff})
		stat, err := cl.Stat(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		want := at
		if local {
			want = at.Add(5*time.Hour + 30*time.Minute)
		}
		for info, err := range cl.List(t.Context(), ".") {
			if err != nil || !info.ModTime.Equal(want) || !stat.ModTime.Equal(want) {
				t.Errorf("%q: listed as of %v, %v, and MDTM has %v; want %v", zone, info.ModTime.UTC(), err, stat.ModTime.UTC(), want)
			}
		}
		if local {
			told := connect(t, tg, ftpclient.Options{Security: ftpclient.SecurityOff, Location: time.FixedZone("", 5*3600+1800)})
			for info, err := range told.List(t.Context(), ".") {
				if err != nil || !info.ModTime.Equal(at) {
					t.Errorf("told the zone, it is listed as of %v, %v", info.ModTime.UTC(), err)
				}
			}
		}
	}
}
