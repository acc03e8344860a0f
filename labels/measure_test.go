package labels

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMeasure(t *testing.T) {
	stock, err := StockByName("tomy-145")
	if err != nil {
		t.Fatal(err)
	}
	stamp := Stamp{Payload: "https://T.EXAMPLE.VN/K7Q2M9XR4V", ShortCode: "K7Q2M-9XR4V", Product: "Chè"}
	got, err := Sheet{Stock: stock}.Measure(stamp)
	want := Measures{Version: 2, Level: "M", Modules: 25, QuietZone: 4, Module: 508, Symbol: 12700, Width: 38015, Height: 20997}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v, -want +got:\n%s", err, diff)
	}
	if _, err := (Sheet{Stock: stock}).Measure(Stamp{}); err == nil {
		t.Error("an empty stamp was measured")
	}
	if _, err := (Sheet{}).Measure(stamp); err == nil {
		t.Error("a stamp was measured on no stock")
	}
}
