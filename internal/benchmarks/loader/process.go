package loader

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// A Process does a job.
type Process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// Start runs a program that calls [Main], which opens the sessions of the job, and returns
// when they are open, with what that took. The caller must close it.
func Start(ctx context.Context, j Job, program string, args ...string) (*Process, Result, error) {
	p := &Process{cmd: exec.CommandContext(ctx, program, args...)}
	p.cmd.Stderr = os.Stderr
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, Result{}, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, Result{}, err
	}
	p.in, p.out = in, bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, Result{}, err
	}
	line, err := json.Marshal(j)
	if err != nil {
		return nil, Result{}, errors.Join(err, p.Close())
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return nil, Result{}, errors.Join(err, p.Close())
	}
	r, err := p.result()
	if err != nil {
		return nil, r, errors.Join(err, p.Close())
	}
	return p, r, nil
}

// Run has each session do the job so often.
func (p *Process) Run(each int) (Result, error) {
	if err := p.Begin(each); err != nil {
		return Result{}, err
	}
	return p.result()
}

// Begin is Run for a load that nobody waits for.
func (p *Process) Begin(each int) error {
	_, err := fmt.Fprintln(p.in, each)
	return err
}

func (p *Process) result() (r Result, err error) {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return r, fmt.Errorf("the load ended: %w", err)
	}
	if err := json.Unmarshal(line, &r); err != nil {
		return r, err
	}
	if r.Err != "" {
		return r, errors.New(r.Err)
	}
	return r, nil
}

// Close ends the sessions, whatever they do.
func (p *Process) Close() error {
	// An error says that it has ended already. How it ended is of no interest.
	_ = p.in.Close()
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	return nil
}
