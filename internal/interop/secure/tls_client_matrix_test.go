package secure_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage"
)

// TestTLSClientMatrix has ferry's client move 200 files to every foreign server and 200
// back in one session, in each version of TLS, by AUTH and on a port of TLS. Two of
// them demand that data connections resume the session of the control connection,
// and two lose the end of uploads over TLS 1.3 of clients that do not listen while
// they end them (peers.TestUnreadTickets). Not an octet may be lost, and nothing refused.
func TestTLSClientMatrix(t *testing.T) {
	ca := peers.NewAuthority(t)
	for _, s := range peers.Servers() {
		for _, cell := range peers.TLSCells() {
			t.Run(s.Name+"/"+cell.String(), func(t *testing.T) {
				if proof := s.CannotTLS(cell); proof != "" {
					t.Skip(proof)
				}
				shortened(t, cell)
				t.Parallel()
				tg := peers.StartTLS(t, s, peers.IPv4, peers.Protection{TLSCell: cell, Authority: ca})
				n := many
				if testing.Short() {
					n = many / 10
				}
				peers.CheckTLS(t, ferryTLS(t), tg, n)
			})
		}
	}
}

// ferryTLS is ferry's own client, by way of the library.
func ferryTLS(t *testing.T) peers.TLSClient {
	return peers.TLSClient{
		Name:   "ferry",
		Cannot: func(peers.TLSCell) string { return "" },
		Move: func(_ testing.TB, tg peers.Target, b peers.Batch) error {
			return moveByFerry(t, tg, b)
		},
	}
}

func moveByFerry(t *testing.T, tg peers.Target, b peers.Batch) error {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	security := ftpclient.SecurityExplicit
	if tg.TLS.Start == peers.Implicit {
		security = ftpclient.SecurityImplicit
	}
	var log rig.Dialogue
	cl := ftpclient.New(tg.Addr(), &ftpclient.Options{
		User: tg.User, Password: tg.Password, Trace: log.Trace, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Security: security,
		TLS:      ftpclient.TLS{Config: &tls.Config{RootCAs: tg.TLS.Roots, MinVersion: tg.TLS.Version, MaxVersion: tg.TLS.Version}},
	})
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(log.String())
		}
	})
	move := func() error {
		for _, name := range b.Names {
			if err := rig.Upload(ctx, cl, filepath.Join(b.From, name), b.In+"/"+name, storage.CreateOptions{}); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		for _, name := range b.Names {
			if err := rig.Download(ctx, cl, b.Out+"/"+name, filepath.Join(b.To, name), 0); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	}
	if err := errors.Join(move(), cl.Close()); err != nil {
		return err
	}
	logins := 0
	for _, line := range log.Sent() {
		if line == "USER "+tg.User {
			logins++
		}
	}
	if logins != 1 {
		return fmt.Errorf("ferry logged in %d times", logins)
	}
	return nil
}
