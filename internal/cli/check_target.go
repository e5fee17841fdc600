package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/conformance"
)

// stateFlag is a value of --at.
type stateFlag struct {
	state conformance.State
	url   string
}

func (f *stateFlag) UnmarshalText(text []byte) error {
	name, url, ok := strings.Cut(string(text), "=")
	known := slices.ContainsFunc(conformance.States(), func(st conformance.StateInfo) bool { return string(st.State) == name })
	if !ok || !known {
		return fmt.Errorf("%s is not STATE=URL with one of the states (see: ferry help check), as in full=ftp://bob@host:2122/", printable(hideSecret(name)))
	}
	f.state, f.url = conformance.State(name), url
	return nil
}

// remoteTarget is the server of the URL, and those in other states.
func (c *checkCmd) remoteTarget(ctx context.Context, s *stdio) (t conformance.Target, err error) {
	if t.Endpoint, err = c.endpoint(ctx, s, c.URL, c.loginFlags); err != nil {
		return t, err
	}
	t.At = make(map[conformance.State]conformance.Endpoint)
	for _, at := range c.At {
		if _, ok := t.At[at.state]; ok {
			return t, usagef("--at %s is given twice", at.state)
		}
		e, err := c.stateEndpoint(ctx, s, at, t.Endpoint)
		if err != nil {
			return t, err
		}
		t.At[at.state] = e
	}
	copy(t.Hosts[:], c.HostName)
	t.Outside, t.LargeFile, t.Elsewhere = c.Outside, c.LargeFile, c.Elsewhere
	return t, nil
}

// stateEndpoint is the server in a state. Whoever is not named there is the user of the
// main one.
func (c *checkCmd) stateEndpoint(ctx context.Context, s *stdio, at stateFlag, main conformance.Endpoint) (conformance.Endpoint, error) {
	flags := loginFlags{NetrcFile: c.NetrcFile}
	if at.state == conformance.NeedAccount {
		flags.AccountFile = c.AccountFile
	}
	u, err := parseURL(at.url)
	if err != nil {
		return main, err
	}
	switch e, err := endpointOf(u); {
	case err != nil:
		return e, err
	case at.state == conformance.Anonymous:
		return e, nil
	case u.User == "":
		e.User, e.Password, e.Account = main.User, main.Password, main.Account
		return e, nil
	}
	return c.endpoint(ctx, s, at.url, flags)
}

// endpoint is the server of a URL, as the user who logs in there sees it.
func (c *checkCmd) endpoint(ctx context.Context, s *stdio, raw string, flags loginFlags) (e conformance.Endpoint, err error) {
	u, err := parseURL(raw)
	if err != nil {
		return e, err
	}
	if e, err = endpointOf(u); err != nil {
		return e, err
	}
	who, err := flags.loginFor(ctx, s, u)
	e.User, e.Password, e.Account = who.user, who.password, who.account
	return e, err
}

// endpointOf is the server of a URL, without its user.
func endpointOf(u remoteURL) (conformance.Endpoint, error) {
	e := conformance.Endpoint{Addr: u.Addr(), Dir: u.Path}
	switch u.Scheme {
	case schemeFTPES:
		e.Security = conformance.Explicit
	case schemeFTPS:
		e.Security = conformance.Implicit
	}
	if u.Type == 'a' || u.Type == 'i' {
		return e, usagef("ferry check works in a folder: leave ;type=%c out", u.Type)
	}
	switch {
	case u.Absolute:
		e.Dir = "/" + strings.TrimPrefix(u.Path, ".")
	case u.Path == ".":
		e.Dir = ""
	}
	return e, nil
}
