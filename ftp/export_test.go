package ftp

import "math/rand/v2"

// Combinations and Domain are for the tests that stand outside of the package,
// because they use what it may not import.
var Combinations = combinations

func Domain(c Codec, r *rand.Rand) []byte { return c.domain(r, min(size(r), 5000)) }
