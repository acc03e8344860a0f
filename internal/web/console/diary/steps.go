package diary

import (
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// A step is a stage that can be entered now.
type step struct {
	Kind, Label, Href string
	Next              bool // the one that is expected
	Times             int  // how often it was entered
}

// steps are the stages of a product's chain, and the other kinds of entries.
type steps struct{ Chain, Others []step }

// Next is the stage that is expected, or nil.
func (s steps) Next() *step {
	for i := range s.Chain {
		if s.Chain[i].Next {
			return &s.Chain[i]
		}
	}
	return nil
}

// stepsOf lists what can be entered of a batch now. The stage expected next is
// the one after the furthest that was entered, of those that earlier batches
// of the product had.
func stepsOf(v *desk.Visit, d *trace.Dossier, p past) steps {
	times := map[string]int{}
	for _, r := range d.Last() {
		times[r.Data.Kind]++
	}
	set, _ := catalog.SetByNumber(d.Product.Data.Set)
	ended := d.Batch.Data.State == trace.BatchClosed || d.Batch.Data.State == trace.BatchRecalled
	if ended { // what becomes of goods that are left or come back
		set.Stages = []string{"receiving", "storing", "sampling", "destroying"}
	}
	usual := p.stages(d.Batch.ID)
	var s steps
	make := func(kind string) step {
		return step{Kind: kind, Label: kindName(v.Lang, kind), Href: batchPath(d.Batch.ID) + "/ghi/" + kind, Times: times[kind]}
	}
	expected := -1
	for _, kind := range set.Stages {
		if v.Actor.MayRecord(d.Batch.Data, kind) != nil {
			continue
		}
		s.Chain = append(s.Chain, make(kind))
		switch i := len(s.Chain) - 1; {
		case times[kind] > 0:
			expected = -1
		case expected < 0 && (len(usual) == 0 || usual[kind]):
			expected = i
		}
	}
	if expected >= 0 && !ended {
		s.Chain[expected].Next = true
	}
	for _, k := range catalog.RecordKinds() {
		if !slices.Contains(set.Stages, k.Code) && v.Actor.MayRecord(d.Batch.Data, k.Code) == nil {
			s.Others = append(s.Others, make(k.Code))
		}
	}
	return s
}

// A task is the one thing to do next with a batch.
type task struct {
	Icon, Label, Href, Why string
}

// nextTask is what to do next with a batch, or nil.
func nextTask(v *desk.Visit, d *trace.Dossier, s steps, orders []trace.Stored[printing.Order]) *task {
	at, b := batchPath(d.Batch.ID), d.Batch.Data
	switch b.State {
	case trace.BatchOpen:
		return openTask(v, d, s)
	case trace.BatchReleased:
		return releasedTask(v, d, s, orders)
	case trace.BatchHeld:
		if b.StateBy == trace.ProducerRole {
			return &task{"batches", v.T("Cho lưu hành lại", "Lift the hold"), at + "/xuat-xuong",
				v.T("Chỉ khi đã xử lý xong nguyên nhân. Nếu hàng không an toàn, hãy thu hồi.", "Only once the cause is dealt with. Recall goods that are not safe.")}
		}
		return &task{"register", v.T("Xem thông báo tạm dừng", "See the notice"), at + "/thong-bao",
			v.T("Cơ quan quản lý đã tạm dừng lô này và là bên duy nhất được cho lưu hành lại.", "An authority holds this batch and alone can lift the hold.")}
	case trace.BatchRecalled:
		return &task{"register", v.T("In thông báo thu hồi", "Print the recall notice"), at + "/thong-bao",
			v.T("Gửi cho mọi nơi đang bán hoặc dùng hàng của lô.", "Send it to everybody who sells or uses goods of the batch.")}
	}
	return nil
}

func openTask(v *desk.Visit, d *trace.Dossier, s steps) *task {
	at, next := batchPath(d.Batch.ID), s.Next()
	if failed := d.Failures(); len(failed) > 0 {
		return &task{"tests", v.T("Xem vì sao chưa xuất xưởng được", "See what keeps it from release"), at + "/xuat-xuong",
			v.T("Kiểm nghiệm không đạt: ", "Failed tests: ") + strings.Join(failed, ", ")}
	}
	packed := slices.ContainsFunc(d.Last(), func(r trace.Stored[trace.Record]) bool { return r.Data.Kind == "packing" })
	if next != nil && !packed {
		why := v.T("Bước tiếp theo của lô này.", "The next step of this batch.")
		if len(d.Last()) == 0 {
			why = v.T("Lô chưa có ghi chép nào. Bắt đầu từ đây.", "Nothing is recorded yet. Begin here.")
		}
		return &task{next.Kind, v.T("Ghi: ", "Record: ") + next.Label, next.Href, why}
	}
	return &task{"batches", v.T("Xuất xưởng", "Release"), at + "/xuat-xuong",
		v.T("Khi hàng đã sẵn sàng để bán. Tem có hiệu lực từ lúc đó.", "Once the goods are ready for sale. Stamps count from then on.")}
}

func releasedTask(v *desk.Visit, d *trace.Dossier, s steps, orders []trace.Stored[printing.Order]) *task {
	at := batchPath(d.Batch.ID)
	if len(orders) == 0 {
		return &task{"stamps", v.T("In tem", "Print stamps"), at + "/tem", v.T("Lô đã xuất xưởng nhưng chưa có tem.", "The batch is released and has no stamps yet.")}
	}
	for _, o := range orders {
		if o.Data.State == printing.Allocated {
			return &task{"stamps", v.T("Phát hành tem", "Release the stamps"), orderPath(o.Data),
				v.T("Có tem đã lập lệnh in mà chưa phát hành.", "There are stamps that are not released yet.")}
		}
	}
	if next := s.Next(); next != nil {
		return &task{next.Kind, v.T("Ghi: ", "Record: ") + next.Label, next.Href, v.T("Bước tiếp theo của lô này.", "The next step of this batch.")}
	}
	return nil
}
