package ftpserver_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/charset"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/quota"
)

// directives are what scripts may ask for, with the number of arguments that
// each takes at least.
var directives = map[string]struct {
	args int
	run  func(w *world, args []string) error
}{
	// @ file PATH CONTENT [TIMES] makes a file.
	"file": {2, func(w *world, a []string) error {
		n := 1
		if len(a) > 2 {
			n, _ = strconv.Atoi(a[2])
		}
		return w.write(a[0], strings.Repeat(a[1], n))
	}},
	// @ dir PATH makes a directory.
	"dir": {1, func(w *world, a []string) error { return w.fs.Mkdir(context.Background(), a[0]) }},
	// @ files DIR COUNT makes files in a directory.
	"files": {2, func(w *world, a []string) error {
		n, err := strconv.Atoi(a[1])
		for i := range n {
			err = cmp.Or(err, w.write(fmt.Sprintf("%s/file-%06d", a[0], i), ""))
		}
		return err
	}},
	// @ link TARGET PATH makes a symbolic link.
	"link": {2, func(w *world, a []string) error { return w.fs.ForeignLink(a[0], a[1]) }},
	// @ time PATH YYYYMMDDHHMMSS sets the time of modification.
	"time": {2, func(w *world, a []string) error {
		t, err := ftp.ParseTime(a[1])
		return cmp.Or(err, w.fs.SetAttr(context.Background(), a[0], storage.Attr{ModTime: t}))
	}},
	// @ owner PATH USER GROUP sets them.
	"owner": {3, func(w *world, a []string) error {
		return w.fs.SetAttr(context.Background(), a[0], storage.Attr{Owner: a[1], Group: a[2]})
	}},
	// @ remove PATH removes a file behind the server's back.
	"remove": {1, func(w *world, a []string) error {
		return w.fs.Remove(context.Background(), a[0], storage.KindFile)
	}},

	// @ certificate brings that which "config tls unready" waits for.
	"certificate": {0, func(w *world, _ []string) error { w.ready.Store(true); return nil }},

	// @ is PATH CONTENT [TIMES] checks a file.
	"is": {2, func(w *world, a []string) error {
		n := 1
		if len(a) > 2 {
			n, _ = strconv.Atoi(a[2])
		}
		return w.is(a[0], strings.Repeat(a[1], n))
	}},
	// @ mode PATH OCTAL checks the permissions of a file.
	"mode": {2, func(w *world, a []string) error {
		info, err := w.fs.Stat(context.Background(), a[0])
		if got := fmt.Sprintf("%04o", info.Mode.Perm()); err == nil && got != a[1] {
			err = fmt.Errorf("%s has the mode %s", a[0], got)
		}
		return err
	}},
	// @ settled waits until the server has done all that it does without being asked.
	"settled": {0, func(*world, []string) error {
		synctest.Wait()
		return nil
	}},
	// @ gone PATH checks that there is nothing.
	"gone": {1, func(w *world, a []string) error {
		synctest.Wait()
		if _, err := w.fs.Stat(context.Background(), a[0]); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is there (error %v)", a[0], err)
		}
		return nil
	}},

	// @ capacity OCTETS begins anew with storage that holds so much.
	"capacity": {1, func(w *world, a []string) error {
		n, err := strconv.ParseInt(a[0], 10, 64)
		w.fs = mem.New(mem.Options{Capacity: n})
		return err
	}},
	// @ quota OCTETS FILES puts a quota on the files, as a restart would; 0 is no limit.
	"quota": {2, func(w *world, a []string) error {
		octets, err1 := strconv.ParseInt(a[0], 10, 64)
		files, err2 := strconv.ParseInt(a[1], 10, 64)
		w.quota = quota.New(w.fs, quota.Options{MaxOctets: octets, MaxFiles: files})
		return errors.Join(err1, err2)
	}},
	// @ user NAME PASSWORD KEY... adds a user: the rights, or key=value.
	"user": {2, (*world).addUser},
	// @ config KEY VALUE... sets up the server.
	"config": {1, (*world).configure},
	// @ fault OP PATTERN ERROR [AFTER] has the operations of accounts that log
	// in from now on fail.
	"fault": {3, func(w *world, a []string) error {
		err := faults[a[2]]
		if err == nil {
			return errors.New("unknown fault")
		}
		r := faultfs.Rule{Op: faultfs.Op(a[0]), Name: a[1], Err: err}
		if len(a) > 3 {
			r.After, _ = strconv.ParseInt(a[3], 10, 64)
		}
		w.rule = append(w.rule, r)
		return nil
	}},
	// @ crash OP PATTERN has them panic.
	"crash": {2, func(w *world, a []string) error {
		w.rule = append(w.rule, faultfs.Rule{Op: faultfs.Op(a[0]), Name: a[1], Do: func(context.Context) error {
			panic("oops, said the storage of 10.1.2.3")
		}})
		return nil
	}},
	// @ hold OP PATTERN has them wait, and @ release OP go on.
	"hold": {2, func(w *world, a []string) error {
		g := faultfs.NewGate()
		w.gate[a[0]] = g
		w.rule = append(w.rule, faultfs.Rule{Op: faultfs.Op(a[0]), Name: a[1], Do: g.Wait})
		return nil
	}},
	"release": {1, func(w *world, a []string) error { w.gate[a[0]].Open(); return nil }},

	// @ from ADDR has connections come from there, and go to the server's
	// address of the same family.
	"from": {1, func(w *world, a []string) error {
		var err error
		if w.from, err = netip.ParseAddr(a[0]); err != nil {
			return err
		}
		w.net.Host(a[0])
		w.at = netip.MustParseAddr(server4)
		if w.from.Is6() {
			w.at = netip.MustParseAddr(server6)
		}
		return nil
	}},
	// @ steal ADDR connects from there to each port but 21 that the server
	// listens on, and sees that it is closed at once.
	"steal": {1, (*world).steal},
	// @ thief ARGS tries the same with TLS, from the client's own address.
	"thief": {0, (*world).thief},
	// @ listeners COUNT checks on how many ports it listens, but for 21.
	"listeners": {1, func(w *world, a []string) error {
		synctest.Wait()
		if got := strconv.Itoa(len(w.passive())); got != a[0] {
			return fmt.Errorf("%s listeners", got)
		}
		return nil
	}},
	// @ open TEXT checks that such a connection or listener is open.
	"open": {1, func(w *world, a []string) error {
		all := w.net.OpenEnds()
		if !slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, a[0]) }) {
			return fmt.Errorf("open are %q", all)
		}
		return nil
	}},

	// @ shutdown begins a Shutdown, and @ down sees that it is done.
	"shutdown": {0, func(w *world, _ []string) error {
		w.down = make(chan error, 1)
		go func() { w.down <- w.srv.Shutdown(context.Background()) }()
		synctest.Wait()
		return nil
	}},
	"down": {0, func(w *world, _ []string) error {
		synctest.Wait()
		select {
		case err := <-w.down:
			return err
		default:
			return errors.New("the server is not down")
		}
	}},
	// @ close begins a Close; @ down sees that it is done.
	"close": {0, func(w *world, _ []string) error {
		w.down = make(chan error, 1)
		go func() { w.down <- w.srv.Close() }()
		synctest.Wait()
		return nil
	}},
	// @ kick USER kicks the sessions of a user.
	"kick": {1, func(w *world, a []string) error {
		for _, s := range w.srv.Sessions() {
			if s.User == a[0] && !w.srv.Kick(s.Conn.ID) {
				return errors.New("not kicked")
			}
		}
		return nil
	}},
	// @ session USER DIR VERB PATH BYTES, or @ session client|host|tree NAME, checks that
	// there is such a session.
	"session": {2, func(w *world, a []string) error {
		synctest.Wait()
		var all []string
		for _, s := range w.srv.Sessions() {
			all = append(all, fmt.Sprintf("%s %s %s %s %d", s.User, s.Dir, s.Verb, s.Path, s.Bytes), "client "+s.Client, "host "+s.Host, "tree "+s.Tree)
		}
		if want := strings.Join(a, " "); !slices.Contains(all, want) {
			return fmt.Errorf("not %q, but %q", want, all)
		}
		return nil
	}},
	// @ sessions COUNT checks how many there are.
	"sessions": {1, func(w *world, a []string) error {
		synctest.Wait()
		if got := strconv.Itoa(len(w.srv.Sessions())); got != a[0] {
			return fmt.Errorf("%s sessions", got)
		}
		return nil
	}},
	// @ unplug cuts the client off without a word.
	"unplug": {0, func(w *world, _ []string) error {
		w.net.Host(w.from.String()).Unplug()
		return nil
	}},
	// @ event NAME TEXT checks that there was such an event.
	"event": {2, func(w *world, a []string) error {
		synctest.Wait()
		w.mu.Lock()
		defer w.mu.Unlock()
		var all []string
		for _, e := range w.events {
			text := e.LogValue().String()
			if e.Name() == a[0] && strings.Contains(text, a[1]) {
				return nil
			}
			all = append(all, e.Name()+": "+text)
		}
		return fmt.Errorf("no such event among\n%s", strings.Join(all, "\n"))
	}},
	// @ throttles COUNT checks how often it has told that it holds passwords up.
	"throttles": {1, func(w *world, a []string) error {
		synctest.Wait()
		w.mu.Lock()
		defer w.mu.Unlock()
		n := 0
		for _, e := range w.events {
			if _, ok := e.(ftpserver.Throttled); ok {
				n++
			}
		}
		if strconv.Itoa(n) != a[0] {
			return fmt.Errorf("%d events", n)
		}
		return nil
	}},
	// @ checks COUNT checks how often a password was checked.
	"checks": {1, func(w *world, a []string) error {
		synctest.Wait()
		w.mu.Lock()
		defer w.mu.Unlock()
		if strconv.Itoa(w.checks) != a[0] {
			return fmt.Errorf("%d checks", w.checks)
		}
		return nil
	}},
	// @ logged TEXT and @ unlogged TEXT check the log.
	"logged":   {1, func(w *world, a []string) error { return w.logged(a[0], true) }},
	"unlogged": {1, func(w *world, a []string) error { return w.logged(a[0], false) }},
}

// faults are the errors of @ fault, by the words for them.
var faults = map[string]error{
	"permission": fs.ErrPermission, "exist": fs.ErrExist, "not-exist": fs.ErrNotExist,
	"quota": storage.ErrQuota, "no-space": storage.ErrNoSpace, "busy": storage.ErrBusy,
	"changed": storage.ErrChanged, "name": storage.ErrName, "unsupported": errors.ErrUnsupported,
	"strange": errors.New("disk on fire at 10.1.2.3"),
}

func (w *world) directive(name string, args []string) error {
	d, ok := directives[name]
	if !ok || len(args) < d.args {
		return errors.New("no such directive")
	}
	return d.run(w, args)
}

func (w *world) logged(text string, want bool) error {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.Contains(w.log.String(), text) != want {
		return fmt.Errorf("the log is\n%s", w.log.String())
	}
	return nil
}

// write makes a file, and is compares one.
func (w *world) write(name, content string) error {
	ctx := context.Background()
	f, err := w.fs.Create(ctx, name, storage.CreateOptions{})
	if err != nil {
		return err
	}
	defer f.Abort()
	if _, err := io.WriteString(f, content); err != nil {
		return err
	}
	_, err = f.Commit(ctx)
	return err
}

func (w *world) is(name, want string) error {
	synctest.Wait()
	f, err := w.fs.Open(context.Background(), name, storage.Range{})
	if err != nil {
		return err
	}
	defer f.Close()
	got, err := io.ReadAll(f)
	if err == nil && string(got) != want {
		err = fmt.Errorf("%s holds %d octets: %.100q", name, len(got), got)
	}
	return err
}

func (w *world) addUser(args []string) error {
	u := &user{password: args[1], open: ftpserver.Account{Name: args[0]}}
	rights := map[string]ftpserver.Permissions{
		"all": ftpserver.ReadWrite, "read": ftpserver.ReadOnly, "write": ftpserver.CanWrite,
		"overwrite": ftpserver.CanOverwrite, "delete": ftpserver.CanDelete,
		"rename": ftpserver.CanRename, "setattr": ftpserver.CanSetAttr,
		"chown": ftpserver.CanChown, "who": ftpserver.CanSeeSessions,
	}
	for _, arg := range args[2:] {
		key, value, _ := strings.Cut(arg, "=")
		switch key {
		case "home":
			u.open.Home = value
		case "charset":
			var err error
			if u.open.Charset, err = charset.Lookup(value); err != nil {
				return err
			}
		case "welcome":
			u.open.Welcome = value
		case "account":
			u.account = value
		case "host":
			u.host = value
		case "lacks":
			u.lacks |= map[string]storage.Features{
				"time": storage.CanSetTime, "mode": storage.CanSetMode, "birth": storage.CanSetBirth,
				"owner": storage.CanSetOwner, "append": storage.CanAppend,
			}[value]
		case "mount":
			if u.open.Mounts == nil {
				u.open.Mounts = make(map[string]storage.FS)
			}
			u.open.Mounts[value] = storage.Sub(w.fs, value)
		case "store-account":
			u.open.NeedAccount = ftpserver.CanWrite | ftpserver.CanOverwrite | ftpserver.CanRename
			u.open.Acct = func(_ context.Context, account string) error {
				switch account {
				case value:
					return nil
				case "broken":
					return errors.New("the ledger is shut")
				}
				return fmt.Errorf("%w: not that one", ftpserver.ErrLogin)
			}
		case "asked":
			u.asked = map[string]ftpserver.Question{"account": ftpserver.AskAccount, "nothing": ftpserver.AskNothing, "anything": ftpserver.AskAnything}[value]
			w.cfg.Ask = w.ask
		case "security":
			u.open.Security = demands[value]
		case "certificate":
			u.cert = true
		case "fails":
			u.err = errors.New(value)
		case "panics":
			u.panics = true
		default:
			p, ok := rights[key]
			if !ok {
				return fmt.Errorf("unknown right %q", arg)
			}
			u.open.Can |= p
		}
	}
	w.users[args[0]] = u
	return nil
}

func (w *world) configure(args []string) error {
	key, value := args[0], strings.Join(args[1:], " ")
	l := &w.cfg.Limits
	durations := map[string]*time.Duration{
		"login-delay": &l.LoginDelay, "login-time": &l.LoginTime, "guess-time": &l.GuessTime, "idle": &l.Idle, "max-idle": &l.MaxIdle,
		"data-connect": &l.DataConnect, "stall": &l.Stall,
	}
	counts := map[string]*int{
		"sessions": &l.Sessions, "per-ip": &l.SessionsPerIP, "logins": &l.Logins, "guesses": &l.Guesses, "user-guesses": &l.UserGuesses, "listing": &l.Listing, "handshakes": &l.Handshakes,
		"expand":     &l.Expand,
		"hash-cache": &w.cfg.HashCache, "pixels": &l.Pixels,
	}
	var err error
	switch {
	case durations[key] != nil:
		*durations[key], err = time.ParseDuration(value)
	case counts[key] != nil:
		*counts[key], err = strconv.Atoi(value)
	case key == "expand-free":
		l.ExpandFree, err = strconv.ParseInt(value, 10, 64)
	case key == "passive":
		_, err = fmt.Sscanf(value, "%d-%d", &w.cfg.Passive.MinPort, &w.cfg.Passive.MaxPort)
	case key == "public":
		w.cfg.Passive.PublicHost = value
	case key == "active" && value == "off":
		w.cfg.Active.Off = true
	case key == "rmda":
		w.cfg.RMDA = true
	case key == "host":
		if w.cfg.Hosts == nil {
			w.cfg.Hosts = make(map[string]ftpserver.Host)
		}
		name, rest, _ := strings.Cut(value, " ")
		w.cfg.Hosts[name] = virtualHost(rest)
	case key == "mdtm-set":
		w.cfg.MDTMSet = true
	case key == "pret":
		w.cfg.PRET = true
	case key == "port20":
		w.cfg.Active.Port20 = true
	case key == "tls":
		err = w.configureTLS(args[1:])
	case key == "foreign":
		var p netip.Prefix
		p, err = netip.ParsePrefix(value)
		w.cfg.Active.Foreign = append(w.cfg.Active.Foreign, p)
	case key == "ebcdic":
		w.cfg.EBCDIC = map[string]ftp.CodePage{"037": ftp.IBM037, "1140": ftp.IBM1140}[value]
	case key == "mode-z" && value == "on":
		w.cfg.ModeZ = true
	case key == "reuse" && value == "off":
		w.cfg.NoReuseData = true
	case key == "markers":
		w.cfg.MarkerInterval, err = strconv.ParseInt(value, 10, 64)
	case key == "ascii":
		w.cfg.ASCII = map[string]ftp.CRProfile{"raw": ftp.CRRaw, "nvt": ftp.CRNVT}[value]
	case key == "charset":
		w.cfg.Charset, err = charset.Lookup(value)
	case key == "zone":
		w.cfg.ListZone = time.FixedZone(value, 5*3600+1800)
	case key == "greeting":
		w.cfg.Greeting = func(context.Context, ftpserver.ConnInfo) (string, error) { return value, nil }
	case key == "refuse":
		w.cfg.Greeting = func(context.Context, ftpserver.ConnInfo) (string, error) { return "", errors.New(value) }
	default:
		return fmt.Errorf("unknown key %q", key)
	}
	return err
}

// virtualHost makes up a host: "greeting TEXT", "down TEXT", "nobody" (nobody may
// log in), or an empty one.
func virtualHost(how string) ftpserver.Host {
	word, text, _ := strings.Cut(how, " ")
	switch word {
	case "greeting":
		return ftpserver.Host{Greeting: func(context.Context, ftpserver.ConnInfo) (string, error) { return text, nil }}
	case "down":
		return ftpserver.Host{Greeting: func(context.Context, ftpserver.ConnInfo) (string, error) { return "", errors.New(text) }}
	case "nobody":
		return ftpserver.Host{Login: func(context.Context, ftpserver.Credentials) (*ftpserver.Account, error) {
			return nil, ftpserver.ErrLogin
		}}
	}
	return ftpserver.Host{}
}

// passive returns the addresses of the server's listeners, but for port 21.
func (w *world) passive() []netip.AddrPort {
	var all []netip.AddrPort
	for _, end := range w.net.OpenEnds() {
		addr, ok := strings.CutPrefix(end, "listener ")
		if !ok {
			continue
		}
		at := netip.MustParseAddrPort(addr)
		if s := at.Addr().String(); at.Port() != 21 && (s == server4 || s == server6) {
			all = append(all, at)
		}
	}
	return all
}

func (w *world) steal(args []string) error {
	all := w.passive()
	if len(all) == 0 {
		return errors.New("nothing to steal")
	}
	for _, at := range all {
		c, err := w.net.Host(args[0]).Dial(context.Background(), "tcp", nil, at.String())
		if err != nil {
			return err
		}
		c.SetReadDeadline(time.Now().Add(time.Second))
		got, err := io.ReadAll(c)
		c.Close()
		if len(got) > 0 || err != nil {
			return fmt.Errorf("got %q, then %v", got, err)
		}
	}
	return nil
}
