package printing_test

import (
	"encoding/json"
	"testing"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

// TestGiven counts the stamps of an order that may be on goods, and those whose
// code counts.
func TestGiven(t *testing.T) {
	spoilt := []printing.Run{
		{Range: printing.Range{First: 3, Last: 6}, Fate: printing.Scrapped},
		{Range: printing.Range{First: 7, Last: 50}, Fate: printing.Printed},
		{Range: printing.Range{First: 100, Last: 100}, Fate: printing.Lost},
	}
	active := []printing.Range{{First: 1, Last: 10}, {First: 91, Last: 100}}
	order := func(change func(*printing.Order)) printing.Order {
		o := printing.Order{OrderData: printing.OrderData{Batch: "K7Q2M9XR4V", Codes: printing.ItemCodes, Count: 100}, State: printing.Released}
		change(&o)
		return o
	}
	for _, tt := range []struct {
		name  string
		order printing.Order
		want  trace.StampCount
	}{
		{"not released", order(func(o *printing.Order) { o.State = printing.Allocated }), trace.StampCount{}},
		{"active on release", order(func(o *printing.Order) { o.Activation = printing.ActivateOnRelease }), trace.StampCount{Given: 100, Active: 100}},
		{"some spoilt", order(func(o *printing.Order) { o.Runs = spoilt }), trace.StampCount{Given: 95, Active: 95}},
		{"active by range, some spoilt", order(func(o *printing.Order) {
			o.Activation, o.Active, o.Runs = printing.ActivateByRange, active, spoilt
		}), trace.StampCount{Given: 95, Active: 15}},
		{"counted in the old way", order(func(o *printing.Order) { o.Account = &printing.Account{Printed: 90, Spoilt: 4} }), trace.StampCount{Given: 96, Active: 96}},
	} {
		body, err := json.Marshal(tt.order)
		if err != nil {
			t.Fatal(err)
		}
		batch, got, err := printing.Given{}.StampsIn(trace.Revision{Kind: printing.KindOrders, Body: body})
		if err != nil || batch != tt.order.Batch || got != tt.want {
			t.Errorf("%s: %+v of batch %s, %v; want %+v", tt.name, got, batch, err, tt.want)
		}
	}
}
