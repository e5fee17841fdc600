package disk

import (
	"errors"
	"os/user"
	"strconv"
	"sync"
)

// owners remembers the names of users and groups, which the system looks up in
// files or over the network.
type owners struct {
	mu            sync.RWMutex
	users, groups map[uint32]string
}

// maxOwners bounds what is remembered; beyond it, all is forgotten.
const maxOwners = 4096

func (o *owners) user(id uint32) string {
	return o.name(&o.users, id, func(s string) (string, error) {
		u, err := user.LookupId(s)
		if err != nil {
			return "", err
		}
		return u.Username, nil
	})
}

func (o *owners) group(id uint32) string {
	return o.name(&o.groups, id, func(s string) (string, error) {
		g, err := user.LookupGroupId(s)
		if err != nil {
			return "", err
		}
		return g.Name, nil
	})
}

// name returns the name of id, or the number itself if it has none.
func (o *owners) name(in *map[uint32]string, id uint32, look func(string) (string, error)) string {
	o.mu.RLock()
	name, ok := (*in)[id]
	o.mu.RUnlock()
	if ok {
		return name
	}
	number := strconv.FormatUint(uint64(id), 10)
	name, err := look(number)
	if err != nil || name == "" {
		name = number
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if *in == nil || len(*in) >= maxOwners {
		*in = make(map[uint32]string)
	}
	(*in)[id] = name
	return name
}

// userID returns the number of a user given by name or number, and -1 for "".
func userID(name string) (int, error) {
	if name == "" {
		return -1, nil
	}
	if u, err := user.Lookup(name); err == nil {
		return idNumber(u.Uid)
	}
	return idNumber(name)
}

// groupID returns the number of a group given by name or number, and -1 for "".
func groupID(name string) (int, error) {
	if name == "" {
		return -1, nil
	}
	if g, err := user.LookupGroup(name); err == nil {
		return idNumber(g.Gid)
	}
	return idNumber(name)
}

func idNumber(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return 0, errors.ErrUnsupported
	}
	return int(n), nil
}
