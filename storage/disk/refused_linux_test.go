package disk_test

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/storage/disk"
)

// TestListRefused lists where a sandbox forbids threads a working directory of their own.
func TestListRefused(t *testing.T) {
	_, dir := crowd(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleEnv+"=refused", killDirEnv+"="+dir)
	if out, err := cmd.CombinedOutput(); err != nil || string(out) != "listed\n" {
		if strings.HasPrefix(string(out), "no filter") {
			t.Skip(string(out))
		}
		t.Errorf("%v: %s", err, out)
	}
}

func init() { roles["refused"] = listRefused }

func listRefused() {
	if err := refuse(unix.SYS_UNSHARE); err != nil {
		println("no filter:", err.Error())
		os.Exit(1)
	}
	d, err := disk.Open(os.Getenv(killDirEnv), disk.Options{})
	if err != nil {
		panic(err)
	}
	if unix.Unshare(unix.CLONE_FS) != unix.EPERM {
		panic("the filter does nothing")
	}
	for range 100 {
		n := 0
		for _, err := range d.List(ctx, ".") {
			if err != nil {
				panic(err)
			}
			n++
		}
		if n != 4000 || disk.Ahead() != 0 {
			panic(n)
		}
	}
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil || len(tasks) > 50 { // for they can be used again
		panic(len(tasks))
	}
	os.Stdout.WriteString("listed\n")
}

// refuse has the system call fail in all threads, with EPERM.
func refuse(call uint32) error {
	number := uint32(0) // of the call, in struct seccomp_data
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: number},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: call, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	_, _, no := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	if no != 0 {
		return no
	}
	return nil
}
