// Command benchmarks measures ferry beside the programs of others, all of which it
// starts itself. It is run from the repository:
//
//	go run ./internal/benchmarks clients
//	go run ./internal/benchmarks servers
//	go run ./internal/benchmarks curves
//	go run ./internal/benchmarks soak
//
// It prints what it measures, and with --write pages in docs.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/seed-6092453b/ferry/internal/benchmarks/loader"
	"github.com/seed-6092453b/ferry/internal/benchmarks/serving"
	"github.com/seed-6092453b/ferry/internal/benchmarks/soak"
)

type commands struct {
	Clients clientsCmd      `cmd:"" help:"Measure clients: ferry, lftp, rclone, curl, NcFTP and wget, with several servers, near and far."`
	Servers serving.Command `cmd:"" help:"Measure servers: ferry, vsftpd, ProFTPD, Pure-FTPd, pyftpdlib and ftpserverlib, beside what the system itself takes."`
	Curves  serving.Curves  `cmd:"" help:"Measure what ferry's server costs as the work grows: sessions, streams, entries of a folder, octets of a file."`
	Soak    soak.Command    `cmd:"" help:"Keep ferry's server under load for long, and look whether anything grows."`
	Load    loadCmd         `cmd:"" hidden:""`
	Crowd   crowdCmd        `cmd:"" hidden:""`
}

// loadCmd is the process that puts servers under load, started by the other commands.
type loadCmd struct{}

func (loadCmd) Run() error { return loader.Main(os.Stdin, os.Stdout) }

// crowdCmd is the process of those who soak a server, started by that command.
type crowdCmd struct{}

func (crowdCmd) Run() error { return soak.RunCrowd(os.Stdin, os.Stdout) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k := kong.Parse(&commands{}, kong.Name("benchmarks"),
		kong.Description("benchmarks measures ferry beside the programs of others."),
		kong.BindTo(ctx, (*context.Context)(nil)))
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "benchmarks:", err)
		os.Exit(1)
	}
}
