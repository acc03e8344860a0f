package scan

import (
	"strings"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/sighting"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// A Document is the JSON of a page. Fields are added to it, but none is
// renamed, retyped or given another meaning. Dates are days in Vietnam,
// instants are UTC. Texts of the service are in both languages.
type Document struct {
	Verdict Verdict `json:"verdict"`
	// Code is what was asked for, Suggestion what was probably meant.
	Code       string `json:"code,omitempty"`
	Suggestion string `json:"suggestion,omitempty"`
	// AsOf is the time of the data while the store is away.
	AsOf          *time.Time `json:"asOf,omitempty"`
	Demonstration bool       `json:"demonstration,omitempty"`

	Batch        *BatchDocument        `json:"batch,omitempty"`
	Product      *ProductDocument      `json:"product,omitempty"`
	Producer     *ProducerDocument     `json:"producer,omitempty"`
	Stars        *StarsDocument        `json:"stars,omitempty"`
	Item         *ItemDocument         `json:"item,omitempty"`
	Inputs       []InputDocument       `json:"inputs,omitempty"`
	Alerts       []InputDocument       `json:"alerts,omitempty"`
	Records      []RecordDocument      `json:"records,omitempty"`
	Tests        []TestDocument        `json:"tests,omitempty"`
	Certificates []CertificateDocument `json:"certificates,omitempty"`
	Missing      []MissingDocument     `json:"missing,omitempty"`
	Log          *LogDocument          `json:"log,omitempty"`
	Links        map[string]string     `json:"links,omitempty"`
}

// A LogDocument is how the page compares with the log of all records: how many
// revisions were compared, and the size, the root in base64 and the time of the
// log then. Links.proof leads to the evidence.
type LogDocument struct {
	Matches    bool      `json:"matches"`
	Statements int       `json:"statements"`
	Size       int64     `json:"size"`
	Root       string    `json:"root"`
	At         time.Time `json:"at"`
}

// A Verdict is what the look-up found. See Kind for its values.
type Verdict struct {
	Kind   Kind         `json:"kind"`
	Also   []Kind       `json:"also,omitempty"`
	Title  catalog.Name `json:"title"`
	Since  *time.Time   `json:"since,omitempty"`
	By     string       `json:"by,omitempty"`
	Reason string       `json:"reason,omitempty"`
	// Instructions say what buyers and sellers of recalled goods must do.
	Instructions string `json:"instructions,omitempty"`
	// TestFailed tells that a report about this batch found something above
	// its limit.
	TestFailed bool `json:"testFailed,omitempty"`
}

// A BatchDocument is the batch itself.
type BatchDocument struct {
	Code       string           `json:"code"`
	Lot        string           `json:"lot"`
	State      trace.BatchState `json:"state"`
	Quantity   trace.Quantity   `json:"quantity"`
	Production trace.Date       `json:"production,omitzero"`
	Packing    trace.Date       `json:"packing,omitzero"`
	Expiry     trace.Date       `json:"expiry,omitzero"`
	// Corrections are the changes since the release, the first one first.
	Corrections []CorrectionDocument `json:"corrections,omitempty"`
}

// A CorrectionDocument is a change of the batch's own data after its release:
// when, why, and what was said before where that is another value.
type CorrectionDocument struct {
	At            time.Time      `json:"at"`
	Reason        string         `json:"reason"`
	Quantity      trace.Quantity `json:"oldQuantity,omitzero"`
	Production    trace.Date     `json:"oldProduction,omitzero"`
	Packing       trace.Date     `json:"oldPacking,omitzero"`
	Expiry        trace.Date     `json:"oldExpiry,omitzero"`
	InputsRemoved []string       `json:"inputsRemoved,omitempty"`
	InputsAdded   []string       `json:"inputsAdded,omitempty"`
}

// A ProductDocument is the product of the batch.
type ProductDocument struct {
	Name        catalog.Name   `json:"name"`
	GTIN        string         `json:"gtin,omitempty"`
	Set         int            `json:"set"`
	Brand       string         `json:"brand,omitempty"`
	NetContent  trace.Quantity `json:"netContent,omitzero"`
	Standards   []string       `json:"standards,omitempty"`
	Ingredients catalog.Name   `json:"ingredients,omitzero"`
	Storage     catalog.Name   `json:"storage,omitzero"`
	Usage       catalog.Name   `json:"usage,omitzero"`
	Warnings    catalog.Name   `json:"warnings,omitzero"`
	Photo       string         `json:"photo,omitempty"`
}

// A ProducerDocument is who made it.
type ProducerDocument struct {
	Name         string `json:"name"`
	Kind         string `json:"kind"`
	Address      string `json:"address"`
	Commune      string `json:"commune"`
	Registration string `json:"registration,omitempty"`
	GLN          string `json:"gln,omitempty"`
	Phone        string `json:"phone,omitempty"`
	Email        string `json:"email,omitempty"`
}

// A StarsDocument has both facts about the recognition of the product.
type StarsDocument struct {
	Recognised bool      `json:"recognised"` // ever, by a confirmed decision
	WhenPacked StarsFact `json:"whenPacked"`
	Today      StarsFact `json:"today"`
}

// A StarsFact is what the stars are on a day: 0 while none may be shown.
type StarsFact struct {
	Date     trace.Date             `json:"date"`
	Stars    int                    `json:"stars"`
	State    trace.CertificateState `json:"state,omitempty"`
	Decision string                 `json:"decision,omitempty"`
	Decided  trace.Date             `json:"decided,omitzero"`
	By       string                 `json:"authority,omitempty"`
	Until    trace.Date             `json:"validUntil,omitzero"`
	EndedOn  trace.Date             `json:"endedOn,omitzero"`
}

// An ItemDocument is about one stamp. Views is absent while it cannot be read.
type ItemDocument struct {
	Code      string     `json:"code"`
	Views     *int64     `json:"views,omitempty"`
	FirstView *time.Time `json:"firstView,omitempty"`
	// Stage is how far the stamp is by what its producer reported; Opened is when
	// its pack was marked as opened. Verdict.Kind or Also say more.
	Stage  sighting.Stage `json:"stage,omitempty"`
	Opened *time.Time     `json:"opened,omitempty"`
}

// An InputDocument is a batch that went into this one.
type InputDocument struct {
	Code     string           `json:"code"`
	Product  catalog.Name     `json:"product"`
	Producer string           `json:"producer"`
	Quantity trace.Quantity   `json:"quantity,omitzero"`
	State    trace.BatchState `json:"state"`
	Since    time.Time        `json:"since"`
	Reason   string           `json:"reason,omitempty"`
}

// A ConfirmationDocument says who vouches for a statement.
type ConfirmationDocument struct {
	Organisation string    `json:"organisation"`
	At           time.Time `json:"at"`
}

// A RecordDocument is one record with its earlier versions, the first first.
type RecordDocument struct {
	ID         string                `json:"id"`
	Revision   int                   `json:"revision"`
	Kind       string                `json:"kind"`
	BizStep    string                `json:"bizStep"`
	Happened   time.Time             `json:"happened"`
	Entered    time.Time             `json:"entered"`
	Changed    time.Time             `json:"changed"`
	Place      string                `json:"place,omitempty"`
	Person     string                `json:"person,omitempty"`
	Summary    catalog.Name          `json:"summary"`
	Note       string                `json:"note,omitempty"`
	Provenance trace.Provenance      `json:"provenance"`
	Verified   *ConfirmationDocument `json:"verified,omitempty"`
	Retracted  bool                  `json:"retracted,omitempty"`
	Correction string                `json:"correction,omitempty"`
	Files      []string              `json:"files,omitempty"`
	Earlier    []RecordDocument      `json:"earlier,omitempty"`
}

// A TestDocument is the valid version of one report, with its earlier ones, the
// first first.
type TestDocument struct {
	ID         string                `json:"id"`
	Revision   int                   `json:"revision"`
	Scope      string                `json:"scope"`
	Laboratory string                `json:"laboratory"`
	VILAS      string                `json:"vilas,omitempty"`
	Number     string                `json:"number"`
	Issued     trace.Date            `json:"issued"`
	Received   trace.Date            `json:"sampleReceived"`
	Verdict    trace.Verdict         `json:"verdict"`
	Provenance trace.Provenance      `json:"provenance"`
	Verified   *ConfirmationDocument `json:"verified,omitempty"`
	Correction string                `json:"correction,omitempty"`
	Rows       []trace.TestRow       `json:"rows"`
	Files      []string              `json:"files,omitempty"`
	Changed    time.Time             `json:"changed"`
	Earlier    []TestDocument        `json:"earlier,omitempty"`
}

// A CertificateDocument is a certificate with its state today. Ended says why
// one that was withdrawn or superseded counts no longer.
type CertificateDocument struct {
	Kind       string                 `json:"kind"`
	Name       catalog.Name           `json:"name"`
	Number     string                 `json:"number"`
	Authority  string                 `json:"authority"`
	Issued     trace.Date             `json:"issued"`
	ValidFrom  trace.Date             `json:"validFrom,omitzero"`
	ValidUntil trace.Date             `json:"validUntil,omitzero"`
	State      trace.CertificateState `json:"state"`
	EndedOn    trace.Date             `json:"endedOn,omitzero"`
	Ended      *EndingDocument        `json:"ended,omitempty"`
	Confirmed  *ConfirmationDocument  `json:"confirmed,omitempty"`
	Files      []string               `json:"files,omitempty"`
}

// An EndingDocument is why a certificate ended early, and who said so.
type EndingDocument struct {
	Reason    string `json:"reason,omitempty"`
	Authority string `json:"authority,omitempty"`
	Document  string `json:"document,omitempty"`
}

// A MissingDocument is what the law asks for and the batch lacks.
type MissingDocument struct {
	ID    string       `json:"id"`
	Name  catalog.Name `json:"name"`
	Basis string       `json:"basis"`
}

// both is a text of the service in both languages.
func both(text func(*texts) string) catalog.Name {
	return catalog.Name{VI: text(&vietnamese), EN: text(&english)}
}

// documentOf is the JSON about a published batch. It shows what the page
// shows: nothing of customers, and of persons only who did a step. i is nil
// for a batch code.
func (p *Pages) documentOf(d *trace.Dossier, today trace.Date, asOf time.Time, code stamp.Code, i *liveItem) Document {
	b, product, producer := d.Batch.Data, d.Product.Data, d.Producer.Data
	l := levelNone
	if i != nil {
		l = levelOf(i.known, p.config.Now())
	}
	st := standingOf(d, today, l)
	doc := Document{
		Code:          code.String(),
		Verdict:       Verdict{Kind: st.kind, Also: st.also, Title: both(func(t *texts) string { return t.title(st.kind) }), TestFailed: anyTestFailed(d)},
		Demonstration: p.config.Demonstration || producer.Demonstration,
		Batch: &BatchDocument{
			d.Batch.ID, b.Lot.String(), b.State, b.Quantity, b.Production, b.Packing, b.Expiry, correctionDocuments(d),
		},
		Product: &ProductDocument{
			Name: product.Name, GTIN: product.GTIN.String(), Set: product.Set, Brand: product.Brand, NetContent: product.NetContent,
			Standards: product.Standards, Ingredients: product.Ingredients, Storage: product.Storage, Usage: product.Usage, Warnings: product.Warnings,
		},
		Producer: &ProducerDocument{
			producer.Name, producer.Kind, producer.Address.In("vi"), producer.Address.Commune, producer.Registration,
			producer.GLN.String(), producer.Phone, producer.Email,
		},
		Stars:  starsDocument(d, today),
		Inputs: inputDocuments(d.Inputs), Alerts: inputDocuments(d.Alerts),
		Log:   logDocument(d.Log),
		Links: map[string]string{"page": "/" + code.String(), "records": "/" + code.String() + "/records", "proof": "/" + code.String() + "/proof.json"},
	}
	if (product.Photo != trace.Digest{}) {
		doc.Product.Photo = "/anh/" + product.Photo.String()
	}
	if !asOf.IsZero() {
		doc.AsOf = &asOf
	}
	if st.kind == KindHeld || st.kind == KindRecalled {
		doc.Verdict.Since, doc.Verdict.Reason, doc.Verdict.Instructions = &b.StateSince, b.Reason, b.Instructions
		doc.Verdict.By = vietnamese.author(d)
	}
	if i != nil {
		doc.Item = i.document()
	}
	for _, h := range d.Records {
		doc.Records = append(doc.Records, recordDocument(h))
	}
	for _, h := range d.Tests {
		doc.Tests = append(doc.Tests, testDocument(h))
	}
	for _, c := range inOrder(d.Certificates, today) {
		doc.Certificates = append(doc.Certificates, certificateDocument(c.Data, today))
	}
	for _, m := range d.Missing() {
		doc.Missing = append(doc.Missing, MissingDocument{m.ID, m.Name, m.Basis})
	}
	return doc
}

func (i *liveItem) document() *ItemDocument {
	doc := &ItemDocument{Code: i.ref.Code.String(), Stage: sighting.StageOf(i.order, i.ref.Position, i.known, i.views.n > 0, false)}
	if i.views.known {
		doc.Views = &i.views.n
		if i.views.n > 0 {
			doc.FirstView = &i.views.first
		}
	}
	if i.known.Used != nil {
		doc.Opened = &i.known.Used.At
	}
	return doc
}

func starsDocument(d *trace.Dossier, today trace.Date) *StarsDocument {
	on := func(day trace.Date) StarsFact {
		product := d.Batch.Data.Product
		f := StarsFact{Date: day, Stars: d.Certificates.Stars(product, day)}
		if c := d.Certificates.OCOP(product, day); c != nil {
			f.State, f.Decision, f.Decided = c.Data.StateOn(day), c.Data.Number, c.Data.Issued
			f.By, f.Until = c.Data.Authority, c.Data.ValidUntil
			if !f.State.InForce() {
				f.EndedOn = c.Data.EndedOn()
			}
		}
		return f
	}
	s := &StarsDocument{WhenPacked: on(d.Batch.Data.PackedOn()), Today: on(today)}
	s.Recognised = s.WhenPacked.State != "" || s.Today.State != ""
	return s
}

func inputDocuments(inputs []trace.InputBatch) []InputDocument {
	var out []InputDocument
	for _, in := range inputs {
		b := in.Batch.Data
		out = append(out, InputDocument{in.Batch.ID, in.Product, in.Producer, in.Quantity, b.State, b.StateSince, b.Reason})
	}
	return out
}

func recordDocument(h []trace.Stored[trace.Record]) RecordDocument {
	doc := recordVersion(h[len(h)-1])
	for _, old := range h[:len(h)-1] {
		doc.Earlier = append(doc.Earlier, recordVersion(old))
	}
	return doc
}

func recordVersion(s trace.Stored[trace.Record]) RecordDocument {
	r := s.Data
	doc := RecordDocument{
		ID: s.ID, Revision: s.Revision, Kind: r.Kind, BizStep: r.Step().BizStep, Happened: r.Happened, Entered: s.Created,
		Changed: s.Changed, Place: r.Place.In("vi"), Person: r.Person, Note: r.Note, Provenance: r.Provenance(),
		Summary:  both(func(t *texts) string { return t.summary(r.RecordData) }),
		Verified: confirmationDocument(r.Verified), Retracted: r.Retracted, Correction: r.Correction,
	}
	if r.Kind != "shipping" {
		doc.Files = fileAddresses(r.Files)
	}
	return doc
}

func correctionDocuments(d *trace.Dossier) []CorrectionDocument {
	var out []CorrectionDocument
	for _, c := range correctionsOf(d) {
		before, after := c.before.Data, c.after.Data
		doc := CorrectionDocument{At: c.after.Changed, Reason: after.Correction}
		if before.Quantity != after.Quantity {
			doc.Quantity = before.Quantity
		}
		for _, day := range []struct {
			old      *trace.Date
			was, now trace.Date
		}{
			{&doc.Production, before.Production, after.Production},
			{&doc.Packing, before.Packing, after.Packing},
			{&doc.Expiry, before.Expiry, after.Expiry},
		} {
			if !day.was.Equal(day.now) {
				*day.old = day.was
			}
		}
		doc.InputsRemoved, doc.InputsAdded = c.inputs()
		out = append(out, doc)
	}
	return out
}

func testDocument(h []trace.Stored[trace.TestReport]) TestDocument {
	doc := testVersion(h[len(h)-1])
	for _, old := range h[:len(h)-1] {
		doc.Earlier = append(doc.Earlier, testVersion(old))
	}
	return doc
}

func testVersion(s trace.Stored[trace.TestReport]) TestDocument {
	r := s.Data
	return TestDocument{
		ID: s.ID, Revision: s.Revision, Scope: r.Scope, Laboratory: r.Laboratory.Name, VILAS: r.Laboratory.VILAS, Number: r.Number,
		Issued: r.Issued, Received: r.Sample.Received, Verdict: r.Verdict(), Provenance: r.Provenance(),
		Verified: confirmationDocument(r.Verified), Correction: r.Correction, Rows: r.Rows, Files: fileAddresses(r.Files),
		Changed: s.Changed,
	}
}

func certificateDocument(c trace.Certificate, today trace.Date) CertificateDocument {
	kind, _ := catalog.CertificateKindByCode(c.Kind)
	doc := CertificateDocument{
		Kind: c.Kind, Name: kind.Name, Number: c.Number, Authority: c.Authority, Issued: c.Issued, ValidFrom: c.ValidFrom,
		ValidUntil: c.ValidUntil, State: c.StateOn(today), Confirmed: confirmationDocument(c.Confirmed), Files: fileAddresses(c.Files),
	}
	if end := c.EndedOn(); !end.IsZero() && !end.After(today) {
		doc.EndedOn = end
	}
	switch doc.State {
	case trace.CertificateWithdrawn:
		doc.Ended = &EndingDocument{c.Withdrawn.Reason, c.Withdrawn.Authority, c.Withdrawn.Document}
	case trace.CertificateSuperseded:
		doc.Ended = &EndingDocument{c.Superseded.Reason, c.Superseded.Authority, c.Superseded.Document}
	}
	return doc
}

func confirmationDocument(c *trace.Confirmation) *ConfirmationDocument {
	if c == nil {
		return nil
	}
	return &ConfirmationDocument{strings.TrimSpace(organisation(c)), c.At}
}

func fileAddresses(digests []trace.Digest) []string {
	var out []string
	for _, d := range digests {
		out = append(out, filePath+d.String())
	}
	return out
}
