package ftpserver

import (
	"sync"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// gate says when a session has a command, beyond there being a handler for it.
type gate struct {
	// on reports whether the server is set up for the command; nil is always. One
	// that is off is answered 502.
	on func(c *Config) bool

	// may reports whether the user can make anything of the command; nil is
	// always. It is asked before login, too, when the account is nil. A command
	// that a user may not use is not shown, and its handler refuses it with the
	// code that its standard has for that.
	may func(s *session) bool
}

// gates are those of the commands, and siteGates those of the subcommands of
// SITE. What is in neither is always there.
var (
	gates = map[string]gate{
		"AUTH": {may: begun},
		"ADAT": {on: secured, may: never},
		"PBSZ": {on: secured, may: protectable},
		"PROT": {on: secured, may: protectable},
		"CCC":  {on: secured, may: clearable},
		"MIC":  {on: secured, may: never},
		"CONF": {on: secured, may: never},
		"ENC":  {on: secured, may: never},
		"SSCN": {may: protectable},
		"CPSV": {may: protectable},
		"PRET": {on: func(c *Config) bool { return c.PRET }},

		"STOR": {may: can(CanWrite)},
		"APPE": {may: can(CanWrite)},
		"STOU": {may: can(CanWrite)},
		"ALLO": {may: can(CanWrite)},
		"MKD":  {may: can(CanWrite)},
		"XMKD": {may: can(CanWrite)},
		"DELE": {may: can(CanDelete)},
		"RMD":  {may: can(CanDelete)},
		"XRMD": {may: can(CanDelete)},
		"RNFR": {may: can(CanRename)},
		"RNTO": {may: can(CanRename)},
		"COMB": {may: can(CanWrite | CanDelete)},
		"CPFR": {may: can(CanWrite)},
		"CPTO": {may: can(CanWrite)},
		"RMDA": {on: func(c *Config) bool { return c.RMDA }, may: can(CanDelete)},
		"MFMT": {may: canSet(storage.CanSetTime)},
		"AVBL": {may: canTellSpace},

		"XQUOTA": {may: hasQuota},
		"MFCT": {may: func(s *session) bool { // rare, and not to be promised before login
			return s.account != nil && canSet(storage.CanSetBirth)(s)
		}},
		"MFF": {may: func(s *session) bool { return s.settable() != "" }},
	}
	siteGates = map[string]gate{
		"CHMOD": {may: canSet(storage.CanSetMode)},
		"UTIME": {may: canSet(storage.CanSetTime)},
		"CHOWN": {may: mayChown},
		"CHGRP": {may: mayChown},
		"UMASK": {may: func(s *session) bool {
			return s.account == nil || s.account.Can.Has(CanWrite) && s.account.FS.Features().Has(storage.CanSetMode)
		}},
		"WHO": {may: can(CanSeeSessions)},

		"COPY":    {may: can(CanWrite)},
		"CPFR":    {may: can(CanWrite)},
		"CPTO":    {may: can(CanWrite)},
		"MKDIR":   {may: can(CanWrite)},
		"RMDIR":   {may: can(CanDelete)},
		"SYMLINK": {may: canLink},
		"QUOTA":   {may: hasQuota},
	}
)

// can is the gate of what takes rights. Before login nobody lacks any.
func can(want Permissions) func(*session) bool {
	return func(s *session) bool { return s.account == nil || s.account.Can.Has(want) }
}

// canSet is the gate of what sets attributes, which not every storage can.
func canSet(want storage.Features) func(*session) bool {
	return func(s *session) bool {
		return s.account == nil || s.account.Can.Has(CanSetAttr) && s.account.FS.Features().Has(want)
	}
}

// mayChown is the gate of what changes owners, which few may.
func mayChown(s *session) bool {
	return s.account != nil && s.account.Can.Has(CanChown) && s.account.FS.Features().Has(storage.CanSetOwner)
}

// canLink is the gate of what makes symbolic links, which not every storage has.
func canLink(s *session) bool {
	if s.account == nil {
		return true
	}
	_, ok := storage.As[storage.Linker](s.account.FS)
	return ok && s.account.Can.Has(CanWrite)
}

// handlerOf returns the handler of a command or a subcommand of SITE; nil if
// there is none, or if it is off here.
func (s *session) handlerOf(c *ftp.Command) handler {
	h, g := s.row(c)
	if h == nil || g.on != nil && !g.on(&s.srv.cfg) {
		return nil
	}
	return h
}

// has reports whether the session really has a command, which is what FEAT and
// HELP show.
func (s *session) has(c *ftp.Command) bool {
	_, g := s.row(c)
	return s.handlerOf(c) != nil && (g.may == nil || g.may(s))
}

func (s *session) row(c *ftp.Command) (handler, gate) {
	r := served()[c]
	return r.handler, r.gate
}

// serving is what there is to a row of the command tables.
type serving struct {
	handler handler
	gate    gate
}

// served has all, so that each command takes but one look.
var served = sync.OnceValue(func() map[*ftp.Command]serving {
	all := make(map[*ftp.Command]serving)
	for _, c := range ftp.Commands() {
		all[c] = serving{handlers[c.Name], gates[c.Name]}
	}
	for _, c := range ftp.SiteCommands() {
		all[c] = serving{siteHandlers[c.Name], siteGates[c.Name]}
	}
	return all
})

// featLines has the commands whose line in FEAT says more than the table does,
// or that have one only at times: "" is none.
var featLines = map[string]func(s *session) string{
	"LANG": (*session).langFeature,
	"MFF":  func(s *session) string { return "MFF " + s.settable() },
	"MLST": (*session).mlstFeature,
	"HASH": func(s *session) string { return "HASH " + s.hashFeature() },
}

// featLine returns the line of a command in FEAT, or "".
func (s *session) featLine(c *ftp.Command) string {
	if !s.has(c) {
		return ""
	}
	if f := featLines[c.Name]; f != nil {
		return f(s)
	}
	return c.Feat
}
