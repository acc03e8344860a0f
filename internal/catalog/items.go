package catalog

// A Need says when an item must be there.
type Need string

// The needs.
const (
	Required Need = "required"
	IfAny    Need = "if_any" // only where the product has one
)

// A Scope says where the law wants an item.
type Scope string

// The scopes.
const (
	OnScan     Scope = "scan"     // seen by whoever scans the code
	InSystem   Scope = "system"   // held by the traceability system
	InPassport Scope = "passport" // part of the digital product passport
)

// A RequiredItem is a piece of information that the law wants about a traced
// product.
type RequiredItem struct {
	ID        string    `json:"id"` // such as "production_date"
	Name      Name      `json:"name"`
	Need      Need      `json:"need"`
	Scope     Scope     `json:"scope"`
	Basis     string    `json:"basis"` // the articles, in Vietnamese
	Certainty Certainty `json:"certainty"`
}

var requiredItems = lookup("required-items.tsv", readRequiredItem, func(i RequiredItem) string { return i.ID })

func readRequiredItem(r *row) RequiredItem {
	return RequiredItem{
		ID:        r.text("id"),
		Name:      r.name(""),
		Need:      oneOf(r, "need", Required, IfAny),
		Scope:     oneOf(r, "scope", OnScan, InSystem, InPassport),
		Basis:     r.text("basis"),
		Certainty: readCertainty(r),
	}
}

// RequiredItems lists the items in the order in which a page shows them.
func RequiredItems() []RequiredItem { return requiredItems().all() }

// RequiredItemByID finds an item by its id.
func RequiredItemByID(id string) (RequiredItem, bool) { return requiredItems().get(id) }
