package storage_test

import (
	"testing"

	"github.com/seed-6092453b/ferry/storage"
)

func TestWantedDetails(t *testing.T) {
	if got := storage.WantedDetails(t.Context()); got != storage.AllDetails {
		t.Errorf("a context that says nothing asks for %b, not all", got)
	}
	for _, tt := range []struct{ say, want storage.Details }{
		{0, 0},
		{storage.DetailStat, storage.DetailStat},
		{storage.DetailID, storage.DetailStat | storage.DetailID},
		{storage.DetailOwner | storage.DetailVersion, storage.DetailStat | storage.DetailOwner | storage.DetailVersion},
		{storage.AllDetails, storage.AllDetails},
	} {
		if got := storage.WantedDetails(storage.WithDetails(t.Context(), tt.say)); got != tt.want {
			t.Errorf("%b asks for %b, not %b", tt.say, got, tt.want)
		}
	}
	inner := storage.WithDetails(storage.WithDetails(t.Context(), 0), storage.AllDetails)
	if got := storage.WantedDetails(inner); got != storage.AllDetails {
		t.Errorf("what was said last asks for %b, not all", got)
	}
}
