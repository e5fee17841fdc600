package ftpclient

import (
	"strings"
	"time"
)

// slowLimit is how long a server may take over a command that reads or writes whole
// files. That it lives is seen by the keep-alive probes meanwhile.
const slowLimit = time.Hour

// slow are those commands.
var slow = map[string]bool{
	"HASH": true, "XCRC": true, "XMD5": true, "XSHA": true, "XSHA1": true, "XSHA256": true, "XSHA512": true,
	"MD5": true, "MMD5": true, "COMB": true, "CPTO": true, "DSIZ": true, "RMDA": true,
	"SITE COPY": true, "SITE CPTO": true, "SITE RMDIR": true,
}

// patience is how long the reply may take where one usually takes limit at most; 0
// is without limit.
func (q *request) patience(limit time.Duration) time.Duration {
	verb := q.verb
	if verb == "SITE" && len(q.args) > 0 {
		sub, _, _ := strings.Cut(q.args[0], " ")
		verb += " " + strings.ToUpper(sub)
	}
	if limit > 0 && slow[verb] {
		return max(limit, slowLimit)
	}
	return limit
}
