package storage

import "context"

// Namer is implemented by an FS that cannot have every name.
type Namer interface {
	// CheckName returns nil if the FS can make something called name, as far as that can
	// be told by the name alone, and else what Create and Mkdir would say: ErrName. It
	// may connect to find out, and changes nothing.
	CheckName(ctx context.Context, name string) error
}
