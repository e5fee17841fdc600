package conformance_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/memnet"
)

// hostile is a server that does what no server may. It is the checker's network: behind it
// are servers that do everything right.
type hostile struct {
	*memnet.Net
	// greet takes a control connection over from the start; nil leaves it be.
	greet func(client net.Conn)
	// turn takes one over at the first command that it is true for, which has come.
	turn func(line string, n int) bool
	then func(client net.Conn)
	// data takes the data connections over that the checker makes; nil leaves them be.
	data func(client net.Conn)
	// items has the survey and the cleaning see none of it.
	items bool

	servers map[string]bool // the addresses of the servers' control connections
	ctx     context.Context
	all     sync.WaitGroup // of what it does
}

func (h *hostile) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	control := h.servers[address]
	switch {
	case h.items && conformance.ItemOf(ctx) == "", !control && h.data == nil:
		return h.Net.Dial(ctx, network, local, address)
	}
	server, err := h.Net.Dial(ctx, network, local, address)
	if err != nil {
		return nil, err
	}
	// What the checker gets leads to a listener of its own.
	ln, err := h.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		server.Close()
		return nil, err
	}
	defer ln.Close()
	mine, err := h.Net.Dial(ctx, network, nil, ln.Addr().String())
	if err != nil {
		server.Close()
		return nil, err
	}
	client, err := ln.Accept()
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(h.ctx, func() { client.Close(); server.Close() })
	h.all.Go(func() {
		defer stop()
		defer client.Close()
		defer server.Close()
		switch {
		case !control:
			h.data(client)
		case h.greet != nil:
			h.greet(client)
		default:
			h.between(client, server)
		}
	})
	return seeming{mine, server.RemoteAddr()}, nil
}

// seeming is a connection to another address than it seems.
type seeming struct {
	net.Conn
	remote net.Addr
}

func (c seeming) RemoteAddr() net.Addr { return c.remote }

// SetLinger implements what net.TCPConn has.
func (c seeming) SetLinger(sec int) error { return c.Conn.(*memnet.Conn).SetLinger(sec) }

// CloseWrite implements what net.TCPConn has.
func (c seeming) CloseWrite() error { return c.Conn.(*memnet.Conn).CloseWrite() }

// between forwards commands and replies until it is the turn.
func (h *hostile) between(client, server net.Conn) {
	var both sync.WaitGroup
	both.Go(func() {
		io.Copy(client, server)
		client.Close()
	})
	r := bufio.NewReaderSize(client, 1<<20)
	for n := 1; ; n++ {
		line, err := r.ReadString('\n')
		if err == nil && h.turn != nil && h.turn(line, n) {
			h.then(client)
			break
		}
		if _, werr := io.WriteString(server, line); err != nil || werr != nil {
			break
		}
		if line == "AUTH TLS\r\n" { // what follows has no lines
			io.Copy(server, r)
			break
		}
	}
	server.Close()
	both.Wait()
}

// What the hostile do with a connection.

// hangs takes what comes and never says anything.
func hangs(client net.Conn) { io.Copy(io.Discard, client) }

// closes closes.
func closes(net.Conn) {}

// floods says something again and again, for as long as it is taken.
func floods(text string) func(net.Conn) {
	text = strings.Repeat(text, 1+4096/len(text))
	return func(client net.Conn) {
		go io.Copy(io.Discard, client)
		for {
			if _, err := io.WriteString(client, text); err != nil {
				return
			}
		}
	}
}

// dribbles says something octet by octet, each after a time, and then more of it.
func dribbles(text string, each time.Duration) func(net.Conn) {
	return func(client net.Conn) {
		go io.Copy(io.Discard, client)
		for i := 0; ; i++ {
			<-time.After(each)
			if _, err := io.WriteString(client, text[i%len(text):i%len(text)+1]); err != nil {
				return
			}
		}
	}
}

// once says something, and then nothing any more.
func once(text string) func(net.Conn) {
	return func(client net.Conn) {
		io.WriteString(client, text)
		hangs(client)
	}
}

const nonsense = "\x00\x1b[2J\xff\xfb\x01\xfe\xed\r\r\n220\r\n999 \n-1 no\r\n"
