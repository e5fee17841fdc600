package compare_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// subject starts a server of another project in all the states that it has, and returns
// what to check.
func subject(t *testing.T, s peers.Server) conformance.Target {
	t.Helper()
	authority := peers.NewAuthority(t)
	target := conformance.Target{At: make(map[conformance.State]conformance.Endpoint)}
	endpoint := func(f peers.Family, security conformance.Security, how peers.Setup) (conformance.Endpoint, peers.Target, bool) {
		tg, ok := peers.StartSetup(t, s, f, how)
		if !ok {
			return conformance.Endpoint{}, tg, false
		}
		e := conformance.Endpoint{Addr: tg.Addr(), Security: security, User: tg.User, Password: tg.Password}
		if !how.ReadOnly && !how.Anonymous {
			// Whoever the server acts as may write there.
			scratch := filepath.Join(tg.Root, "scratch")
			check(t, os.Mkdir(scratch, 0o777))
			check(t, os.Chmod(scratch, 0o777))
			e.Dir = "scratch"
		}
		return e, tg, true
	}
	main, tg, _ := endpoint(peers.IPv4, conformance.Clear, peers.Setup{Authority: authority})
	target.Endpoint = main
	fixtures(t, filepath.Join(tg.Root, "scratch"), tg.Root)
	target.Outside, target.LargeFile = "out", "large"
	target.At[conformance.Linked], target.At[conformance.Large] = main, main
	for state, other := range map[conformance.State]struct {
		family   peers.Family
		security conformance.Security
		how      peers.Setup
	}{
		conformance.Plain:       {peers.IPv4, conformance.Clear, peers.Setup{}},
		conformance.ImplicitTLS: {peers.IPv4, conformance.Implicit, peers.Setup{Authority: authority, TLS: peers.AtOnce}},
		conformance.NeedTLS:     {peers.IPv4, conformance.Explicit, peers.Setup{Authority: authority, TLS: peers.Login}},
		conformance.NeedPrivate: {peers.IPv4, conformance.Explicit, peers.Setup{Authority: authority, TLS: peers.Private}},
		conformance.NeedReuse:   {peers.IPv4, conformance.Explicit, peers.Setup{Authority: authority, TLS: peers.Reuse}},
		conformance.ReadOnly:    {peers.IPv4, conformance.Clear, peers.Setup{ReadOnly: true}},
		conformance.Anonymous:   {peers.IPv4, conformance.Clear, peers.Setup{Anonymous: true}},
		conformance.Spaces:      {peers.IPv4, conformance.Clear, peers.Setup{Password: " in the middle "}},
		conformance.FXP:         {peers.IPv4, conformance.Clear, peers.Setup{FXP: true}},
		conformance.FXP2:        {peers.IPv4, conformance.Clear, peers.Setup{FXP: true}},
		conformance.IPv6:        {peers.IPv6, conformance.Clear, peers.Setup{Authority: authority}},
	} {
		if e, _, ok := endpoint(other.family, other.security, other.how); ok {
			target.At[state] = e
		}
	}
	return target
}

// fixtures makes what cannot be made by FTP: a link that leads out of what is served, and
// a file of more than 4 GiB that takes next to no room.
func fixtures(t *testing.T, scratch, root string) {
	t.Helper()
	check(t, os.WriteFile(filepath.Join(filepath.Dir(root), "outside"), []byte("not for anybody"), 0o644))
	check(t, os.Symlink(filepath.Join(filepath.Dir(root), "outside"), filepath.Join(scratch, "out")))
	f, err := os.Create(filepath.Join(scratch, "large"))
	check(t, err)
	_, err = f.WriteAt([]byte("ferry"), 1<<32+1)
	check(t, err)
	check(t, f.Close())
	check(t, os.Chmod(f.Name(), 0o644))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
