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
		c := t.login()
		c.file("big", bigContent())
		tr := c.begin("RETR big")
		tr.readFull(1000)
		c.send("ABOR")
		drained := tr.drain()
		c.expect("ABOR during RETR", 426)
		c.expect("ABOR during RETR, after the 426,", 226)
		got, err := drained()
		if isTimeout(err) {
			t.fail("the data connection is still open after ABOR")
		}
		if 1000+len(got) == len(bigContent()) {
			t.fail("all %d octets came in spite of ABOR", len(bigContent()))
		}
		c.alive()
	}},
	"TRF-60": {needs: files, try: func(t *trial) {
		c := t.login()
		tr := c.begin("STOR a")
		tr.put("Some content.\n")
		t.wait(soon / 5) // so that it is there
		c.send("ABOR")
		c.expect("ABOR during STOR", 426)
		c.expect("ABOR during STOR, after the 426,", 226)
		if _, err := tr.tryRead(); isTimeout(err) {
			t.fail("the data connection is still open after ABOR")
		}
		c.alive()
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
