package conformance

import (
	"strings"
	"time"
)

// logGuesses are those of wrong passwords.
var logGuesses = map[string]check{
	"LOG-03": {needs: needLogin, try: func(t *trial) {
		c := t.connect()
		r := c.guess(t.known())
		if r.code != 530 {
			t.fail("a wrong PASS was answered %s, not 530", r)
		}
		if r := c.ask("PWD"); r.code == 257 {
			t.fail("a wrong PASS was answered 530, but the user is logged in: PWD was answered %s", r)
		}
	}},
	"LOG-04": {needs: needLogin, try: func(t *trial) {
		user := t.known()
		texts := func(user string) (said [2]string) {
			c := t.connect()
			said[0] = c.want("USER "+encodeTelnet(user), 331).text()
			r := c.guessed()
			if r.code != 530 {
				t.fail("a wrong PASS was answered %s, not 530", r)
			}
			said[1] = r.text()
			c.conn.Close()
			return said
		}
		known, unknown := texts(user), texts(nobody)
		for i, verb := range []string{"USER", "PASS"} {
			if known[i] != strings.ReplaceAll(unknown[i], nobody, user) {
				t.fail("the texts tell who is a user: %s of one is answered %q, and of nobody %q", verb, known[i], unknown[i])
			}
		}
	}},
	"LOG-05": {alone: true, long: 2 * time.Minute, try: func(t *trial) {
		const least, most = 3, 6
		c := t.connect()
		for wrong := range most {
			for i, line := range []string{"USER " + nobody, "PASS " + wrongPassword} {
				c.send(line)
				r, err := c.next(guessTime)
				tries := wrong + i
				switch {
				case isTimeout(err):
					t.fail("%s was not answered within %v", hidden(line), guessTime)
				case err != nil && err != errNoReply:
					t.fail("after %d wrong passwords the server has closed the connection without 421", tries)
				case r.code == 421 && tries < least:
					t.fail("the server has closed the connection at wrong password number %d; after 3 to 5 is what is suggested", tries)
				case r.code == 421:
					c.closed()
					return
				case i == 1 && r.code == 503:
					t.notRun("USER of nobody is refused, so that no password of theirs is wrong")
				case !r.is(331, 530):
					t.fail("%s was answered %s, not 331 or 530", hidden(line), r)
				}
			}
		}
		// Whoever has answered the last guess may say 421 behind it.
		switch r, err := c.next(2 * time.Second); {
		case r.code == 421:
			c.closed()
		case err != nil && !isTimeout(err):
			t.fail("after %d wrong passwords the server has closed the connection without 421", most)
		default:
			t.fail("after %d wrong passwords the connection is still there", most)
		}
	}},
	"LOG-06": {needs: needLogin, try: func(t *trial) {
		// There are servers that wait for a random time, which is about that in the mean.
		const least = 2500 * time.Millisecond
		c := t.connect()
		if r := c.ask("USER " + nobody); r.code == 530 {
			// No password of nobody is wrong here.
			c.want("USER "+encodeTelnet(t.known()), 331)
		} else {
			c.judge("USER "+nobody, r, 331)
		}
		began := time.Now()
		r := c.guessed()
		if took := time.Since(began); r.is(530, 421) && took < least {
			t.fail("a wrong PASS was answered after %v; about 5 s are suggested", took.Round(10*time.Millisecond))
		} else if !r.is(530, 421) {
			t.fail("a wrong PASS was answered %s, not 530", r)
		}
	}},
	"LOG-07": {needs: needLogin, alone: true, takes: time.Minute, try: func(t *trial) {
		user := t.known()
		const names, passwords = 20, 4
		// The two take turns, so that what else the machine does hits both.
		c := t.connect()
		var known, unknown []time.Duration
		for range names {
			known = append(known, c.took("USER "+encodeTelnet(user), 331))
			unknown = append(unknown, c.took("USER "+nobody, 331))
		}
		c.conn.Close() // there may be one place
		t.alike("USER", known, unknown)
		known, unknown = nil, nil
		for range passwords {
			for _, name := range []string{user, nobody} {
				c := t.connect()
				c.want("USER "+encodeTelnet(name), 331)
				took := c.took("PASS "+wrongPassword, 530)
				c.conn.Close()
				if name == user {
					known = append(known, took)
				} else {
					unknown = append(unknown, took)
				}
			}
		}
		t.alike("a wrong PASS", known, unknown)
	}},
}
