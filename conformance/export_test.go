package conformance

// ItemOf returns the ID of the item that a connection is made for; "" is none.
var ItemOf = itemOf

// HasCheck reports whether there is a check of an item.
func HasCheck(id string) bool { _, ok := checks[id]; return ok }
