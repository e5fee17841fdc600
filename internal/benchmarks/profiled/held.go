//go:build unix

package main

import (
	"encoding/json"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

// tell writes to f, for each signal, how many octets of the heap are in use behind a
// collection, and of stacks, and how many goroutines there are, those of these measurements
// included.
func tell(f *os.File) {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR2)
	go func() {
		answer := json.NewEncoder(f)
		for range asked {
			runtime.GC()
			runtime.GC() // what the first has only put aside: sync.Pool
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			err := answer.Encode(struct{ Heap, Stacks, Goroutines int64 }{int64(m.HeapAlloc), int64(m.StackInuse), int64(runtime.NumGoroutine())})
			if err != nil {
				complain(err)
			}
		}
	}()
}
