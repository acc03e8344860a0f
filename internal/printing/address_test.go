package printing_test

import (
	"testing"

	"temgoc/internal/printing"
)

func TestPublish(t *testing.T) {
	w := newWorld(t)
	if _, err := printing.PublishedAddress(w.ctx, w.ledger); err == nil {
		t.Error("an address is published before any service ran")
	}
	for _, url := range []string{"https://t.example.vn", "https://t.example.vn", "https://moi.example.vn"} {
		book := must(printing.New(w.ledger, w.keys, url))(t)
		if err := book.Publish(w.ctx); err != nil {
			t.Fatal(err)
		}
		got := must(printing.PublishedAddress(w.ctx, w.ledger))(t)
		if want := must(printing.Address(url))(t); got != want {
			t.Errorf("after publishing %s the address is %q, want %q", url, got, want)
		}
		if again := must(printing.Address(got))(t); again != got {
			t.Errorf("New would make %q of the published %q", again, got)
		}
	}
	history := must(w.store.History(w.ctx, printing.KindSettings, "public-address"))(t)
	if len(history) != 2 {
		t.Errorf("two addresses made %d revisions", len(history))
	}
}
