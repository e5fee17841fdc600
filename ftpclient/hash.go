package ftpclient

import (
	"context"
	"encoding/hex"
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// elders are the commands of before HASH, each with its algorithm.
var elders = []struct{ alg, verb string }{
	{"SHA-256", "XSHA256"}, {"SHA-512", "XSHA512"}, {"SHA-1", "XSHA1"}, {"SHA-1", "XSHA"},
	{"MD5", "XMD5"}, {"MD5", "MD5"}, {"CRC32", "XCRC"},
}

// Hash has the server hash a file, or a range of it: by HASH
// (draft-bryan-ftpext-hash) if FEAT lists the algorithm, else by the command of
// the algorithm's own, XSHA256 and others. errors.ErrUnsupported where there is
// none, and for a range that only RANG could name where there is none. What the
// server answers is only taken for the hash if it is of that algorithm and length.
func (cl *Client) Hash(ctx context.Context, name, alg string, r storage.Range) ([]byte, error) {
	if v := cl.view(ctx); v != nil {
		h, _ := storage.As[storage.Hasher](v)
		if h == nil {
			return nil, pathError("hash", name, errors.ErrUnsupported)
		}
		return h.Hash(ctx, name, alg, r)
	}
	path, err := cl.path(name)
	if err == nil && name == "." {
		err = storage.ErrIsDir
	}
	if err == nil && (r.Off < 0 || r.Len < 0) {
		err = storage.ErrOffset
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, pathError("hash", name, err)
	}
	var sum []byte
	err = cl.do(ctx, true, func(c *Conn) error {
		sum, err = c.hash(ctx, path, alg, r)
		return err
	})
	if err != nil {
		return nil, pathError("hash", name, cl.diagnose(ctx, name, err, anyFile))
	}
	return sum, nil
}

// hash asks for the hash in the first way that the server has.
func (c *Conn) hash(ctx context.Context, path, alg string, r storage.Range) ([]byte, error) {
	h, ok := storage.NewHash(alg)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	whole := r.Off == 0 && r.Len == 0
	ranged := r.Len > 0 && r.Off <= math.MaxInt64-r.Len && c.srv.offersFeature("RANG") && c.srv.hashesRanges()
	if c.srv.offersFeature("HASH") && c.srv.listsHash(alg) && (whole || ranged) {
		sum, err := c.hashCommand(ctx, path, alg, r, h.Size())
		if !refusedVerb(err) {
			return sum, err
		}
	}
	for _, e := range elders {
		if e.alg != alg || !whole || !c.srv.offersFeature(e.verb) {
			continue
		}
		q := newRequest(e.verb, quoted(path))
		if e.verb == "MD5" {
			q = newRequest(e.verb, path)
		}
		if err := c.exchange(ctx, q); err != nil {
			return nil, err
		}
		if err := q.err(); refusedVerb(err) {
			continue
		} else if err != nil {
			return nil, err
		}
		sum := digestIn(q.reply, h.Size())
		if sum == nil {
			return nil, &ReplyError{Command: e.verb, Reply: q.reply}
		}
		return sum, nil
	}
	return nil, errors.ErrUnsupported
}

// quoted quotes a path that could be taken for one with something behind it.
func quoted(path string) string {
	if strings.ContainsAny(path, ` "`) {
		return ftp.QuotePath(path)
	}
	return path
}

// listsHash reports whether FEAT names an algorithm with HASH. The asterisk is at
// the one that is chosen at first.
func (s *server) listsHash(alg string) bool {
	for name := range strings.SplitSeq(s.features()["HASH"], ";") {
		if strings.EqualFold(strings.Trim(name, " *"), alg) {
			return true
		}
	}
	return false
}

// hashCommand sends HASH, with what has to be set for it: the algorithm, and TYPE I,
// since the hash is that of what would be sent.
func (c *Conn) hashCommand(ctx context.Context, path, alg string, r storage.Range, size int) ([]byte, error) {
	typ := c.setType(image)
	list := typ
	if c.hashing != alg {
		c.hashing = ""
		list = append(list, newRequest("OPTS", "HASH "+alg))
	}
	if len(list) > 0 {
		if err := c.exchange(ctx, list...); err != nil {
			return nil, err
		}
		if err := c.tookParams(image, typ); err != nil {
			return nil, err
		}
		if q := list[len(list)-1]; q.verb == "OPTS" {
			if err := q.err(); err != nil {
				return nil, err
			}
			c.hashing = alg
		}
	}
	q := newRequest("HASH", path)
	if r.Len == 0 {
		return c.hashAnswer(ctx, q, alg, r, size)
	}
	rang := newRequest("RANG", strconv.FormatInt(r.Off, 10)+" "+strconv.FormatInt(r.Off+r.Len-1, 10))
	if err := c.exchange(ctx, rang); err != nil {
		return nil, err
	}
	if err := rang.err(); err != nil {
		return nil, err
	}
	sum, err := c.hashAnswer(ctx, q, alg, r, size)
	if err != nil {
		c.shut() // RANG may still be in force, for the next RETR then
	}
	if err != nil && wholeHash(q.reply, alg, size) {
		c.srv.learnWholeHash()
		return nil, errors.ErrUnsupported
	}
	return sum, err
}

// hashAnswer sends HASH and reads the answer.
func (c *Conn) hashAnswer(ctx context.Context, q *request, alg string, r storage.Range, size int) ([]byte, error) {
	if err := c.exchange(ctx, q); err != nil {
		return nil, err
	}
	if err := q.err(); err != nil {
		return nil, err
	}
	sum, end := hashIn(q.reply, alg, r, size)
	if sum != nil && r.Len > 0 && end < r.Off+r.Len-1 {
		// That is right if the file ends there.
		total, err := c.size(ctx, q.args[0])
		if lost(err) || ctx.Err() != nil {
			return nil, err
		}
		if err != nil || end != total && end != total-1 {
			sum = nil
		}
	}
	if sum == nil {
		return nil, &ReplyError{Command: "HASH", Reply: q.reply}
	}
	return sum, nil
}

// wholeHash reports whether r is the hash of the whole file.
func wholeHash(r ftp.Reply, alg string, size int) bool {
	sum, _ := hashIn(r, alg, storage.Range{}, size)
	return sum != nil
}

// learnWholeHash notes that HASH takes no notice of RANG, as in ProFTPD 1.3.8.
func (s *server) learnWholeHash() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wholeHash = true
}

func (s *server) hashesRanges() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.wholeHash
}

// hashReply is "SHA-256 0-49 6169... file": the algorithm, the range, the hash, and
// the path, which may be missing.
var hashReply = regexp.MustCompile(`^ *([^ ]+) +([0-9]+)-([0-9]+) +([0-9A-Fa-f]+)(?: |$)`)

// hashIn reads the reply to HASH, and where the range in it ends; nil if it is not
// the hash that was asked for.
func hashIn(r ftp.Reply, alg string, of storage.Range, size int) (sum []byte, end int64) {
	if !r.Code.OK() {
		return nil, 0
	}
	for _, line := range r.Lines {
		m := hashReply.FindStringSubmatch(strings.TrimPrefix(line, "213-"))
		if m == nil {
			continue
		}
		first, err1 := strconv.ParseInt(m[2], 10, 64)
		end, err2 := strconv.ParseInt(m[3], 10, 64)
		if err1 != nil || err2 != nil || first != of.Off || !sameHash(m[1], alg) {
			return nil, 0
		}
		// Whether the end is within the range, servers do not agree on.
		if of.Len > 0 && end > of.Off+of.Len {
			return nil, 0
		}
		sum, err := hex.DecodeString(m[4])
		if err != nil || len(sum) != size {
			return nil, 0
		}
		return sum, end
	}
	return nil, 0
}

// sameHash compares names of algorithms: ProFTPD lists SHA-1 and answers SHA1.
func sameHash(a, b string) bool {
	plain := func(s string) string { return strings.ReplaceAll(strings.ToUpper(s), "-", "") }
	return plain(a) == plain(b)
}

// digestIn finds the hash in the reply to one of the elders (213, 250, 251): the
// only word in it that can be one. A CRC may lack its leading zeros.
func digestIn(r ftp.Reply, size int) []byte {
	if !r.Code.OK() {
		return nil
	}
	var found []byte
	words := strings.Fields(r.Text())
	for i, word := range words {
		if size == 4 && i == len(words)-1 && len(word) < 8 {
			word = strings.Repeat("0", 8-len(word)) + word
		}
		sum, err := hex.DecodeString(word)
		if err != nil || len(sum) != size {
			continue
		}
		found = sum // of several, that behind the path
	}
	return found
}
