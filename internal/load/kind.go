package load

import "context"

// Kind is a kind of load. Its text is what --only takes and JSON has.
type Kind string

// The kinds, in the order in which they are done.
const (
	Logins    Kind = "logins"     // connect, log in, say goodbye
	Noop      Kind = "noop"       // NOOP, which asks for nothing but an answer
	List      Kind = "list"       // a listing of the folder
	Upload    Kind = "upload"     // large files
	Download  Kind = "download"   // large files
	PutSmall  Kind = "put-small"  // small files, one after the other
	GetSmall  Kind = "get-small"  // likewise
	NoopBusy  Kind = "noop-busy"  // NOOP on every second connection, while the others transfer
	IdleConns Kind = "idle-conns" // silence, then a NOOP on all at once
)

// Kinds are all of them.
func Kinds() []Kind {
	var all []Kind
	for _, b := range behaviours {
		all = append(all, b.kind)
	}
	return all
}

// behaviour is what is done for a Kind.
type behaviour struct {
	kind Kind

	once    func(*worker, context.Context) error // one operation
	prepare func(*worker, context.Context) error // before all; nil: nothing
	lacks   func(*run) string                    // why it cannot be done; "" if it can; nil: it can

	bare   bool                                 // each operation makes its own connection
	most   int                                  // operations at most, unless Options.Count says more; 0: any number
	beside func(*worker, context.Context) error // what every second worker does instead, uncounted
	silent bool                                 // silence for the duration, then one for each connection
}

// mostLogins is how many logins are made unless more are asked for: some servers, and
// those who watch over them, take many for an attack.
const mostLogins = 100

var behaviours = []behaviour{
	{kind: Logins, once: (*worker).visit, bare: true, most: mostLogins},
	{kind: Noop, once: (*worker).noop},
	{kind: List, once: (*worker).list},
	{kind: Upload, once: (*worker).upload, lacks: (*run).mayNotWrite},
	{kind: Download, once: (*worker).download, prepare: (*worker).haveLarge, lacks: (*run).hasNothing},
	{kind: PutSmall, once: (*worker).putSmall, lacks: (*run).mayNotWrite},
	{kind: GetSmall, once: (*worker).getSmall, prepare: (*worker).haveSmall, lacks: (*run).mayNotWrite},
	{kind: NoopBusy, once: (*worker).noop, prepare: (*worker).haveLarge, beside: (*worker).download, lacks: (*run).cannotBeBusy},
	{kind: IdleConns, once: (*worker).noop, silent: true},
}

func (r *run) mayNotWrite() string {
	if r.scratch == "" {
		return "it writes, which needs --write"
	}
	return ""
}

func (r *run) hasNothing() string {
	if r.scratch == "" && r.file == "" {
		return "there is no file to download: the URL has to name one, or --write lets one be made"
	}
	return ""
}

func (r *run) cannotBeBusy() string {
	if r.o.Connections < 2 {
		return "it needs two connections"
	}
	return r.hasNothing()
}
