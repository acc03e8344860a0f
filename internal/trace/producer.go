package trace

import (
	"context"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
)

// An Address is a place in Vietnam since 1 July 2025: province and commune.
// OldDistrict keeps the district that existed before.
type Address struct {
	Commune     string `json:"commune" doc:"Five-digit code of the commune" example:"02260"`
	Street      string `json:"street" doc:"Hamlet, street and house" example:"Thôn Hồng Ba"`
	OldDistrict string `json:"oldDistrict,omitempty" doc:"District before 1 July 2025" example:"Na Hang"`
}

func (a Address) check(c check) {
	_, known := catalog.CommuneByCode(a.Commune)
	c.oneOf("commune", a.Commune, known)
	c.text("street", a.Street, maxName)
	c.text("oldDistrict", a.OldDistrict, maxName)
}

// In writes the address in one line.
func (a Address) In(lang string) string {
	var line string
	add := func(s string) {
		if s != "" && line != "" {
			line += ", "
		}
		line += s
	}
	add(a.Street)
	if commune, ok := catalog.CommuneByCode(a.Commune); ok {
		add(commune.Name.In(lang))
		if province, ok := catalog.ProvinceByCode(commune.Province); ok {
			add(province.Name.In(lang))
		}
	}
	return line
}

// A Producer makes certified products: an enterprise, a cooperative, a
// cooperative group or a household.
type Producer struct {
	Name           string  `json:"name" example:"Hợp tác xã Chè Mây Trắng"`
	ShortName      string  `json:"shortName,omitempty" doc:"For the stamp" example:"HTX Mây Trắng"`
	Kind           string  `json:"kind" enum:"enterprise,cooperative,cooperative_group,household"`
	Registration   string  `json:"registration,omitempty" doc:"Business registration or tax number"`
	Address        Address `json:"address"`
	Phone          string  `json:"phone,omitempty"`
	Email          string  `json:"email,omitempty"`
	Website        string  `json:"website,omitempty"`
	GLN            gs1.GLN `json:"gln,omitzero" doc:"GS1 Global Location Number, 13 digits"`
	ProductionSite string  `json:"productionSite,omitempty" doc:"Where it is made, when that is not the address"`
	// Demonstration marks invented data; every page then says so.
	Demonstration bool `json:"demonstration,omitempty"`
}

func (Producer) DocumentKind() Kind { return KindProducers }

// PrivateMembers are how to reach the people of a producer.
func (Producer) PrivateMembers() []string { return []string{"phone", "email"} }

func (p Producer) DocumentRefs() []string {
	return append(words(p.Name), communeRef(p.Address.Commune))
}

func (p Producer) check(c check) {
	c.name("name", p.Name)
	c.text("shortName", p.ShortName, maxShortName)
	_, known := catalog.ProducerKindByCode(p.Kind)
	c.oneOf("kind", p.Kind, known)
	c.text("registration", p.Registration, 40)
	p.Address.check(c.in("address"))
	c.phone("phone", p.Phone)
	c.email("email", p.Email)
	c.website("website", p.Website)
	c.text("productionSite", p.ProductionSite, maxName)
}

// Label is the short name, or the name.
func (p Producer) Label() string {
	if p.ShortName != "" {
		return p.ShortName
	}
	return p.Name
}

// CreateProducer registers a producer; the programme office does.
func (l *Ledger) CreateProducer(ctx context.Context, w Write, p Producer) (Stored[Producer], error) {
	return once(ctx, l, w, func() (Producer, error) {
		if w.By.Role != Office {
			return Producer{}, ErrNotAllowed
		}
		err := validate(&p)
		return p, err
	})
}

// UpdateProducer replaces a producer's data: the office, or the producer.
func (l *Ledger) UpdateProducer(ctx context.Context, w Write, id string, p Producer) (Stored[Producer], error) {
	if err := validate(&p); err != nil {
		return Stored[Producer]{}, err
	}
	may := func(Producer) error { return w.By.mayKeep(id) }
	return Update(ctx, l, w, id, may, func(cur *Producer) error {
		if w.By.Role != Office {
			p.Demonstration = cur.Demonstration
		}
		*cur = p
		return nil
	})
}

// Producer returns one producer.
func (l *Ledger) Producer(ctx context.Context, by Actor, id string) (Stored[Producer], error) {
	return Read(ctx, l, id, func(Producer) error { return by.maySee(id) })
}

// Producers lists the producers that the actor may see; search narrows the
// list to names that have all of its words, whatever their case and
// diacritics.
func (l *Ledger) Producers(ctx context.Context, by Actor, search string, p Paging) (List[Producer], error) {
	if by.Role == ProducerRole {
		own, err := l.Producer(ctx, by, by.Producer)
		if err != nil || !matches(search, own.Data.Name) {
			return List[Producer]{Items: []Stored[Producer]{}}, err
		}
		return List[Producer]{Items: []Stored[Producer]{own}}, nil
	}
	if !by.seesProducers() {
		return nothing[Producer](p)
	}
	return ListOf(ctx, l, wordRef(search), p, func(s Stored[Producer]) bool {
		return by.maySee(s.ID) == nil && matches(search, s.Data.Name)
	})
}

// ProducersIn lists the producers in a commune, by its code, whose names have
// all words of search. One that was stored before producers were found by their
// commune is among them once it is saved again.
func (l *Ledger) ProducersIn(ctx context.Context, by Actor, commune, search string, p Paging) (List[Producer], error) {
	if !by.seesProducers() {
		return nothing[Producer](p)
	}
	return ListOf(ctx, l, communeRef(commune), p, func(s Stored[Producer]) bool {
		return by.maySee(s.ID) == nil && matches(search, s.Data.Name)
	})
}

// mayKeep tells whether the actor may enter and change what belongs to the
// producer: the producer itself and the office.
func (a Actor) mayKeep(producer string) error {
	switch {
	case a.owns(producer), a.Role == Office:
		return nil
	case a.Reads(producer):
		return ErrNotAllowed
	}
	return ErrHidden
}

// mayOwn tells whether the actor is the producer.
func (a Actor) mayOwn(producer string) error {
	switch {
	case a.owns(producer):
		return nil
	case a.Reads(producer):
		return ErrNotAllowed
	}
	return ErrHidden
}

// maySee tells whether the actor may see unpublished data of the producer.
func (a Actor) maySee(producer string) error {
	if a.Reads(producer) {
		return nil
	}
	return ErrHidden
}
