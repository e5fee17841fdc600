package conformance

import "context"

// ItemOf returns the ID of the item that a connection is made for, of the context that
// Network is given; "" is none.
func ItemOf(ctx context.Context) string {
	id, _ := ctx.Value(itemKey{}).(string)
	return id
}

// HasCheck reports whether there is a check of an item.
func HasCheck(id string) bool { _, ok := checks[id]; return ok }
