package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/trace"
)

func (a *API) criteriaRoutes() []route {
	return tagged("criteria",
		operation(http.MethodGet, "/criteria/{set}", "getCriteria", "Chỉ tiêu của một bộ sản phẩm", "Get the criteria of a product set", everyone, a.getCriteria,
			about("Bản mới nhất, có thể chưa đến ngày áp dụng. Bản sửa số 0 là dữ liệu tham khảo, chưa ai sửa.",
				"The latest edition, which may not count yet. Revision 0 is the reference data, which nobody has edited yet.")),
		operation(http.MethodPut, "/criteria/{set}", "setCriteria", "Sửa chỉ tiêu của một bộ sản phẩm", "Replace the criteria of a product set",
			[]trace.Role{trace.Office}, a.setCriteria, limited(criteriaLimit),
			about("Phải nêu nguồn và ngày áp dụng. Phiếu đã nhập giữ nguyên giới hạn lúc đánh giá.",
				"Source and effective date are required. Reports keep the limits that they were judged by.")),
		operation(http.MethodGet, "/criteria/{set}/history", "getCriteriaHistory", "Lịch sử chỉ tiêu của một bộ sản phẩm", "All editions of the criteria of a product set",
			everyone, a.criteriaHistory),
	)
}

// BySet is part of the input of operations on the criteria of a set.
type BySet struct {
	Set int `path:"set" minimum:"1" maximum:"26" doc:"Number of the OCOP product set"`
}

type getCriteriaIn struct {
	BySet
	Reading
}

func (a *API) getCriteria(ctx context.Context, in *getCriteriaIn) (*Document[trace.Stored[trace.CriteriaSet]], error) {
	s, err := a.Ledger.Criteria(ctx, in.Set)
	if err != nil {
		return nil, err
	}
	return read(in.Reading, s, etag(s.Revision))
}

// A NewCriteriaSet is what the set in the path is to be tested for.
type NewCriteriaSet struct{ trace.CriteriaSet }

// TransformSchema implements huma.SchemaTransformer.
func (NewCriteriaSet) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return fromPath(s, "set")
}

type setCriteriaIn struct {
	BySet
	Replacing
	Body NewCriteriaSet
}

func (a *API) setCriteria(ctx context.Context, in *setCriteriaIn) (*Document[trace.Stored[trace.CriteriaSet]], error) {
	if n := in.Body.Set; n != 0 && n != in.Set {
		return nil, fieldError("set", "khác với số trên đường dẫn", "differs from the number in the path")
	}
	in.Body.Set = in.Set
	s, err := a.Ledger.SetCriteria(ctx, in.write(ctx), in.Body.CriteriaSet)
	return changed(s, err)
}

func (a *API) criteriaHistory(ctx context.Context, in *BySet) (*Revisions[trace.Stored[trace.CriteriaSet]], error) {
	return revisions(a.Ledger.CriteriaHistory(ctx, actorOf(ctx), in.Set))
}
