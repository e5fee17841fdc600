package ftpserver

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// xDigest returns the handler of XCRC or one of its kin. Servers answer them with
// 250 or with 213; more clients know 250.
func xDigest(verb, alg string) handler {
	return func(s *session, arg string) answer {
		a, err := ftp.ParseDigest(arg, func(path string) bool { return s.exists(s.name(path)) == nil })
		if err != nil {
			return s.usage(verb)
		}
		dg, err := s.digestOf(a.Path, alg)
		if err != nil {
			return s.replyFor(verb, err)
		}
		dg.first = a.Start
		if a.End >= 0 {
			dg.end = a.End
		}
		if dg.end > dg.info.Size || dg.first > 0 && dg.first >= dg.end {
			return s.say(ftp.CodeBadArgument, "The file has %d octets.", num(dg.info.Size))
		}
		return s.digest(verb, dg, func(sum string) answer {
			return plain(ftp.CodeActionDone, sum)
		})
	}
}

// cmdMD5 answers with the MD5 of a file (draft-twine-ftpmd5).
func (s *session) cmdMD5(arg string) answer {
	dg, err := s.digestOf(arg, "MD5")
	if err != nil {
		return s.noMD5("MD5", err)
	}
	return s.digest("MD5", dg, func(sum string) answer {
		return plain(ftp.CodeDigest, arg+" "+sum)
	})
}

// cmdMMD5 answers with the MD5 of several files, or says what is wrong with the
// first that has none.
func (s *session) cmdMMD5(arg string) answer {
	names, err := ftp.ParseNames(arg)
	if err != nil {
		return s.usage("MMD5")
	}
	var all []digest
	size := int64(0)
	for _, name := range names {
		dg, err := s.digestOf(name.Text, "MD5")
		if err != nil {
			return s.noMD5("MMD5", err)
		}
		all = append(all, dg)
		size += dg.end
	}
	return s.work("MMD5", arg, size, func(ctx context.Context, done *atomic.Int64) (answer, error) {
		var list []string
		for i, dg := range all {
			sum, err := s.srv.digests.sum(ctx, dg, done)
			if err != nil {
				return answer{}, err
			}
			list = append(list, names[i].String()+" "+hex.EncodeToString(sum))
		}
		return plain(ftp.CodeDigests, strings.Join(list, ", ")), nil
	})
}

// noMD5 is the reply to a file that has no digest; the draft has 504 for what is
// not a file.
func (s *session) noMD5(verb string, err error) answer {
	if errors.Is(err, storage.ErrIsDir) {
		return s.say(ftp.CodeNotForParameter, "Not a file.")
	}
	return s.replyFor(verb, err)
}
