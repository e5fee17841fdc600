package mirror

import (
	"errors"

	"github.com/seed-6092453b/ferry/storage"
)

// wrongName refuses an entry that DST cannot have under its name.
func (m *merge) wrongName(src storage.Info) bool {
	if m.p.namer == nil {
		return false
	}
	err := m.p.namer.CheckName(m.ctx, m.p.dst.at(m.at(src)))
	if !errors.Is(err, storage.ErrName) {
		return false // what else is wrong is told by whoever makes it
	}
	m.refuse(storage.ErrName, src, nil, "DST can have nothing of that name; rename it, or leave it out")
	return true
}
