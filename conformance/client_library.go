package conformance

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// Library returns ferry's own client library (package ftpclient), used as a program
// would that shows all that it learns. network makes its connections; nil is the
// operating system.
func Library(network Network) Client {
	return &library{net: network, cuts: make(map[string]cutDownload)}
}

type library struct {
	net Network

	mu   sync.Mutex
	cuts map[string]cutDownload // by the local file
}

// cutDownload is what a program remembers of a download, to go on with it.
type cutDownload struct {
	info storage.Info
	mark ftpclient.Mark
}

func (*library) Name() string  { return "ftpclient" }
func (*library) Can(Task) bool { return true }

func (l *library) Do(ctx context.Context, j Job) Outcome {
	u := &libraryUser{library: l, j: j}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if j.Break != nil {
		go func() {
			select {
			case <-j.Break:
				cancel()
			case <-ctx.Done():
			}
		}()
	}
	err := u.do(ctx)
	if err != nil {
		u.show(err.Error())
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return Outcome{Output: u.shown.String(), Err: err}
}

// libraryUser is one use of the library.
type libraryUser struct {
	*library
	j Job

	mu    sync.Mutex
	shown strings.Builder
}

func (u *libraryUser) show(text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.shown.WriteString(text + "\n")
}

// Write takes the log of the library.
func (u *libraryUser) Write(p []byte) (int, error) {
	u.show(strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}

// options says how to connect for the job.
func (u *libraryUser) options(s Server) (*ftpclient.Options, error) {
	o := &ftpclient.Options{
		User: s.User, Password: s.Password,
		Security: ftpclient.SecurityOff,
		Data:     ftpclient.DataPassive,
		Timeout:  u.j.Patience, Stall: u.j.Patience,
		MaxConns: 1,
		Log:      slog.New(slog.NewTextHandler(u, nil)),
		Challenge: func(_ context.Context, text string) (string, error) {
			u.show(text)
			return s.Password, nil
		},
	}
	if u.net != nil {
		o.Net = u.net
	}
	switch u.j.Task {
	case TaskGetActive, TaskGetTLSActive:
		o.Data = ftpclient.DataActive
	case TaskGetBlock, TaskResumeBlock:
		o.Params.Mode = 'B'
	case TaskGetAccount:
		o.Account = u.j.Account
	}
	switch u.j.Task {
	case TaskGetTLS, TaskGetTLSActive:
		pem, err := os.ReadFile(u.j.CACert)
		if err != nil {
			return nil, err
		}
		o.Security = ftpclient.SecurityExplicit
		o.TLS.Config = &tls.Config{RootCAs: x509.NewCertPool()}
		o.TLS.Config.RootCAs.AppendCertsFromPEM(pem)
	}
	return o, nil
}

func (u *libraryUser) addr(s Server) string {
	host := s.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(int(s.Port))
}

func (u *libraryUser) do(ctx context.Context) error {
	o, err := u.options(u.j.Server)
	if err != nil {
		return err
	}
	name := u.j.Remote
	switch u.j.Task {
	case TaskPwd, TaskQuote:
		return u.talk(ctx, o)
	case TaskGetURL:
		if name, err = takeURL(u.j.URL, o); err != nil {
			return err
		}
	}
	if name == "" {
		name = "."
	}
	cl := ftpclient.New(u.addr(u.j.Server), o)
	defer cl.Close()
	switch u.j.Task {
	case TaskGetTwo:
		return errors.Join(u.get(ctx, cl, name, u.j.Local), u.get(ctx, cl, u.j.Remote2, u.j.Local2))
	case TaskGetTree:
		return u.tree(ctx, cl, name, u.j.Local)
	case TaskPut:
		return u.put(ctx, cl, name)
	case TaskPutUnique:
		return u.putUnique(ctx, cl, name)
	case TaskList:
		for info, err := range cl.List(ctx, name) {
			if err != nil {
				return err
			}
			u.show(info.Name)
		}
		return nil
	case TaskMkdir:
		return cl.Mkdir(ctx, name)
	}
	return u.get(ctx, cl, name, u.j.Local)
}

// takeURL takes a URL apart (RFC 1738, 3.2), and returns the name of the file.
func takeURL(raw string, o *ftpclient.Options) (string, error) {
	rest, ok := strings.CutPrefix(raw, "ftp://")
	_, path, slash := strings.Cut(rest, "/")
	if !ok || !slash {
		return "", fmt.Errorf("%q is no URL of a file", raw)
	}
	if p, ok := strings.CutSuffix(path, ";type=a"); ok {
		path, o.Params.Type = p, 'A'
	}
	if p, ok := strings.CutPrefix(path, "%2F"); ok {
		path, o.Root = p, "/"
	}
	name, err := url.PathUnescape(path)
	if err == nil && strings.ContainsAny(name, "\r\n\x00") {
		err = fmt.Errorf("%q holds a line end or NUL", raw)
	}
	return name, err
}

// talk is a session of commands.
func (u *libraryUser) talk(ctx context.Context, o *ftpclient.Options) error {
	conn, err := ftpclient.Dial(ctx, u.addr(u.j.Server), o)
	if err != nil {
		return err
	}
	defer conn.Quit(ctx)
	if u.j.Task == TaskPwd {
		r, err := conn.Do(ctx, "PWD")
		if err != nil {
			return err
		}
		path, ok := ftp.UnquotePath(r.Text())
		if !ok {
			return fmt.Errorf("there is no path in %s", r)
		}
		u.show(path)
		return nil
	}
	verb, arg, has := strings.Cut(u.j.Line, " ")
	var args []string
	if has {
		args = []string{arg}
	}
	replies, err := conn.DoAll(ctx, verb, args...)
	for _, r := range replies {
		u.show(string(r.AppendWire(nil)))
	}
	return err
}

// tree downloads a folder.
func (u *libraryUser) tree(ctx context.Context, cl *ftpclient.Client, from, to string) error {
	for info, err := range cl.List(ctx, from) {
		if err != nil {
			return err
		}
		name, local := storage.Join(from, info.Name), filepath.Join(to, info.Name)
		if info.IsDir() {
			if err = os.MkdirAll(local, 0o777); err == nil {
				err = u.tree(ctx, cl, name, local)
			}
		} else {
			err = u.get(ctx, cl, name, local)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (u *libraryUser) put(ctx context.Context, cl *ftpclient.Client, name string) error {
	f, err := os.Open(u.j.Local)
	if err != nil {
		return err
	}
	defer f.Close()
	w, err := cl.Create(ctx, name, storage.CreateOptions{})
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, f); err != nil {
		return errors.Join(err, w.Abort())
	}
	_, err = w.Commit(ctx)
	return err
}

func (u *libraryUser) putUnique(ctx context.Context, cl *ftpclient.Client, folder string) error {
	f, err := os.Open(u.j.Local)
	if err != nil {
		return err
	}
	defer f.Close()
	name, err := cl.StoreUnique(ctx, folder, f)
	u.show(name)
	return err
}
