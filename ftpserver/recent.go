package ftpserver

import "container/list"

// recent is a map that forgets what was not asked for the longest time, once it holds
// more than size. It is not safe for concurrent use.
type recent[K comparable, V any] struct {
	size  int
	byKey map[K]*list.Element // of recentEntry[K, V]
	order list.List           // the newest in front
}

type recentEntry[K comparable, V any] struct {
	key   K
	value V
}

func newRecent[K comparable, V any](size int) *recent[K, V] {
	return &recent[K, V]{size: size, byKey: make(map[K]*list.Element)}
}

func (r *recent[K, V]) get(key K) (V, bool) {
	e, ok := r.byKey[key]
	if !ok {
		var none V
		return none, false
	}
	r.order.MoveToFront(e)
	return e.Value.(recentEntry[K, V]).value, true
}

// getOr returns what get does, or else a new value, which it keeps.
func (r *recent[K, V]) getOr(key K, make func() V) V {
	if v, ok := r.get(key); ok {
		return v
	}
	v := make()
	r.byKey[key] = r.order.PushFront(recentEntry[K, V]{key, v})
	if len(r.byKey) > r.size {
		last := r.order.Back()
		delete(r.byKey, last.Value.(recentEntry[K, V]).key)
		r.order.Remove(last)
	}
	return v
}
