package trace_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/gs1"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// found is what a search came to, in words that a table can hold.
func found(f trace.Finds) []string {
	var out []string
	add := func(group string, names ...string) {
		slices.Sort(names)
		for _, n := range names {
			out = append(out, group+" "+n)
		}
	}
	if f.Batch != nil {
		add("batch", f.Batch.Data.Lot.String())
	}
	if !f.Suggestion.IsZero() {
		add("suggestion", f.Suggestion.String())
	}
	for _, b := range f.Lots {
		add("lot", b.Data.Lot.String())
	}
	for _, p := range f.Products {
		add("product", p.Data.Name.VI)
	}
	for _, p := range f.Producers {
		add("producer", p.Data.Name)
	}
	for _, c := range f.Certificates {
		add("certificate", c.Data.Number)
	}
	for _, c := range f.Communes {
		var names []string
		for _, p := range c.Producers {
			names = append(names, p.Data.Name)
		}
		add(c.Commune.Name.VI, names...)
	}
	return out
}

// mistyped exchanges the first two characters of a code that differ.
func mistyped(code string) string {
	b := []byte(code)
	for i := 1; i < len(b); i++ {
		if b[i-1] != b[i] {
			b[i-1], b[i] = b[i], b[i-1]
			break
		}
	}
	return string(b)
}

func TestSearch(t *testing.T) {
	w := newWorld(t)
	a := w.producer("Hợp tác xã Chè Mây Trắng")
	other := w.producer("Cơ sở Mật Ong Rừng")
	p := productData(a.Producer)
	p.GTIN = gtin(1)
	product := must(w.CreateProduct(w.ctx, by(a), p))(t).ID
	d := w.batchData(product)
	d.Lot = lotNumber("L2026/A")
	code := must(w.CreateBatch(w.ctx, by(a), d))(t).ID
	c := ocopData(a.Producer, product, 4, "2025-01-01")
	c.Number = "321/QĐ-UBND"
	must(w.CreateCertificate(w.ctx, by(office), c))(t)
	batchCode := must(stamp.ParseBatchCode(code))(t)
	sealer := must(w.keys.Sealer(w.keys.Current(), batchCode))(t)
	item := sealer.Item(7)
	link := must(gs1.ParseDigitalLink("https://id.gs1.org/01/" + gtin(1).String() + "/10/L2026%2FA"))(t)
	foreign := must(w.keys.Rotate(newSource()))(t)
	forged := must(foreign.Sealer(foreign.Current(), batchCode))(t).Item(7)

	const lot, good, maker = "batch L2026/A", "product Chè Shan tuyết", "producer Hợp tác xã Chè Mây Trắng"
	for _, tt := range []struct {
		text string
		by   trace.Actor
		want []string
	}{
		{code, inspector, []string{lot}},
		{" " + strings.ToLower(batchCode.Display()) + " ", inspector, []string{lot}},
		{"https://t.example.vn/" + code, inspector, []string{lot}},
		{"HTTPS://T.EXAMPLE.VN/" + code + "/?lang=vi#top", inspector, []string{lot}},
		{"t.example.vn/" + code, inspector, []string{lot}},
		{item.String(), inspector, []string{lot}},
		{"https://t.example.vn/" + item.String(), a, []string{lot}},
		{mistyped(code), inspector, []string{"suggestion " + code}},
		{"https://t.example.vn/" + mistyped(code), inspector, []string{"suggestion " + code}},
		{mistyped(item.String()), inspector, []string{"suggestion " + item.String()}},
		{mistyped(forged.String()), inspector, nil}, // no such stamp was ever printed
		{code, other, nil},
		{mistyped(code), other, nil},
		{link.String(), inspector, []string{lot, good}},
		{"https://t.example.vn" + link.Path(), inspector, []string{lot, good}},
		{"01/" + gtin(1).String() + "/10/L2026%2FA", inspector, []string{lot, good}},
		{"https://id.gs1.org/01/" + gtin(1).String(), inspector, []string{good}},
		{link.String(), other, nil},
		{gtin(1).String(), inspector, []string{good}},
		{"L2026/A", inspector, []string{"lot L2026/A"}},
		{"L2026/A", other, nil},
		{"CHE shan", inspector, []string{good}},
		{"che may", inspector, []string{maker}},
		{"321/qd-ubnd", inspector, []string{"certificate 321/QĐ-UBND"}},
		{"321", inspector, []string{"certificate 321/QĐ-UBND"}},
		{"321", other, nil},
		{"32", inspector, nil},
		{"Quyết định số 321/QĐ-UBND ngày 1/1/2025", inspector, []string{"certificate 321/QĐ-UBND"}},
		{"xa hong thai", inspector, []string{"Xã Hồng Thái Cơ sở Mật Ong Rừng", "Xã Hồng Thái Hợp tác xã Chè Mây Trắng"}},
		{"Hồng Thái, Tuyên Quang", certifier, []string{"Xã Hồng Thái Cơ sở Mật Ong Rừng", "Xã Hồng Thái Hợp tác xã Chè Mây Trắng"}},
		{"hong thai", a, []string{"Xã Hồng Thái Hợp tác xã Chè Mây Trắng"}},
		{"hong thai lam dong", inspector, nil},
		{"!!!", inspector, nil},
		{"", inspector, nil},
		{"hong thai", lab, nil},
		{"321/QĐ-UBND", lab, nil},
	} {
		got := found(must(w.Search(w.ctx, tt.by, tt.text))(t))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s looks for %q:\n%s", tt.by.ID, tt.text, diff)
		}
	}
	if got := must(w.Search(w.ctx, inspector, item.Display()))(t).Code; got != item.Code() {
		t.Errorf("the item code is read as %v", got)
	}
}

// TestSearchFollowsAMove finds a producer in the commune where it is now.
func TestSearchFollowsAMove(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng")
	moved := producerData("HTX Mây Trắng")
	moved.Address.Commune = "23041"
	must(w.UpdateProducer(w.ctx, by(a), a.Producer, moved))(t)
	for commune, want := range map[string]int{"02260": 0, "23041": 1} {
		if got := must(w.ProducersIn(w.ctx, inspector, commune, "", trace.Paging{}))(t).Items; len(got) != want {
			t.Errorf("%d producers in %s, want %d", len(got), commune, want)
		}
	}
	for name, want := range map[string]int{"htx may": 1, "may den": 0} {
		if got := must(w.ProducersIn(w.ctx, inspector, "23041", name, trace.Paging{}))(t).Items; len(got) != want {
			t.Errorf("%d producers %q in the commune, want %d", len(got), name, want)
		}
	}
}

func TestSearchSaysWhenTheStoreIsAway(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	for _, text := range []string{"K7Q2M9XR4V", "L1", "che", "321/QĐ", gtin(1).String(), "hong thai"} {
		if _, err := w.Search(ctx, inspector, text); !errors.Is(err, trace.ErrUnavailable) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
