package conformance

import (
	"context"
	"time"
)

// Client is an FTP client that CheckClient checks: a program or a library. It is used
// by several goroutines at once.
type Client interface {
	// Name is what the report calls it.
	Name() string

	// Can reports whether there is a way to have it do such a task. Items that need
	// one that it cannot do are not offered.
	Can(t Task) bool

	// Do has it do a job, as its user would, and returns what he sees. When ctx ends,
	// it ends what it has begun and returns soon; it leaves nothing running.
	Do(ctx context.Context, j Job) Outcome
}

// Task is something that a user does with a client.
type Task string

// The tasks. Each is a session of its own, from connecting to taking leave.
const (
	TaskGet          Task = "get"            // download Remote to Local, in passive mode
	TaskGetActive    Task = "get-active"     // in active mode
	TaskGetTLS       Task = "get-tls"        // with AUTH TLS and PROT P; CACert vouches for the server
	TaskGetTLSActive Task = "get-tls-active" // both
	TaskGetBlock     Task = "get-block"      // in block mode (MODE B)
	TaskGetURL       Task = "get-url"        // what URL says, word for word
	TaskGetAccount   Task = "get-account"    // with Account to give if the server asks
	TaskGetTwo       Task = "get-two"        // also Remote2 to Local2, in the same session
	TaskGetTree      Task = "get-tree"       // all that is in the folder Remote, into the folder Local, which is there
	TaskResume       Task = "resume"         // go on with a TaskGet of the same Local that was cut
	TaskResumeBlock  Task = "resume-block"   // go on with a TaskGetBlock of the same Local that was cut
	TaskPut          Task = "put"            // upload Local to Remote
	TaskPutUnique    Task = "put-unique"     // upload Local under a name that the server chooses (STOU), and show it
	TaskList         Task = "list"           // show the names in the folder Remote
	TaskMkdir        Task = "mkdir"          // make the folder Remote
	TaskPwd          Task = "pwd"            // show the path of the folder that the login leads to
	TaskQuote        Task = "quote"          // send Line, and show the replies
)

// Tasks returns all tasks.
func Tasks() []Task {
	return []Task{
		TaskGet, TaskGetActive, TaskGetTLS, TaskGetTLSActive, TaskGetBlock, TaskGetURL, TaskGetAccount,
		TaskGetTwo, TaskGetTree, TaskResume, TaskResumeBlock, TaskPut, TaskPutUnique,
		TaskList, TaskMkdir, TaskPwd, TaskQuote,
	}
}

// Job is a task with all that belongs to it. Names of the server are octets, relative
// to where the login leads.
type Job struct {
	Task Task
	Server

	Account string // of TaskGetAccount
	Line    string // of TaskQuote

	Local  string // path of a file or folder on this side
	Local2 string

	CACert string // path of the certificate that vouches for the server, in PEM form

	// Dir is an existing folder for the job alone, which is removed behind it: its
	// home, and where it works. Jobs of one item share it, one after the other.
	Dir string

	// Patience is how long the client should wait for a reply, if it can be told.
	Patience time.Duration

	// Break, if not nil, is closed when the user breaks off, as by Ctrl-C.
	Break <-chan struct{}
}

// Server is a server as a job sees it.
type Server struct {
	Host     string // a name, or an address without brackets
	Port     uint16
	User     string
	Password string
	Remote   string
	Remote2  string

	// URL is that of Remote (RFC 1738, 3.2), without user and password, and likewise
	// URL2. In TaskGetURL it need not be one that is right.
	URL, URL2 string
}

// Outcome is what the user sees of a job.
type Outcome struct {
	// Output is all that the client has shown him, messages too. Much of it may be
	// left out in the middle.
	Output string

	// Err is nil if the client says that it has done the job.
	Err error
}

// ClientOptions say how CheckClient runs.
type ClientOptions struct {
	// Only are the items to be run: IDs, or beginnings of IDs as "CLI-0". Empty: all.
	Only []string

	// Timeout is how long an item may take; zero is 30 seconds. The client is told
	// to wait a sixth of that for each reply.
	Timeout time.Duration

	// Parallel is how many items are run at once; zero is 4.
	Parallel int

	// Net makes the connections of the scripted servers; nil is the operating
	// system. A client has its own.
	Net Network

	// Done, if not nil, is called with each result as it comes, from one goroutine
	// at a time.
	Done func(Result)
}

const (
	defaultItemTime = 30 * time.Second
	itemPatience    = 6 // how often a client's patience goes into the time of an item
)
