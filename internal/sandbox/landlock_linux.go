package sandbox

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"time"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// What may be done with files, and what in folders. Pipes and sockets may be
// made, for that is what renaming one takes; devices may not.
const (
	readFile  = ll.AccessFSReadFile
	readTree  = readFile | ll.AccessFSReadDir
	writeTree = readTree | ll.AccessFSWriteFile | ll.AccessFSTruncate | ll.AccessFSRefer |
		ll.AccessFSRemoveDir | ll.AccessFSRemoveFile |
		ll.AccessFSMakeDir | ll.AccessFSMakeReg | ll.AccessFSMakeSym |
		ll.AccessFSMakeFifo | ll.AccessFSMakeSock
)

// oldest is the first ABI under which files can be renamed from one folder to
// another (ll.AccessFSRefer). Below, that is refused whatever the rules say.
const oldest = 2

// handled are the rights that are refused where no rule grants them: all that the
// ABI knows, but for two. The network stays open. So do sockets in the file system
// (ABI 9): the C library asks some directories for the names of users by them.
func handled(abi int) landlock.Config {
	files := landlock.AccessFSSet(1<<14 - 1)
	if abi >= 3 {
		files |= ll.AccessFSTruncate
	}
	if abi >= 5 {
		files |= ll.AccessFSIoctlDev
	}
	var scopes landlock.ScopedSet
	if abi >= 6 {
		scopes |= ll.ScopeAbstractUnixSocket
	}
	if abi >= 8 || abi >= 6 && threadsMaySignal() {
		scopes |= ll.ScopeSignal
	}
	return landlock.MustConfig(files, scopes)
}

// threadsMaySignal reports whether a thread that is confined from signalling other
// processes may still signal the other threads of its own, which Go's scheduler
// and collector live by. Up to ABI 7 each thread is confined by itself, and the
// first kernels to do that for signals refused it (Landlock's erratum 2).
func threadsMaySignal() bool {
	errata, _, no := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_ERRATA)
	return no == 0 && errata&(1<<1) != 0
}

// Enter confines the process, all of its threads, to what is allowed. It cannot
// be undone. Where something to allow is missing it fails; then, and if the error
// is ErrUnsupported, nothing has been confined.
func Enter(a Allowed) (*Confinement, error) {
	abi, err := ll.LandlockGetABIVersion()
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: the kernel has no Landlock, or has it switched off (%w)", ErrUnsupported, err)
	case abi < oldest:
		return nil, fmt.Errorf("%w: the kernel's Landlock (ABI %d) would refuse to move files between folders, as Linux before 5.19 does", ErrUnsupported, abi)
	}
	warmUp()
	keepNameServers()
	r := rules{config: handled(abi)}
	for _, path := range a.Write {
		if err := r.write(path); err != nil {
			return nil, err
		}
	}
	for _, path := range a.Read {
		if err := r.read(path); err != nil {
			return nil, err
		}
	}
	if err := r.system(); err != nil {
		return nil, err
	}
	if err := r.config.Restrict(r.list...); err != nil {
		return nil, fmt.Errorf("confine the process: %w", err)
	}
	return &Confinement{ABI: abi, Read: a.Read, Write: a.Write}, nil
}

// warmUp has the libraries read now what they would read when they are first
// asked, and then keep: the local time zone, and in a binary with cgo the modules
// that look up users.
func warmUp() {
	_ = time.Now().Local().String()
	_, _ = user.LookupId(strconv.Itoa(os.Getuid()))
	_, _ = user.LookupGroupId(strconv.Itoa(os.Getgid()))
}
