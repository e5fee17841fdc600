package cli

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
)

type featuresCmd struct {
	URL  string `arg:"" name:"url" help:"The server."`
	JSON bool   `name:"json" help:"One JSON object per feature (see: ferry help json)."`
	remoteFlags
}

func (featuresCmd) Help() string {
	return `Example:

    ferry features ftp://host/

What it lists may depend on the user.`
}

// feature is one of a server, and what --json shows of it.
type feature struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
	Text  string `json:"text,omitempty"`
	Ref   string `json:"ref,omitempty"`
}

func (c *featuresCmd) Run(s *stdio) error {
	ctx, stop := interruptible()
	defer stop()
	conn, t, err := c.dial(ctx, s, c.URL)
	if err != nil {
		return err
	}
	defer conn.Quit(ctx)
	list, protected := explained(conn.Features()), t.tls.protection()
	if c.JSON {
		if protected != nil {
			if err := s.json(protected.json()); err != nil {
				return err
			}
		}
		for _, f := range list {
			if err := s.json(f); err != nil {
				return err
			}
		}
		return nil
	}
	system, _ := conn.Do(ctx, "SYST") // what it is called is no reason to fail
	if system.Code.OK() {
		fmt.Fprintf(s.out, "System: %s\n\n", printable(system.Text()))
	}
	if protected != nil {
		fmt.Fprintf(s.out, "TLS: %s; %s\n\n", tlsLine(&protected.state), printable(protected.String()))
	}
	if conn.Features() == nil {
		_, err := fmt.Fprintln(s.out, "The server lists no features (FEAT).")
		return err
	}
	return writeFeatures(s.out, list)
}

// explained adds to the features what is known of them, sorted by name.
func explained(features ftpclient.Features) []feature {
	var list []feature
	for _, name := range slices.Sorted(maps.Keys(features)) {
		var f feature
		if row := ftp.Lookup(name); row != nil {
			f = feature{Text: row.Help, Ref: row.Ref}
		} else if row := ftp.LookupFeature(name); row != nil {
			f = feature{Text: row.Help, Ref: row.Ref}
		}
		f.Name, f.Value = name, features[name]
		list = append(list, f)
	}
	return list
}

// writeFeatures writes them for people, a line for each and one for its value.
func writeFeatures(w io.Writer, list []feature) error {
	var b strings.Builder
	for _, f := range list {
		text := cmp.Or(f.Text, "(not known to ferry)")
		if f.Ref != "" {
			text += " (" + f.Ref + ")"
		}
		fmt.Fprintf(&b, "%-10s %s\n", printable(f.Name), text)
		if f.Value != "" {
			fmt.Fprintf(&b, "%-10s   %s\n", "", printable(f.Value))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
