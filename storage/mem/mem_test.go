package mem_test

import (
	"testing"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

func TestContract(t *testing.T) {
	storagetest.Run(t, storagetest.Options{
		New:      func(testing.TB) storage.FS { return mem.New(mem.Options{Capacity: 1 << 30}) },
		Synctest: true,
		Symlink: func(fsys storage.FS, target, name string) error {
			return fsys.(*mem.FS).ForeignLink(target, name)
		},
	})
}

func TestModel(t *testing.T) {
	options := storagetest.Options{New: func(testing.TB) storage.FS { return mem.New(mem.Options{Capacity: 1 << 20}) }}
	storagetest.RunModel(t, options, func(testing.TB) storage.FS { return mem.New(mem.Options{}) })
}
