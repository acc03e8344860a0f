package sighting

import (
	"encoding/json"
	"fmt"

	"temgoc/internal/catalog"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// AuditKinds lists the kinds of this package for the audit log.
func AuditKinds() []trace.AuditKind {
	return []trace.AuditKind{trace.AuditKindOf("Tem riêng", "Stamp", describe, nil)}
}

func describe(before *Item, now Item) trace.Act {
	act := trace.Act{Subject: catalog.Name{
		VI: fmt.Sprintf("tem %d của lệnh in %s", now.Position, now.Order),
		EN: fmt.Sprintf("stamp %d of order %s", now.Position, now.Order),
	}}
	if before == nil {
		before = &Item{}
	}
	switch {
	case now.Used != nil && before.Used == nil && now.Used.How == ByPIN:
		act.Action = named("Mở gói bằng mã PIN", "Opened with the PIN")
	case now.Used != nil && before.Used == nil:
		act.Action = named("Ghi nhận đã mở, đã dùng", "Marked as opened")
	case now.Used == nil && before.Used != nil:
		act.Action = named("Rút lại ghi nhận đã mở", "Took back that it was opened")
	default:
		act.Action = named("Dấu hiệu bất thường", "Something remarkable")
		if n := len(now.Signs); n > 0 {
			sign := now.Signs[n-1].Sign.Name()
			act.Subject.VI += ": " + sign.VI
			act.Subject.EN += ": " + sign.EN
		}
	}
	return act
}

func placeIn(r trace.Revision) (p Place, err error) {
	if err := json.Unmarshal(r.Body, &p); err != nil {
		return p, fmt.Errorf("decode %s/%s: %w", r.Kind, r.ID, err)
	}
	return p, nil
}

// Display is the code of an item as people read it.
func Display(id string) string {
	code, err := stamp.ParseItemCode(id)
	if err != nil {
		return id
	}
	return code.Display()
}
