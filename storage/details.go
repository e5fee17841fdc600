package storage

import "context"

// Details are parts of an Info that take work to find out or to put into words: a
// directory may have a million entries.
type Details uint8

const (
	DetailStat    Details = 1 << iota // all but Name and what is named below
	DetailID                          // ID
	DetailVersion                     // Version and Fresh
	DetailOwner                       // Owner and Group
	DetailBirth                       // Birth

	AllDetails = DetailStat | DetailID | DetailVersion | DetailOwner | DetailBirth
)

type detailsKey struct{}

// WithDetails returns a context for a List, or a Writer's Commit, of which nobody looks at
// other details than these, so that the FS may leave them out. It is a hint, which an FS
// need not know. Without DetailStat nobody looks at anything but names.
func WithDetails(ctx context.Context, want Details) context.Context {
	if want&^DetailStat != 0 {
		want |= DetailStat
	}
	return context.WithValue(ctx, detailsKey{}, want)
}

// WantedDetails returns which details a List or a Commit is asked for: all, where
// WithDetails did not say less.
func WantedDetails(ctx context.Context) Details {
	if want, ok := ctx.Value(detailsKey{}).(Details); ok {
		return want
	}
	return AllDetails
}
