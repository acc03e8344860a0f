package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/spreadsheet"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// A directory finds what a file refers to by what people know it as, and the
// other way round. It reads each thing once; what others change meanwhile it
// does not see. What it finds may be named to the actor only where the actor
// may see it: the methods that begin with find hold to that.
type directory struct {
	ctx    context.Context
	ledger *trace.Ledger // for writing
	seen   *trace.Ledger // for reading
	by     trace.Actor
	lang   string

	producers    registers[trace.Producer]
	products     registers[trace.Product]
	certificates registers[trace.Certificate]
	batches      registers[trace.Batch]
	records      registers[trace.Record]
	lots         map[string][]trace.Stored[trace.Batch]
	hints        int // how often it may still look for similar names
}

func newDirectory(ctx context.Context, l *trace.Ledger, by trace.Actor, lang string) *directory {
	return &directory{
		ctx: ctx, ledger: l, seen: l.Remembering(), by: by, lang: lang, hints: maxHints,
		producers:    registers[trace.Producer]{keys: producerKeys},
		products:     registers[trace.Product]{keys: storedProductKeys},
		certificates: registers[trace.Certificate]{keys: func(s trace.Stored[trace.Certificate]) []string { return certificateKeys(s.Data) }},
		batches:      registers[trace.Batch]{keys: func(s trace.Stored[trace.Batch]) []string { return []string{s.Data.Lot.String()} }},
		records:      registers[trace.Record]{keys: func(s trace.Stored[trace.Record]) []string { return recordKeys(s.Data) }, past: true},
		lots:         map[string][]trace.Stored[trace.Batch]{},
	}
}

// Keys of registers: a kind of name, and the name in the form in which it is
// compared.
func idKey(id string) string       { return "id:" + id }
func numberKey(n string) string    { return "number:" + plain(n) }
func exactKey(name string) string  { return "exact:" + plain(name) }
func nameKey(name string) string   { return "name:" + bare(name) }
func properKey(name string) string { return "proper:" + plain(name) }

// keysOf are the keys of a name: it is found as it is written, or else without
// diacritics.
func keysOf(name string) []string {
	if name == "" {
		return nil
	}
	return []string{exactKey(name), nameKey(name)}
}

func producerKeys(s trace.Stored[trace.Producer]) []string {
	keys := append([]string{idKey(s.ID)}, append(keysOf(s.Data.Name), keysOf(s.Data.ShortName)...)...)
	if s.Data.Registration != "" {
		keys = append(keys, numberKey(s.Data.Registration))
	}
	return keys
}

func storedProductKeys(s trace.Stored[trace.Product]) []string {
	keys := []string{idKey(s.ID), properKey(s.Data.Name.VI)}
	if !s.Data.GTIN.IsZero() {
		keys = append(keys, numberKey(s.Data.GTIN.String()))
	}
	for _, name := range []string{s.Data.Name.VI, s.Data.Name.EN, s.Data.ShortName, withContent(s.Data)} {
		keys = append(keys, keysOf(name)...)
	}
	return keys
}

// findProducer finds a producer by name, short name, registration number or id.
func (d *directory) findProducer(text string) (string, error) {
	if d.by.Role == trace.ProducerRole {
		return d.findOwn(text)
	}
	if !d.by.Reads("") {
		return "", unknown("chủ thể", "producer", text, nil)
	}
	r, err := d.producers.of(d.ctx, d.seen, "")
	if err != nil {
		return "", err
	}
	found := firstOf(r, idKey(text), numberKey(text), exactKey(text), nameKey(text))
	switch len(found) {
	case 1:
		return found[0].ID, nil
	case 0:
		near := similar(d, r, text, func(p trace.Producer) string { return p.Name + " " + p.ShortName }, describeProducer)
		return "", unknown("chủ thể", "producer", text, near)
	}
	return "", ambiguous("chủ thể", "producers", text, describe(found, describeProducer),
		"hãy ghi mã số đăng ký thay cho tên", "write the registration number in place of the name")
}

// findOwn takes no name but the actor's own.
func (d *directory) findOwn(text string) (string, error) {
	own, err := trace.Head[trace.Producer](d.ctx, d.seen, d.by.Producer)
	if err != nil {
		return "", err
	}
	for _, key := range producerKeys(own) {
		if key == idKey(text) || key == numberKey(text) || key == nameKey(text) {
			return own.ID, nil
		}
	}
	return "", wrong(fmt.Sprintf("%q không phải là cơ sở của bạn; hãy để trống hoặc ghi %q", spreadsheet.Short(text), own.Data.Name),
		fmt.Sprintf("%q is not your organisation; leave it empty or write %q", spreadsheet.Short(text), own.Data.Name))
}

// firstOf is what is found under the first key that anything is found under.
func firstOf[T any](r *register[T], keys ...string) []trace.Stored[T] {
	for _, key := range keys {
		if found := r.under(key); len(found) > 0 {
			return found
		}
	}
	return nil
}

func describeProducer(p trace.Stored[trace.Producer]) string {
	about := p.Data.Registration
	if about == "" {
		about = p.ID
	}
	return fmt.Sprintf("%s (%s; %s)", p.Data.Name, about, p.Data.Address.In("vi"))
}

// productsOf are the products of a producer.
func (d *directory) productsOf(producer string) (*register[trace.Product], error) {
	return d.products.of(d.ctx, d.seen, trace.ProducerTerm(producer))
}

// findProduct finds a product of a producer by its GTIN, its name, its short
// name, its name with the net content, or its id.
func (d *directory) findProduct(producer, text string) (string, error) {
	r, err := d.productsOf(producer)
	if err != nil {
		return "", err
	}
	number := text
	if gtin, err := gs1.ParseGTIN(text); err == nil {
		number = gtin.String()
	}
	found := firstOf(r, idKey(text), numberKey(number), exactKey(text), nameKey(text))
	switch len(found) {
	case 1:
		return found[0].ID, nil
	case 0:
		near := similar(d, r, text, func(p trace.Product) string { return p.Name.VI + " " + p.Name.EN + " " + p.ShortName }, describeProduct)
		return "", unknown("sản phẩm", "product", text, near)
	}
	return "", ambiguous("sản phẩm", "products", text, describe(found, describeProduct),
		"hãy ghi thêm khối lượng tịnh trong ngoặc, hoặc ghi mã GTIN", "add the net content in brackets, or write the GTIN")
}

// withContent tells products of one name apart: "Chè Shan tuyết (100 g)".
func withContent(p trace.Product) string {
	if p.NetContent.IsZero() {
		return p.Name.VI
	}
	return p.Name.VI + " (" + p.NetContent.In("vi") + ")"
}

func describeProduct(p trace.Stored[trace.Product]) string {
	name := withContent(p.Data)
	if !p.Data.GTIN.IsZero() {
		name += ", GTIN " + p.Data.GTIN.String()
	}
	return name
}

// productName is what findProduct finds the product by: its name, or what else
// is its own.
func (d *directory) productName(producer, id string) string {
	r, err := d.productsOf(producer)
	if err != nil {
		return id
	}
	for _, p := range r.under(idKey(id)) {
		for _, name := range []string{p.Data.Name.VI, withContent(p.Data), p.Data.GTIN.String()} {
			if found, err := d.findProduct(producer, name); err == nil && found == id {
				return name
			}
		}
	}
	return id
}

// producerName is what findProducer finds the producer by.
func (d *directory) producerName(id string) string {
	p, err := trace.Head[trace.Producer](d.ctx, d.seen, id)
	if err != nil {
		return id
	}
	if !d.by.Reads("") { // it cannot be told from others, and need not be
		return p.Data.Name
	}
	for _, name := range []string{p.Data.Name, p.Data.Registration} {
		if found, err := d.findProducer(name); err == nil && found == id {
			return name
		}
	}
	return id
}

// batchByCode finds a batch that the actor may see by its code.
func (d *directory) batchByCode(text string) (b trace.Stored[trace.Batch], ok bool, err error) {
	if _, err := stamp.ParseBatchCode(text); err != nil {
		return b, false, nil
	}
	b, err = d.seen.Batch(d.ctx, d.by, text)
	if errors.Is(err, trace.ErrNotFound) {
		return b, false, nil
	}
	return b, err == nil, err
}

// findBatch finds a batch by its code or its lot number, of the given producer
// and product where they are given.
func (d *directory) findBatch(producer, product, text string) (trace.Stored[trace.Batch], error) {
	var none trace.Stored[trace.Batch]
	fits := func(b trace.Stored[trace.Batch]) bool {
		return (producer == "" || b.Data.Producer == producer) && (product == "" || b.Data.Product == product)
	}
	if b, ok, err := d.batchByCode(text); err != nil || ok && fits(b) {
		return b, err
	}
	lots, err := d.batchesOfLot(producer, text)
	if err != nil {
		return none, err
	}
	var found []trace.Stored[trace.Batch]
	for _, b := range lots {
		if fits(b) {
			found = append(found, b)
		}
	}
	switch len(found) {
	case 0:
		return none, unknown("lô", "batch", text, nil)
	case 1:
		return found[0], nil
	}
	return none, ambiguous("lô", "batches", text, describe(found, d.describeBatch), "hãy ghi mã lô", "write the batch code")
}

func (d *directory) describeBatch(b trace.Stored[trace.Batch]) string {
	return fmt.Sprintf("%s (%s, %s)", showCode(b.ID), d.productName(b.Data.Producer, b.Data.Product), b.Data.Production.Vietnamese())
}

// batchesOfLot are the batches of a lot number that the actor may see: of a
// producer whose batches it may all see, or of all.
func (d *directory) batchesOfLot(producer, text string) ([]trace.Stored[trace.Batch], error) {
	lot, err := gs1.ParseLotNumber(text)
	if err != nil {
		return nil, nil // nothing has it
	}
	if producer != "" && d.by.Reads(producer) {
		r, err := d.batches.of(d.ctx, d.seen, trace.ProducerTerm(producer))
		if err != nil {
			return nil, err
		}
		return r.under(lot.String()), nil
	}
	if have, ok := d.lots[lot.String()]; ok {
		return have, nil
	}
	list, err := d.seen.Batches(d.ctx, d.by, trace.BatchQuery{Lot: lot.String()}, trace.Paging{Limit: trace.MaxPage})
	if err == nil {
		d.lots[lot.String()] = list.Items
	}
	return list.Items, err
}

// showCode is a batch code as it is printed.
func showCode(code string) string {
	if b, err := stamp.ParseBatchCode(code); err == nil {
		return b.Display()
	}
	return code
}

// maxNamed is how many candidates a message names, and maxHints for how many
// unknown names similar ones are looked for: that takes time.
const (
	maxNamed = 5
	maxHints = 100
)

func describe[T any](all []trace.Stored[T], as func(trace.Stored[T]) string) []string {
	var names []string
	for _, s := range all {
		names = append(names, as(s))
	}
	slices.Sort(names)
	if len(names) > maxNamed {
		names = append(names[:maxNamed], "…")
	}
	return names
}

// similar are the ones whose names have all words of text.
func similar[T any](d *directory, r *register[T], text string, name func(T) string, as func(trace.Stored[T]) string) []string {
	var near []trace.Stored[T]
	if d.hints == 0 || len(catalog.Words(text)) == 0 {
		return nil
	}
	d.hints--
	for _, s := range r.all {
		if trace.NameMatches(text, name(s.Data)) {
			near = append(near, s)
		}
	}
	return describe(near, as)
}

func unknown(vi, en, text string, near []string) error {
	text = spreadsheet.Short(text)
	if len(near) == 0 {
		return wrong(fmt.Sprintf("không tìm thấy %s %q", vi, text), fmt.Sprintf("there is no %s %q", en, text))
	}
	list := strings.Join(near, "; ")
	return wrong(fmt.Sprintf("không tìm thấy %s %q; gần giống: %s", vi, text, list), fmt.Sprintf("there is no %s %q; similar: %s", en, text, list))
}

func ambiguous(vi, en, text string, names []string, hintVI, hintEN string) error {
	text = spreadsheet.Short(text)
	list := strings.Join(names, "; ")
	return wrong(fmt.Sprintf("có nhiều %s cùng là %q: %s; %s", vi, text, list, hintVI), fmt.Sprintf("several %s are %q: %s; %s", en, text, list, hintEN))
}
