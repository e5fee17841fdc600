package peers

import (
	"net"
	"net/url"
	"strconv"
	"testing"
)

// A Target is a running FTP server with an account, and the directory on disk in
// which that account's sessions begin. The account may do everything in
// directories that the test makes there for all to write (mode 0777); the
// directory itself may be read-only to it.
type Target struct {
	Host     string // 127.0.0.1 or ::1
	Port     int
	User     string
	Password string
	Root     string
	TLS      *Protection // nil: in the clear
	Place
	Process
}

// A Process is what serves.
type Process struct {
	PID  int      // the server is this process or below it
	Args []string // its command
	Dir  string   // where its configuration is
}

// A Place is where a server is for clients that do not reach it by its own address. The
// zero Place is that.
type Place struct {
	Public string // the address that it tells clients to connect to for data; "": its own
	Ports  [2]int // the first and the last port for that; zero: any
}

// Addr returns host and port as package net wants them.
func (tg Target) Addr() string {
	return net.JoinHostPort(tg.Host, strconv.Itoa(tg.Port))
}

// URL returns the FTP URL of a name relative to the directory in which the
// session begins, without user and password. Where TLS is implicit it is an FTPS URL.
func (tg Target) URL(name string) string {
	u := url.URL{Scheme: "ftp", Host: tg.Addr(), Path: "/" + name}
	if tg.TLS != nil && tg.TLS.Start == Implicit {
		u.Scheme = "ftps"
	}
	return u.String()
}

// A Job is what a client has to do for one cell. The names are made by the
// harness; remote ones are slash-separated and relative to the directory in
// which the session begins.
type Job struct {
	Cell
	Local  string // absolute path of the local file: an upload's source, a download's destination
	Remote string // the file, or List's directory
	To     string // Rename's new name
	Offset int64  // octets that the destination of a resumed transfer has
}

// A Result is what the harness judges a client by, besides the disks.
type Result struct {
	Out  string   // a listing as the client showed it
	Sent []string // the commands it sent, in order, as proof of the mode
}

// A Client does cells of the matrix.
type Client interface {
	// Name is the program's, and that of its subtests.
	Name() string
	// Package is the Debian package that has it.
	Package() string
	// Cannot returns the proof that the program itself cannot do a cell:
	// its manual, its source or a transcript. It returns "" if it can.
	Cannot(c Cell) string
	// Run does the job and ends the test where the program is missing or
	// fails. It leaves nothing running.
	Run(t testing.TB, tg Target, j Job) Result
}

// Clients returns the foreign clients.
func Clients() []Client {
	return []Client{curl(), lftp(), ncftp(), tnftp(), ftplib(), rclone()}
}
