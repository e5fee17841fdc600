package ftpserver

import (
	"slices"
	"strconv"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// siteIdle shows or sets how long the client may say nothing.
func (s *session) siteIdle(arg string) answer {
	limit := s.srv.cfg.Limits.MaxIdle
	if arg != "" {
		n, err := strconv.ParseInt(arg, 10, 32)
		d := time.Duration(n) * time.Second
		if err != nil || d <= 0 || d > limit {
			return s.say(ftp.CodeBadArgument, "Usage: SITE IDLE [<seconds>], from 1 to %d.", num(seconds(limit)))
		}
		s.idle = d
	}
	return s.say(ftp.CodeOK, "The idle time is %d seconds, and may be up to %d.", num(seconds(s.idle)), num(seconds(limit)))
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// siteWho shows who is connected, and what each does.
func (s *session) siteWho(string) answer {
	if !s.account.Can.Has(CanSeeSessions) {
		return s.denied(CanSeeSessions)
	}
	all := s.srv.Sessions()
	slices.SortFunc(all, func(a, b SessionInfo) int { return a.Conn.Since.Compare(b.Conn.Since) })
	lines := []string{s.tr("Sessions: %d", len(all))}
	for _, i := range all[:min(len(all), maxStat)] {
		took := time.Since(i.Conn.Since).Round(time.Second)
		from := i.Conn.Remote.String()
		if i.Conn.TLS != nil {
			from += " (" + i.Conn.TLS.String() + ")"
		}
		switch {
		case i.User == "":
			lines = append(lines, s.tr(" %v, %v: not logged in", from, took))
		case i.Verb != "":
			lines = append(lines, s.tr(" %v, %v: %s, %s %s, %d octets", from, took, i.User, i.Verb, i.Path, i.Bytes))
		default:
			lines = append(lines, s.tr(" %v, %v: %s, in %s", from, took, i.User, i.Dir))
		}
	}
	return several(ftp.CodeStatus, append(lines, "End"))
}
