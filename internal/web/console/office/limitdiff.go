package office

import (
	"slices"

	"temgoc/internal/catalog"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A criterionChange is what an edition did with one criterion.
type criterionChange struct {
	Act  desk.Badge
	What string
	// Lines tell of a changed criterion what it was and what it became.
	Lines []string
}

// changesOf tells how criteria became others. A criterion is the same when it
// is about the same product and indicator in the same unit; or in another one,
// if it is the only such.
func changesOf(l ui.Lang, before, after []catalog.Criterion) []criterionChange {
	var changes []criterionChange
	left := slices.Clone(before)
	take := func(same func(catalog.Criterion) bool) (catalog.Criterion, bool) {
		i := slices.IndexFunc(left, same)
		if i < 0 {
			return catalog.Criterion{}, false
		}
		found := left[i]
		left = slices.Delete(left, i, i+1)
		return found, true
	}
	var fresh []catalog.Criterion
	tell := func(was, now catalog.Criterion) {
		if lines := differences(l, was, now); len(lines) > 0 {
			changes = append(changes, criterionChange{desk.Badge{Tone: "calm", Glyph: "≠", Text: l.T("sửa", "changed")}, criterionWords(l, now), lines})
		}
	}
	for _, now := range after {
		if was, ok := take(func(c catalog.Criterion) bool { return topic(c) == topic(now) && c.Unit == now.Unit }); ok {
			tell(was, now)
			continue
		}
		fresh = append(fresh, now)
	}
	for _, now := range fresh {
		if was, ok := take(func(c catalog.Criterion) bool { return topic(c) == topic(now) }); ok {
			tell(was, now)
			continue
		}
		changes = append(changes, criterionChange{desk.Badge{Tone: "good", Glyph: "+", Text: l.T("thêm", "added")}, criterionWords(l, now), []string{limitWords(l, now) + " · " + now.Basis}})
	}
	for _, was := range left {
		changes = append(changes, criterionChange{desk.Badge{Tone: "bad", Glyph: "–", Text: l.T("bỏ", "removed")}, criterionWords(l, was), nil})
	}
	return changes
}

// topic is what a criterion is about.
func topic(c catalog.Criterion) string {
	return catalog.Fold(c.Product.VI) + "\x00" + catalog.Fold(c.Indicator.VI)
}

func criterionWords(l ui.Lang, c catalog.Criterion) string {
	return ui.Joined(" · ", l.Name(c.Product), l.Name(c.Indicator))
}

// differences tells what of a criterion became another thing.
func differences(l ui.Lang, was, now catalog.Criterion) []string {
	var lines []string
	for _, d := range []struct{ label, was, now string }{
		{l.T("giới hạn", "limit"), limitWords(l, was), limitWords(l, now)},
		{l.T("căn cứ", "basis"), was.Basis, now.Basis},
		{l.T("phương pháp", "method"), was.Method, now.Method},
		{l.T("độ tin cậy", "certainty"), l.Name(was.Certainty.Name()), l.Name(now.Certainty.Name())},
		{l.T("sản phẩm", "product"), was.Product.VI, now.Product.VI},
		{l.T("chỉ tiêu", "indicator"), was.Indicator.VI, now.Indicator.VI},
		{l.T("tên tiếng Anh", "English name"), ui.Joined(" · ", was.Product.EN, was.Indicator.EN), ui.Joined(" · ", now.Product.EN, now.Indicator.EN)},
	} {
		if d.was != d.now {
			lines = append(lines, d.label+": "+orNone(l, d.was)+" → "+orNone(l, d.now))
		}
	}
	return lines
}

func orNone(l ui.Lang, s string) string {
	if s == "" {
		return l.T("(không có)", "(none)")
	}
	return s
}
