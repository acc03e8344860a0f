package office

import (
	"net/http"
	"net/url"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A producerRow is a producer in the list.
type producerRow struct{ ID, Name, Kind, Commune, Phone string }

// A producersPage lists producers.
type producersPage struct {
	desk.Frame
	Fields []ui.Field
	// Communes are those of the name that was given, where these are several.
	Communes []desk.Link
	Narrow   bool
	Rows     []producerRow
	Pager    desk.Pager
}

// Template implements ui.Page.
func (producersPage) Template() string { return "producers.html" }

// searchedCommunes is among how many communes of one name producers are looked
// for.
const searchedCommunes = 20

func (o office) producers(v *desk.Visit) (desk.Answer, error) {
	name, place := strings.TrimSpace(v.Query("ten")), strings.TrimSpace(v.Query("xa"))
	page := &producersPage{Frame: v.Frame("Chủ thể OCOP", "Producers"), Narrow: name != "" || place != "", Fields: []ui.Field{
		{Name: "ten", Label: v.T("Tên chủ thể", "Name of the producer"), Value: name, MaxLength: 200},
		{Name: "xa", Label: v.T("Xã, phường", "Commune"), Value: place, MaxLength: 100},
	}}
	list, err := o.findProducers(v, page, name, place)
	if err != nil {
		return desk.Answer{}, err
	}
	for _, s := range list.Items {
		page.Rows = append(page.Rows, rowOf(v, s))
	}
	page.Pager = v.Pager(list.Next)
	if page.Fields[1].Error != "" {
		return desk.ShowAs(http.StatusUnprocessableEntity, page), nil
	}
	return desk.Show(page), nil
}

// findProducers lists those of a name, in a commune where one is named. Of
// several communes of one name the page asks for one.
func (o office) findProducers(v *desk.Visit, page *producersPage, name, place string) (trace.List[trace.Producer], error) {
	var none trace.List[trace.Producer]
	if place == "" {
		return o.Ledger.Producers(v.Context(), v.Actor, name, v.Paging())
	}
	if c, ok := catalog.CommuneByCode(v.Query("ma")); ok && communeName(v.Lang, c) == place {
		return o.Ledger.ProducersIn(v.Context(), v.Actor, c.Code, name, v.Paging())
	}
	found := catalog.FindCommunes(place, searchedCommunes)
	if len(found) == 0 {
		page.Fields[1].Error = v.T("không có xã, phường nào mang tên này", "is not the name of a commune")
		return none, nil
	}
	if len(found) == 1 {
		page.Fields[1].Value = communeName(v.Lang, found[0])
		return o.Ledger.ProducersIn(v.Context(), v.Actor, found[0].Code, name, v.Paging())
	}
	for _, c := range found {
		list, err := o.Ledger.ProducersIn(v.Context(), v.Actor, c.Code, name, trace.Paging{Limit: 1})
		if err != nil {
			return none, err
		}
		if len(list.Items) > 0 {
			label := communeName(v.Lang, c)
			page.Communes = append(page.Communes, desk.Link{Label: label, Href: producersPath + "?" + url.Values{"ten": {name}, "xa": {label}, "ma": {c.Code}}.Encode()})
		}
	}
	return none, nil
}

// communeName is a commune with its province.
func communeName(l ui.Lang, c catalog.Commune) string {
	province, _ := catalog.ProvinceByCode(c.Province)
	return l.Name(c.Name) + ", " + l.Name(province.Name)
}

func rowOf(v *desk.Visit, s trace.Stored[trace.Producer]) producerRow {
	kind, _ := catalog.ProducerKindByCode(s.Data.Kind)
	row := producerRow{ID: s.ID, Name: s.Data.Name, Kind: v.Lang.Name(kind.Name), Phone: s.Data.Phone}
	if c, ok := catalog.CommuneByCode(s.Data.Address.Commune); ok {
		row.Commune = communeName(v.Lang, c)
	}
	return row
}
