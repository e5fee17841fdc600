package disk

import "testing"

func TestNewTempName(t *testing.T) {
	upload, kept := newUploadName(), newKeptName()
	if !isTemp(upload) || isKept(upload) {
		t.Errorf("%q is no temporary name of an upload", upload)
	}
	if !isTemp(kept) || !isKept(kept) {
		t.Errorf("%q is no temporary name of a part", kept)
	}
	if other := newUploadName(); other == upload || len(other) != len(upload) {
		t.Errorf("%q comes after %q", other, upload)
	}
}
