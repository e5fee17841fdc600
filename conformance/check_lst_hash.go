package conformance

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"regexp"
	"slices"
	"strings"
)

// lstHashChecks are about HASH and its like, and RANG (draft-bryan-ftp-hash,
// draft-bryan-ftp-range).
var lstHashChecks = map[string]check{
	"LST-46": {needs: files, try: func(t *trial) {
		t.feature("HASH")
		c := t.login()
		content := "what is to be hashed\n"
		c.file("f", content)
		r := c.want("HASH f", 213)
		// Servers that compute for long keep the connection alive with lines before it.
		m := hashAnswer.FindStringSubmatch(r.lines[len(r.lines)-1])
		if m == nil || m[5] != "f" {
			t.fail("HASH f was answered %s, and not by an algorithm, the range as 0-%d, the hash in hexadecimal, and f", r, len(content))
		}
		want, ok := digest(m[1], content)
		if !ok {
			t.notRun("HASH f was answered %s, and %s is no algorithm that the checker knows", r, m[1])
		}
		// Whether the end is the last octet or the one behind it, drafts and servers differ.
		if m[2] != "0" || m[3] != fmt.Sprint(len(content)) && m[3] != fmt.Sprint(len(content)-1) {
			t.fail("HASH f was answered %s, in which the range is not that of %d octets", r, len(content))
		}
		if !strings.EqualFold(m[4], want) {
			t.fail("HASH f was answered %s; the %s of the file is %s", r, m[1], want)
		}
	}},
	"LST-47": {needs: files, try: func(t *trial) {
		offered := strings.FieldsFunc(t.feature("HASH"), func(r rune) bool { return r == ';' || r == ' ' || r == '\n' })
		c := t.login()
		c.file("f", "one")
		is := func(want, after string) {
			if r := c.want("OPTS HASH", 200); !strings.EqualFold(strings.TrimSpace(r.text()), want) {
				t.fail("%s OPTS HASH was answered %s: it has to tell %s", after, r, want)
			}
		}
		i := slices.IndexFunc(offered, func(name string) bool { return strings.HasSuffix(name, "*") })
		if i < 0 {
			t.fail("in FEAT HASH has %q, in which no asterisk says what is in use", offered)
		}
		is(strings.TrimSuffix(offered[i], "*"), "at first")
		for i := range offered {
			offered[i] = strings.ToUpper(strings.TrimSuffix(offered[i], "*"))
		}
		other := offered[0]
		if slices.Contains(offered, "MD5") {
			other = "MD5"
		}
		c.want("OPTS HASH "+other, 200)
		is(other, "after OPTS HASH "+other)
		c.want("OPTS HASH X", 501, 504)
		is(other, "after OPTS HASH X, which was refused,")
		// What else is in the answer is another item's matter.
		if r := c.want("HASH f", 213); !strings.Contains(strings.ToUpper(r.text()), other+" ") {
			t.fail("after OPTS HASH %s HASH f was answered %s", other, r)
		}
	}},
	"LST-48": {needs: files, try: func(t *trial) {
		c := t.login()
		content := "what is to be hashed\n"
		c.file("f", content)
		unknown, known := "", 0
		for _, ask := range [][2]string{{"XCRC", "CRC32"}, {"XMD5", "MD5"}, {"XSHA256", "SHA-256"}} {
			line := ask[0] + " f"
			r := c.ask(line)
			if r.is(500, 502) {
				unknown = line + " was answered " + r.String()
				continue
			}
			known++
			c.judge(line, r, 213, 250)
			want, _ := digest(ask[1], content)
			if !slices.ContainsFunc(strings.Fields(r.text()), func(word string) bool {
				// Some leave out the zeros at the beginning of a CRC.
				return strings.EqualFold(word, want) || ask[0] == "XCRC" && len(word) > 4 && strings.EqualFold(word, strings.TrimLeft(want, "0"))
			}) {
				t.fail("%s was answered %s; the %s of the file is %s", line, r, ask[1], want)
			}
		}
		if known == 0 {
			t.notOffered("%s", unknown)
		}
	}},
	"LST-49": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("f", "0123456")
		c.want("RANG 1 3", 350)
		c.holds("f", "123")
		c.holds("f", "0123456") // it is for one transfer
	}},
	"LST-50": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("f", "0123456")
		c.want("RANG 1 3", 350)
		c.want("RANG 1 0", 350)
		c.holds("f", "0123456")
	}},
	"LST-51": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("f", "0123456")
		c.want("TYPE A", 200)
		c.want("RANG 1 3", 551, 501)
		c.holds("f", "0123456")
	}},
}

// hashAnswer is what follows 213: the algorithm, the range, the digest, the path.
var hashAnswer = regexp.MustCompile(`^(\S+) (\d+)-(\d+) ([0-9A-Fa-f]+) (.+)$`)

// digest is a hash in hexadecimal.
func digest(algorithm, content string) (sum string, ok bool) {
	b := []byte(content)
	switch strings.ToUpper(algorithm) {
	case "CRC32":
		return fmt.Sprintf("%08x", crc32.ChecksumIEEE(b)), true
	case "MD5":
		sum := md5.Sum(b)
		return hex.EncodeToString(sum[:]), true
	case "SHA-1":
		sum := sha1.Sum(b)
		return hex.EncodeToString(sum[:]), true
	case "SHA-224":
		sum := sha256.Sum224(b)
		return hex.EncodeToString(sum[:]), true
	case "SHA-256":
		sum := sha256.Sum256(b)
		return hex.EncodeToString(sum[:]), true
	case "SHA-384":
		sum := sha512.Sum384(b)
		return hex.EncodeToString(sum[:]), true
	case "SHA-512":
		sum := sha512.Sum512(b)
		return hex.EncodeToString(sum[:]), true
	}
	return "", false
}
