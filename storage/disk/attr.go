package disk

import (
	"context"
	"errors"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// SetAttr changes attributes of what name leads to. Birth cannot be changed. An
// Owner or Group that the system does not know is errors.ErrUnsupported.
func (d *FS) SetAttr(ctx context.Context, name string, a storage.Attr) error {
	return d.fail("setattr", name, d.setAttr(ctx, name, a))
}

func (d *FS) setAttr(ctx context.Context, name string, a storage.Attr) error {
	if err := checkOld(ctx, name); err != nil {
		return err
	}
	fi, err := d.root.Stat(name)
	if err != nil {
		return err
	}
	if !a.Birth.IsZero() || a.Mode != nil && !hasModes || (a.Owner != "" || a.Group != "") && !hasOwners {
		return errors.ErrUnsupported
	}
	uid, err := userID(a.Owner)
	if err != nil {
		return err
	}
	gid, err := groupID(a.Group)
	if err != nil {
		return err
	}
	// What is most likely to be refused comes first, and what was done before a
	// refusal is undone.
	old := metaOf(fi)
	if uid >= 0 || gid >= 0 {
		if err := d.root.Chown(name, uid, gid); err != nil {
			return err
		}
	}
	if a.Mode != nil {
		if err := d.root.Chmod(name, *a.Mode&modeBits); err != nil {
			d.restoreOwner(name, &old, uid, gid)
			return err
		}
	}
	if !a.ModTime.IsZero() {
		if err := d.root.Chtimes(name, time.Time{}, a.ModTime); err != nil {
			d.restoreOwner(name, &old, uid, gid)
			if a.Mode != nil {
				d.root.Chmod(name, old.mode)
			}
			return err
		}
	}
	return nil
}

func (d *FS) restoreOwner(name string, old *meta, uid, gid int) {
	if (uid >= 0 || gid >= 0) && old.hasID {
		d.root.Chown(name, int(old.uid), int(old.gid))
	}
}
