// Package storagetest is the contract of storage.FS as a test: Run checks an
// implementation, RunModel compares it with another one over random operations,
// and RunWrapper checks that a wrapper forwards the optional interfaces.
//
// Each check is a subtest with a stable name ("parts/end-rename") and states
// the rule that it checks when it fails.
package storagetest

import (
	"context"
	"io/fs"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// Options describes the FS to be checked. One of New and Filled is required.
type Options struct {
	// New returns an empty FS that may be written to. It is called once for
	// each check and releases what it holds by t.Cleanup.
	New func(t testing.TB) storage.FS

	// Filled returns an FS that holds these files: contents by name, and a
	// directory for each name that ends in a slash. It is used for an FS that
	// cannot be written to. Where New is nil, only the checks that read are
	// run, and one that everything else is refused with fs.ErrPermission.
	Filled func(t testing.TB, files map[string]string) storage.FS

	// Features is what the FS must promise. Zero: whatever it says itself.
	Features storage.Features

	// Names reports whether the FS can hold a name that is valid but odd (not
	// UTF-8, say); one that it cannot hold must be refused with
	// storage.ErrName. Nil: it can hold all.
	Names func(name string) bool

	// Precision is that of the times of the FS. Zero is a millisecond.
	Precision time.Duration

	// Symlink makes a symbolic link. Nil: links are not checked.
	Symlink func(fsys storage.FS, target, name string) error

	// Synctest runs each check in a synctest bubble, New included. Checks that
	// need time to pass are only run so.
	Synctest bool

	// Remote is for an FS at the other end of a protocol that says less than
	// the contract. These rules, and no others, are then relaxed:
	//
	//   - ErrNotDir, ErrIsDir, ErrNotEmpty, ErrOffset and fs.ErrExist may be
	//     any *fs.PathError: one reply stands for many of them.
	//   - Suspend may lose some of the last octets written.
	//   - Abort of an Append may leave a part of what was written.
	//   - The name of Exclusive may be reserved only from Commit on.
	//   - CreateOptions.Perm and Form may be ignored.
	//   - The times and modes of directories may be fixed.
	//   - CreateOptions.Len may be errors.ErrUnsupported.
	//   - Stat and List may show a kept part instead of the file it replaces,
	//     and parts may belong to the connection instead of to an Owner.
	Remote bool

	many int // how many entries a large directory has; 0 is some thousands, and with -short some hundreds
}

// Two owners of parts.
const (
	anna = "anna"
	bert = "bert"
)

// check is one rule and how to find out whether it is kept.
type check struct {
	name  string            // of the subtest
	rule  string            // in words
	needs storage.Features  // promises without which the rule says nothing
	parts bool              // the rule is about parts kept aside
	time  bool              // the rule is about time that passes
	links bool              // the rule is about symbolic links
	local bool              // the rule does not bind a Remote FS
	reads bool              // the check does not write, but has its files made
	files map[string]string // the tree to begin with, as in Options.Filled
	run   func(c *env)
}

// checks returns the whole contract.
func checks() []check {
	var all []check
	for _, group := range [][]check{
		nameChecks(), statChecks(), listChecks(), openChecks(), createChecks(),
		endingChecks(), appendChecks(), resumeChecks(), partChecks(), partEndChecks(),
		mkdirChecks(), removeChecks(), renameChecks(), attrChecks(), identityChecks(), concurrentChecks(),
		contextChecks(), linkChecks(), spaceChecks(), copyChecks(), symlinkChecks(), batchChecks(),
	} {
		all = append(all, group...)
	}
	return all
}

// Run checks the FS that o describes against the whole contract.
func Run(t *testing.T, o Options) {
	if o.New == nil {
		t.Run("readonly/refuses", func(t *testing.T) { runCheck(t, o, refuses()) })
	}
	for _, k := range checks() {
		if o.New != nil || k.reads {
			t.Run(k.name, func(t *testing.T) { runCheck(t, o, k) })
		}
	}
}

// runCheck runs one check, in a bubble if that is asked for.
func runCheck(t *testing.T, o Options, k check) {
	switch {
	case k.time && !o.Synctest:
		t.Skip("needs Options.Synctest")
	case k.links && o.Symlink == nil:
		t.Skip("needs Options.Symlink")
	case k.local && o.Remote:
		t.Skip("does not bind a remote file system")
	case o.Synctest:
		synctest.Test(t, func(t *testing.T) { k.on(t, o) })
	default:
		k.on(t, o)
	}
}

// on runs k on a fresh FS.
func (k check) on(t testing.TB, o Options) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Logf("the rule: %s", k.rule)
		}
	}()
	c := newEnv(t, o, k.files)
	if !c.feat.Has(k.needs) {
		t.Skip("the file system does not promise what this is about")
	}
	if _, ok := storage.As[storage.Pender](c.fsys); k.parts && !ok {
		t.Skip("the file system keeps no parts aside")
	}
	k.run(c)
}

// env is what a check works with.
type env struct {
	testing.TB
	o    Options
	fsys storage.FS
	feat storage.Features
	ctx  context.Context
}

func newEnv(t testing.TB, o Options, files map[string]string) *env {
	t.Helper()
	if o.many == 0 {
		if o.many = 3000; testing.Short() {
			o.many = 600
		}
	}
	c := &env{TB: t, o: o, ctx: t.Context()}
	if o.New == nil {
		c.fsys = o.Filled(t, files)
	} else {
		c.fsys = o.New(t)
	}
	c.feat = c.fsys.Features()
	if o.Features != 0 && c.feat != o.Features {
		t.Errorf("Features() = %b, want %b", c.feat, o.Features)
	}
	if o.New != nil {
		c.fill(files)
	}
	return c
}

// refuses is the contract of an FS that cannot be written to.
func refuses() check {
	return check{
		name: "readonly/refuses",
		rule: "an FS that cannot be written to promises nothing about writing and answers fs.ErrPermission",
		files: map[string]string{
			"file": "contents", "dir/": "",
		},
		run: func(c *env) {
			writing := storage.Atomic | storage.Durable | storage.CanResume | storage.CanAppend |
				storage.AtomicRename | storage.CanSetTime | storage.CanSetMode | storage.CanSetBirth | storage.CanSetOwner
			if got := c.feat & writing; got != 0 {
				c.Errorf("Features() has %b of the promises about writing", got)
			}
			for _, call := range writeCalls("file", "dir", "new") {
				c.wantErr(call.what, call.do(c.ctx, c.fsys), call.name, fs.ErrPermission)
			}
			c.wantFile("file", "contents")
			c.wantNames(".", "dir", "file")
		},
	}
}
