package conformance

import (
	"slices"
	"strings"
)

// dirInfoChecks are about what a server says about itself and its files on the control
// connection.
var dirInfoChecks = map[string]check{
	"DIR-30": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("SMNT "+encodeTelnet(c.pwd()), 250, 202, 502, 550)
		c.alive()
	}},
	"DIR-31": {needs: needLogin, try: func(t *trial) {
		r := t.login().want("SYST", 215)
		word, _, _ := strings.Cut(strings.TrimSpace(r.text()), " ")
		if !assigned(word) {
			t.fail("SYST was answered %s, and %q is no assigned name of an operating system", r, word)
		}
	}},
	"DIR-32": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("HELP", 214, 211)
		c.alive()
	}},
	"DIR-33": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("HELP RETR", 214, 211)
		c.want("HELP NOSUCH", 501, 502, 504, 214)
		c.alive()
	}},
	"DIR-34": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		r := c.ask("HELP SITE")
		own := c.ask("SITE HELP")
		if r.is(501, 502, 504) && own.is(500, 501, 502, 504) {
			t.notOffered("HELP SITE was answered %s, and SITE HELP %s", r, own)
		}
		c.judge("HELP SITE", r, 214, 211)
		words, known := commandWords(r), siteWords
		if own.is(214, 200, 211) {
			known = slices.Concat(known, commandWords(own))
		}
		if !slices.ContainsFunc(words, func(w string) bool { return slices.Contains(known, w) }) {
			t.fail("HELP SITE was answered %s, in which there is no command of SITE, as CHMOD or HELP", r)
		}
	}},
	"DIR-35": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		image := c.want("STAT", 211)
		for _, word := range []string{"TYPE", "STRU", "MODE"} {
			if !strings.Contains(strings.ToUpper(image.text()), word) {
				t.fail("STAT tells %q, in which there is no %s", image.text(), word)
			}
		}
		c.want("TYPE A", 200)
		if a, i := linesWith(c.want("STAT", 211), "TYPE"), linesWith(image, "TYPE"); a == i {
			t.fail("STAT tells %q under TYPE A as under TYPE I", a)
		}
	}},
	"DIR-36": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MKD d", 257)
		c.file("d/first", "1")
		c.file("d/second", "22")
		r := c.want("STAT d", 212, 213, 211)
		for _, name := range []string{"first", "second"} {
			if !strings.Contains(r.text(), name) {
				t.fail("STAT d was answered %s: there is no %s in it, which is in d", r, name)
			}
		}
		c.alive()
	}},
	"DIR-37": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("STAT missing", 450, 550)
		c.alive()
	}},
	"DIR-45": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("NOOP", 200)
		c.alive()
	}},
}

// linesWith are the lines of a reply that have a word.
func linesWith(r reply, word string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(r.lines), func(line string) bool {
		return !strings.Contains(strings.ToUpper(line), word)
	}), "\n")
}

// commandWords are the words of a reply that may be commands: all in upper case, and not
// SITE itself.
func commandWords(r reply) []string {
	words := strings.FieldsFunc(r.text(), func(c rune) bool { return c <= ' ' || strings.ContainsRune("<>[](){}|,;:*\"'", c) })
	return slices.DeleteFunc(words, func(w string) bool {
		return w == "SITE" || w == "HELP" || len(w) < 3 || strings.ToUpper(w) != w || strings.ToLower(w) == w
	})
}

// siteWords are commands of SITE that many servers have.
var siteWords = []string{
	"ALIAS", "BLKSIZE", "CHGRP", "CHMOD", "CHOWN", "COPY", "CPFR", "CPTO", "DIRSTYLE", "EXEC", "GPASS", "GROUP", "IDLE",
	"INDEX", "LRECL", "MINFO", "MKDIR", "MSG", "NEWER", "PSWD", "QUOTA", "RECFM", "RMDIR", "SYMLINK", "TIME", "UMASK",
	"UTIME", "WHO", "ZONE",
}
