package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
)

// A Product is what a producer sells under one name. Whether it is recognised
// and with how many stars is not written here: it follows from certificates,
// see Certificates.Stars.
type Product struct {
	Producer    string       `json:"producer" doc:"Id of the producer; cannot be changed"`
	Name        catalog.Name `json:"name"`
	ShortName   string       `json:"shortName,omitempty" doc:"For the stamp, where the name is too long" example:"Chè Shan tuyết"`
	GTIN        gs1.GTIN     `json:"gtin,omitzero" doc:"GS1 Global Trade Item Number, where there is one" example:"09521234000013"`
	Set         int          `json:"set" minimum:"1" maximum:"26" doc:"OCOP product set, 1 to 26"`
	NetContent  Quantity     `json:"netContent,omitzero"`
	Brand       string       `json:"brand,omitempty" doc:"Brand, model or trade mark"`
	Description catalog.Name `json:"description,omitzero"`
	Ingredients catalog.Name `json:"ingredients,omitzero"`
	Storage     catalog.Name `json:"storage,omitzero"`
	Usage       catalog.Name `json:"usage,omitzero"`
	Warnings    catalog.Name `json:"warnings,omitzero"`
	Standards   []string     `json:"standards,omitempty" doc:"Standards and regulations applied" example:"[\"TCVN 9740:2013\"]"`
	ShelfLife   int          `json:"shelfLife,omitempty" doc:"Days from production to expiry, for the form's proposal"`
	// Photo is set by SetPhoto only.
	Photo Digest `json:"photo,omitzero" readOnly:"true"`
}

func (Product) DocumentKind() Kind { return KindProducts }

func (p Product) DocumentRefs() []string {
	refs := append(words(p.Name.VI+" "+p.Name.EN), producerRef(p.Producer))
	if p.GTIN != (gs1.GTIN{}) {
		refs = append(refs, gtinRef(p.GTIN))
	}
	return append(refs, fileRefs(p.Photo)...)
}

// Label is the short name, or the Vietnamese name.
func (p Product) Label() string {
	if p.ShortName != "" {
		return p.ShortName
	}
	return p.Name.VI
}

func (p Product) check(c check) {
	c.required("producer", p.Producer != "")
	c.name("name.vi", p.Name.VI)
	c.text("name.en", p.Name.EN, maxName)
	c.text("shortName", p.ShortName, maxShortName)
	_, known := catalog.SetByNumber(p.Set)
	c.oneOf("set", fmt.Sprint(p.Set), known)
	if p.GTIN.Restricted() {
		c.fail("gtin", "đầu số 2 chỉ dùng nội bộ, không dùng cho hàng bán ra", "begins with 2, which is for use inside one company only")
	}
	c.optionalQuantity("netContent", p.NetContent)
	c.text("brand", p.Brand, maxName)
	for _, t := range []struct {
		field string
		text  catalog.Name
	}{
		{"description", p.Description}, {"ingredients", p.Ingredients}, {"storage", p.Storage},
		{"usage", p.Usage}, {"warnings", p.Warnings},
	} {
		c.text(t.field+".vi", t.text.VI, maxText)
		c.text(t.field+".en", t.text.EN, maxText)
	}
	if len(p.Standards) > 20 {
		c.fail("standards", "tối đa 20 tiêu chuẩn", "has more than 20 entries")
	}
	for i, s := range p.Standards {
		c.at("standards", i).name("", s)
	}
	if p.ShelfLife < 0 || p.ShelfLife > 36500 {
		c.fail("shelfLife", "phải từ 0 đến 36500 ngày", "must be 0 to 36500 days")
	}
}

// CreateProduct registers a product of an existing producer.
func (l *Ledger) CreateProduct(ctx context.Context, w Write, p Product) (Stored[Product], error) {
	id := l.NewID(w, KindProducts)
	if done, err := answered[Product](ctx, l, w, id); err != nil {
		return Stored[Product]{}, err
	} else if done != nil {
		return *done, nil
	}
	if err := l.checkNewProduct(ctx, w.By, &p); err != nil {
		return Stored[Product]{}, err
	}
	if err := l.claimGTIN(ctx, w, p.GTIN, id); err != nil {
		return Stored[Product]{}, err
	}
	return Create(ctx, l, w, id, p)
}

// checkNewProduct cleans and checks what was entered.
func (l *Ledger) checkNewProduct(ctx context.Context, by Actor, p *Product) error {
	p.Photo, p.Standards = Digest{}, slices.Clone(p.Standards) // validate writes to the list
	if err := validate(p); err != nil {
		return err
	}
	if err := by.mayKeep(p.Producer); err != nil {
		return err
	}
	_, err := Head[Producer](ctx, l, p.Producer)
	return missing("producer", err)
}

// UpdateProduct replaces a product's data; its producer and photo stay.
func (l *Ledger) UpdateProduct(ctx context.Context, w Write, id string, p Product) (Stored[Product], error) {
	p.Standards = slices.Clone(p.Standards) // validate writes to the list
	if err := validate(&p); err != nil {
		return Stored[Product]{}, err
	}
	may := func(cur Product) error { return w.By.mayKeep(cur.Producer) }
	return Update(ctx, l, w, id, may, func(cur *Product) error {
		if p.Producer != cur.Producer {
			return FieldErrors{{"producer", catalog.Name{VI: "không thể thay đổi", EN: "cannot be changed"}}}
		}
		if err := l.claimGTIN(ctx, w, p.GTIN, id); err != nil {
			return err
		}
		p.Photo = cur.Photo
		*cur = p
		return nil
	})
}

// SetPhoto makes a picture that was added by AddPhoto the picture of a product.
// A JPEG, that is: pages scale no other kind.
func (l *Ledger) SetPhoto(ctx context.Context, w Write, id string, photo Digest) (Stored[Product], error) {
	file, err := Head[File](ctx, l, photo.String())
	if errors.Is(err, ErrNotFound) {
		return Stored[Product]{}, FieldErrors{{"photo", notUploaded}}
	}
	if err != nil {
		return Stored[Product]{}, err
	}
	if file.Data.Type != "image/jpeg" {
		return Stored[Product]{}, FieldErrors{{"photo", catalog.Name{VI: "không phải là ảnh JPEG", EN: "is not a JPEG picture"}}}
	}
	may := func(cur Product) error { return w.By.mayKeep(cur.Producer) }
	return Update(ctx, l, w, id, may, func(cur *Product) error {
		cur.Photo = photo
		return nil
	})
}

// Product returns one product.
func (l *Ledger) Product(ctx context.Context, by Actor, id string) (Stored[Product], error) {
	return Read(ctx, l, id, func(p Product) error { return l.maySeeProduct(ctx, by, id, p) })
}

// ProductByGTIN finds the product that has the GTIN, for whoever asks: what may
// be shown of it is the caller's business. ErrNotFound when no product has it.
func (l *Ledger) ProductByGTIN(ctx context.Context, gtin gs1.GTIN) (Stored[Product], error) {
	id, err := l.claimed(ctx, gtinRef(gtin))
	if err != nil {
		return Stored[Product]{}, err
	}
	return Head[Product](ctx, l, id)
}

// named tells whether the names have every word of search.
func (p Product) named(search string) bool { return matches(search, p.Name.VI+" "+p.Name.EN) }

// Products lists the products that the actor may see: of one producer, or whose
// names have all words of search, or all.
func (l *Ledger) Products(ctx context.Context, by Actor, producer, search string, p Paging) (List[Product], error) {
	if by.Role == Laboratory {
		return l.boundProducts(ctx, by, producer, search, p)
	}
	if !by.seesProducers() {
		return nothing[Product](p)
	}
	ref := wordRef(search)
	switch { // what one producer has is less than what the country calls so
	case producer != "":
		ref = producerRef(producer)
	case by.Role == ProducerRole:
		ref = producerRef(by.Producer)
	}
	return ListOf(ctx, l, ref, p, func(s Stored[Product]) bool {
		return by.maySee(s.Data.Producer) == nil && (producer == "" || producer == s.Data.Producer) && s.Data.named(search)
	})
}

func (l *Ledger) claimGTIN(ctx context.Context, w Write, gtin gs1.GTIN, product string) error {
	if gtin == (gs1.GTIN{}) {
		return nil
	}
	return gtinTaken(l.claim(ctx, w, gtinRef(gtin), KindProducts, product))
}

func gtinTaken(err error) error {
	return taken(err, "gtin", "mã GTIN này đã dùng cho sản phẩm khác", "this GTIN belongs to another product")
}
