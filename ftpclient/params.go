package ftpclient

import (
	"strconv"

	"github.com/seed-6092453b/ferry/ftp"
)

// image is the type in which sizes are asked for: octets as they are stored.
var image = complete(ftp.Params{})

// complete fills in what p leaves open: type I, format N, 8 bits, file structure,
// stream mode.
func complete(p ftp.Params) ftp.Params {
	if p.Type == 0 {
		p.Type = 'I'
	}
	switch p.Type {
	case 'A', 'E':
		p.Bits = 0
		if p.Form == 0 {
			p.Form = 'N'
		}
	case 'L':
		p.Form = 0
		if p.Bits == 0 {
			p.Bits = 8
		}
	default:
		p.Form, p.Bits = 0, 0
	}
	if p.Stru == 0 {
		p.Stru = 'F'
	}
	if p.Mode == 0 {
		p.Mode = 'S'
	}
	return p
}

// overlay returns p with what q chooses.
func overlay(p, q ftp.Params) ftp.Params {
	if q.Type != 0 {
		p.Type, p.Form, p.Bits = q.Type, q.Form, q.Bits
	}
	if q.Stru != 0 {
		p.Stru = q.Stru
	}
	if q.Mode != 0 {
		p.Mode = q.Mode
	}
	if q.Level != 0 {
		p.Level = q.Level
	}
	return p
}

// exact reports whether a file's octets go over as they are, so that its sizes on
// both sides are the same and an offset on one is one on the other. The mode does
// not matter.
func exact(p ftp.Params) bool {
	p.Mode = 'S'
	return p.Identity()
}

// framed reports whether the mode marks the end of a file by itself, so that the
// data connection can stay open and can carry restart markers (RFC 959, 3.4).
func framed(mode byte) bool { return mode == 'B' || mode == 'C' }

// literal reports whether a file is kept in the form in which records and pages
// go over in stream mode, since lines could not hold them (storage.Info.Form).
func literal(p ftp.Params) bool {
	return p.Stru == 'P' || p.Stru == 'R' && (p.Type == 'I' || p.Type == 'L')
}

// formOf is the storage.Info.Form of the files that p moves.
func formOf(p ftp.Params) string {
	if !literal(p) {
		return ""
	}
	return string(p.Stru)
}

// setType returns the command that sets the type of p; none if it is set.
func (c *Conn) setType(p ftp.Params) []*request {
	if c.set.Type == p.Type && c.set.Form == p.Form && c.set.Bits == p.Bits {
		return nil
	}
	arg := p.TypeString()
	if p.Form == 'N' {
		arg = arg[:1] // not every server has heard of formats
	}
	return []*request{newRequest("TYPE", arg)}
}

// setParams returns the commands that bring p into force on the server, none for
// what is in force (RFC 959, 4.1.2).
func (c *Conn) setParams(p ftp.Params) []*request {
	list := c.setType(p)
	if c.set.Stru != p.Stru {
		list = append(list, newRequest("STRU", string(p.Stru)))
	}
	if c.set.Mode != p.Mode {
		list = append(list, newRequest("MODE", string(p.Mode)))
	}
	if p.Mode == 'Z' && p.Level > 0 && c.set.Level != p.Level {
		list = append(list, newRequest("OPTS", "MODE Z LEVEL "+strconv.Itoa(p.Level)))
	}
	return list
}

// tookParams looks at the replies to the requests of setParams, and keeps what is
// in force now. A refusal is the error, with two exceptions: a server that knows
// no STRU or MODE has file structure and stream mode, and how hard it compresses
// is its own business.
func (c *Conn) tookParams(p ftp.Params, list []*request) (first error) {
	for _, q := range list {
		err := q.err()
		if err != nil && q.reply.Code.Permanent() && (q.verb == "STRU" && p.Stru == 'F' || q.verb == "MODE" && p.Mode == 'S') {
			err = nil
		}
		if err != nil && q.verb == "OPTS" {
			c.o.Log.Info("the server does not let its level of compression be chosen", "reason", err)
			err = nil
		}
		if err != nil {
			if first == nil {
				first = refusedParam(q, err)
			}
			continue
		}
		switch q.verb {
		case "TYPE":
			c.set.Type, c.set.Form, c.set.Bits = p.Type, p.Form, p.Bits
		case "STRU":
			c.set.Stru = p.Stru
		case "MODE":
			c.set.Mode = p.Mode
		case "OPTS":
			c.set.Level = p.Level
		}
	}
	return first
}

// refusedParam has the error name the parameter.
func refusedParam(q *request, err error) error {
	if re, ok := err.(*ReplyError); ok && len(q.args) > 0 {
		re.Command += " " + q.args[0]
	}
	return err
}

// forgetParams drops what the user's own command may have changed.
func (c *Conn) forgetParams(verb string) {
	switch verb {
	case "TYPE":
		c.set.Type = 0
	case "STRU":
		c.set.Stru = 0
	case "MODE":
		c.set.Mode = 0
	case "OPTS":
		c.set.Level = 0
	case "REIN", "AUTH", "HOST", "USER":
		// Some of them set everything back to how it began (RFC 959, 4.1.1;
		// RFC 4217, 4.2). What is so now, is so then.
		c.set.Type = 0
		if c.set.Stru != 'F' {
			c.set.Stru = 0
		}
		if c.set.Mode != 'S' {
			c.set.Mode = 0
		}
		c.set.Level = 0
	}
}
