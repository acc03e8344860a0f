package diary

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A recordPage is one entry with all that was ever said of it.
type recordPage struct {
	desk.Frame
	Head       head
	Icon       string
	Provenance desk.Badge
	Retracted  bool
	Facts      []desk.Fact
	Files      []fileView
	Revisions  []revision
	// Correct and Retract are nil for who may not, or no longer.
	Correct, Retract *ui.Form
	// Editing and Retracting say which form was sent and came back.
	Editing, Retracting bool
}

// Template implements ui.Page.
func (recordPage) Template() string { return "record.html" }

// A fileView is an attachment: a picture to see, or a document to open.
type fileView struct{ Picture, Href, Label string }

// A revision is what somebody did with an entry at one time.
type revision struct {
	Number          int
	When, Who, What string
	Changes         []difference
}

// A difference is what one thing was before and is now.
type difference struct{ Label, Old, New string }

// A told is an entry that a page is about.
type told struct {
	dossier *trace.Dossier
	history []trace.Stored[trace.Record]
}

func (t told) last() trace.Stored[trace.Record] { return t.history[len(t.history)-1] }

func (t told) path() string { return batchPath(t.dossier.Batch.ID) + "/ghi-chep/" + t.last().ID }

// told finds the entry of the address.
func (d *diary) told(v *desk.Visit) (told, error) {
	dossier, err := d.own(v)
	if err != nil {
		return told{}, err
	}
	history, err := d.Ledger.RecordHistory(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return told{}, err
	}
	if history[0].Data.Batch != dossier.Batch.ID {
		return told{}, trace.ErrHidden
	}
	return told{dossier, history}, nil
}

func (d *diary) recordPage(v *desk.Visit, t told) (*recordPage, error) {
	last := t.last()
	r := last.Data
	name := kindName(v.Lang, r.Kind)
	page := &recordPage{
		Frame: v.Frame(name, name, trail(v, t.dossier)...), Head: headOf(v, t.dossier), Icon: r.Kind,
		Provenance: desk.ProvenanceBadge(v.Lang, r.Provenance(), r.Verified), Retracted: r.Retracted,
		Facts: facts(v.Lang, r.RecordData), Files: filesOf(v, t.dossier, r.Files),
	}
	names, err := v.Names(byOf(t.history))
	if err != nil {
		return nil, err
	}
	for i, s := range slices.Backward(t.history) {
		rev := revision{Number: s.Revision, When: v.Lang.Moment(s.Changed), Who: cmp.Or(authorityOf(s.Data), names[s.By]), What: v.T("ghi lần đầu", "first entry")}
		if i > 0 {
			rev.What, rev.Changes = whatChanged(v, t.history[i-1].Data, s.Data)
		}
		page.Revisions = append(page.Revisions, rev)
	}
	if r.Retracted || v.Actor.MayCorrect(r) != nil {
		return page, nil
	}
	if page.Correct, err = d.correctForm(v, t); err != nil {
		return nil, err
	}
	page.Retract = v.NewForm("Rút lại ghi chép", "Retract the entry", ui.Group{Fields: []ui.Field{{
		Name: "reason", Label: v.T("Vì sao rút lại", "Why it is retracted"), Type: ui.TextArea, Rows: 2, Required: true, MaxLength: 2000,
		Hint: v.T("Ghi chép vẫn hiện, bị gạch ngang, kèm lý do này", "The entry stays, struck through, with this reason"),
	}}})
	page.Retract.Action, page.Retract.Danger, page.Retract.Revision = t.path()+"/rut", true, last.Revision
	return page, nil
}

// whatChanged tells what a revision of an entry did.
func whatChanged(v *desk.Visit, before, after trace.Record) (string, []difference) {
	changes := differences(facts(v.Lang, before.RecordData), facts(v.Lang, after.RecordData))
	if n, m := len(before.Files), len(after.Files); !slices.Equal(before.Files, after.Files) {
		changes = append(changes, difference{v.T("Tệp kèm theo", "Files"), strconv.Itoa(n), strconv.Itoa(m)})
	}
	switch {
	case after.Retracted && !before.Retracted:
		return v.T("rút lại: ", "retracted: ") + after.Correction, nil
	case after.Verified != nil && before.Verified == nil && len(changes) == 0:
		return v.T("xác minh bởi ", "verified by ") + after.Verified.Organisation, nil
	}
	return v.T("sửa: ", "corrected: ") + after.Correction, changes
}

// differences compares what two versions say under each label.
func differences(before, after []desk.Fact) []difference {
	var out []difference
	valueOf := func(all []desk.Fact, label string) string {
		if i := slices.IndexFunc(all, func(f desk.Fact) bool { return f.Label == label }); i >= 0 {
			return all[i].Value
		}
		return ""
	}
	for _, f := range before {
		if now := valueOf(after, f.Label); now != f.Value {
			out = append(out, difference{f.Label, f.Value, now})
		}
	}
	for _, f := range after {
		if valueOf(before, f.Label) == "" {
			out = append(out, difference{Label: f.Label, New: f.Value})
		}
	}
	return out
}

func filesOf(v *desk.Visit, d *trace.Dossier, digests []trace.Digest) []fileView {
	var out []fileView
	for _, digest := range digests {
		f := fileView{Href: "/tep/" + digest.String(), Label: v.T("Tệp", "File")}
		if info, ok := d.Files[digest]; ok {
			f.Label = strings.ToUpper(info.Type[strings.LastIndexByte(info.Type, '/')+1:]) + ", " + v.Lang.Number((info.Size+1023)/1024) + " kB"
			if info.Type == "image/jpeg" {
				f.Picture = "/anh/" + digest.String() + "/nho"
			}
		}
		out = append(out, f)
	}
	return out
}

// keepPrefix begins the names of the boxes that keep an attachment.
const keepPrefix = "keep-"

// correctForm asks for what the entry should have said.
func (d *diary) correctForm(v *desk.Visit, t told) (*ui.Form, error) {
	last := t.last()
	said, err := ui.Values(last.Data.RecordData)
	if err != nil {
		return nil, err
	}
	past, err := d.past(v.Context(), v.Actor, t.dossier.Batch)
	if err != nil {
		return nil, err
	}
	a := asker{v: v, dossier: t.dossier, kind: last.Data.Kind, past: past, now: d.Ledger.Now(), said: said}
	first, more := a.ask()
	files := ui.Group{Title: v.T("Ảnh, giấy tờ", "Photos and documents"), Folded: true}
	for i, f := range filesOf(v, t.dossier, last.Data.Files) {
		name := keepPrefix + last.Data.Files[i].String()
		box := ui.Field{Name: name, Type: "checkbox", Value: "true", Label: v.T("Giữ tệp ", "Keep file ") + strconv.Itoa(i+1) + " (" + f.Label + ")"}
		if v.Form != nil && v.Value(name) == "" {
			box.Value = ""
		}
		files.Fields = append(files.Fields, box)
	}
	files.Fields = append(files.Fields, a.photo(), a.papers())
	groups := []ui.Group{{Fields: append([]ui.Field{a.happened()}, append(first, more...)...)}}
	if a.kind == "processing" {
		groups = append(groups, a.spare(a.rows()))
	}
	groups = append(groups, a.where(), ui.Group{Fields: []ui.Field{a.note()}}, files, ui.Group{Fields: []ui.Field{{
		Name: "reason", Label: v.T("Vì sao sửa", "Why it is corrected"), Required: true, MaxLength: 2000, Offers: []string{v.T("ghi nhầm", "a slip")},
		Hint: v.T("Bản cũ vẫn hiện, bị gạch ngang, kèm lý do này", "The old version stays, struck through, with this reason"),
	}}})
	f := v.NewForm("Lưu bản sửa", "Save the correction", groups...)
	f.Action, f.Revision = t.path(), last.Revision
	f.Draft = v.T("Sửa ", "Correction: ") + strings.ToLower(kindName(v.Lang, a.kind)) + " · " + v.T("lô ", "batch ") + t.dossier.Batch.Data.Lot.String()
	return f, nil
}

func (d *diary) record(v *desk.Visit) (desk.Answer, error) {
	t, err := d.told(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page, err := d.recordPage(v, t)
	return desk.Show(page), err
}

func (d *diary) correct(v *desk.Visit) (desk.Answer, error) {
	t, err := d.told(v)
	if err != nil {
		return desk.Answer{}, err
	}
	last := t.last()
	data, err := read(v, last.Data.Batch, last.Data.Kind, func(r trace.RecordData) error {
		return d.Ledger.CheckCorrection(v.Context(), v.Actor, last.ID, r, v.Value("reason"))
	})
	var added []trace.Digest
	if err == nil {
		added, err = d.keep(v)
	}
	if err == nil {
		data.Files = append(keptFiles(v, last.Data.Files), added...)
		data.Happened = sameMinute(data.Happened, last.Data.Happened)
		_, err = d.Ledger.CorrectRecord(v.Context(), v.Write(), last.ID, data, v.Value("reason"))
	}
	if err != nil {
		page, pageErr := d.recordPage(v, t)
		if pageErr != nil || page.Correct == nil {
			return desk.Answer{}, err
		}
		page.Editing = true
		return v.Again(page, page.Correct, err)
	}
	return v.Redirect(t.path(), "Đã lưu bản sửa.", "The correction is saved."), nil
}

// keptFiles are the attachments whose boxes are ticked.
func keptFiles(v *desk.Visit, files []trace.Digest) []trace.Digest {
	return slices.DeleteFunc(slices.Clone(files), func(f trace.Digest) bool { return v.Value(keepPrefix+f.String()) == "" })
}

// sameMinute is the time as it was where only the seconds, which forms do not
// show, differ.
func sameMinute(typed, was time.Time) time.Time {
	if typed.Equal(was.Truncate(time.Minute)) {
		return was
	}
	return typed
}

func (d *diary) retract(v *desk.Visit) (desk.Answer, error) {
	t, err := d.told(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if _, err = d.Ledger.RetractRecord(v.Context(), v.Write(), t.last().ID, v.Value("reason")); err != nil {
		page, pageErr := d.recordPage(v, t)
		if pageErr != nil || page.Retract == nil {
			return desk.Answer{}, err
		}
		page.Retracting = true
		return v.Again(page, page.Retract, err)
	}
	return v.Redirect(batchPath(t.dossier.Batch.ID), "Đã rút lại ghi chép.", "The entry is retracted."), nil
}
