package ftpclient

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// LIST does not say in which zone its times are, and MDTM is in UTC (RFC 3659, 3).
// Where a server has nothing better than LIST, one of its files is asked for by MDTM, and
// what lies between the two times is the zone. A second file, of the other half of the
// year, tells whether the clocks are changed there.

// zone returns the zone in which the server lists, and finds it out if it can be known by
// this listing, of the directory path, of which head has come.
func (c *Conn) zone(ctx context.Context, path string, head []byte) (*time.Location, error) {
	if c.o.Location != nil {
		return c.o.Location, nil
	}
	if z := c.srv.zone(); z != nil || !c.srv.has("MDTM") {
		return orUTC(z), nil
	}
	var found []sighting
	for _, e := range probes(head, c.srv.systemName()) {
		s, err := c.sight(ctx, path, e)
		if onlyLost(ctx, err) != nil {
			return nil, err
		}
		if err == nil {
			found = append(found, s)
		}
		if len(found) == 2 || !c.srv.has("MDTM") {
			break
		}
	}
	if len(found) == 0 {
		return time.UTC, nil
	}
	z := found[0].zone()
	if len(found) == 2 && found[0].offset != found[1].offset {
		z = changing(found)
		if z == nil {
			z = found[0].zone()
			c.o.Log.Warn("the clocks of the server are changed in the course of the year, by rules that are not known here; the times of some files are an hour off",
				"zone", z.String(), "file", found[0].name, "other file", found[1].name)
		}
	}
	c.srv.setZone(z, found[0].name)
	return z, nil
}

func orUTC(z *time.Location) *time.Location {
	if z == nil {
		return time.UTC
	}
	return z
}

// maxSightings is how many files are asked for, at most: some may have been changed
// since they were listed, or not be for this user to see.
const maxSightings = 4

// season is how far apart in the year two files have to be for the clocks to have been
// changed in between, as a rule.
const season = 60 * 24 * time.Hour

// probes are the files of a listing that tell the zone, the best first: the latest with
// minutes in its time, then one of another season, then some others.
func probes(head []byte, system string) []ftp.Entry {
	lr := ftp.NewListReader(bytes.NewReader(head), ftp.ListOptions{Now: time.Now(), System: system})
	var files []ftp.Entry
	latest := -1
	for len(files) < maxProbes {
		e, err := lr.Next()
		if err != nil {
			var le *ftp.ListError
			if errors.As(err, &le) {
				continue
			}
			break
		}
		if e.Kind != ftp.KindFile || e.Prec < ftp.PrecisionMinute || e.UTC || !goodName(e.Name) {
			continue
		}
		files = append(files, e)
		if latest < 0 || e.Time.After(files[latest].Time) {
			latest = len(files) - 1
		}
	}
	if latest < 0 {
		return nil
	}
	files[0], files[latest] = files[latest], files[0]
	far := 0
	for i := range files {
		if apart(files[0].Time, files[i].Time) > apart(files[0].Time, files[far].Time) {
			far = i
		}
	}
	if apart(files[0].Time, files[far].Time) < season {
		return files[:min(len(files), maxSightings-1)]
	}
	files[1], files[far] = files[far], files[1]
	return files[:min(len(files), maxSightings)]
}

// maxProbes is how much of a listing is looked at.
const maxProbes = 10_000

// apart is how far apart two times are in the course of a year.
func apart(a, b time.Time) time.Duration {
	const year = 8766 * time.Hour
	d := a.Sub(b).Abs() % year
	return min(d, year-d)
}

// sighting is a file of which the time is known in both ways.
type sighting struct {
	name   string
	at     time.Time     // as MDTM has it
	offset time.Duration // of the listing, east of UTC
}

// errNoZone reports two times of a file that no zone explains.
var errNoZone = errors.New("no zone has such an offset")

// sight asks for the time of an entry that was listed as if the server were in UTC.
func (c *Conn) sight(ctx context.Context, path string, e ftp.Entry) (sighting, error) {
	name := e.Name
	switch {
	case path == "" && strings.IndexByte(" -~", name[0]) >= 0:
		name = "./" + name
	case path == "":
	case strings.HasSuffix(path, "/"):
		name = path + name
	default:
		name = path + "/" + name
	}
	q := newRequest("MDTM", name)
	if err := c.exchange(ctx, q); err != nil {
		return sighting{}, err
	}
	if err := q.err(); err != nil {
		return sighting{}, err
	}
	at, err := ftp.ParseTimeLenient(q.reply.Text())
	if err != nil {
		return sighting{}, err
	}
	s := sighting{name: e.Name, at: at, offset: e.Time.Truncate(time.Minute).Sub(at.Truncate(time.Minute))}
	// All zones of today are whole quarters of an hour from UTC, from 12 west to 14 east.
	if s.offset%(15*time.Minute) != 0 || s.offset < -12*time.Hour || s.offset > 14*time.Hour {
		return s, errNoZone
	}
	return s, nil
}

// zone is the zone that is always at the offset.
func (s sighting) zone() *time.Location {
	if s.offset == 0 {
		return time.UTC
	}
	return time.FixedZone(s.at.In(time.FixedZone("", int(s.offset/time.Second))).Format("-07:00"), int(s.offset/time.Second))
}

// changers are zones with every rule for changing the clocks that is in force somewhere
// and every offset that it is in force at.
var changers = []string{
	"Europe/London", "Europe/Berlin", "Europe/Athens", "Europe/Chisinau", "Atlantic/Azores",
	"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage",
	"America/Adak", "America/Halifax", "America/St_Johns", "America/Miquelon", "America/Nuuk",
	"Australia/Sydney", "Australia/Adelaide", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Norfolk",
	"America/Santiago", "Pacific/Easter", "America/Asuncion", "America/Havana",
	"Asia/Jerusalem", "Asia/Beirut", "Africa/Cairo",
}

// changing returns the first of them that explains all sightings, nil if none does, or
// this system knows no zones.
func changing(seen []sighting) *time.Location {
next:
	for _, name := range changers {
		z, err := time.LoadLocation(name)
		if err != nil {
			continue
		}
		for _, s := range seen {
			if _, offset := s.at.In(z).Zone(); time.Duration(offset)*time.Second != s.offset {
				continue next
			}
		}
		return z
	}
	return nil
}

// zone is the zone of LIST, nil if it is not known.
func (s *server) zone() *time.Location {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.listZone
}

func (s *server) setZone(z *time.Location, file string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listZone == nil {
		s.listZone = z
		s.log.Info("the zone of the server's listings was found out by the time of a file", "zone", z.String(), "file", file)
	}
}

// headOf is what of a listing is in memory.
func (s *spool) headOf() []byte {
	if !s.whole {
		return nil // the connection is busy: another listing will tell
	}
	return s.head.Bytes()
}
