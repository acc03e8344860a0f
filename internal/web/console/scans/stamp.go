package scans

import (
	"cmp"

	"temgoc/internal/sighting"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A stampPage is what is known of one stamp.
type stampPage struct {
	desk.Frame
	Display string
	State   desk.Badge
	Facts   []desk.Fact
	Signs   []desk.Fact
	Form    *ui.Form // nil for those who do not mark packs
}

// Template implements ui.Page.
func (stampPage) Template() string { return "stamp.html" }

func codeOf(v *desk.Visit) (stamp.ItemCode, error) {
	code, err := stamp.ParseItemCode(v.Param("code"))
	if err != nil {
		return code, trace.ErrHidden
	}
	return code, nil
}

func (s scans) stampPage(v *desk.Visit, code stamp.ItemCode) (*stampPage, error) {
	known, err := s.Sightings.Stamp(v.Context(), v.Actor, code)
	if err != nil {
		return nil, err
	}
	i := known.Item
	page := &stampPage{
		Frame:   v.Frame("Tem "+code.Display(), "Stamp "+code.Display(), desk.Link{Label: v.T("Lượt quét", "Scans"), Href: path}),
		Display: code.Display(), State: desk.Calm(ui.Sentence(v.Lang.Name(known.Stage.Name()))),
	}
	first := ""
	if known.Views > 0 {
		first = v.Lang.Moment(known.First)
	}
	used := ""
	if i.Used != nil {
		used = ui.Joined(" · ", v.Lang.Moment(i.Used.At), map[sighting.How]string{
			sighting.ByPIN: v.T("người mua nhập mã PIN", "a shopper gave the PIN"), sighting.ByProducer: v.T("cơ sở ghi nhận", "noted by the producer"),
		}[i.Used.How])
	}
	page.Facts = desk.Facts(
		desk.Fact{Label: v.T("Lô", "Batch"), Value: batchCode(known.Batch)},
		desk.Fact{Label: v.T("Vị trí trong lệnh in", "Position in the order"), Value: v.Lang.Number(known.Position)},
		desk.Fact{Label: v.T("Lượt quét", "Scans"), Value: v.Lang.Number(int(known.Views))},
		desk.Fact{Label: v.T("Quét lần đầu", "First scan"), Value: first},
		desk.Fact{Label: v.T("Ghi nhận mở gói", "Marked as opened"), Value: used},
	)
	for _, n := range i.Signs {
		page.Signs = append(page.Signs, desk.Fact{Label: ui.Sentence(v.Lang.Name(n.Sign.Name())), Value: v.Lang.Moment(n.At)})
	}
	if v.Actor.Role == trace.ProducerRole {
		page.Form = v.NewForm("Ghi nhận đã mở, đã dùng", "Mark as opened or used")
		if i.Used != nil {
			page.Form = v.NewForm("Rút lại ghi nhận đã mở", "Take back that it was opened")
			page.Form.Hidden = []ui.Field{{Name: "undo", Value: "true"}}
		}
	}
	return page, nil
}

func (s scans) stamp(v *desk.Visit) (desk.Answer, error) {
	code, err := codeOf(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page, err := s.stampPage(v, code)
	if err != nil {
		return desk.Answer{}, err
	}
	return desk.Show(page), nil
}

// mark notes that a pack was opened, or takes that back.
func (s scans) mark(v *desk.Visit) (desk.Answer, error) {
	code, err := codeOf(v)
	if err != nil {
		return desk.Answer{}, err
	}
	change := s.Sightings.Use
	if v.Value("undo") == "true" {
		change = s.Sightings.Undo
	}
	if _, err := change(v.Context(), v.Write(), code); err != nil {
		page, pageErr := s.stampPage(v, code)
		if pageErr != nil || page.Form == nil {
			return desk.Answer{}, cmp.Or(pageErr, err)
		}
		return v.Again(page, page.Form, err)
	}
	return v.Redirect(stampPath+code.String(), "Đã ghi.", "It is noted."), nil
}
