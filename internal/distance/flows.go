package distance

import (
	"bytes"
	"encoding/binary"
	"sync"
)

// flows are the connections that go over a Line, as their packets show them.
type flows struct {
	mu      sync.Mutex
	control uint16
	all     map[uint32]*flow // by the ports of the sender and of the receiver
	count   *counter
}

// A flow is one direction of a connection.
type flow struct {
	up, control bool
	back        *flow
	next        uint32 // what comes after all that was seen
	heard       bool   // the other side was told something since this one spoke
	tls         bool
}

// TCP's flags.
const (
	fin = 1 << iota
	syn
	rst
	_
	ack
)

func (f *flows) reset(control uint16) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.control, f.all, f.count = control, make(map[uint32]*flow), new(counter)
}

func (f *flows) counts() Counts {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count.counts()
}

// segment is what flows want to know of a packet.
type segment struct {
	ports uint32
	seq   uint32
	flags byte
	data  []byte
}

// segmentOf reads a packet of TCP over IPv4. Of others it reports false.
func segmentOf(p []byte) (s segment, ok bool) {
	if len(p) < 20 || p[0]>>4 != 4 || p[9] != 6 {
		return s, false
	}
	total, head := int(binary.BigEndian.Uint16(p[2:])), int(p[0]&15)*4
	if head < 20 || total > len(p) || total < head+20 {
		return s, false
	}
	tcp := p[head:total]
	offset := int(tcp[12]>>4) * 4
	if offset < 20 || offset > len(tcp) {
		return s, false
	}
	return segment{
		ports: binary.BigEndian.Uint32(tcp), seq: binary.BigEndian.Uint32(tcp[4:]),
		flags: tcp[13], data: tcp[offset:],
	}, true
}

// sent notes a packet that begins its way, and returns the flow that it belongs to, or
// nil.
func (f *flows) sent(p []byte) *flow {
	s, ok := segmentOf(p)
	if !ok {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if s.flags&(syn|ack) == syn {
		f.open(s)
	}
	flow := f.all[s.ports]
	if flow == nil {
		return nil
	}
	if s.flags&(syn|ack) == syn|ack {
		flow.next = s.seq + 1
	}
	// What is sent again has been counted.
	end := s.seq + uint32(len(s.data))
	fresh := min(int(int32(end-flow.next)), len(s.data))
	if fresh <= 0 {
		return nil
	}
	flow.next = end
	f.add(flow, s.data[len(s.data)-fresh:])
	return flow
}

// open begins a connection with its first packet. One that is sent again begins it
// again, with nothing counted twice but the connection, which therefore is not.
func (f *flows) open(s segment) {
	if old := f.all[s.ports]; old != nil && old.next == s.seq+1 {
		return
	}
	control := uint16(s.ports) == f.control
	up := &flow{up: true, control: control, next: s.seq + 1}
	down := &flow{control: control, back: up}
	up.back = down
	f.all[s.ports], f.all[s.ports<<16|s.ports>>16] = up, down
	if control {
		f.count.control.Add(1)
	} else {
		f.count.data.Add(1)
	}
}

func (f *flows) add(flow *flow, data []byte) {
	if !flow.up {
		f.count.down.Add(int64(len(data)))
		return
	}
	f.count.up.Add(int64(len(data)))
	if !flow.control {
		return
	}
	if data[0] == tlsHandshake {
		flow.tls = true
	}
	if !flow.tls {
		f.count.commands.Add(int64(bytes.Count(data, []byte("\n"))))
	}
	if flow.heard {
		flow.heard = false
		f.count.turns.Add(1)
	}
}

// arrived notes that a packet of a flow is there.
func (f *flows) arrived(flow *flow) {
	if flow == nil || flow.up {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	flow.back.heard = true
}
