package conformance

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// probe is a way to find out whether a command works that comes with an extension. In
// the line, FILE stands for the name of a file that is there, ADDR for the argument of
// EPRT.
type probe struct {
	line string
	good []int // of a command that works; nil is any 2yz or 3yz
	new  bool  // it takes a connection without a login
	data bool  // it takes a data connection
}

// probes are by the verbs of features. What a server may list and is not here is another
// server's own, which the checker does not know how to use.
var probes = map[string]probe{
	"AUTH":    {line: "AUTH TLS", new: true},
	"AVBL":    {line: "AVBL"},
	"CCC":     {line: "CCC", good: []int{533}, new: true}, // AUTH comes first
	"CLNT":    {line: "CLNT ferry check"},
	"COMB":    {line: `COMB "combined" "FILE"`},
	"CPFR":    {line: "CPFR FILE"},
	"CPSV":    {line: "CPSV"},
	"CPTO":    {line: "CPTO copy", good: []int{250, 503}}, // CPFR comes first
	"CSID":    {line: "CSID Name=ferry check;"},
	"DSIZ":    {line: "DSIZ"},
	"EPRT":    {line: "EPRT ADDR"},
	"EPSV":    {line: "EPSV"},
	"HASH":    {line: "HASH FILE"},
	"HOST":    {line: "HOST ftp.example.com", good: []int{220, 504}, new: true},
	"LANG":    {line: "LANG"},
	"MD5":     {line: "MD5 FILE"},
	"MDTM":    {line: "MDTM FILE"},
	"MFCT":    {line: "MFCT 20200102030405 FILE"},
	"MFF":     {line: "MFF modify=20200102030405; FILE"},
	"MFMT":    {line: "MFMT 20200102030405 FILE"},
	"MLSD":    {line: "MLSD", data: true}, // FEA-15 has it that it is not listed
	"MLST":    {line: "MLST FILE"},
	"MMD5":    {line: "MMD5 FILE, FILE"},
	"PBSZ":    {line: "PBSZ 0", good: []int{200, 503}}, // AUTH comes first
	"PRET":    {line: "PRET RETR FILE"},
	"PROT":    {line: "PROT C", good: []int{200, 503}}, // PBSZ comes first
	"RANG":    {line: "RANG 0 1"},
	"REST":    {line: "REST 1"},
	"RMDA":    {line: "RMDA no-such-folder", good: []int{550}},
	"SIZE":    {line: "SIZE FILE"},
	"SSCN":    {line: "SSCN"},
	"THMB":    {line: "THMB PNG 10 10 no-such-picture", good: []int{550, 425}},
	"XCRC":    {line: "XCRC FILE"},
	"XMD5":    {line: "XMD5 FILE"},
	"XQUOTA":  {line: "XQUOTA"},
	"XSHA":    {line: "XSHA FILE"},
	"XSHA1":   {line: "XSHA1 FILE"},
	"XSHA256": {line: "XSHA256 FILE"},
	"XSHA512": {line: "XSHA512 FILE"},

	// Features that are no commands.
	"UTF8": {line: "OPTS UTF8 ON"},
	"TVFS": {line: "PWD"},
}

// filled is a probe with what stands in its line in capitals.
func (c *control) filled(p probe) probe {
	p.line = strings.ReplaceAll(p.line, "FILE", "file")
	p.line = strings.ReplaceAll(p.line, "ADDR", ftp.FormatExtended(netip.AddrPortFrom(c.local(), 40_000)))
	return p
}

// probed runs a probe that is filled.
func (c *control) probed(p probe) reply {
	if p.new {
		c = c.dialTo(c.at, netip.Addr{})
		if c.at.Security == Implicit {
			c.startTLS()
		}
		c.greeting()
		defer c.conn.Close()
	}
	if !p.data {
		return c.ask(p.line)
	}
	conn := c.dialData(c.passive())
	r := c.ask(p.line)
	if !r.preliminary() {
		conn.Close()
		return r
	}
	tr := c.opened(p.line, r, conn)
	tr.tryRead()
	tr.data.Close()
	return c.reply()
}

// works reports whether a reply to a probe says that the command works.
func (p probe) works(r reply) bool {
	if p.good != nil {
		return r.is(p.good...)
	}
	return r.code/100 == 2 || r.code/100 == 3
}

// listedWorks: each feature that is listed is there.
func listedWorks(t *trial) {
	c := t.login()
	c.file("file", "content")
	list := c.feat()
	tried := 0
	for _, verb := range slices.Sorted(maps.Keys(list)) {
		rest := list[verb]
		p, known := probes[verb]
		switch {
		case verb == "MODE": // as "MODE Z"
			p, known = probe{line: "MODE " + firstWord(rest)}, len(firstWord(rest)) == 1
		case verb == "TYPE": // as "TYPE A;E;I;L 8"
			p, known = probe{line: "TYPE A"}, true
		case verb == "THMB": // its formats are what it lists
			format, _, _ := strings.Cut(firstWord(rest), "|")
			p.line = fmt.Sprintf("THMB %s 10 10 no-such-picture", format)
		}
		if !known {
			t.note("", "what FEAT calls %s is not known here, and not tried", printable(verb))
			continue
		}
		tried++
		p = c.filled(p)
		if r := c.probed(p); r.is(500, 502) {
			t.fail("FEAT lists %s, and %s was answered %s", printable(strings.TrimSpace(verb+" "+rest)), p.line, r)
		}
		switch verb {
		case "MODE":
			c.want("MODE S", 200)
		case "TYPE":
			c.want("TYPE I", 200)
		case "COMB": // has used the file up
			c.file("file", "content")
		}
	}
	if tried == 0 {
		t.notOffered("FEAT lists nothing that is known here")
	}
	c.alive()
}

func firstWord(rest string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	return word
}

// workingListed: each extension that a text defines, with its name in FEAT, is listed
// where it works; commands of single servers' making are not called properly documented
// (RFC 2389, 3.2).
func workingListed(t *trial) {
	c := t.login()
	c.file("file", "content")
	list := c.feat()
	missing := func(verb string, r reply) {
		t.fail("%s works, being answered %s, and FEAT does not list it", verb, r)
	}
	for _, cmd := range ftp.Commands() {
		documented := strings.HasPrefix(cmd.Ref, "RFC ") || strings.HasPrefix(cmd.Ref, "draft-")
		p, known := probes[cmd.Name]
		if _, listed := list[cmd.Name]; cmd.Feat == "" || !documented || listed || !known {
			continue
		}
		switch cmd.Name {
		case "PBSZ", "PROT", "CCC":
			continue // under TLS
		}
		if r := c.probed(c.filled(p)); p.works(r) {
			missing(cmd.Name, r)
		}
	}
	if _, listed := list["MLST"]; !listed {
		if r := c.probed(probes["MLSD"]); probes["MLSD"].works(r) {
			missing("MLSD, by the line of MLST,", r)
		}
	}
	c.alive()
	t.protectionListed()
}

// protectionListed is workingListed for what works under TLS.
func (t *trial) protectionListed() {
	c := t.dial()
	if c.at.Security == Implicit {
		c.startTLS()
		c.greeting()
	} else {
		c.greeting()
		if !c.ask("AUTH TLS").is(234) {
			return
		}
		c.startTLS()
	}
	c.authenticate()
	list := c.feat()
	for _, line := range []string{"PBSZ 0", "PROT P", "CCC"} {
		verb, _, _ := strings.Cut(line, " ")
		_, listed := list[verb]
		if r := c.ask(line); r.is(200) && !listed {
			t.fail("%s works, being answered %s, and FEAT does not list it", verb, r)
		}
	}
}
