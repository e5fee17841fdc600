package ftpserver

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// cmdHash answers with the digest of a file, or of the range that RANG or REST
// has set (draft-bryan-ftpext-hash).
func (s *session) cmdHash(arg string) answer {
	dg, err := s.digestOf(arg, s.hashAlg)
	if errors.Is(err, storage.ErrIsDir) {
		return s.say(ftp.CodeBadName, "Not a file.")
	}
	if err == nil {
		dg.first = s.prior.restart.at.Off
		if sp := s.prior.span; sp.set {
			dg.first, dg.end = sp.first, min(sp.first+sp.len(), dg.end)
		}
		if dg.first > dg.info.Size || s.prior.span.set && dg.first == dg.info.Size {
			err = storage.ErrOffset
		}
	}
	if err != nil {
		return s.replyFor("HASH", err)
	}
	return s.digest("HASH", dg, func(sum string) answer {
		// The end is not in the range, unlike RANG's: so ProFTPD has it.
		text := fmt.Sprintf("%s %d-%d %s %s", dg.alg, dg.first, dg.end, sum, arg)
		return plain(ftp.CodeFileStatus, text)
	})
}

// optsHash shows or chooses the algorithm of HASH.
func (s *session) optsHash(arg string) answer {
	if arg != "" {
		alg := strings.ToUpper(arg)
		if !slices.Contains(storage.HashNames(), alg) {
			return s.say(ftp.CodeBadArgument, "No such algorithm; FEAT shows which there are.")
		}
		s.hashAlg = alg
	}
	return plain(ftp.CodeOK, s.hashAlg)
}

// hashFeature is what FEAT says of HASH: the algorithms, and which one is chosen.
func (s *session) hashFeature() string {
	names := storage.HashNames()
	names[slices.Index(names, s.hashAlg)] += "*"
	return strings.Join(names, ";")
}

// digestOf prepares to compute the digest of all of a file.
func (s *session) digestOf(arg, alg string) (digest, error) {
	dg := digest{fs: s.account.FS, name: s.name(arg), alg: alg}
	info, err := dg.fs.Stat(s.ctx, dg.name)
	switch {
	case err != nil:
		return dg, err
	case info.IsDir():
		return dg, storage.PathError("hash", dg.name, storage.ErrIsDir)
	}
	if _, part := s.part(dg.name); part {
		// To read the file would end the part that this client has begun to replace
		// it by, which is also what SIZE speaks of.
		return dg, storage.PathError("hash", dg.name, storage.ErrBusy)
	}
	dg.info, dg.end = info, info.Size
	return dg, known(info)
}

// digest computes one digest and has reply make an answer of its digits.
func (s *session) digest(verb string, dg digest, reply func(sum string) answer) answer {
	return s.work(verb, "/"+dg.name, dg.end-dg.first, func(ctx context.Context, done *atomic.Int64) (answer, error) {
		sum, err := s.srv.digests.sum(ctx, dg, done)
		if err != nil {
			return answer{}, err
		}
		return reply(hex.EncodeToString(sum)), nil
	})
}
