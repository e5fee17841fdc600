package transfer

import (
	"context"

	"golang.org/x/time/rate"
)

// Pace returns what bounds the octets of all copies that it is the Limit of together, to
// so many a second; nil, which is no limit, where that is 0 or less.
func Pace(octets int64) func(ctx context.Context, n int) error {
	if octets <= 0 {
		return nil
	}
	// What may go at once is a quarter of a second's worth: enough not to be slower than
	// what was asked for, and little enough not to be felt.
	burst := int(min(max(octets/4, 1), 256<<10))
	limiter := rate.NewLimiter(rate.Limit(octets), burst)
	return func(ctx context.Context, n int) error {
		for n > 0 {
			part := min(n, burst)
			if err := limiter.WaitN(ctx, part); err != nil {
				return err
			}
			n -= part
		}
		return nil
	}
}
