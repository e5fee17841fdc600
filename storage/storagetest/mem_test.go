package storagetest_test

import (
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

func init() {
	storagetest.NewMem = func() storage.FS { return mem.New(mem.Options{Capacity: 1 << 28}) }
}
