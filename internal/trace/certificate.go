package trace

import (
	"context"
	"fmt"
	"slices"
	"time"

	"temgoc/internal/catalog"
)

// OCOPCertificate is the kind code of the only certificate that gives stars.
const OCOPCertificate = "OCOP"

// ocopMonths is how long an OCOP certificate lasts (QĐ 148/QĐ-TTg).
const ocopMonths = 36

// A Certificate is a decision or document about a producer or one product.
type Certificate struct {
	CertificateData
	// Confirmed says which authority stands for it; nil while it is only
	// declared by the producer.
	Confirmed *Confirmation `json:"confirmed,omitempty"`
	// Withdrawn and Superseded end a certificate before its time.
	Withdrawn  *Ending `json:"withdrawn,omitempty"`
	Superseded *Ending `json:"superseded,omitempty"`
}

// CertificateData is what is read off the document.
type CertificateData struct {
	Kind       string      `json:"kind" doc:"Kind of certificate" example:"OCOP"`
	Number     string      `json:"number" example:"321/QĐ-UBND"`
	Authority  string      `json:"authority" doc:"Who issued it" example:"UBND tỉnh Tuyên Quang"`
	Issued     Date        `json:"issued" format:"date"`
	ValidFrom  Date        `json:"validFrom,omitzero" format:"date" doc:"Issued, when left out"`
	ValidUntil Date        `json:"validUntil,omitzero" format:"date" doc:"Last day on which it counts; an OCOP certificate lasts 36 months, other kinds without a date have no end"`
	Producer   string      `json:"producer" doc:"Id of the producer; cannot be changed"`
	Product    string      `json:"product,omitempty" doc:"Id of the one product it is about; empty: the producer. Cannot be changed"`
	OCOP       *Evaluation `json:"ocop,omitempty" doc:"Required for, and only for, the kind OCOP"`
	Files      []Digest    `json:"files,omitempty" doc:"SHA-256 of the documents"`
	LegalBasis string      `json:"legalBasis,omitempty"`
	Note       string      `json:"note,omitempty"`
}

// An Evaluation is the result of an OCOP assessment.
type Evaluation struct {
	Stars  int     `json:"stars" minimum:"3" maximum:"5"`
	Points Decimal `json:"points,omitempty" doc:"Out of 100" example:"78.5"`
}

// A Confirmation says who vouches for something, and since when.
type Confirmation struct {
	Organisation string    `json:"organisation"`
	Role         Role      `json:"role"`
	At           time.Time `json:"at"`
}

// An Ending says that a certificate counts no longer from a day on.
type Ending struct {
	From      Date   `json:"from" format:"date"`
	Reason    string `json:"reason"`
	Authority string `json:"authority,omitempty"`
	Document  string `json:"document,omitempty"`
}

// A CertificateState is what a certificate is worth on a given day.
type CertificateState string

// The states of a certificate.
const (
	CertificateFuture     CertificateState = "future"
	CertificateValid      CertificateState = "valid"
	CertificateExpiring   CertificateState = "expiring" // valid, for at most ExpiringDays more
	CertificateExpired    CertificateState = "expired"
	CertificateWithdrawn  CertificateState = "withdrawn"
	CertificateSuperseded CertificateState = "superseded"
)

// ExpiringDays is how long before its end a certificate counts as expiring.
const ExpiringDays = 90

// InForce tells whether the certificate counts in this state.
func (s CertificateState) InForce() bool {
	return s == CertificateValid || s == CertificateExpiring
}

// StateOn computes the state on a day. A withdrawal or succession counts from
// its own day on: a product packed before it was certified when packed.
func (c Certificate) StateOn(day Date) CertificateState {
	switch {
	case c.Withdrawn != nil && !day.Before(c.Withdrawn.From):
		return CertificateWithdrawn
	case c.Superseded != nil && !day.Before(c.Superseded.From):
		return CertificateSuperseded
	case day.Before(c.ValidFrom):
		return CertificateFuture
	case c.ValidUntil.IsZero():
		return CertificateValid
	case day.After(c.ValidUntil):
		return CertificateExpired
	case day.DaysUntil(c.ValidUntil) <= ExpiringDays:
		return CertificateExpiring
	}
	return CertificateValid
}

// EndedOn is the first day on which the certificate no longer counts, and zero
// while no end is known.
func (c Certificate) EndedOn() Date {
	var end Date
	first := func(d Date) {
		if !d.IsZero() && (end.IsZero() || d.Before(end)) {
			end = d
		}
	}
	if !c.ValidUntil.IsZero() {
		first(c.ValidUntil.AddDays(1))
	}
	if c.Withdrawn != nil {
		first(c.Withdrawn.From)
	}
	if c.Superseded != nil {
		first(c.Superseded.From)
	}
	return end
}

// GivesStars tells whether the certificate is one that stars can come from: of
// kind OCOP, about one product, and confirmed by the office or the certifying
// authority.
func (c Certificate) GivesStars() bool {
	return c.Kind == OCOPCertificate && c.OCOP != nil && c.Product != "" && c.Confirmed != nil
}

// Certificates are all certificates about a product and its producer.
type Certificates []Stored[Certificate]

// OCOP returns the certificate that decides about the product's stars on day:
// the latest issued one in force, or else the latest issued one that has
// begun. It is nil for a product that was never recognised.
func (cs Certificates) OCOP(product string, day Date) *Stored[Certificate] {
	var best *Stored[Certificate]
	for i, c := range cs {
		state := c.Data.StateOn(day)
		if !c.Data.GivesStars() || c.Data.Product != product || state == CertificateFuture {
			continue
		}
		if best == nil || cmpOCOP(c.Data, best.Data, day) > 0 {
			best = &cs[i]
		}
	}
	return best
}

func cmpOCOP(a, b Certificate, day Date) int {
	if ia, ib := a.StateOn(day).InForce(), b.StateOn(day).InForce(); ia != ib {
		if ia {
			return 1
		}
		return -1
	}
	return b.Issued.DaysUntil(a.Issued)
}

// Stars is the number of stars that the product may carry on day: 3 to 5, or
// 0 when no confirmed OCOP certificate is in force.
func (cs Certificates) Stars(product string, day Date) int {
	if c := cs.OCOP(product, day); c != nil && c.Data.StateOn(day).InForce() {
		return c.Data.OCOP.Stars
	}
	return 0
}

func (Certificate) DocumentKind() Kind { return KindCertificates }

// PrivateMembers are the office's and the producer's notes.
func (Certificate) PrivateMembers() []string { return []string{"note"} }

func (c Certificate) DocumentRefs() []string {
	refs := append(numberRefs(c.Number), producerRef(c.Producer))
	refs = append(append(refs, fileRefs(c.Files...)...), c.stateRefs()...)
	if c.Product == "" {
		return append(refs, generalRef(c.Producer))
	}
	return append(refs, productRef(c.Product))
}

// complete fills in the dates that follow from others.
func (c *CertificateData) complete() {
	if c.ValidFrom.IsZero() {
		c.ValidFrom = c.Issued
	}
	if c.ValidUntil.IsZero() && c.Kind == OCOPCertificate && !c.ValidFrom.IsZero() {
		c.ValidUntil = LastDay(c.ValidFrom, ocopMonths)
	}
}

// LastDay is the last of so many months that begin on a day: the eve of the
// same day of the month. Where the month lacks that day, as February mostly
// lacks the 29th, it is the month's last.
func LastDay(begin Date, months int) Date {
	end := begin.AddMonths(months)
	if end.day.Day() < begin.day.Day() {
		return end
	}
	return end.AddDays(-1)
}

func (c CertificateData) check(k check) {
	_, known := catalog.CertificateKindByCode(c.Kind)
	k.oneOf("kind", c.Kind, known)
	k.name("number", c.Number)
	k.name("authority", c.Authority)
	k.required("issued", !c.Issued.IsZero())
	k.order("validFrom", c.Issued, c.ValidFrom, "ngày cấp", "the date of issue")
	k.order("validUntil", c.ValidFrom, c.ValidUntil, "ngày bắt đầu hiệu lực", "the first day of validity")
	k.required("producer", c.Producer != "")
	k.text("legalBasis", c.LegalBasis, maxName)
	k.text("note", c.Note, maxText)
	if len(c.Files) > 20 {
		k.fail("files", "tối đa 20 tệp", "has more than 20 files")
	}
	if c.Kind == OCOPCertificate {
		c.checkOCOP(k)
	} else if c.OCOP != nil {
		k.fail("ocop", "chỉ dùng cho chứng nhận OCOP", "is for certificates of kind OCOP only")
	}
}

func (c CertificateData) checkOCOP(k check) {
	k.required("product", c.Product != "")
	if c.ValidUntil.day.Year() > 9999 { // a date of the text form has four digits
		k.fail("validUntil", "vượt quá năm 9999", "lies after the year 9999")
	}
	if c.ValidUntil.After(c.ValidFrom.AddMonths(ocopMonths)) {
		k.fail("validUntil", "chứng nhận OCOP có hiệu lực tối đa 36 tháng", "an OCOP certificate lasts 36 months at most")
	}
	if !k.required("ocop", c.OCOP != nil) {
		return
	}
	o := k.in("ocop")
	if c.OCOP.Stars < 3 || c.OCOP.Stars > 5 {
		o.fail("stars", "phải từ 3 đến 5 sao", "must be 3 to 5")
		return
	}
	if !o.decimal("points", c.OCOP.Points) || c.OCOP.Points == "" {
		return
	}
	if stars, ok := catalog.StarsForPoints(string(c.OCOP.Points)); !ok || stars != c.OCOP.Stars {
		o.fail("points", fmt.Sprintf("%s điểm không ứng với hạng %d sao", c.OCOP.Points.In("vi"), c.OCOP.Stars),
			fmt.Sprintf("%s points do not give %d stars", c.OCOP.Points, c.OCOP.Stars))
	}
}

// CreateCertificate enters a certificate. What the office or a certifying
// authority enters is confirmed thereby; what a producer enters is declared.
func (l *Ledger) CreateCertificate(ctx context.Context, w Write, d CertificateData) (Stored[Certificate], error) {
	return once(ctx, l, w, func() (Certificate, error) {
		c := Certificate{CertificateData: d, Confirmed: l.confirmation(w.By)}
		return c, l.checkNewCertificate(ctx, w.By, &c.CertificateData)
	})
}

// CheckCertificate tells whether CreateCertificate would take the certificate,
// so that files that come with it are kept only if it does.
func (l *Ledger) CheckCertificate(ctx context.Context, by Actor, d CertificateData) error {
	return l.checkNewCertificate(ctx, by, &d)
}

// checkNewCertificate completes and checks what was entered.
func (l *Ledger) checkNewCertificate(ctx context.Context, by Actor, d *CertificateData) error {
	if err := d.prepare(); err != nil {
		return err
	}
	if by.Role != Certifier {
		if err := by.mayKeep(d.Producer); err != nil {
			return err
		}
	}
	if err := l.requireSubject(ctx, d.Producer, d.Product); err != nil {
		return err
	}
	return l.requireFiles(ctx, "files", d.Files)
}

// prepare completes and validates what was entered. It is cleaned first: what
// follows from the kind must follow from the kind that is stored.
func (c *CertificateData) prepare() error {
	if c.OCOP != nil {
		c.OCOP = new(*c.OCOP) // not the caller's
	}
	cleanAll(c)
	c.complete()
	return validate(c)
}

// confirmation is what the actor's own entry is worth.
func (l *Ledger) confirmation(by Actor) *Confirmation {
	if !by.Role.in(Office, Certifier) {
		return nil
	}
	return &Confirmation{Organisation: by.Organisation, Role: by.Role, At: l.Now()}
}

// UpdateCertificate corrects a certificate's data; its subject stays. A
// producer may correct only what no authority has confirmed.
func (l *Ledger) UpdateCertificate(ctx context.Context, w Write, id string, d CertificateData) (Stored[Certificate], error) {
	if err := d.prepare(); err != nil {
		return Stored[Certificate]{}, err
	}
	if err := l.requireFiles(ctx, "files", d.Files); err != nil {
		return Stored[Certificate]{}, err
	}
	return Update(ctx, l, w, id, w.By.mayEditCertificate, func(cur *Certificate) error {
		if d.Producer != cur.Producer || d.Product != cur.Product {
			return refuse(ErrInvalid, "không thể chuyển giấy chứng nhận sang chủ thể hoặc sản phẩm khác",
				"a certificate cannot be moved to another producer or product")
		}
		cur.CertificateData = d
		if c := l.confirmation(w.By); c != nil {
			cur.Confirmed = c
		}
		return nil
	})
}

func (a Actor) mayEditCertificate(c Certificate) error {
	switch {
	case a.Role.in(Office, Certifier):
		return nil
	case a.owns(c.Producer) && c.Confirmed == nil:
		return nil
	case a.Reads(c.Producer):
		return ErrNotAllowed
	}
	return ErrHidden
}

// mayJudgeCertificate tells whether the actor may confirm or end it.
func (a Actor) mayJudgeCertificate(c Certificate) error {
	if a.Role.in(Office, Certifier) {
		return nil
	}
	if a.Reads(c.Producer) {
		return ErrNotAllowed
	}
	return ErrHidden
}

// ConfirmCertificate records that the office or the certifying authority has
// checked a declared certificate.
func (l *Ledger) ConfirmCertificate(ctx context.Context, w Write, id string) (Stored[Certificate], error) {
	return Update(ctx, l, w, id, w.By.mayJudgeCertificate, func(cur *Certificate) error {
		if cur.Confirmed != nil {
			return refuse(ErrConflict, "giấy chứng nhận đã được xác nhận", "the certificate is confirmed already")
		}
		cur.Confirmed = l.confirmation(w.By)
		return nil
	})
}

// WithdrawCertificate ends a certificate for good from a day on.
func (l *Ledger) WithdrawCertificate(ctx context.Context, w Write, id string, e Ending) (Stored[Certificate], error) {
	return l.endCertificate(ctx, w, id, e, func(c *Certificate) **Ending { return &c.Withdrawn })
}

// SupersedeCertificate ends a certificate because a newer one replaces it.
func (l *Ledger) SupersedeCertificate(ctx context.Context, w Write, id string, e Ending) (Stored[Certificate], error) {
	return l.endCertificate(ctx, w, id, e, func(c *Certificate) **Ending { return &c.Superseded })
}

func (l *Ledger) endCertificate(ctx context.Context, w Write, id string, e Ending, slot func(*Certificate) **Ending) (Stored[Certificate], error) {
	if e.Authority == "" {
		e.Authority = w.By.Organisation
	}
	if err := validate(&e); err != nil {
		return Stored[Certificate]{}, err
	}
	return Update(ctx, l, w, id, w.By.mayJudgeCertificate, func(cur *Certificate) error {
		if *slot(cur) != nil {
			return refuse(ErrConflict, "giấy chứng nhận đã bị chấm dứt hiệu lực", "the certificate is ended already")
		}
		c := newCheck()
		if !c.order("from", cur.Issued, e.From, "ngày cấp", "the date of issue") {
			return c.err()
		}
		*slot(cur) = &e
		return nil
	})
}

func (e Ending) check(c check) {
	c.required("from", !e.From.IsZero())
	c.required("reason", e.Reason != "")
	c.text("reason", e.Reason, maxText)
	c.text("authority", e.Authority, maxName)
	c.text("document", e.Document, maxName)
}

// Certificate returns one certificate.
func (l *Ledger) Certificate(ctx context.Context, by Actor, id string) (Stored[Certificate], error) {
	return Read(ctx, l, id, func(c Certificate) error { return by.maySee(c.Producer) })
}

// CertificateHistory returns all revisions of a certificate, the first one
// first.
func (l *Ledger) CertificateHistory(ctx context.Context, by Actor, id string) ([]Stored[Certificate], error) {
	return HistoryOf(ctx, l, id, func(c Certificate) error { return by.maySee(c.Producer) })
}

// CertificateQuery narrows a list of certificates; empty fields do not. Number
// is the whole number, in any of the ways in which people write it.
type CertificateQuery struct {
	Producer, Product, Number, Kind string
	// States are those of today; Declared keeps what nobody has confirmed.
	States   []CertificateState
	Declared bool
}

// matches tells whether a certificate is asked for.
func (q CertificateQuery) matches(c Certificate, today Date) bool {
	return (q.Producer == "" || q.Producer == c.Producer) &&
		(q.Product == "" || q.Product == c.Product) &&
		(q.Kind == "" || q.Kind == c.Kind) &&
		(!q.Declared || c.Confirmed == nil) &&
		(len(q.States) == 0 || slices.Contains(q.States, c.StateOn(today)))
}

// Certificates lists certificates.
func (l *Ledger) Certificates(ctx context.Context, by Actor, q CertificateQuery, p Paging) (List[Certificate], error) {
	if !by.seesProducers() {
		return nothing[Certificate](p)
	}
	ref := ""
	switch {
	case q.Number != "":
		ref = numberRef(q.Number)
	case q.Product != "":
		ref = productRef(q.Product)
	case q.Producer != "":
		ref = producerRef(q.Producer)
	case by.Role == ProducerRole:
		ref = producerRef(by.Producer)
	case q.Declared:
		ref = declaredRef
	}
	today := l.Today()
	return ListOf(ctx, l, ref, p, func(s Stored[Certificate]) bool {
		return by.maySee(s.Data.Producer) == nil && q.matches(s.Data, today)
	})
}

// certificatesOf loads what concerns a product: its own certificates and those
// of its producer that are about no single product.
func (l *Ledger) certificatesOf(ctx context.Context, producer, product string) (Certificates, error) {
	own, err := All[Certificate](ctx, l, productRef(product))
	if err != nil {
		return nil, err
	}
	general, err := All[Certificate](ctx, l, generalRef(producer))
	if err != nil {
		return nil, err
	}
	return append(own, general...), nil
}

// requireSubject checks that the producer exists and the product is its own.
func (l *Ledger) requireSubject(ctx context.Context, producer, product string) error {
	if _, err := Head[Producer](ctx, l, producer); err != nil {
		return missing("producer", err)
	}
	if product == "" {
		return nil
	}
	p, err := Head[Product](ctx, l, product)
	if err == nil && p.Data.Producer != producer {
		err = ErrHidden
	}
	return missing("product", err)
}
