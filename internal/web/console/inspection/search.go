package inspection

import (
	"net/url"
	"strconv"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// A searchPage is the one search box, and what was found.
type searchPage struct {
	desk.Frame
	Query string
	// Unknown is a well-formed code that was never given out, Suggestion what a
	// mistyped one probably was.
	Unknown, Suggestion, SuggestionHref string
	Groups                              []group
	Waiting                             []tile
}

// Template implements ui.Page.
func (searchPage) Template() string { return "search.html" }

// A group is the finds of one kind.
type group struct {
	Title string
	Rows  []row
}

// A row is a find, or an entry of a list.
type row struct {
	Label, Href, Text string
	Code              bool // Label is a code
	State             *desk.Badge
}

// A tile is something that waits, with how much of it there is.
type tile struct {
	Icon, Label, Href, Number string
}

// maxQuery bounds what is looked for, in bytes.
const maxQuery = 400

func (i inspection) search(v *desk.Visit) (desk.Answer, error) {
	page := &searchPage{Frame: v.Frame("Tra cứu", "Look up"), Query: v.Query("q")}
	if page.Query == "" {
		var err error
		page.Waiting, err = i.waiting(v)
		return desk.Show(page), err
	}
	if len(page.Query) > maxQuery {
		page.Query = ""
		return desk.Show(page), nil
	}
	found, err := i.Ledger.Search(v.Context(), v.Actor, page.Query)
	if err != nil {
		return desk.Answer{}, err
	}
	switch {
	case !found.Code.IsZero() && found.Batch != nil:
		return v.Redirect(filesPath+"/"+found.Code.String(), "", ""), nil
	case found.Batch != nil:
		return v.Redirect(filesPath+"/"+found.Batch.ID, "", ""), nil
	case !found.Code.IsZero():
		page.Unknown = found.Code.Display()
	case !found.Suggestion.IsZero():
		page.Suggestion, page.SuggestionHref = found.Suggestion.Display(), filesPath+"/"+found.Suggestion.String()
	}
	page.Groups, err = i.groups(v, found)
	return desk.Show(page), err
}

// groups lists what was found by kind, each leading on.
func (i inspection) groups(v *desk.Visit, f trace.Finds) ([]group, error) {
	names, err := i.namesOf(v, f)
	if err != nil {
		return nil, err
	}
	var out []group
	add := func(title string, rows []row) {
		if len(rows) > 0 {
			out = append(out, group{title, rows})
		}
	}
	add(v.T("Lô có số lô này", "Batches with this lot number"), names.batches(f.Lots))
	add(v.T("Giấy chứng nhận, quyết định", "Certificates, decisions"), names.certificates(f.Certificates))
	add(v.T("Sản phẩm", "Products"), names.products(f.Products))
	add(v.T("Chủ thể", "Producers"), producerRows(v, f.Producers))
	for _, c := range f.Communes {
		province, _ := catalog.ProvinceByCode(c.Commune.Province)
		add(v.T("Chủ thể ở ", "Producers in ")+v.Lang.Name(c.Commune.Name)+", "+v.Lang.Name(province.Name), producerRows(v, c.Producers))
	}
	return out, nil
}

// waiting is what waits for those who act.
func (i inspection) waiting(v *desk.Visit) ([]tile, error) {
	if !authority(v) {
		return nil, nil
	}
	many := trace.Paging{Limit: trace.MaxPage}
	recalls, err := i.Ledger.Recalls(v.Context(), v.Actor, trace.RecallQuery{State: trace.RecallProposed}, many)
	if err != nil {
		return nil, err
	}
	problems, err := i.Ledger.Problems(v.Context(), v.Actor, trace.ProblemQuery{State: trace.ProblemNew}, many)
	if err != nil {
		return nil, err
	}
	return []tile{
		{"register", v.T("đề nghị thu hồi chờ duyệt", "proposals to recall wait"), recallsPath, counted(len(recalls.Items), recalls.Next)},
		{"problems", v.T("phản ánh mới của khách", "new reports of shoppers"), desk.Prefix + "/phan-anh", counted(len(problems.Items), problems.Next)},
	}, nil
}

// counted is a number of entries, of which there may be more.
func counted(n int, next string) string {
	if next != "" {
		return strconv.Itoa(n) + "+"
	}
	return strconv.Itoa(n)
}

// searchFor is the address of a search.
func searchFor(text string) string { return searchPath + "?" + url.Values{"q": {text}}.Encode() }
