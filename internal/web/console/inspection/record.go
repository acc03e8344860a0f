package inspection

import (
	"errors"
	"reflect"

	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A recordPage is the form of an inspection.
type recordPage struct {
	desk.Frame
	Head head
	Form *ui.Form
}

// Template implements ui.Page.
func (recordPage) Template() string { return "record.html" }

// The inputs of an inspection that are files.
const (
	photoInput  = "photo"
	papersInput = "papers"
)

// thenHold is the button that leads on to a hold.
const thenHold = "tam-dung"

func (i inspection) recordForm(v *desk.Visit) (desk.Answer, error) {
	s, err := i.open(v)
	if err != nil {
		return desk.Answer{}, err
	}
	return desk.Show(s.recordPage(v, i.Ledger.Now().In(trace.Zone).Format("2006-01-02T15:04"))), nil
}

func (s subject) recordPage(v *desk.Visit, now string) *recordPage {
	form := v.NewForm("Lưu biên bản", "Save the record",
		findingGroup(v, s, now), sampleGroup(v),
		ui.Group{Title: v.T("Biện pháp, biên bản giấy", "Measures, paper record"), Folded: true, Fields: []ui.Field{
			{Name: "inspecting.measures", Label: v.T("Biện pháp yêu cầu", "Measures ordered"), Type: ui.TextArea, Rows: 2, MaxLength: 2000},
			{Name: "inspecting.document", Label: v.T("Số biên bản giấy", "Number of the paper record"), MaxLength: 200},
			{Name: papersInput, Label: v.T("Bản chụp biên bản, tệp", "Scans, files"), Type: "file", Accept: "application/pdf,image/jpeg,image/png", Multiple: true},
		}},
	)
	form.Cancel = s.path()
	form.Draft = v.T("Biên bản kiểm tra", "Inspection") + " · " + v.T("lô ", "batch ") + s.Batch.Data.Lot.String()
	if v.Actor.MayMove(s.Batch.Data, trace.BatchHeld) == nil {
		form.Second = []string{thenHold, v.T("Lưu, rồi tạm dừng lưu hành", "Save, then put on hold")}
	}
	return &recordPage{Frame: frame(v, "Biên bản kiểm tra", "Inspection", s.trail(v)...), Head: s.head(v), Form: form}
}

func findingGroup(v *desk.Visit, s subject, now string) ui.Group {
	return ui.Group{Fields: []ui.Field{
		{Name: "inspecting.conforms", Label: v.T("Kết luận", "Conclusion"), Type: ui.Radio, Required: true, Options: []ui.Option{
			{Value: "true", Label: v.T("Đạt yêu cầu", "Conforms")}, {Value: "false", Label: v.T("Không đạt", "Does not conform")},
		}},
		{Name: "inspecting.finding", Label: v.T("Nội dung kiểm tra, phát hiện", "What was found"), Type: ui.TextArea, Rows: 3, Required: true, MaxLength: 2000,
			Hint: v.T("Hiện với người mua", "Shown to shoppers")},
		{Name: photoInput, Label: v.T("Ảnh chụp tại chỗ", "Photos"), Type: "file", Accept: "image/*", Capture: true, Multiple: true},
		{Name: "happened", Label: v.T("Lúc", "When"), Type: ui.Moment, Value: now, Required: true, Narrow: true},
		{Name: "place.name", Label: v.T("Tại", "Where"), MaxLength: 200, Narrow: true, Offers: given(s.Producer.Data.ProductionSite, s.Producer.Data.Address.In(string(v.Lang)))},
		{Name: "inspecting.inspector", Label: v.T("Cán bộ kiểm tra, số thẻ", "Inspector, number"), Value: v.Person.Data.Name, Required: true, MaxLength: 200,
			Hint: v.T("Chỉ chủ thể và cơ quan quản lý thấy", "Seen by the producer and the authorities only")},
	}}
}

func sampleGroup(v *desk.Visit) ui.Group {
	return ui.Group{Title: v.T("Có lấy mẫu", "A sample was taken"), Folded: true, Fields: []ui.Field{
		{Name: "sampling.sample", Label: v.T("Mã mẫu, số niêm phong", "Sample code, seal"), MaxLength: 200, Hint: v.T("Như ghi trên túi mẫu", "As on the sample")},
		{Name: "sampling.quantity.value", Label: v.T("Lượng mẫu", "Quantity"), Type: ui.Decimal, Narrow: true},
		{Name: "sampling.quantity.unit", Label: v.T("Đơn vị", "Unit"), Type: ui.Select, Options: ui.Units(v.Lang, "GRM", "KGM", "MLT", "LTR"), Narrow: true},
		{Name: "sampling.laboratory", Label: v.T("Gửi đến phòng thử nghiệm", "Laboratory"), MaxLength: 200},
	}}
}

// given keeps what there is.
func given(all ...string) []string {
	var out []string
	for _, s := range all {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// record enters an inspection, and the sample that was taken as a record of its
// own.
func (i inspection) record(v *desk.Visit) (desk.Answer, error) {
	s, err := i.open(v)
	if err != nil {
		return desk.Answer{}, err
	}
	found, taken, err := i.read(v, s)
	if err == nil {
		found.Files, err = v.KeepFiles(map[string]desk.Keeper{photoInput: i.Ledger.AddPhoto, papersInput: i.Ledger.AddFile})
	}
	if err == nil {
		_, err = i.Ledger.AddRecord(v.Context(), v.Write(), found)
	}
	if err == nil && taken != nil {
		_, err = i.Ledger.AddRecord(v.Context(), v.Part("sample"), *taken)
	}
	if err != nil {
		page := s.recordPage(v, "")
		return v.Again(page, page.Form, err)
	}
	if v.Value(desk.DoField) == thenHold {
		return v.Redirect(s.path()+"/tam-dung", "Đã lưu biên bản. Hãy xác nhận tạm dừng lưu hành.", "The inspection is recorded. Now confirm the hold."), nil
	}
	return v.Redirect(s.path()+"#ghi-chep", "Đã lưu biên bản kiểm tra.", "The inspection is recorded."), nil
}

// read makes the records of what was sent: the inspection, and the sample if
// one was taken. Everything that is wrong with either is told at once.
func (i inspection) read(v *desk.Visit, s subject) (found trace.RecordData, taken *trace.RecordData, err error) {
	err = v.Decode(&found)
	sample := trace.RecordData{Batch: s.Batch.ID, Kind: "sampling", Happened: found.Happened, Place: found.Place, Sampling: found.Sampling}
	found.Batch, found.Kind, found.Sampling = s.Batch.ID, "inspecting", nil
	if found.Inspecting == nil {
		found.Inspecting = &trace.Inspecting{}
	}
	found.Inspecting.Authority = v.Actor.Organisation
	errs := []error{err}
	if v.Value("inspecting.conforms") == "" {
		errs = append(errs, desk.FieldError("inspecting.conforms", "hãy chọn đạt hay không đạt", "choose one"))
	}
	if err == nil {
		errs = append(errs, i.Ledger.CheckRecord(v.Context(), v.Actor, found))
	}
	if wasTaken(sample.Sampling) {
		sample.Sampling.SampledBy = found.Inspecting.Inspector
		taken = &sample
		if err == nil {
			errs = append(errs, i.Ledger.CheckRecord(v.Context(), v.Actor, sample))
		}
	}
	return found, taken, together(errs)
}

// wasTaken tells whether anything was said of a sample; a unit alone, which
// always stands somewhere, says nothing.
func wasTaken(s *trace.Sampling) bool {
	if s == nil {
		return false
	}
	bare := *s
	bare.Quantity.Unit = ""
	return !reflect.ValueOf(bare).IsZero()
}

// together makes one error of what is wrong with fields, each named once; one of
// another kind stands for all.
func together(errs []error) error {
	var all trace.FieldErrors
	seen := map[string]bool{}
	for _, err := range errs {
		var fields trace.FieldErrors
		if err != nil && !errors.As(err, &fields) {
			return err
		}
		for _, f := range fields {
			if !seen[f.Field] {
				seen[f.Field] = true
				all = append(all, f)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}
