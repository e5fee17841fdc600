package certs

import (
	"context"
	"crypto/x509"
	"log/slog"
	"time"
)

// warnWithin is how long before its end a certificate is worth a warning; of
// those that are made for less than three months, the last sixth of their time.
const warnWithin = 14 * 24 * time.Hour

// watchEvery is how often certificates are looked at, be there clients or not.
// Each is warned of once a day.
const watchEvery = time.Hour

// warner warns of the end of certificates.
type warner struct {
	log    *slog.Logger
	warned map[string]time.Time // when, by the certificate
}

// check warns of c if it has expired, will soon, or is not valid yet.
func (w *warner) check(c *x509.Certificate, now time.Time) {
	soon := min(warnWithin, c.NotAfter.Sub(c.NotBefore)/6)
	left := c.NotAfter.Sub(now)
	if left > soon && !now.Before(c.NotBefore) {
		return
	}
	key := string(c.Raw)
	if last, ok := w.warned[key]; ok && now.Sub(last) < 24*time.Hour {
		return
	}
	w.warned[key] = now
	switch {
	case now.Before(c.NotBefore):
		w.log.Error("the certificate is not valid yet, and clients will refuse it", "names", names(c), "begins", c.NotBefore.UTC().Format(time.DateTime))
	case left <= 0:
		w.log.Error("the certificate has expired, and clients will refuse it", "names", names(c), "expired", day(c.NotAfter))
	default:
		w.log.Warn("the certificate expires soon", "names", names(c), "expires", day(c.NotAfter), "days", int(left.Hours()/24))
	}
}

// watch looks at the certificates, at times and when it is told to, until ctx ends.
func (s *Set) watch(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.again:
			for _, f := range s.files {
				f.reread(time.Now())
			}
			s.check(time.Now())
		case <-tick.C:
			s.check(time.Now())
		}
	}
}

// check renews what is renewed here, and warns of the rest.
func (s *Set) check(now time.Time) {
	if s.own != nil {
		s.own.renew(now)
	}
	for _, c := range s.local(now) {
		s.warner.check(c.Leaf, now)
	}
	if s.acme != nil {
		for _, c := range s.acme.certificates() {
			s.warner.check(c, now)
		}
	}
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
