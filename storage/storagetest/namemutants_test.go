package storagetest

import (
	"context"

	"github.com/seed-6092453b/ferry/storage"
)

// bentNamer says of every name the same.
type bentNamer struct {
	*bent
	err error
}

func (b *bentNamer) CheckName(_ context.Context, name string) error {
	return storage.PathError("check", name, b.err)
}

// nameMutants returns the mutants that concern Namer.
func nameMutants() []mutant {
	naming := func(err error) func(storage.FS) storage.FS {
		return func(in storage.FS) storage.FS { return &bentNamer{&bent{FS: in}, err} }
	}
	return []mutant{{"allows every name", naming(nil)}, {"allows no name", naming(storage.ErrName)}}
}
