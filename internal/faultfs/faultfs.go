// Package faultfs is a storage.FS for tests that fails, or holds, chosen
// operations of another one.
package faultfs

import (
	"context"
	"io"
	"iter"
	"path"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/storage"
)

// Op is the kind of an operation.
type Op string

// The operations: the methods of storage.FS, Reader and Writer.
const (
	Stat    Op = "stat"
	List    Op = "list"
	Open    Op = "open"
	Create  Op = "create"
	Mkdir   Op = "mkdir"
	Remove  Op = "remove"
	Rename  Op = "rename"
	SetAttr Op = "setattr"
	Read    Op = "read"
	Close   Op = "close"
	Write   Op = "write"
	Sync    Op = "sync"
	Commit  Op = "commit"
	Suspend Op = "suspend"
	Abort   Op = "abort"
)

// Rule says which operations are hit, and what then happens to them. The zero
// Rule hits everything and does nothing.
type Rule struct {
	Op   Op     // "" is every operation
	Name string // a pattern of path.Match for the whole name; "" is every name

	// Nth, counted from 1, is the only hit that takes effect; 0 is all.
	Nth int

	// After is how many octets of the open file (Read, Write), or entries
	// (List), are let through before the rule begins to hit.
	After int64

	// Do, if not nil, is called at each hit, before the operation. It may
	// block; an error that it returns is the operation's.
	Do func(ctx context.Context) error

	// Err, if not nil, is what the operation fails with, without being done.
	Err error
}

// FS is inner with faults. Optional interfaces are those of inner, without
// faults.
type FS struct {
	inner storage.FS
	rules []*rule
}

type rule struct {
	Rule
	hits atomic.Int64
}

// New returns inner with faults by rules. Where several rules hit, all take
// effect in their order, up to the first that fails the operation.
func New(inner storage.FS, rules ...Rule) *FS {
	f := &FS{inner: inner}
	for _, r := range rules {
		if _, err := path.Match(r.Name, ""); err != nil {
			panic("faultfs: bad pattern " + r.Name)
		}
		f.rules = append(f.rules, &rule{Rule: r})
	}
	return f
}

// Unwrap returns the FS without faults.
func (f *FS) Unwrap() storage.FS { return f.inner }

// Features returns those of the FS without faults.
func (f *FS) Features() storage.Features { return f.inner.Features() }

func (r *rule) matches(op Op, name string) bool {
	if r.Op != "" && r.Op != op {
		return false
	}
	if r.Name == "" {
		return true
	}
	ok, _ := path.Match(r.Name, name)
	return ok
}

// hit applies the rules to an operation before which done octets, or entries,
// were let through.
func (f *FS) hit(ctx context.Context, op Op, name string, done int64) error {
	for _, r := range f.rules {
		if !r.matches(op, name) || done < r.After {
			continue
		}
		if n := r.hits.Add(1); r.Nth != 0 && n != int64(r.Nth) {
			continue
		}
		if r.Do != nil {
			if err := r.Do(ctx); err != nil {
				return storage.PathError(string(op), name, err)
			}
		}
		if r.Err != nil {
			return storage.PathError(string(op), name, r.Err)
		}
	}
	return nil
}

// clear returns how many of n octets, the first of which is number done, may be
// let through before the next rule hits.
func (f *FS) clear(op Op, name string, done int64, n int) int {
	for _, r := range f.rules {
		if r.matches(op, name) && done < r.After {
			n = int(min(int64(n), r.After-done))
		}
	}
	return n
}

func (f *FS) Stat(ctx context.Context, name string) (storage.Info, error) {
	if err := f.hit(ctx, Stat, name, 0); err != nil {
		return storage.Info{}, err
	}
	return f.inner.Stat(ctx, name)
}

func (f *FS) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		if err := f.hit(ctx, List, dir, 0); err != nil {
			yield(storage.Info{}, err)
			return
		}
		done := int64(0)
		for info, err := range f.inner.List(ctx, dir) {
			if !yield(info, err) {
				return
			}
			done++
			if err := f.hit(ctx, List, dir, done); err != nil {
				yield(storage.Info{}, err)
				return
			}
		}
	}
}

func (f *FS) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	if err := f.hit(ctx, Open, name, 0); err != nil {
		return nil, err
	}
	rd, err := f.inner.Open(ctx, name, r)
	if err != nil {
		return nil, err
	}
	return &reader{Reader: rd, f: f, ctx: ctx, name: name}, nil
}

func (f *FS) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	if err := f.hit(ctx, Create, name, 0); err != nil {
		return nil, err
	}
	w, err := f.inner.Create(ctx, name, o)
	if err != nil {
		return nil, err
	}
	hit := &writer{w: w, f: f, ctx: ctx, name: name}
	if at, ok := w.(io.WriterAt); ok {
		return &writerAt{hit, at}, nil
	}
	return hit, nil
}

func (f *FS) Mkdir(ctx context.Context, name string) error {
	if err := f.hit(ctx, Mkdir, name, 0); err != nil {
		return err
	}
	return f.inner.Mkdir(ctx, name)
}

func (f *FS) Remove(ctx context.Context, name string, want storage.Kind) error {
	if err := f.hit(ctx, Remove, name, 0); err != nil {
		return err
	}
	return f.inner.Remove(ctx, name, want)
}

func (f *FS) Rename(ctx context.Context, old, new string) error {
	if err := f.hit(ctx, Rename, old, 0); err != nil {
		return err
	}
	return f.inner.Rename(ctx, old, new)
}

func (f *FS) SetAttr(ctx context.Context, name string, a storage.Attr) error {
	if err := f.hit(ctx, SetAttr, name, 0); err != nil {
		return err
	}
	return f.inner.SetAttr(ctx, name, a)
}
