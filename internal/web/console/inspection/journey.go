package inspection

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/diary"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// maxRecords is how many records the file shows at once, the latest first: the
// page has a size to keep.
const maxRecords = 25

// An entry is one record with all that was ever said in it.
type entry struct {
	ID, Icon, Title, Text string
	When, Entered         string
	Provenance            desk.Badge
	Retracted             bool
	Facts                 []desk.Fact
	Files                 []fileLink
	Changes               []change
	Verify                *ui.Form

	revision int
}

// A change is what a revision no longer says, who made it, and why.
type change struct {
	What, At, By, Why string
	Gone              []string
	Files             []fileLink
}

// A fileLink leads to an original under its hash.
type fileLink struct {
	SHA256, Text string
	Photo        bool
}

// window is the part of the records that is asked for: that with a record of
// which something is said, or so many from the latest on.
func (s subject) window(v *desk.Visit) (records [][]trace.Stored[trace.Record], earlier string) {
	skip, _ := strconv.Atoi(v.Query("tu")) // 0, the latest, for what is no number
	asked := v.Query("r")
	if id := v.Param("id"); id != "" {
		asked = id
	}
	if at := slices.IndexFunc(s.Records, func(h []trace.Stored[trace.Record]) bool { return h[0].ID == asked }); at >= 0 {
		skip = (len(s.Records) - 1 - at) / maxRecords * maxRecords
	}
	end := len(s.Records) - min(max(skip, 0), len(s.Records))
	start := max(0, end-maxRecords)
	if start > 0 {
		earlier = fmt.Sprintf("%s?tu=%d#ghi-chep", s.path(), len(s.Records)-start)
	}
	return s.Records[start:end], earlier
}

// recordPath is where a record stands in the file of its batch.
func recordPath(batch, id string) string { return filesPath + "/" + batch + "?r=" + id + "#r-" + id }

func (i inspection) addJourney(v *desk.Visit, s subject, page *filePage) error {
	records, earlier := s.window(v)
	page.Earlier = earlier
	var ids []string
	for _, h := range records {
		for _, r := range h {
			ids = append(ids, r.By)
		}
	}
	people, err := v.Names(ids)
	if err != nil {
		return err
	}
	for _, h := range slices.Backward(records) {
		page.Journey = append(page.Journey, i.entry(v, s, h, people))
	}
	return nil
}

func (i inspection) entry(v *desk.Visit, s subject, h []trace.Stored[trace.Record], people map[string]string) entry {
	first, last := h[0], h[len(h)-1]
	r := last.Data
	kind, _ := catalog.RecordKindByCode(r.Kind)
	e := entry{
		ID: last.ID, revision: last.Revision, Icon: r.Kind, Title: v.Lang.Name(kind.Name), Text: diary.Summary(v.Lang, r.RecordData), When: v.Lang.Moment(r.Happened),
		Entered:    v.T("ghi lúc ", "entered ") + v.Lang.Moment(first.Created) + " · " + s.recorder(v, first, people),
		Provenance: desk.ProvenanceBadge(v.Lang, r.Provenance(), r.Verified), Retracted: r.Retracted,
		Facts: diary.Facts(v.Lang, r.RecordData), Files: s.links(v, r.Files),
	}
	for n := 1; n < len(h); n++ {
		if c, ok := s.changeOf(v, h[n-1].Data, h[n]); ok {
			c.By = s.recorder(v, h[n], people)
			e.Changes = append(e.Changes, c)
		}
	}
	if authority(v) && r.Verified == nil && !r.Retracted {
		e.Verify = v.NewForm("Đã kiểm tra, xác minh", "Checked: verify")
		e.Verify.Action, e.Verify.Revision = s.path()+"/ghi-chep/"+last.ID+"/xac-minh", last.Revision
	}
	return e
}

// recorder is who made a revision of a record, and for whom.
func (s subject) recorder(v *desk.Visit, r trace.Stored[trace.Record], people map[string]string) string {
	organisation := v.Lang.Name(r.Data.EnteredBy.Name())
	switch {
	case r.Data.EnteredBy == trace.ProducerRole:
		organisation = s.Producer.Data.Label()
	case r.Data.Verified != nil:
		organisation = r.Data.Verified.Organisation
	}
	return who(people, r.By, organisation)
}

// changeOf tells what a revision changed; nothing when it only verified.
func (s subject) changeOf(v *desk.Visit, before trace.Record, now trace.Stored[trace.Record]) (change, bool) {
	c := change{At: v.Lang.Moment(now.Changed), Why: now.Data.Correction}
	switch {
	case now.Data.Retracted && !before.Retracted:
		c.What = v.T("Rút lại", "Retracted")
		return c, true
	case reflect.DeepEqual(before.RecordData, now.Data.RecordData):
		return c, false
	}
	c.What = v.T("Sửa", "Corrected")
	after := diary.Facts(v.Lang, now.Data.RecordData)
	for _, f := range diary.Facts(v.Lang, before.RecordData) {
		if !slices.Contains(after, f) {
			c.Gone = append(c.Gone, f.Label+": "+f.Value)
		}
	}
	gone := slices.DeleteFunc(slices.Clone(before.Files), func(d trace.Digest) bool { return slices.Contains(now.Data.Files, d) })
	c.Files = s.links(v, gone)
	return c, true
}

// links leads to the originals of files.
func (s subject) links(v *desk.Visit, files []trace.Digest) []fileLink {
	var out []fileLink
	for _, d := range files {
		l := fileLink{SHA256: d.String(), Text: v.T("tệp", "file")}
		if info, ok := s.Files[d]; ok {
			l.Text, l.Photo = fileText(v.Lang, info), info.Type == "image/jpeg"
		}
		out = append(out, l)
	}
	return out
}

// fileText says what kind of file it is, and how big.
func fileText(l ui.Lang, f trace.File) string {
	kind := map[string]string{"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}[f.Type]
	return kind + ", " + l.Number(max(1, (f.Size+500)/1000)) + " kB"
}
