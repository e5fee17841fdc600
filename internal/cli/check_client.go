package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/seed-6092453b/ferry/conformance"
)

// clientFlags say which client is to be checked, in the place of a server.
type clientFlags struct {
	Client        clientName `placeholder:"CLIENT" xor:"subject" group:"clients" complete:"file" help:"Check a client in the place of a server: ferry itself (ferry, the default), curl or lftp, or another by the commands in a file (see: ferry help clients). It is run against servers that are started here for it."`
	ClientProgram string     `placeholder:"PATH" group:"clients" complete:"file" help:"The program of --client, if it is not found under its name."`
}

// clientName is a preset, or a file of commands.
type clientName string

// Decode implements kong.MapperValue: without a value the client is ferry itself.
func (n *clientName) Decode(ctx *kong.DecodeContext) error {
	*n = "ferry"
	if !ctx.Scan.Peek().IsValue() {
		return nil
	}
	return ctx.Scan.PopValueInto("client", (*string)(n))
}

func (f *clientFlags) checkClient() error {
	if f.ClientProgram != "" && f.Client == "" {
		return usagef("--client-program goes with --client")
	}
	return nil
}

// openClient returns the client.
func (f *clientFlags) openClient() (conformance.Client, error) {
	name := string(f.Client)
	if slices.Contains(conformance.Presets(), name) {
		program := f.ClientProgram
		if program == "" && name == "ferry" {
			var err error
			if program, err = os.Executable(); err != nil {
				return nil, err
			}
		}
		client, err := conformance.Preset(name, program)
		return client, hint(err, "--client-program says where it is")
	}
	if f.ClientProgram != "" {
		return nil, usagef("--client-program goes with %s: a file of commands names its programs itself", strings.Join(conformance.Presets(), ", "))
	}
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("--client %s: it is neither one of %s nor a file of commands (see: ferry help clients)", printable(name), strings.Join(conformance.Presets(), ", "))
	}
	if err != nil {
		return nil, err
	}
	client, err := conformance.ParseProgram(filepath.Base(name), string(text))
	if err != nil {
		return nil, usagef("--client: %v", err)
	}
	return client, nil
}

// clientReplies is how many times --reply-time an item may take that checks a client. The
// client itself is told to wait half as long as that for a reply.
const clientReplies = 3

// runClient checks the client.
func (c *checkCmd) runClient(ctx context.Context, client conformance.Client, done func(conformance.Result)) (*conformance.Report, error) {
	return conformance.CheckClient(ctx, client, conformance.ClientOptions{
		Only: c.Only, Parallel: c.Parallel, Timeout: clientReplies * c.ReplyTime, Done: done,
	})
}

// runSelf checks ferry's server, and then its client library.
func (c *checkCmd) runSelf(ctx context.Context, target conformance.Target) (*conformance.Report, error) {
	ofServer := func(it conformance.Item) bool { return !isClientItem(it) }
	if !slices.ContainsFunc(c.items(), ofServer) {
		return c.runClient(ctx, conformance.Library(nil), target.Done)
	}
	report, err := conformance.Run(ctx, target)
	if err != nil || !slices.ContainsFunc(c.items(), isClientItem) {
		return report, err
	}
	client, err := c.runClient(ctx, conformance.Library(nil), target.Done)
	if err != nil {
		return nil, err
	}
	report.Results = append(report.Results, client.Results...)
	report.Took += client.Took
	return report, nil
}

func isClientItem(it conformance.Item) bool {
	return strings.HasPrefix(it.ID, conformance.ClientGroup+"-")
}
