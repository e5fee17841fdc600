package storage

import "context"

// Quoter is implemented by an FS on which a quota may lie.
type Quoter interface {
	// Quota tells how much of the quota is used. errors.ErrUnsupported, as a
	// *fs.PathError about ".", where it turns out that there is none.
	Quota(ctx context.Context) (Usage, error)
}

// Usage is how much of a quota is used. More than is allowed may be: what was
// there before the limit was set stays.
type Usage struct {
	Files, MaxFiles   int64 // MaxFiles is -1 for no limit
	Octets, MaxOctets int64 // MaxOctets is -1 for no limit
}
