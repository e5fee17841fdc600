package ftpserver

import "testing"

// bell is an interrupter.
type bell chan bool

func (b bell) interrupt() { b <- true }

func TestCut(t *testing.T) {
	early, late, never := make(bell), make(bell), make(bell)
	var c cut
	c.watch(never)
	if !c.leave() {
		t.Error("it was interrupted before cut")
	}
	c.watch(early)
	c.cut()
	<-early
	c.cut() // once is enough
	if c.leave() {
		t.Error("it was not interrupted")
	}
	c.watch(late)
	<-late
	select {
	case <-never:
		t.Error("what was left was interrupted")
	case <-early:
		t.Error("it was interrupted twice")
	default:
	}
}
