package soak

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// A crowdProcess is a crowd, seen from outside.
type crowdProcess struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// startCrowd runs a program that calls [RunCrowd], and returns when all sessions are open. The
// caller must close it.
func startCrowd(ctx context.Context, t task, program string) (_ *crowdProcess, err error) {
	p := &crowdProcess{cmd: exec.CommandContext(ctx, program, "crowd")}
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	line, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if _, err = p.ask(string(line)); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// ask sends a line, and returns the tally that answers it. What went wrong in the crowd is
// an error, too.
func (p *crowdProcess) ask(line string) (t tally, err error) {
	if _, err := fmt.Fprintln(p.in, line); err != nil {
		return t, fmt.Errorf("the crowd has ended: %w", err)
	}
	b, err := p.out.ReadBytes('\n')
	if err != nil {
		return t, fmt.Errorf("the crowd has ended: %w", err)
	}
	if err := json.Unmarshal(b, &t); err != nil {
		return t, err
	}
	return t, t.err()
}

// close ends all sessions at once, whatever they do, as if their machine had gone.
func (p *crowdProcess) close() {
	// An error says that it has ended already. How it ended is of no interest.
	_ = p.cmd.Process.Kill()
	_ = p.in.Close()
	_ = p.cmd.Wait()
}
