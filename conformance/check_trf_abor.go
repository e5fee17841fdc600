package conformance

import "time"

// trfAbort are the checks of ABOR.
var trfAbort = map[string]check{
	"TRF-58": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("ABOR", 226, 225)
		c.alive()
	}},
	"TRF-59": {needs: files, try: func(t *trial) {
		t.aborts(func(c *control, abort func()) {
			c.file("big", bigContent())
			tr := c.begin("RETR big")
			defer tr.data.Close()
			tr.readFull(1000)
			drained := tr.drain()
			abort()
			got, err := drained()
			if isTimeout(err) {
				t.fail("the data connection is still open after ABOR")
			}
			if 1000+len(got) == len(bigContent()) {
				t.fail("all %d octets came in spite of ABOR", len(bigContent()))
			}
		})
	}},
	"TRF-60": {needs: files, try: func(t *trial) {
		t.aborts(func(c *control, abort func()) {
			tr := c.begin("STOR a")
			defer tr.data.Close()
			tr.put("Some content.\n")
			t.wait(soon / 5) // so that it is there
			drained := tr.drain()
			abort()
			if _, err := drained(); isTimeout(err) {
				t.fail("the data connection is still open after ABOR")
			}
		})
	}},
	"TRF-63": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		to := c.passive()
		if c.want("ABOR", 226, 225).code == 226 {
			if conn, err := c.tryData(to, c.local()); err == nil {
				tr := c.on(conn)
				conn.SetReadDeadline(t.patience(soon))
				if _, err := conn.Read(make([]byte, 1)); isTimeout(err) {
					t.fail("ABOR was answered 226, but the server still takes data connections at %v", to)
				}
				tr.data.Close()
			}
		}
		c.alive()
	}},
}

// aborts sees that a transfer can be aborted: by ABOR alone, or else by what RFC 959, 4.1.3,
// calls special action, Telnet's interrupt and Synch before it. Each has a connection of
// its own, and is given what sends ABOR and sees that 426 and 226 come.
func (t *trial) aborts(transfer func(c *control, abort func())) {
	try := func(special bool, patience time.Duration) func() {
		return func() {
			c := t.login()
			defer c.raw.Close()
			transfer(c, func() {
				if special {
					c.synch()
				}
				c.send("ABOR")
				c.judge("ABOR during a transfer", c.replyWithin(patience), 426)
				c.judge("ABOR during a transfer, after the 426,", c.replyWithin(patience), 226)
			})
			c.alive()
		}
	}
	plain := t.fails(try(false, 4*soon))
	if plain == "" {
		return
	}
	switch special := t.fails(try(true, t.target.ReplyTime)); special {
	case "":
	case plain:
		t.fail("%s; the same with Telnet's interrupt and Synch before ABOR", plain)
	default:
		t.fail("%s; and with Telnet's interrupt and Synch before ABOR: %s", plain, special)
	}
}

// fails does what may fail, and returns why it has; "" is that it has not.
func (t *trial) fails(f func()) (reason string) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case stop:
			if reason = v.reason; v.verdict != Failed || t.ctx.Err() != nil {
				panic(v)
			}
		default:
			panic(v)
		}
	}()
	f()
	return ""
}

// drain has what the server sends read while replies are waited for: a server that cannot
// send may not look at commands. It begins after a while, so that one that can do both has
// the time to answer. At the end it closes the data connection: some servers say nothing
// before. The function that it returns waits for that.
func (tr *transfer) drain() func() ([]byte, error) {
	type result struct {
		got []byte
		err error
	}
	done := make(chan result, 1)
	go func() {
		timer := time.NewTimer(soon)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-tr.ctx.Done():
		}
		var r result
		buf := make([]byte, 64<<10)
		for r.err == nil && len(r.got) <= mostData {
			tr.data.SetReadDeadline(tr.patience(tr.target.ReplyTime))
			var n int
			n, r.err = tr.data.Read(buf)
			r.got = append(r.got, buf[:n]...)
		}
		if !isTimeout(r.err) {
			tr.data.Close()
		}
		done <- r
	}()
	return func() ([]byte, error) {
		r := <-done
		tr.note(tr.label, "after %d octets: %v", len(r.got), r.err)
		return r.got, r.err
	}
}
