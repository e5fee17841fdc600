package cli

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/selfcheck"
)

type checkCmd struct {
	URL string `arg:"" optional:"" name:"url" help:"The server, and a folder there to work in, as in ftp://bob@host/scratch/. Here ftp:// is in the clear but for what is about TLS, and certificates are not verified."`

	Self bool `xor:"what,subject" help:"Check ferry itself, server and client library: servers in all states are started here for it, and removed behind it."`
	List bool `xor:"what" help:"List what is checked, and check nothing."`

	Only      []string      `placeholder:"ID" help:"Check these items only: IDs as TLS-20, or beginnings of them as TLS; several with commas, or repeated."`
	Slow      bool          `help:"Check, too, what takes minutes of waiting."`
	Parallel  int           `default:"4" placeholder:"N" help:"How many items to check at once (default ${default})."`
	ReplyTime time.Duration `default:"10s" placeholder:"TIME" help:"How long the server may take for a reply (default ${default})."`

	At        []stateFlag `sep:"none" placeholder:"STATE=URL" group:"states" help:"The server in a state that some items need (see: ferry help check); may be repeated. Who logs in is the user of the first URL if this one names none."`
	HostName  []string    `placeholder:"NAME" group:"states" help:"A virtual host of the server (HOST); give two."`
	Outside   string      `placeholder:"PATH" group:"states" help:"A symbolic link in the folder that leads out of what the user may see."`
	LargeFile string      `placeholder:"PATH" group:"states" help:"A file in the folder of more than 4 GiB, all zeros but for \"ferry\" behind the first 4294967297 octets."`
	Elsewhere netip.Addr  `placeholder:"ADDR" group:"states" help:"Another address of this computer, from which the server can be reached; on loopback one is found."`

	clientFlags
	reportFlags
	loginFlags
}

func (checkCmd) Help() string {
	var b strings.Builder
	b.WriteString(`Holds a server against the standards of FTP, item by item, and reports what was sent, what came back and what the text demands. Give it a user who may write, and a folder: everything is done in a new folder within it, which is removed at the end.

Examples:

    ferry check ftp://bob@host/scratch/
    ferry check --level should --junit report.xml ftp://bob@host/scratch/
    ferry check --html report.html --at implicit=ftps://host/ --at anonymous=ftp://host/ ftp://bob@host/
    ferry check --only TLS,DCO-15 -v ftp://bob@host/
    ferry check --self --slow
    ferry check --client curl

The exit code is 1 if an item has failed at the level of --level or above; 3, 4 or 6 if the server cannot be reached, lets the user not in or not write, which leaves most items out.

States, for --at, each a server (mostly another port of the same one) that

`)
	for _, st := range conformance.States() {
		fmt.Fprintf(&b, "    %-12s %s\n", string(st.State), st.About)
	}
	return b.String()
}

func (c *checkCmd) Run(s *stdio) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.List {
		return c.list(s.out)
	}
	ctx, stop := interruptible()
	defer stop()
	files, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer files.abort()
	report, err := c.report(ctx, s)
	if err != nil {
		return err
	}
	// What is there is written although the run was ended.
	if err := files.write(context.WithoutCancel(ctx), s, report); err != nil {
		return err
	}
	return c.outcome(ctx, report)
}

// report checks what is to be checked.
func (c *checkCmd) report(ctx context.Context, s *stdio) (*conformance.Report, error) {
	show := newCheckProgress(s, c.items())
	defer show.clear()
	if c.Client != "" {
		client, err := c.openClient()
		if err != nil {
			return nil, err
		}
		return c.runClient(ctx, client, show.done)
	}
	target, end, err := c.target(ctx, s)
	if err != nil {
		return nil, err
	}
	defer end()
	target.Done = show.done
	if !c.Self {
		return conformance.Run(ctx, target)
	}
	report, err := c.runSelf(ctx, target)
	if err == nil {
		report.Subject = version() // its ports mean nothing to anybody
	}
	return report, err
}

// check refuses what makes no sense.
func (c *checkCmd) check() error {
	switch {
	case c.URL == "" && !c.Self && !c.List && c.Client == "":
		return usagef("what is to be checked is missing: ferry check ftp://user@host/folder/")
	case c.URL != "" && c.Self:
		return usagef("--self checks servers of its own: leave %s out", hideSecret(c.URL))
	case c.URL != "" && c.Client != "":
		return usagef("--client checks a client, against servers that are started for it: leave %s out", hideSecret(c.URL))
	case c.ReplyTime <= 0 || c.Parallel <= 0:
		return usagef("--reply-time and --parallel must be more than 0")
	case len(c.HostName) > 2:
		return usagef("--host-name is given twice at most")
	case c.Client != "" && (c.Slow || len(c.At) > 0 || len(c.HostName) > 0 || c.Outside != "" || c.LargeFile != "" || c.Elsewhere.IsValid() || c.loginFlags != loginFlags{}):
		return usagef("--client goes with --only, --parallel, --reply-time and the flags of the report")
	case c.Self && (len(c.At) > 0 || len(c.HostName) > 0 || c.Outside != "" || c.LargeFile != "" || c.Elsewhere.IsValid() || c.loginFlags != loginFlags{}):
		return usagef("--self brings all states and users with it")
	}
	for i, only := range c.Only {
		c.Only[i] = strings.ToUpper(only)
		if one := (checkCmd{URL: c.URL, clientFlags: c.clientFlags, Only: c.Only[i : i+1]}); len(one.items()) == 0 || only == "" {
			return usagef("--only %s: there is no such item (see: ferry check --list)", printable(only))
		}
	}
	if err := c.checkClient(); err != nil {
		return err
	}
	return c.reportFlags.check()
}

// items are those that are to be checked: those of a server, of a client, or, of ferry
// itself, all.
func (c *checkCmd) items() (list []conformance.Item) {
	for _, g := range conformance.Catalogue() {
		if g.ID == conformance.ClientGroup && c.URL != "" || g.ID != conformance.ClientGroup && c.Client != "" {
			continue
		}
		for _, it := range g.Items {
			wanted := func(only string) bool { return strings.HasPrefix(it.ID, only) }
			if len(c.Only) == 0 || slices.ContainsFunc(c.Only, wanted) {
				list = append(list, it)
			}
		}
	}
	return list
}

// list writes the catalogue.
func (c *checkCmd) list(w io.Writer) error {
	var b strings.Builder
	for _, it := range c.items() {
		fmt.Fprintf(&b, "%s  %-10s  %s: %s (%s)\n", it.ID, it.Level, it.Do, it.Expect, it.Where())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// target is what to check. The function that is returned with it is called when that is
// over.
func (c *checkCmd) target(ctx context.Context, s *stdio) (t conformance.Target, end func(), err error) {
	end = func() {}
	if c.Self {
		set, err := selfcheck.Start(ctx, selfcheck.Options{})
		if err != nil {
			return t, end, err
		}
		t = set.Target()
		end = func() {
			if err := set.Close(); err != nil {
				s.say("ferry: %s", message(err))
			}
		}
	} else if t, err = c.remoteTarget(ctx, s); err != nil {
		return t, end, err
	}
	t.Only, t.Slow, t.Parallel, t.ReplyTime = c.Only, c.Slow, c.Parallel, c.ReplyTime
	return t, end, nil
}
