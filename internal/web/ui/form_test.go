package ui_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

func record(t *testing.T) trace.RecordData {
	t.Helper()
	return trace.RecordData{
		Batch: "K7Q2M9XR4V", Kind: "processing", Happened: time.Date(2026, 11, 24, 7, 30, 0, 0, trace.Zone).UTC(),
		Place: trace.Place{Name: "Xưởng", Commune: "02260"}, Files: []trace.Digest{trace.DigestOf([]byte("x"))},
		Processing: &trace.Processing{
			Process: "Sao, vò, sấy", Output: trace.Quantity{Value: "12.5", Unit: "KGM"}, Minutes: 90,
			Inputs: []trace.Material{{Name: "Chè tươi", Quantity: trace.Quantity{Value: "60", Unit: "KGM"}}, {Batch: "K7Q2M9XR4V"}},
		},
	}
}

// TestValuesRoundTrip writes documents as a form would send them and reads them
// back.
func TestValuesRoundTrip(t *testing.T) {
	want := record(t)
	values, err := ui.Values(want)
	if err != nil {
		t.Fatal(err)
	}
	if got := values.Get("processing.inputs[0].quantity.value"); got != "60" {
		t.Errorf("the name of a nested value is not its JSON path: %v", values)
	}
	var got trace.RecordData
	if err := ui.Decode(values, &got); err != nil {
		t.Fatal(err)
	}
	got.Happened = got.Happened.UTC()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	lot, err := gs1.ParseLotNumber("L2026-11-A")
	if err != nil {
		t.Fatal(err)
	}
	batch := trace.BatchData{Product: "p", Lot: lot, Quantity: trace.Quantity{Value: "1", Unit: "KGM"}, Production: trace.NewDate(2026, 11, 1)}
	if values, err = ui.Values(batch); err != nil {
		t.Fatal(err)
	}
	var again trace.BatchData
	if err := ui.Decode(values, &again); err != nil {
		t.Fatal(err)
	}
	if again.Lot != batch.Lot || !again.Production.Equal(batch.Production) || !again.Expiry.IsZero() {
		t.Errorf("got %+v, want %+v", again, batch)
	}
}

// TestDecodeAsPeopleType reads what browsers and people send, and names the
// field of what cannot be read.
func TestDecodeAsPeopleType(t *testing.T) {
	var d trace.RecordData
	err := ui.Decode(url.Values{
		"happened": {"2026-11-24T07:30"}, "harvest.plot": {"Đồi 3"}, "harvest.quantity.value": {" 12,5 "}, "harvest.quantity.unit": {"KGM"},
		"nothing.of.this": {"x"}, "verified.organisation": {"Sở"},
	}, &d)
	if err != nil {
		t.Fatal(err)
	}
	if d.Harvest == nil || d.Harvest.Quantity.Value != "12.5" {
		t.Errorf("harvest %+v", d.Harvest)
	}
	if want := time.Date(2026, 11, 24, 0, 30, 0, 0, time.UTC); !d.Happened.Equal(want) {
		t.Errorf("a time of day is read as %v, want %v", d.Happened, want)
	}
	if d.Processing != nil {
		t.Error("details that were not sent came to be")
	}

	for field, value := range map[string]string{
		"harvest.quantity.value": "nhiều", "happened": "hôm qua", "packing.packedOn": "31/02/2026", "packing.units": "ba", "files[0]": "xyz",
	} {
		var d trace.RecordData
		errs, ok := ui.Decode(url.Values{field: {value}}, &d).(trace.FieldErrors)
		if !ok || len(errs) != 1 || errs[0].Field != field || errs[0].Message.VI == "" || errs[0].Message.EN == "" {
			t.Errorf("%s=%s: %v", field, value, errs)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("harvest.quantity.value=12%2C5&files[0]=x&processing.inputs[2].name=a")
	f.Add("processing.inputs[99999999].name=a")
	f.Add("a[=1&[0]=2&.=3&processing.inputs[].name=4&processing.inputs[-1].name=5")
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		var d trace.RecordData
		_ = ui.Decode(values, &d) // must not panic
		if d.Processing != nil && len(d.Processing.Inputs) > 1000 {
			t.Errorf("%d elements were made of %q", len(d.Processing.Inputs), query)
		}
	})
}

func form() *ui.Form {
	return &ui.Form{Lang: ui.Vietnamese, Groups: []ui.Group{
		{Fields: []ui.Field{{Name: "lot", Label: "Số lô"}, {Name: "quantity.value", Label: "Số lượng"}}},
		{Title: "Thêm", Folded: true, Fields: []ui.Field{{Name: "password", Type: "password"}, {Name: "inputs[0].batch", Label: "Lô nguyên liệu"}}},
	}}
}

func TestFormComesBackAsSent(t *testing.T) {
	f := form().Fill(url.Values{"lot": {"L1"}, "password": {"bí mật"}, "inputs[0].batch": {"K7"}})
	if f.Field("lot").Value != "L1" || f.Field("inputs[0].batch").Value != "K7" || !f.Groups[1].Open() {
		t.Errorf("form %+v", f)
	}
	if f.Field("password").Value != "" {
		t.Error("a password came back")
	}
}

func TestBlame(t *testing.T) {
	message := catalog.Name{VI: "sai", EN: "wrong"}
	f := form().Blame(trace.FieldErrors{{Field: "lot", Message: message}, {Field: "quantity", Message: message}, {Field: "inputs[0].batch.x", Message: message}, {Field: "stranger", Message: message}})
	for name, want := range map[string]string{"lot": "sai", "quantity.value": "sai", "inputs[0].batch": "sai", "password": ""} {
		if got := f.Field(name).Error; got != want {
			t.Errorf("%s: error %q, want %q", name, got, want)
		}
	}
	want := []ui.Mistake{{Anchor: "f-lot", Label: "Số lô", Message: "sai"}, {Anchor: "f-quantity-value", Label: "Số lượng", Message: "sai"}, {Anchor: "f-inputs-0-batch", Label: "Lô nguyên liệu", Message: "sai"}, {Label: "stranger", Message: "sai"}}
	if diff := cmp.Diff(want, f.Mistakes); diff != "" {
		t.Error(diff)
	}
}

func TestLang(t *testing.T) {
	day := trace.NewDate(2026, 11, 5)
	at := time.Date(2026, 11, 5, 20, 4, 0, 0, time.UTC)
	for _, tt := range []struct {
		lang ui.Lang
		want []string
	}{
		{ui.Vietnamese, []string{"05/11/2026", "03:04, 06/11/2026", "1.234.567", "-1.000", "0"}},
		{ui.English, []string{"5 Nov 2026", "03:04, 6 Nov 2026", "1,234,567", "-1,000", "0"}},
	} {
		l := tt.lang
		got := []string{l.Date(day), l.Moment(at), l.Number(1234567), l.Number(-1000), l.Number(0)}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Error(diff)
		}
		if l.Date(trace.Date{}) != "" || l.Moment(time.Time{}) != "" {
			t.Error("nothing is written as something")
		}
	}
}

func TestStaticFiles(t *testing.T) {
	for _, name := range []string{"console.css", "console.js"} {
		address := ui.StaticURL(name)
		s, ok := ui.StaticFile(strings.TrimPrefix(address, ui.StaticPath))
		if !ok || len(s.Content) == 0 || s.Type == "" || s.Name == name {
			t.Errorf("%s: %s, %t", name, address, ok)
		}
	}
	if _, ok := ui.StaticFile("../templates/layout.html"); ok {
		t.Error("a file that is not static is served")
	}
}
