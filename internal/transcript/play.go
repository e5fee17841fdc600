package transcript

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// PlayClient plays the client of the script, and returns nil or a *[Failure].
// It leaves no connection open.
func (s *Script) PlayClient(ctx context.Context, env Env) error {
	dial := env.Dial
	if dial == nil {
		dial = func(ctx context.Context) (net.Conn, error) {
			return env.network().Dial(ctx, "tcp", nil, env.Addr)
		}
	}
	return s.play(ctx, client, env, func() (net.Conn, error) {
		ctx, cancel := context.WithDeadline(ctx, env.deadline())
		defer cancel()
		return dial(ctx)
	})
}

// PlayServer plays the server of the script to whoever connects to the
// listener, which stays open. It returns nil or a *[Failure].
func (s *Script) PlayServer(ctx context.Context, l net.Listener, env Env) error {
	return s.play(ctx, server, env, func() (net.Conn, error) {
		setDeadline(l, env.deadline())
		return l.Accept()
	})
}

// A player plays one side of a script.
type player struct {
	plays    side
	env      Env
	connect  func() (net.Conn, error)
	sessions map[string]*control
	current  string // the session that the steps are for
	values   map[string]string
	dialogue []string
}

func (s *Script) play(ctx context.Context, plays side, env Env, connect func() (net.Conn, error)) error {
	p := &player{
		plays:    plays,
		env:      env,
		connect:  connect,
		sessions: make(map[string]*control),
		values:   make(map[string]string),
	}
	defer p.close()
	for _, st := range s.steps {
		if err := p.step(ctx, st); err != nil {
			return &Failure{s.name, st.number, st.source, err, p.dialogue}
		}
	}
	for _, c := range p.sessions {
		if c.closed {
			continue
		}
		if err := c.quiet(); err != nil {
			last := s.steps[len(s.steps)-1]
			return &Failure{s.name, last.number, last.source, err, p.dialogue}
		}
	}
	return nil
}

func (p *player) close() {
	for _, c := range p.sessions {
		c.data.close()
		if !c.closed {
			c.conn.Close()
		}
	}
}

// step does one line of the script.
func (p *player) step(ctx context.Context, st step) error {
	switch st.kind {
	case kindSession:
		p.current = st.session
		return nil
	case kindDirective:
		if p.env.Directive == nil {
			return errors.New("there are no directives here")
		}
		return p.env.Directive(st.words[0], st.words[1:])
	case kindPause:
		return p.pause(st)
	}
	c, err := p.session()
	if err != nil {
		return err
	}
	switch st.kind {
	case kindDataOpen:
		c.say("D", "open")
		return c.data.open(ctx, c)
	case kindDataRefused:
		c.say("D", "refused")
		return c.data.refused(ctx, c)
	case kindDataQuiet:
		c.say("D", "quiet")
		return c.data.quiet(c)
	case kindTLS:
		c.say("", st.source)
		return c.secure(st)
	case kindDataTLS:
		c.say("", st.source)
		return c.data.secure(c, st)
	}
	if st.by == p.plays {
		return c.act(st)
	}
	return c.await(st)
}

// session returns the current one, and connects it where it is new.
func (p *player) session() (*control, error) {
	if c := p.sessions[p.current]; c != nil {
		return c, nil
	}
	conn, err := p.connect()
	if err != nil {
		return nil, fmt.Errorf("no control connection: %w", err)
	}
	c := &control{
		player: p,
		name:   p.current,
		conn:   conn,
		r:      bufio.NewReader(conn),
		ledger: newLedger(p.env.Check, p.env.Answered),
	}
	p.sessions[p.current] = c
	return c, nil
}

func (p *player) pause(st step) error {
	if !p.env.FakeTime {
		return errors.New("time passes in bubbles only")
	}
	p.dialogue = append(p.dialogue, st.source)
	if c := p.sessions[p.current]; c != nil && !c.closed {
		return c.pause(st.pause)
	}
	time.Sleep(st.pause)
	return nil
}

// act does a step of the side that is played.
func (c *control) act(st step) error {
	switch st.kind {
	case kindLine:
		return c.sendLine(st)
	case kindBytes:
		c.say(string(st.by)+"<", quote(st.bytes))
		return c.send(st.bytes)
	case kindEnd:
		c.say("", st.source)
		c.end(st.ending)
		return nil
	case kindTLSEnd:
		c.say("", st.source)
		return c.endTLS(st.ending)
	case kindDataBytes:
		c.say(st.source[:2], quote(st.bytes))
		return c.data.send(c, st.bytes)
	case kindDataEnd:
		c.say("", st.source)
		return c.data.end(st.ending)
	}
	return errors.New("a pattern cannot be sent")
}

// await sees a step of the other side happen.
func (c *control) await(st step) error {
	switch st.kind {
	case kindLine:
		re, err := st.text.pattern(c.player.values)
		if err != nil {
			return err
		}
		return c.expectLine(st.by, re)
	case kindPattern:
		return c.expectLine(st.by, st.pattern)
	case kindBytes:
		return c.expectBytes(st.by, st.bytes)
	case kindEnd:
		c.say("", st.source)
		return c.expectEnd(st.ending)
	case kindTLSEnd:
		c.say("", st.source)
		return c.expectEndOfTLS()
	case kindDataBytes:
		c.say(st.source[:2], quote(st.bytes))
		return c.data.expect(c, st.bytes)
	case kindDataPattern:
		c.say("", st.source)
		return c.data.expectLine(c, st.pattern)
	default:
		c.say("", st.source)
		return c.data.expectEnd(c, st.ending)
	}
}
