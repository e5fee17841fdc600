package serving

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/loader"
)

// A row is one kind of work, which all servers do in turns.
type row struct {
	name    string // by which it is chosen
	title   string
	job     loader.Job // but for what is the server's
	each    int        // how often a session does it
	warm    int        // how often before that, where nothing is measured
	serves  material   // what is there to be served
	disk    bool       // the server's files are on a disk
	durable bool       // ferry is measured with --sync always as well
	busy    int        // downloads that go on meanwhile, in sessions of their own
	figures []figure
	limits  []string // names of those that it is compared with
	cannot  map[string]string
}

// sizes say how much is done. They are smaller in tests.
type sizes struct {
	large, part int64 // octets of large files
	copies      int   // large files in a run, of one stream
	small       int   // small files in a run
	logins      int
	idle        [2]int
	entries     [2]int
	noops       int
}

// full is what one wants to know, in about as much time as one wants to wait.
var full = sizes{
	large: 1 << 30, part: 1 << 28, copies: 2, small: 4000, logins: 800, idle: [2]int{2000, 10_000}, entries: [2]int{10_000, 100_000}, noops: 1000,
}

const smallFile = 4 << 10

// The names of the figures' servers, where a row speaks of one.
const (
	vsftpd  = "vsftpd"
	proftpd = "ProFTPD"
	pure    = "Pure-FTPd"
	durable = "ferry --sync always"
)

// rows returns all there are, in the order of the page.
func rows(n sizes) []row {
	large := material{name: "large", files: 1, size: n.large}
	part := material{name: "part", files: 1, size: n.part}
	small := material{name: "small", files: 1000, size: smallFile}
	streams := func(sessions int, m material, tls bool, limit string) row {
		where, over := "plain", ""
		if tls {
			where, over = "tls", " over TLS 1.3"
		}
		return row{
			name: fmt.Sprintf("retr/large/%s/%d", where, sessions), title: "RETR of large files" + over + ", " + several(sessions, "stream"),
			job:    loader.Job{Verb: "RETR", Name: m.name + "/0", Size: m.size, Sessions: sessions, TLS: tls},
			serves: m, each: max(1, 2*n.copies/sessions), warm: 1, figures: []figure{perGiB, rate}, limits: []string{limit},
		}
	}
	store := func(name, title string, tls, disk bool, limits ...string) row {
		return row{
			name: "stor/large/" + name, title: "STOR of large files " + title,
			job:  loader.Job{Verb: "STOR", Name: "up/%d", Size: n.large, Sessions: 1, TLS: tls},
			each: n.copies, warm: 1, disk: disk, durable: disk, figures: []figure{perGiB, rate}, limits: limits,
		}
	}
	smalls := func(verb string, sessions int, tls bool, title string) row {
		where := "plain"
		if tls {
			where = "tls"
		}
		r := row{
			title: title, job: loader.Job{Verb: verb, Size: smallFile, Sessions: sessions, TLS: tls},
			each: max(1, n.small/sessions), warm: max(1, n.small/sessions/8), figures: []figure{perThousand, pace},
		}
		if sessions == 1 || tls {
			r.each = max(1, r.each/2)
		}
		if verb == "STOR" {
			r.name, r.job.Name = fmt.Sprintf("stor/small/%s/%d", where, sessions), "up/%d"
		} else {
			r.name, r.job.Name, r.job.Files, r.serves = fmt.Sprintf("retr/small/%s/%d", where, sessions), "small/%d", small.files, small
		}
		return r
	}
	logins := func(sessions int, tls bool) row {
		r := row{
			name: fmt.Sprintf("login/plain/%d", sessions), title: fmt.Sprintf("Login and QUIT, %d at once", sessions),
			job:  loader.Job{Verb: "login", Sessions: sessions, TLS: tls},
			each: n.logins / sessions, warm: max(1, n.logins/sessions/8), figures: []figure{perThousand, pace}, limits: []string{accepting},
		}
		if tls {
			r.name, r.title = fmt.Sprintf("login/tls/%d", sessions), fmt.Sprintf("Login over TLS 1.3 and QUIT, %d at once", sessions)
			r.limits = []string{securing}
		}
		return r
	}
	all := []row{
		streams(1, large, false, sending), streams(4, large, false, sending), streams(16, part, false, sending),
		streams(1, large, true, sealing),
		store("memory/1", "to tmpfs, 1 stream", false, false, splicing, copying),
		store("disk/1", "to a disk, 1 stream", false, true),
		store("tls/1", "over TLS 1.3 to tmpfs, 1 stream", true, false),
		smalls("RETR", 16, false, "RETR of files of 4 KiB, 16 sessions"),
		smalls("RETR", 1, false, "RETR of files of 4 KiB, 1 session"),
		smalls("RETR", 16, true, "RETR of files of 4 KiB over TLS 1.3, 16 sessions"),
		smalls("STOR", 16, false, "STOR of files of 4 KiB, 16 sessions"),
		logins(16, false), logins(8, true),
	}
	for i, sessions := range n.idle {
		r := row{
			name: fmt.Sprintf("idle/%d", sessions), title: several(sessions, "session") + " that are logged in and do nothing",
			job: loader.Job{Verb: "idle", Sessions: sessions}, figures: []figure{perSession, whole},
		}
		if i > 0 {
			const many = "has a process for each session, and they would take all memory"
			r.cannot = map[string]string{proftpd: many, pure: many}
		}
		all = append(all, r)
	}
	for _, verb := range []string{"LIST", "MLSD"} {
		for _, entries := range n.entries {
			m := material{name: fmt.Sprintf("entries-%d", entries), files: entries}
			r := row{
				name: fmt.Sprintf("%s/%d", map[string]string{"LIST": "list", "MLSD": "mlsd"}[verb], entries), title: verb + " of a folder with " + several(entries, "file"),
				job:    loader.Job{Verb: verb, Name: m.name, Size: int64(entries) * 10, Sessions: 1},
				serves: m, each: max(2, 100_000/entries), warm: 1, figures: []figure{milliseconds, peak},
			}
			if verb == "MLSD" {
				r.cannot = map[string]string{vsftpd: "has no MLSD"}
			}
			all = append(all, r)
		}
	}
	return append(all, row{
		name: "noop/16", title: "NOOP while 16 sessions download large files",
		job:    loader.Job{Verb: "NOOP", Sessions: 1, Pause: 2 * time.Millisecond},
		serves: part, each: n.noops, warm: 1, busy: 16, figures: []figure{p50, p99},
	})
}

// chosen returns the rows whose names match.
func chosen(n sizes, which *regexp.Regexp) []row {
	return slices.DeleteFunc(rows(n), func(r row) bool { return !which.MatchString(r.name) })
}
