package cli

import (
	"fmt"
	"math"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/app"
)

// portRange is LO-HI, or one port.
type portRange struct{ lo, hi uint16 }

func (r *portRange) UnmarshalText(text []byte) error {
	lo, hi, isRange := strings.Cut(string(text), "-")
	if !isRange {
		hi = lo
	}
	l, lerr := strconv.ParseUint(lo, 10, 16)
	h, herr := strconv.ParseUint(hi, 10, 16)
	if lerr != nil || herr != nil || l == 0 || l > h {
		return fmt.Errorf("%q is not a range of ports, as in 50000-50099", text)
	}
	r.lo, r.hi = uint16(l), uint16(h)
	return nil
}

// cidr is a network, or one address.
type cidr struct{ netip.Prefix }

func (c *cidr) UnmarshalText(text []byte) error {
	s := string(text)
	if addr, err := netip.ParseAddr(s); err == nil && addr.Zone() == "" {
		c.Prefix = netip.PrefixFrom(addr, addr.BitLen())
		return nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return fmt.Errorf("%q is not a network, as in 192.0.2.0/24 or 192.0.2.7", text)
	}
	c.Prefix = p.Masked()
	return nil
}

// folderFlag is NAME=DIR, or a name alone.
type folderFlag app.Folder

func (f *folderFlag) UnmarshalText(text []byte) error {
	name, dir, has := strings.Cut(string(text), "=")
	if name == "" || has && dir == "" {
		return fmt.Errorf("%q is not a name and a folder, as in music=/srv/music", text)
	}
	f.Name, f.Dir = name, dir
	return nil
}

func folders(flags []folderFlag) []app.Folder {
	var all []app.Folder
	for _, f := range flags {
		all = append(all, app.Folder(f))
	}
	return all
}

// capacity is a number of octets, as in 500M or 2G; the letters count by 1024.
type capacity int64

var capacityPattern = regexp.MustCompile(`(?i)^([0-9]+)(?:([kmgt])(?:i?b)?|b)?$`)

func (c *capacity) UnmarshalText(text []byte) error {
	wrong := fmt.Errorf("%q is not a size, as in 1048576, 500M or 2G", text)
	m := capacityPattern.FindSubmatch(text)
	if m == nil {
		return wrong
	}
	unit := int64(1)
	if len(m[2]) > 0 {
		unit <<= 10 * (1 + strings.IndexByte("kmgt", m[2][0]|0x20))
	}
	n, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil || n == 0 || n > math.MaxInt64/unit {
		return wrong
	}
	*c = capacity(n * unit)
	return nil
}

// zone is a time zone by its name.
type zone struct{ *time.Location }

func (z *zone) UnmarshalText(text []byte) error {
	name := string(text)
	if strings.EqualFold(name, "local") {
		z.Location = time.Local
		return nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil || name == "" {
		return fmt.Errorf("%q is not a time zone, as in Europe/Berlin, UTC or local", text)
	}
	z.Location = loc
	return nil
}

// limit turns a flag, where 0 is no limit, into a field of ftpserver.Limits,
// where 0 is the default and negative is no limit.
func limit[T int | int64 | time.Duration](flag T) T {
	if flag == 0 {
		return -1
	}
	return flag
}
