package conformance

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// CheckClient runs the items of the group CLI: each against a server of its own on
// 127.0.0.1 or ::1, which plays what the item is about and is otherwise like any other.
// What the client does is judged by what it sends, by the files that it leaves and by
// what it shows.
//
// The error says why nothing was run. A client that does nothing, hangs, floods or
// crashes fails items; the run goes on. When ctx ends, so does the run: the report says
// what was not run then.
func CheckClient(ctx context.Context, c Client, o ClientOptions) (*Report, error) {
	o.Timeout = cmp.Or(o.Timeout, defaultItemTime)
	o.Parallel = cmp.Or(o.Parallel, defaultParallel)
	if o.Net == nil {
		o.Net = clientNet{}
	}
	dir, err := os.MkdirTemp("", "ferry-check-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cert, err := newScriptCert(dir)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	run := &clientRun{client: c, o: o, dir: dir, cert: cert}
	r := &Report{Subject: c.Name(), Began: began, Results: run.all(ctx)}
	r.Took = time.Since(began)
	return r, nil
}

// clientRun is a run of CheckClient.
type clientRun struct {
	client Client
	o      ClientOptions
	dir    string // for the folders of the items
	cert   *scriptCert
}

// all runs the items that are wanted, and returns results in the order of the
// catalogue.
func (run *clientRun) all(ctx context.Context) []Result {
	var wanted []clientItem
	for _, it := range clientItems() {
		if len(run.o.Only) == 0 || slices.ContainsFunc(run.o.Only, func(only string) bool { return strings.HasPrefix(it.id, only) }) {
			wanted = append(wanted, it)
		}
	}
	results := make([]Result, len(wanted))
	next := make(chan int)
	var all sync.WaitGroup
	var done sync.Mutex
	for range max(1, min(run.o.Parallel, len(wanted))) {
		all.Go(func() {
			for i := range next {
				results[i] = run.one(ctx, wanted[i])
				if run.o.Done != nil {
					done.Lock()
					run.o.Done(results[i])
					done.Unlock()
				}
			}
		})
	}
	for i := range wanted {
		next <- i
	}
	close(next)
	all.Wait()
	return results
}

// one runs an item.
func (run *clientRun) one(ctx context.Context, it clientItem) Result {
	row, _ := Lookup(it.id)
	result := Result{Item: row}
	for _, t := range it.tasks {
		if !run.client.Can(t) {
			result.Verdict, result.Reason = NotOffered, fmt.Sprintf("the client has no way to %s", taskNames[t])
			return result
		}
	}
	if err := ctx.Err(); err != nil {
		result.Verdict, result.Reason = NotRun, "the run was broken off"
		return result
	}
	dir, err := os.MkdirTemp(run.dir, it.id+"-")
	if err != nil {
		result.Verdict, result.Reason = NotRun, err.Error()
		return result
	}
	defer os.RemoveAll(dir)
	began := time.Now()
	ictx, cancel := context.WithTimeout(ctx, run.o.Timeout)
	defer cancel()
	st := &clientStage{run: run, ctx: ictx, dir: dir, began: began}
	ruling := it.run(st)
	cancel()
	st.end()
	result.Verdict, result.Reason = ruling.verdict, ruling.reason
	if ctx.Err() != nil {
		result.Verdict, result.Reason = NotRun, "the run was broken off"
	}
	result.Took, result.Dialogue = time.Since(began), st.dialogue()
	return result
}

// taskNames say what a client cannot do.
var taskNames = map[Task]string{
	TaskGet:          "download a file",
	TaskGetActive:    "download in active mode",
	TaskGetTLS:       "download under TLS",
	TaskGetTLSActive: "download under TLS in active mode",
	TaskGetBlock:     "download in block mode (MODE B)",
	TaskGetURL:       "download what a URL names",
	TaskGetAccount:   "give an account (ACCT)",
	TaskGetTwo:       "download two files in one session",
	TaskGetTree:      "download a folder with all that is in it",
	TaskResume:       "go on with a download that was cut",
	TaskResumeBlock:  "go on with a download in block mode that was cut",
	TaskPut:          "upload a file",
	TaskPutUnique:    "upload under a name that the server chooses (STOU)",
	TaskList:         "list a folder",
	TaskMkdir:        "make a folder",
	TaskPwd:          "show the current folder",
	TaskQuote:        "send a command that the user types (quote)",
}
