package distance

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// mtu is that of most of the world: how fast a connection begins depends on it.
	mtu = 1500
	// crowd is how many packets may wait for the reflector before some are lost.
	crowd = 50_000
)

// openLine makes a device whose two addresses are of the network that is kept for
// measurements (RFC 2544, C.2.2).
func openLine() (*Line, error) {
	base := [4]byte{198, 18 + byte(rand.IntN(2)), byte(rand.IntN(256)), byte(rand.IntN(64)) * 4}
	near, far := base, base
	near[3]++
	far[3] += 2
	dev, err := tun(near)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoLine, err)
	}
	l := &Line{near: dotted(near), far: dotted(far)}
	l.flows.reset(0)
	way := make(chan packet, crowd)
	var work sync.WaitGroup
	work.Go(func() { l.take(dev, way) })
	work.Go(func() { l.give(dev, way) })
	l.close = func() error {
		err := dev.Close()
		work.Wait()
		return err
	}
	return l, nil
}

func dotted(a [4]byte) string { return fmt.Sprintf("%d.%d.%d.%d", a[0], a[1], a[2], a[3]) }

// tun makes the device and gives it its address. It vanishes when it is closed.
func tun(near [4]byte) (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, os.NewSyscallError("open /dev/net/tun", err)
	}
	ifr, err := unix.NewIfreq("ferry%d")
	if err == nil {
		ifr.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = os.NewSyscallError("TUNSETIFF", unix.IoctlIfreq(fd, unix.TUNSETIFF, ifr))
	}
	if err == nil {
		err = setUp(ifr.Name(), near)
	}
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), ifr.Name()), nil
}

func setUp(name string, near [4]byte) error {
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	defer unix.Close(s)
	for _, set := range []struct {
		what  string
		ioctl uint
		value func(*unix.Ifreq) error
	}{
		{"SIOCSIFADDR", unix.SIOCSIFADDR, func(r *unix.Ifreq) error { return r.SetInet4Addr(near[:]) }},
		{"SIOCSIFNETMASK", unix.SIOCSIFNETMASK, func(r *unix.Ifreq) error { return r.SetInet4Addr([]byte{255, 255, 255, 252}) }},
		{"SIOCSIFMTU", unix.SIOCSIFMTU, func(r *unix.Ifreq) error { r.SetUint32(mtu); return nil }},
		{"SIOCSIFTXQLEN", unix.SIOCSIFTXQLEN, func(r *unix.Ifreq) error { r.SetUint32(crowd); return nil }},
		{"SIOCSIFFLAGS", unix.SIOCSIFFLAGS, func(r *unix.Ifreq) error { r.SetUint16(unix.IFF_UP | unix.IFF_RUNNING); return nil }},
	} {
		ifr, err := unix.NewIfreq(name)
		if err != nil {
			return err
		}
		if err := set.value(ifr); err != nil {
			return err
		}
		if err := unix.IoctlIfreq(s, set.ioctl, ifr); err != nil {
			return os.NewSyscallError(set.what, err)
		}
	}
	return nil
}

// packet is one that is on its way.
type packet struct {
	at   time.Time
	data []byte
	flow *flow
}

// take puts the packets that the kernel sends on their way back. It ends when the
// device does, and way with it.
func (l *Line) take(dev io.Reader, way chan<- packet) {
	defer close(way)
	b := make([]byte, mtu)
	for {
		n, err := dev.Read(b)
		if err != nil {
			return
		}
		p := packet{at: time.Now().Add(time.Duration(l.half.Load())), data: append([]byte(nil), b[:n]...)}
		if n < 20 || b[0]>>4 != 4 {
			continue // the kernel looks for routers of IPv6
		}
		p.flow = l.flows.sent(p.data)
		// The checksums of IP and TCP stay what they are.
		var src [4]byte
		copy(src[:], p.data[12:16])
		copy(p.data[12:16], p.data[16:20])
		copy(p.data[16:20], src[:])
		way <- p
	}
}

// give hands packets back when their time has come.
func (l *Line) give(dev io.Writer, way <-chan packet) {
	runtime.LockOSThread() // the slack of its timers is its own
	unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(time.Microsecond), 0, 0, 0)
	for p := range way {
		pause(time.Until(p.at))
		l.flows.arrived(p.flow)
		// What the kernel does not take is lost, as on any line.
		_, _ = dev.Write(p.data)
	}
}

// pause waits, to some microseconds: the timers of the runtime are for milliseconds.
func pause(d time.Duration) {
	if d <= 0 {
		return
	}
	ts := unix.NsecToTimespec(int64(d))
	for unix.Nanosleep(&ts, &ts) == unix.EINTR {
	}
}
