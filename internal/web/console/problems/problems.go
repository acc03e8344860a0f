// Package problems is the inbox of what shoppers report: the office and
// inspectors see the reports, how to reach who made them, and answer in public
// words or close a report with a reason of their own.
package problems

import (
	"embed"
	"fmt"
	"strings"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what the desk stands on.
type Config struct{ Ledger *trace.Ledger }

type inbox struct{ Config }

// path is the address of the inbox.
const path = desk.Prefix + "/phan-anh"

// Part is the desk.
func Part(shared *ui.Templates, c Config) (desk.Part, error) {
	templates, err := shared.With(templateFiles, "templates")
	if err != nil {
		return desk.Part{}, fmt.Errorf("problems: %w", err)
	}
	in := inbox{c}
	readers := []trace.Role{trace.Office, trace.Inspector}
	return desk.Part{Name: "problems", Templates: templates, Routes: []desk.Route{
		desk.Get("/phan-anh", in.list, readers...),
		desk.Get("/phan-anh/:id", in.show, readers...),
		desk.Get("/phan-anh/:id/anh", in.photo, readers...),
		desk.Post("/phan-anh/:id/nhan", in.see, readers...),
		desk.Post("/phan-anh/:id/tra-loi", in.answer, readers...),
		desk.Post("/phan-anh/:id/khep-lai", in.dismiss, readers...),
	}}, nil
}

// The parameters of the list.
const (
	stateParameter    = "loc"
	kindParameter     = "loai"
	textParameter     = "tim"
	producerParameter = "chu-the"
	everyState        = "tat-ca"
)

// maxProducers is how many producers a search offers.
const maxProducers = 8

// A row is a report in the list.
type row struct {
	Href, Title, Text, When string
	About                   string // code and producer
	State                   desk.Badge
	Photo                   bool
}

// A listPage is the inbox.
type listPage struct {
	desk.Frame
	States []desk.Link
	State  string
	Kinds  []ui.Option
	Kind   string
	Text   string
	// Producer narrows the list; Producers are those whose names were searched.
	Producer     string
	ProducerName string
	AllProducers string // the same list of every producer
	Producers    []desk.Link
	NoProducer   bool
	Rows         []row
	Pager        desk.Pager
}

// Template implements ui.Page.
func (listPage) Template() string { return "problems.html" }

func (in inbox) list(v *desk.Visit) (desk.Answer, error) {
	page := &listPage{
		Frame: v.Frame("Phản ánh của người mua", "Reports from shoppers"),
		State: v.Query(stateParameter), Kind: v.Query(kindParameter), Text: strings.TrimSpace(v.Query(textParameter)), Producer: v.Query(producerParameter),
	}
	page.filters(v)
	query := trace.ProblemQuery{Kind: trace.ProblemKind(page.Kind), Producer: page.Producer}
	switch page.State {
	case "":
		query.State = trace.ProblemNew
	case everyState:
	default:
		query.State = trace.ProblemState(page.State)
	}
	if err := in.search(v, page, &query); err != nil {
		return desk.Answer{}, err
	}
	found, err := in.Ledger.Problems(v.Context(), v.Actor, query, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	names := map[string]string{}
	for _, s := range found.Items {
		r, err := in.row(v, s, names)
		if err != nil {
			return desk.Answer{}, err
		}
		page.Rows = append(page.Rows, r)
	}
	page.Pager = v.Pager(found.Next)
	return desk.Show(page), nil
}

// filters makes the links by state and the choice of kinds.
func (page *listPage) filters(v *desk.Visit) {
	add := func(key, label string) {
		page.States = append(page.States, desk.Link{Label: label, Href: page.href(key, page.Producer), Current: key == page.State})
	}
	add("", v.T("Mới gửi", "New"))
	add(string(trace.ProblemSeen), v.T("Đang xem xét", "Being looked into"))
	add(string(trace.ProblemAnswered), v.T("Đã trả lời", "Answered"))
	add(string(trace.ProblemDismissed), v.T("Đã khép lại", "Closed"))
	add(everyState, v.T("Tất cả", "All"))
	page.Kinds = []ui.Option{{Label: v.T("Mọi vấn đề", "Everything")}}
	for _, k := range trace.ProblemKinds() {
		page.Kinds = append(page.Kinds, ui.Option{Value: string(k), Label: v.Lang.Name(k.Name())})
	}
	page.AllProducers = page.href(page.State, "")
}

// href is the list with another state and producer.
func (page *listPage) href(state, producer string) string {
	query := queryOf(stateParameter, state, kindParameter, page.Kind, producerParameter, producer)
	if query == "" {
		return path
	}
	return path + "?" + query
}

// search narrows the list by what was typed: the code on a stamp, or words of a
// producer's name.
func (in inbox) search(v *desk.Visit, page *listPage, query *trace.ProblemQuery) error {
	if page.Producer != "" {
		p, err := in.Ledger.Producer(v.Context(), v.Actor, page.Producer)
		page.ProducerName = p.Data.Name
		return err
	}
	if page.Text == "" {
		return nil
	}
	if code, err := stamp.Parse(page.Text); err == nil {
		query.Batch = code.Batch().String()
		return nil
	}
	found, err := in.Ledger.Producers(v.Context(), v.Actor, page.Text, trace.Paging{Limit: maxProducers})
	if err != nil {
		return err
	}
	page.NoProducer = len(found.Items) == 0
	if len(found.Items) == 1 && found.Next == "" {
		query.Producer, page.ProducerName = found.Items[0].ID, found.Items[0].Data.Name
		return nil
	}
	for _, p := range found.Items {
		page.Producers = append(page.Producers, desk.Link{Label: p.Data.Name, Href: page.href(page.State, p.ID)})
	}
	return nil
}

// excerpt is how many characters of a report the list shows.
const excerpt = 160

func (in inbox) row(v *desk.Visit, s trace.Stored[trace.Problem], names map[string]string) (row, error) {
	p := s.Data
	about := desk.Display(p.Code)
	if p.Producer != "" {
		name, err := in.producer(v, p.Producer, names)
		if err != nil {
			return row{}, err
		}
		about += " · " + name
	}
	return row{
		Href: path + "/" + s.ID, Title: v.Lang.Name(p.Kind.Name()), Text: shorten(p.Text), When: v.Lang.Moment(s.Created), About: about,
		State: desk.ProblemBadge(v.Lang, p.State), Photo: p.Photo != trace.Digest{},
	}, nil
}

func (in inbox) producer(v *desk.Visit, id string, names map[string]string) (string, error) {
	if name, ok := names[id]; ok {
		return name, nil
	}
	p, err := in.Ledger.Producer(v.Context(), v.Actor, id)
	names[id] = p.Data.Name
	return p.Data.Name, err
}

func shorten(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= excerpt {
		return string(runes)
	}
	return string(runes[:excerpt]) + "…"
}
