package trace

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	for name, test := range map[string]struct {
		doc              Document
		content          string
		public, personal string
	}{
		"a document without private members": {Void{}, `{"b":1,"a":2}`, `{"b":1,"a":2}`, ""},
		"nothing private in it":              {Record{}, `{"kind":"shipping","shipping":{"destination":"x"}}`, `{"kind":"shipping","shipping":{"destination":"x"}}`, ""},
		"private members": {
			Record{}, `{"person":"Mai","shipping":{"recipient":"An","destination":"x","sscc":"0"},"n":9007199254740993}`,
			`{"n":9007199254740993,"shipping":{"destination":"x"}}`, `{"person":"Mai","shipping":{"recipient":"An","sscc":"0"}}`,
		},
		"a member that is no object": {Record{}, `{"shipping":[1],"note":null}`, `{"shipping":[1]}`, `{"note":null}`},
	} {
		public, personal, err := split(test.doc, []byte(test.content))
		if err != nil || string(public) != test.public || string(personal) != test.personal {
			t.Errorf("%s: split gives %s and %s, %v", name, public, personal, err)
		}
		whole, err := Revision{Body: public, Personal: personal}.Content()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(sorted(t, []byte(test.content)), sorted(t, whole)); diff != "" {
			t.Errorf("%s: Content: -want +got:\n%s", name, diff)
		}
	}
}

// TestPersonalIsDecoded holds that a document comes back whole from its parts.
func TestPersonalIsDecoded(t *testing.T) {
	want := Record{RecordData: RecordData{
		Batch: "K7Q2M9XR4V", Kind: "shipping", Person: "Mai", Note: "n",
		Shipping: &Shipping{Recipient: "An", Destination: "Hà Nội", Quantity: Quantity{Value: "1", Unit: "KGM"}},
	}, Correction: "x"}
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	r, err := encode(Write{}, "a", 1, now, now, want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decode[Record](r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Data); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func sorted(t *testing.T, raw []byte) string {
	t.Helper()
	object, err := members(raw)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
