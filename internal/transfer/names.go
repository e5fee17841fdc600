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
	maxBase    = 255 // octets in a name on the usual disks
)

// partNames returns where the part of a file and its facts are kept: beside it.
// A name that would become too long is cut and made unique by a hash.
func partNames(name string) (part, side string) {
	dir, base := storage.Split(name)
	if len(base)+len(sideSuffix) > maxBase {
		sum := sha256.Sum256([]byte(base))
		base = strings.ToValidUTF8(base[:maxBase-len(sideSuffix)-17], "_") + "~" + hex.EncodeToString(sum[:8])
	}
	base = storage.Join(dir, base)
	return base + partSuffix, base + sideSuffix
}

// reserved reports whether base is a name that only a part may have.
func reserved(base string) bool {
	return strings.HasSuffix(base, partSuffix) || strings.HasSuffix(base, sideSuffix)
}
