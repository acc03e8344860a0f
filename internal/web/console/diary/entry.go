package diary

import (
	"strings"

	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// An entryPage asks for an entry.
type entryPage struct {
	desk.Frame
	Head head
	Icon string
	// Last is what was entered the last time, to go by.
	Last, LastOn string
	Form         *ui.Form
}

// Template implements ui.Page.
func (entryPage) Template() string { return "entry.html" }

// asking makes what an entry of a kind needs: the batch, whether the entry can
// be made at all, and what was entered before.
func (d *diary) asking(v *desk.Visit) (asker, error) {
	dossier, err := d.own(v)
	if err != nil {
		return asker{}, err
	}
	kind := v.Param("kind")
	if _, known := details[kind]; !known {
		return asker{}, trace.ErrHidden
	}
	past, err := d.past(v.Context(), v.Actor, dossier.Batch)
	return asker{v: v, dossier: dossier, kind: kind, past: past, now: d.Ledger.Now()}, err
}

func (d *diary) entryPage(a asker) *entryPage {
	v, name := a.v, kindName(a.v.Lang, a.kind)
	page := &entryPage{
		Frame: v.Frame(name, name, trail(v, a.dossier)...), Head: headOf(v, a.dossier), Icon: a.kind, Form: a.form(),
	}
	for _, e := range a.past.entries {
		if e.kind == a.kind && e.same {
			page.Last, page.LastOn = summary(v.Lang, e.data), v.Lang.Date(trace.DateOf(e.data.Happened))
			break
		}
	}
	return page
}

func (d *diary) entry(v *desk.Visit) (desk.Answer, error) {
	a, err := d.asking(v)
	if err != nil {
		return desk.Answer{}, err
	}
	if err := v.Actor.MayRecord(a.dossier.Batch.Data, a.kind); err != nil {
		return desk.Answer{}, err
	}
	return desk.Show(d.entryPage(a)), nil
}

// enter takes an entry. One that was made before, by this very form, is answered
// as it was then: whatever became of the batch since.
func (d *diary) enter(v *desk.Visit) (desk.Answer, error) {
	a, err := d.asking(v)
	if err != nil {
		return desk.Answer{}, err
	}
	batch := a.dossier.Batch
	data, err := read(v, batch.ID, a.kind, func(r trace.RecordData) error {
		if d.entered(v) {
			return nil
		}
		return d.Ledger.CheckRecord(v.Context(), v.Actor, r)
	})
	if err == nil {
		data.Files, err = d.keep(v)
	}
	if err == nil {
		_, err = d.Ledger.AddRecord(v.Context(), v.Write(), data)
	}
	if err != nil {
		page := d.entryPage(a)
		return v.Again(page, page.Form, err)
	}
	what := summary(v.Lang, data)
	return v.Redirect(batchPath(batch.ID), "Đã ghi "+strings.ToLower(kindName(ui.Vietnamese, a.kind))+": "+what, kindName(ui.English, a.kind)+" is recorded: "+what), nil
}

// entered tells whether this very form has made its entry before.
func (d *diary) entered(v *desk.Visit) bool {
	w := v.Write()
	if w.Op.Key == "" {
		return false
	}
	_, err := d.Ledger.Record(v.Context(), v.Actor, d.Ledger.NewID(w, trace.KindRecords))
	return err == nil
}

// keep stores the files that came with an entry.
func (d *diary) keep(v *desk.Visit) ([]trace.Digest, error) {
	return v.KeepFiles(map[string]desk.Keeper{photoInput: d.Ledger.AddPhoto, papersInput: d.Ledger.AddFile})
}
