package scan

import (
	"fmt"
	"strconv"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

// A base is what every page has.
type base struct {
	T     *texts
	Title string
	// Switch is the address of the same page in the other language, Home that
	// of the start page in this one.
	Switch, Home string
	// Keep is the lang parameter that links of the page carry on, or "".
	Keep string
	// Demo marks invented data, AsOf the time of data that may be old.
	Demo bool
	AsOf string
	// Preview says that the page is shown to its producer alone, and Back where
	// that came from.
	Preview, Back string
	// Office is whom to tell of a problem besides the producer.
	Office Contact
}

// A Contact is where the public can turn to.
type Contact struct{ Name, Phone, Email string }

// Tel is the phone number as a tel: address wants it.
func (c Contact) Tel() string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, c.Phone)
}

// A fact is a label and what stands behind it.
type fact struct{ Label, Value string }

// A batchPage is the page of a batch or of one of its items.
type batchPage struct {
	base
	Full            bool // the records page, with everything
	Code, Display   string
	Path            string
	Verdict         verdict
	Name, Other     string
	Photo, PhotoAlt string
	Facts           []fact
	Inputs          []alert
	Corrections     []string
	Missing         []fact
	Stars           starsView
	Journey         journey
	Tests           []testView
	HiddenReports   string
	Certificates    []certificateView
	HiddenCerts     string
	Texts           []fact
	Report          []reportTo
	ItemNote        string
	Proof           string
	// PIN says that the item has a scratch PIN; After is what its page ends with,
	// empty for a batch.
	PIN   bool
	After string
}

// Template implements ui.Page.
func (batchPage) Template() string { return "batch.html" }

// A writer builds the page of one dossier in one language for one day.
type writer struct {
	t      *texts
	d      *trace.Dossier
	today  trace.Date
	detail detail
}

func (w *writer) cut(s string) string { return w.detail.cut(s) }

// page builds the whole page.
func (w *writer) page(b base, s named) batchPage {
	t, d := w.t, w.d
	product, producer := d.Product.Data, d.Producer.Data
	p := batchPage{
		base: b, Code: s.code, Display: s.display, Path: "/" + s.code,
		Verdict: verdictOf(t, d, w.today, s),
		Name:    w.cut(t.name(product.Name)), Facts: w.facts(s), Inputs: w.inputs(),
		Corrections: w.corrections(), Missing: w.missing(), Stars: starsOf(t, d, w.today), Journey: w.journeyOf(),
		Report: b.reportTo(s.display, Contact{Name: w.cut(producer.Name), Phone: producer.Phone, Email: producer.Email}),
	}
	w.shorten(&p.Verdict)
	if t.Lang == "en" && product.Name.EN != "" {
		p.Other = w.cut(product.Name.VI)
	}
	if (product.Photo != trace.Digest{}) {
		p.Photo, p.PhotoAlt = "/anh/"+product.Photo.String(), say(t.Photo, p.Name)
	}
	p.base.Title = p.Verdict.Title + " · " + p.Name
	p.Tests, p.HiddenReports = w.tests()
	p.Certificates, p.HiddenCerts = w.certificates()
	p.Texts = w.texts()
	p.Proof = t.proof(d.Log)
	p.ItemNote, p.PIN, p.After = t.BatchCount, s.pin, s.after
	if s.scans != "" {
		p.ItemNote = "" // what is to say stands with the scans
	}
	return p
}

// shorten cuts the texts that people wrote into a verdict.
func (w *writer) shorten(v *verdict) {
	for i, s := range v.Lines {
		v.Lines[i] = w.cut(s)
	}
	for i := range v.Alerts {
		v.Alerts[i].Text = w.cut(v.Alerts[i].Text)
	}
}

// facts are the items that the law asks for, and what helps to compare page
// and pack. Product name and picture stand above them.
func (w *writer) facts(s named) []fact {
	t, b, product, producer := w.t, w.d.Batch.Data, w.d.Product.Data, w.d.Producer.Data
	set, _ := catalog.SetByNumber(product.Set)
	kind, _ := catalog.ProducerKindByCode(producer.Kind)
	all := []fact{
		{t.Producer, withKind(producer.Name, t.name(kind.Name))},
		{t.Address, joinSentence(producer.Address.In(t.Lang), say(t.OldDistrict, producer.Address.OldDistrict))},
		{t.Site2, producer.ProductionSite},
		{t.Production, t.date(b.Production)},
		{t.Packing, t.date(b.Packing)},
		{t.Expiry, t.date(b.Expiry)},
		{t.Lot, b.Lot.String()},
		{t.TraceCode, displayBatch(w.d.Batch.ID)},
	}
	if s.scans != "" {
		all = append(all, fact{t.ItemCode, s.display})
	}
	all = append(all,
		fact{t.Brand, product.Brand},
		fact{t.Standards, strings.Join(product.Standards, "; ")},
		fact{t.GTIN, product.GTIN.String()},
		fact{t.NetContent, product.NetContent.In(t.Lang)},
		fact{t.Quantity, b.Quantity.In(t.Lang)},
		fact{t.Set, t.name(set.Name)},
		fact{t.Registration, producer.Registration},
		fact{t.GLN, producer.GLN.String()},
	)
	return w.given(all)
}

// withKind adds what kind of producer it is, unless its name says so.
func withKind(name, kind string) string {
	if strings.Contains(strings.ToLower(name), strings.ToLower(kind)) {
		return name
	}
	return joinSentence(name, kind)
}

// given drops what is empty and cuts what is long.
func (w *writer) given(all []fact) []fact {
	out := all[:0]
	for _, f := range all {
		if f.Value != "" {
			out = append(out, fact{f.Label, w.cut(f.Value)})
		}
	}
	return out
}

func (w *writer) inputs() []alert {
	var out []alert
	for i, in := range w.d.Inputs {
		if i == w.detail.inputs {
			return append(out, alert{Text: say(w.t.AndMore, len(w.d.Inputs)-i)})
		}
		out = append(out, alert{
			Link: "/" + in.Batch.ID, Code: displayBatch(in.Batch.ID),
			Text: w.cut(ui.Joined(", ", w.t.name(in.Product), in.Quantity.In(w.t.Lang), in.Producer)),
		})
	}
	return out
}

func (w *writer) missing() []fact {
	var out []fact
	for _, item := range w.d.Missing() {
		out = append(out, fact{w.t.name(item.Name), item.Basis})
	}
	return out
}

// texts are what the pack says too.
func (w *writer) texts() []fact {
	p, t := w.d.Product.Data, w.t
	return w.given([]fact{
		{t.Warnings, t.name(p.Warnings)},
		{t.Usage, t.name(p.Usage)},
		{t.Storage, t.name(p.Storage)},
		{t.Ingredients, t.name(p.Ingredients)},
		{t.About, t.name(p.Description)},
	})
}

// A fileLink leads to an original under its hash, which Link ends with. Title
// is the hash where it is shown beside the link: for certificates and tests.
type fileLink struct{ Link, Type, Title, Short string }

// evidence links files with their full hash.
func (w *writer) evidence(digests []trace.Digest) []fileLink {
	links := w.files(digests)
	for i := range links {
		links[i].Title = strings.TrimPrefix(links[i].Link, filePath)
	}
	return links
}

// filePath is where originals are.
const filePath = "/tep/"

// files links the first few files that are known.
func (w *writer) files(digests []trace.Digest) []fileLink {
	var out []fileLink
	for _, d := range digests {
		info, ok := w.d.Files[d]
		if !ok || len(out) >= w.detail.files {
			continue
		}
		hash := d.String()
		out = append(out, fileLink{
			Link: filePath + hash, Short: hash[:8] + "…" + hash[len(hash)-4:],
			Type: fileType(info.Type) + ", " + size(w.t, info.Size),
		})
	}
	return out
}

func fileType(mime string) string {
	switch mime {
	case "application/pdf":
		return "PDF"
	case "image/jpeg":
		return "JPEG"
	case "image/png":
		return "PNG"
	}
	return mime
}

// size writes a number of bytes as people say it.
func size(t *texts, bytes int) string {
	if bytes < 1_000_000 {
		return strconv.Itoa(max(1, (bytes+500)/1000)) + " kB"
	}
	return trace.Decimal(fmt.Sprintf("%.1f", float64(bytes)/1e6)).In(t.Lang) + " MB"
}
