// Package scans shows what became known of stamps by their scans: what is
// remarkable first, then how often codes were looked at by day, area and batch.
// It tells nothing of persons, and of no group smaller than sighting.Least.
package scans

import (
	"embed"
	"fmt"
	"net/url"
	"strconv"

	"temgoc/internal/sighting"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what the desk is made of.
type Config struct {
	Ledger    *trace.Ledger
	Sightings *sighting.Keeper
}

type scans struct{ Config }

// Path is the address of the desk, below desk.Prefix.
const Path = "/luot-quet"

const (
	path       = desk.Prefix + Path
	exportPath = path + "/xuat"
	stampPath  = path + "/tem/"
)

// Part is the desk.
func Part(shared *ui.Templates, c Config) (desk.Part, error) {
	templates, err := shared.With(templateFiles, "templates")
	if err != nil {
		return desk.Part{}, fmt.Errorf("scans: %w", err)
	}
	s := scans{c}
	who := []trace.Role{trace.ProducerRole, trace.Office, trace.Inspector}
	return desk.Part{Name: "scans", Templates: templates, Routes: []desk.Route{
		desk.Get(Path, s.overview, who...),
		desk.Export(Path+"/xuat", s.export, who...),
		desk.Get(Path+"/tem/:code", s.stamp, who...),
		desk.Post(Path+"/tem/:code", s.mark, trace.ProducerRole),
	}}, nil
}

// The parameters of the overview.
const (
	daysInput  = "ngay"
	batchInput = "lo"
)

// A query is what the overview is of.
type query struct {
	sighting.FigureQuery
}

// queryOf reads what is asked for; 30 days where that is no number.
func queryOf(v *desk.Visit) query {
	q := query{sighting.FigureQuery{Batch: trace.CodePart(v.Query(batchInput)), Days: 30}}
	if n, err := strconv.Atoi(v.Query(daysInput)); err == nil && n >= 1 && n <= sighting.MaxDays {
		q.Days = n
	}
	return q
}

// address leads to the overview of another number of days, or to its files.
func (q query) address(to string, days int, more ...string) string {
	values := url.Values{daysInput: {strconv.Itoa(days)}}
	if q.Batch != "" {
		values.Set(batchInput, q.Batch)
	}
	for i := 0; i < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	return to + "?" + values.Encode()
}

// A signView is the stamps with one sign, those noted last first.
type signView struct {
	Badge  desk.Badge
	Count  string
	Stamps []stampLine
	More   bool
}

type stampLine struct{ Code, Href, When, Batch string }

// A batchLine is the scans of one batch.
type batchLine struct {
	Name, Lot, Href, Views string
	Signs                  []desk.Badge
}

type areaLine struct {
	Name, Scans string
	Share       int // of a hundred of the largest
}

// An overviewPage shows figures.
type overviewPage struct {
	desk.Frame
	Lead    string
	Periods []desk.Link
	Files   []desk.Link
	Signs   []signView
	Chart   chart
	Areas   []areaLine
	Batches []batchLine
}

// Template implements ui.Page.
func (overviewPage) Template() string { return "scans.html" }

// shownStamps is how many stamps are named of each sign.
const shownStamps = 10

func (s scans) overview(v *desk.Visit) (desk.Answer, error) {
	q := queryOf(v)
	f, err := s.Sightings.Figures(v.Context(), v.Actor, q.FigureQuery)
	if err != nil {
		return desk.Answer{}, err
	}
	page := &overviewPage{Frame: v.Frame("Lượt quét", "Scans"), Chart: chartOf(v.Lang, f.Days)}
	page.Lead = fmt.Sprintf(v.T("%s lượt quét trong %d ngày qua, không kể những ngày dưới %d lượt.", "%s scans in the last %d days, without days of fewer than %d."),
		v.Lang.Number(int(f.Shown)), q.Days, sighting.Least)
	if q.Batch != "" {
		code := batchCode(q.Batch)
		page.Lead = v.T("Lô ", "Batch ") + code + ": " + page.Lead
	}
	for _, days := range []int{7, 30, sighting.MaxDays} {
		page.Periods = append(page.Periods, desk.Link{Label: fmt.Sprintf(v.T("%d ngày", "%d days"), days), Href: q.address(path, days), Current: days == q.Days})
	}
	for _, format := range []string{"xlsx", "csv"} {
		page.Files = append(page.Files, desk.Link{Label: v.T("Tải ", "Download ") + format, Href: q.address(exportPath, q.Days, "dang", format)})
	}
	if page.Signs, err = s.signs(v, q, f.Signs); err != nil {
		return desk.Answer{}, err
	}
	page.Areas = areas(v, f.Areas)
	for _, b := range f.Batches {
		page.Batches = append(page.Batches, batchOf(v, q, b))
	}
	return desk.Show(page), nil
}

// batchCode writes a stored batch code as it is printed.
func batchCode(id string) string {
	if b, err := stamp.ParseBatchCode(id); err == nil {
		return b.Display()
	}
	return id
}

func (s scans) signs(v *desk.Visit, q query, counts map[sighting.Sign]int) ([]signView, error) {
	var out []signView
	for _, sign := range sighting.Signs() {
		if counts[sign] == 0 {
			continue
		}
		list, err := s.Sightings.Remarkable(v.Context(), v.Actor, sighting.SignQuery{Sign: sign, Batch: q.Batch}, trace.Paging{Limit: shownStamps})
		if err != nil {
			return nil, err
		}
		view := signView{Badge: badge(v, sign), Count: v.Lang.Number(counts[sign]), More: counts[sign] > len(list.Items)}
		for _, i := range list.Items {
			line := stampLine{Code: sighting.Display(i.ID), Href: stampPath + i.ID, Batch: batchCode(i.Data.Batch)}
			for _, n := range i.Data.Signs {
				if n.Sign == sign {
					line.When = v.Lang.Moment(n.At)
				}
			}
			view.Stamps = append(view.Stamps, line)
		}
		out = append(out, view)
	}
	return out, nil
}

// badge shows a sign by how grave it is.
func badge(v *desk.Visit, s sighting.Sign) desk.Badge {
	text := ui.Sentence(v.Lang.Name(s.Name()))
	switch s {
	case sighting.SignRed, sighting.SignWithdrawn:
		return desk.Bad(text)
	case sighting.SignUnshipped:
		return desk.Calm(text)
	}
	return desk.Warn(text)
}

func areas(v *desk.Visit, all []sighting.Area) []areaLine {
	var out []areaLine
	for _, a := range all {
		name := a.Cell.String()
		if a.Cell == "" {
			name = fmt.Sprintf(v.T("Các vùng dưới %d lượt, gộp lại", "Areas of fewer than %d, together"), sighting.Least)
		}
		out = append(out, areaLine{name, v.Lang.Number(a.Scans), max(1, 100*a.Scans/max(all[0].Scans, a.Scans))})
	}
	return out
}

// few is how a number that is not told is written.
func few(v *desk.Visit) string {
	return fmt.Sprintf(v.T("dưới %d", "fewer than %d"), sighting.Least)
}

func batchOf(v *desk.Visit, q query, b sighting.BatchFigure) batchLine {
	of := q
	of.Batch = b.Batch
	line := batchLine{Name: v.Lang.Name(b.Name), Lot: b.Lot, Href: of.address(path, q.Days), Views: v.Lang.Number(int(b.Views))}
	if b.Few {
		line.Views = few(v)
	}
	for _, s := range sighting.Signs() {
		if n := b.Signs[s]; n > 0 {
			said := badge(v, s)
			said.Text = v.Lang.Number(n) + " × " + v.Lang.Name(s.Name())
			line.Signs = append(line.Signs, said)
		}
	}
	return line
}
