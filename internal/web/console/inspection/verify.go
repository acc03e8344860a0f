package inspection

import (
	"slices"

	"temgoc/internal/web/desk"
)

// verify says that an authority has checked a record, as it was seen.
func (i inspection) verify(v *desk.Visit) (desk.Answer, error) {
	_, err := i.Ledger.VerifyRecord(v.Context(), v.Write(), v.Param("id"))
	if err == nil {
		return v.Redirect(recordPath(v.Param("code"), v.Param("id")), "Đã xác minh ghi chép.", "The record is verified."), nil
	}
	page, _, pageErr := i.filePage(v)
	if pageErr != nil {
		return desk.Answer{}, err
	}
	at := slices.IndexFunc(page.Journey, func(e entry) bool { return e.ID == v.Param("id") && e.Verify != nil })
	if at < 0 {
		return desk.Answer{}, err
	}
	answer, err := v.Again(page, page.Journey[at].Verify, err)
	page.Journey[at].Verify.Revision = page.Journey[at].revision // what is shown now is what is verified next
	return answer, err
}
