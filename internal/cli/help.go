package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

type helpCmd struct {
	Topic string `arg:"" optional:"" name:"topic" help:"A command, or one of: exit-codes, urls, tls, proxies, types, clients, json."`
}

// topicRow is a line of a table in a help text.
type topicRow struct{ key, text string }

func (c *helpCmd) Run(s *stdio, model *kong.Application) error {
	if text, ok := topics()[c.Topic]; ok {
		_, err := io.WriteString(s.out, text)
		return err
	}
	args := []string{"--help"}
	if c.Topic != "" {
		known := false
		for _, child := range model.Children {
			known = known || child.Name == c.Topic
		}
		if !known {
			return usagef("there is no help on %q: it is a command, or one of exit-codes, urls, tls, proxies, types, clients, json", c.Topic)
		}
		args = []string{c.Topic, "--help"}
	}
	run(args, s)
	return nil
}

func topics() map[string]string {
	return map[string]string{"exit-codes": exitCodeText(), "urls": urlText, "tls": tlsText, "proxies": proxyText(), "types": typeText, "clients": clientText(), "json": jsonText}
}

// exitCodeText is the table of exit codes as help shows it.
func exitCodeText() string {
	var b strings.Builder
	b.WriteString("Exit codes of ferry:\n\n")
	for _, r := range exitCodes() {
		fmt.Fprintf(&b, "  %-4s %s\n", r.key, r.text)
	}
	return b.String()
}

const urlText = `A URL of ferry:

  ftp://[USER[:PASSWORD]@]HOST[:PORT]/PATH      TLS where the server has it
  ftpes://[USER[:PASSWORD]@]HOST[:PORT]/PATH    with TLS, by AUTH TLS
  ftps://[USER[:PASSWORD]@]HOST[:PORT]/PATH     with TLS from the first octet, port 990

  ftp://host/pub/file        a path below the folder that the login leads to
  ftp://host/%2Fetc/motd     a path from the root of the server
  ftp://host/pub/            a folder: the slash at the end says so
  ftp://bob@host:2121/       another user than anonymous, another port than 21
  ftp://[2001:db8::1]/       an IPv6 address

Whatever else than letters, digits and -._~ stands in USER, PASSWORD or PATH may
be written as % and two hexadecimal digits; %, @ and : in a password must be.
"?" and "#" are ordinary in a path. A password is better left out of the URL,
where others can see it: ferry asks for it, reads it from ~/.netrc, from the
environment variable FERRY_PASSWORD or from --password-file. It never prints it.
`

const jsonText = `With --json, ferry writes one JSON object per line to standard output. Fields
that are not known are left out; new ones may come. Names that are not UTF-8 are
exact in "url" only.

ls, stat: an object per file
  url, name          name is relative to the folder that is listed
  kind               file, dir, symlink, other, unknown
  size               in octets
  modified, created  in UTC, as in 2026-01-02T15:04:05Z
  mode, owner, group, target, unique

hash: an object per file
  url, name, algorithm
  hash               in hexadecimal

du: an object per folder
  url, size          in octets

df: one object; what the server does not tell is left out, and so is no limit
  url, available     in octets
  files, max_files, octets, max_octets   the quota

features: an object on the protection of the connection, if it has any
  tls                version, cipher, resumed; certificate: subject, issuer, names,
                     from, until, key; trusted: authority, pin, remembered, learnt
                     or nobody
and an object per feature
  name, value        as FEAT has them
  text, ref          what it is, and where that is written

trust: an object per server, of the list
  host, port, key    the key as in sha256//BASE64
  day                on which it was remembered
and of what a server shows
  host, port, version
  subject, issuer, names, from, until, key
  problem            why the certificate cannot be verified
  remembered         the key that is remembered

doctor: an object per finding, as soon as it is there
  check              what was examined, as in "passive.epsv"
  verdict            ok, note, warn or fail
  text, advice       what was found, and what to do about it

bench: an object per kind of load, as soon as it is done. Times are in seconds
  kind               as --only has it; "end" is the last object, which is another
  skipped            why it was not done; the rest is 0 then
  connections, reached   how many were asked for, and how many there were
  seconds            that were measured
  count              operations that went well within that time
  unfinished         operations that were under way when the time was up
  octets             of files and listings that crossed within that time
  latency            of the count: min, mean, p50, p90, p99, max; null is none
  errors             how many, the warm-up included, by the code of the reply or
                     one of timeout, refused, lost and other
  reasons            the first of each
  stopped            why it ended before its time
  cpu                of a processor that ferry itself used; -1 if not known
and at the end
  kind               "end"
  seconds, exit      how long it all took, and the exit code of the command

check: one object, in many lines. Times are in seconds
  format             "ferry-conformance-1"; another number has another meaning
  subject            what was checked
  banner, system     its greeting, and its answer to SYST
  began, took
  summary            passed, failed, not_offered, not_run: how many items; and the
                     same in levels, by MUST, SHOULD, SHOULD NOT and MAY
  notes              of each: text; lack (server, tls, login or write); left_out,
                     the items that were not run for it
  results            of each item: id, group, level, do, expect; sources, with name
                     and url; verdict, as in "not offered"; reason, took, dialogue
  dialogue           of each line: at (since the item began), conn, text and way
                     (sent, received, happened); at most 400 lines of 500 octets

put --unique: an object
  url                of what was stored

get, put, cp: an object per event
  event   started, progress, note, and for each file one of finished, skipped,
          failed; at the very end of it all, end
  url, local   the file, without password; local is relative to the folder of
          the copy. Of cp: url is the copy, and from the file that is copied
  size    of the file: started (if known), finished
  done    how much of the copy is there: started (0, or where it goes on), progress
  moved   how much was copied just now: finished, end
  seconds that took: finished
  text    why: skipped, note
  error, exit   what went wrong, and the exit code for it: failed
  files   how many were copied: end
  exit    the exit code of the command: end

mirror: an object per event; with --dry-run, planned, failed and end alone
  event   planned; started and progress of a copy; retrying, note; for each step one
          of finished, skipped, failed; at the end of it all (with --watch, of each
          round), end
  op      skip, mkdir, copy, link, touch (set the time), remove
  name    below both folders
  from, to   the file at either side: a URL without password, or a path
  reason  why: planned
  target  of a link: planned
  size    of the file: planned, started, finished
  done    how much of the copy is there: started (0, or where it goes on), progress
  moved   how much was copied just now: finished, end
  seconds that took: finished, end; or until the next try: retrying
  text    why: skipped, note
  error, exit   what went wrong, and the exit code for it: failed; retrying has error
  copied, made, linked, touched, removed   how many steps were done: end
  same    copies that were not needed any more: end
  skipped, failed   how many: end
  resumed   octets that were there from an earlier run: end
  steps   how many: end of --dry-run
  exit    the exit code of the command: end
`
