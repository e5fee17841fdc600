package transfer

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

const (
	partSuffix = ".ferry-part"
	sideSuffix = partSuffix + ".json"
	oldSuffix  = partSuffix + ".old" // of an old file, while the new one gets its name
	maxBase    = 255                 // octets in a name on the usual disks

	// longest is how much longer the name of a part is, or of what belongs to it: the
	// number in one is an offset.
	longest = len(partSuffix) + len(".9223372036854775807")
)

// partNames returns where the part of a file and its facts are kept: beside it.
// An upload under a temporary name has the former alone.
// A name that would become too long is cut and made unique by a hash.
func partNames(name string) (part, side string) {
	dir, base := storage.Split(name)
	if len(base)+longest > maxBase {
		sum := sha256.Sum256([]byte(base))
		base = strings.ToValidUTF8(base[:maxBase-longest-17], "_") + "~" + hex.EncodeToString(sum[:8])
	}
	base = storage.Join(dir, base)
	return base + partSuffix, base + sideSuffix
}

// Temporary is the name under which a file is uploaded before it gets its own.
func Temporary(name string) string {
	part, _ := partNames(name)
	return part
}

// IsTemporary reports whether base, the last element of a name, is one that only a
// copy under way may have: that of a part or of its record, at either end, or of an
// old file that is just being replaced. Neither is to be copied, and what is left of
// them after a crash is for the next copy of the same file to take up.
func IsTemporary(base string) bool {
	i := strings.LastIndex(base, partSuffix)
	if i < 0 {
		return false
	}
	rest := base[i+len(partSuffix):]
	digits := len(rest) > 1 && rest[0] == '.' && strings.Trim(rest[1:], "0123456789") == ""
	return rest == "" || partSuffix+rest == sideSuffix || partSuffix+rest == oldSuffix || digits
}
