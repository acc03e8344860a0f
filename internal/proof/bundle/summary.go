package bundle

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/proof"
	"temgoc/internal/trace"
	"temgoc/labels/qr"
)

//go:embed summary.html readme.txt
var texts embed.FS

var summaryTemplate = template.Must(template.ParseFS(texts, "summary.html"))

// A summary is what people read of a bundle.
type summary struct {
	Code, Page       string
	Symbol           symbol
	Facts            []fact
	Documents        []told
	Files            []toldFile
	VKey, Checkpoint string
	Size             int64
	Count            int
}

// A symbol is a QR code, as the path of its dark modules.
type symbol struct {
	Side int
	Path string
}

type fact struct{ VI, EN, Value string }

// told is a document with its revisions.
type told struct {
	Noun      catalog.Name
	ID        string
	Revisions []toldRevision
}

type toldRevision struct {
	Index    int64
	When     string
	Type     catalog.Name
	By       string
	Said     []said
	Withheld bool
}

// said is one member of what a revision says.
type said struct{ Path, Value string }

type toldFile struct {
	SHA256 string
	Names  string
}

// page is the address of the batch's page. A host is the same in either case.
func (g *gathering) page() string {
	return strings.ToLower(strings.TrimSuffix(g.PublicURL, "/")) + "/" + g.code
}

// readme says how a bundle is checked.
func (g *gathering) readme() []byte {
	text, _ := texts.ReadFile("readme.txt") // embedded
	return text
}

// summary writes the page for people.
func (g *gathering) summary() ([]byte, error) {
	s := summary{
		Code: g.code, Page: g.page(), Facts: g.facts(), VKey: g.Log.Identity().VKey, Checkpoint: g.checkpoint,
		Size: g.size, Count: len(g.shown),
	}
	var err error
	if s.Symbol, err = symbolOf(s.Page); err != nil {
		return nil, err
	}
	if s.Documents, err = g.told(); err != nil {
		return nil, err
	}
	if s.Files, err = g.toldFiles(); err != nil {
		return nil, err
	}
	var page bytes.Buffer
	err = summaryTemplate.Execute(&page, s)
	return page.Bytes(), err
}

func symbolOf(text string) (symbol, error) {
	m, err := qr.Encode(text, qr.Options{})
	if err != nil {
		return symbol{}, err
	}
	var path strings.Builder
	for r := range m.Runs() {
		fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", r.X+qr.QuietZone, r.Y+qr.QuietZone, r.N, r.N)
	}
	return symbol{m.Size() + 2*qr.QuietZone, path.String()}, nil
}

// facts are what the batch is.
func (g *gathering) facts() []fact {
	b, product, maker := g.root.Batch.Data, g.root.Product.Data, g.root.Producer.Data
	all := []fact{
		{"Sản phẩm", "Product", product.Name.VI},
		{"Chủ thể", "Producer", maker.Name},
		{"Địa chỉ", "Address", maker.Address.In("vi")},
		{"Số lô", "Lot", b.Lot.String()},
		{"Tình trạng", "State", b.State.Name().VI + " / " + b.State.Name().EN},
		{"Lý do", "Reason", b.Reason},
		{"Việc phải làm", "Instructions", b.Instructions},
		{"Số lượng", "Quantity", b.Quantity.In("vi")},
		{"Ngày sản xuất", "Production date", b.Production.Vietnamese()},
		{"Ngày đóng gói", "Packing date", b.Packing.Vietnamese()},
		{"Hạn sử dụng", "Expiry date", b.Expiry.Vietnamese()},
	}
	return slices.DeleteFunc(all, func(f fact) bool { return strings.TrimSpace(f.Value) == "" })
}

// order is how documents follow each other in the summary; what is not here
// comes last.
var order = []trace.Kind{
	trace.KindBatches, trace.KindRecalls, trace.KindProducts, trace.KindProducers, trace.KindCertificates,
	trace.KindRecords, trace.KindTests, kindOrders, trace.KindVoids,
}

func rank(k trace.Kind) int {
	if i := slices.Index(order, k); i >= 0 {
		return i
	}
	return len(order)
}

// told lists the documents, those of the batch itself first.
func (g *gathering) told() ([]told, error) {
	var all []told
	places := map[document]int{}
	shown := g.sorted()
	slices.SortStableFunc(shown, func(a, b proof.Shown) int {
		return cmp.Or(rank(a.Revision.Kind)-rank(b.Revision.Kind), g.distance(a.Revision)-g.distance(b.Revision))
	})
	for _, s := range shown {
		r, err := g.toldRevision(s)
		if err != nil {
			return nil, err
		}
		d := document{s.Revision.Kind, s.Revision.ID}
		if _, known := places[d]; !known {
			places[d] = len(all)
			all = append(all, told{Noun: nounOf(r.Type), ID: d.id})
		}
		all[places[d]].Revisions = append(all[places[d]].Revisions, r)
	}
	return all, nil
}

// distance is 0 for the batch itself.
func (g *gathering) distance(r trace.Revision) int {
	if r.ID == g.code {
		return 0
	}
	return 1
}

// nounOf is the first part of the words for a type.
func nounOf(typ catalog.Name) catalog.Name {
	vi, _, _ := strings.Cut(typ.VI, ": ")
	en, _, _ := strings.Cut(typ.EN, ": ")
	return catalog.Name{VI: vi, EN: en}
}

func (g *gathering) toldRevision(s proof.Shown) (toldRevision, error) {
	leaf, err := proof.ParseLeaf(s.Place.Entry)
	if err != nil {
		return toldRevision{}, err
	}
	whole := g.whole(s.Revision)
	content := s.Revision.Body
	if whole {
		if content, err = s.Revision.Content(); err != nil {
			return toldRevision{}, err
		}
	}
	r := toldRevision{
		Index: s.Place.Index, When: s.Revision.At.In(trace.Zone).Format("15:04:05 02/01/2006"), Type: proof.TypeName(leaf.Type),
		By: s.Revision.By, Withheld: !whole,
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return toldRevision{}, err
	}
	r.Said = flat(nil, "", v)
	return r, nil
}

// flat lists the members of a JSON value by their paths.
func flat(out []said, path string, v any) []said {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range sortedNames(v) {
			out = flat(out, strings.TrimPrefix(path+"."+name, "."), v[name])
		}
	case []any:
		for i, element := range v {
			out = flat(out, fmt.Sprintf("%s[%d]", path, i), element)
		}
	default:
		out = append(out, said{path, fmt.Sprint(v)})
	}
	return out
}

func sortedNames(o map[string]any) []string {
	names := make([]string, 0, len(o))
	for name := range o {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// toldFiles are the files with what names them.
func (g *gathering) toldFiles() ([]toldFile, error) {
	names := map[string][]string{}
	for _, s := range g.sorted() {
		leaf, err := proof.ParseLeaf(s.Place.Entry)
		if err != nil {
			return nil, err
		}
		for _, f := range leaf.Files {
			names[f] = append(names[f], fmt.Sprint(s.Place.Index))
		}
	}
	var all []toldFile
	for f, indexes := range names {
		all = append(all, toldFile{f, strings.Join(indexes, ", ")})
	}
	slices.SortFunc(all, func(a, b toldFile) int { return strings.Compare(a.SHA256, b.SHA256) })
	return all, nil
}
