package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/trace"
)

func (a *API) voidRoutes() []route {
	return tagged("voids",
		operation(http.MethodGet, "/batches/{code}/voids", "listVoids", "Mã đã hủy của lô", "List the codes of a batch that are out of use", readers, a.listVoids),
		operation(http.MethodPost, "/batches/{code}/voids", "voidCodes", "Hủy mã", "Take codes out of use", keepers, a.voidCodes, created,
			about("Không thể hoàn tác.", "It is never undone.")),
	)
}

func (a *API) listVoids(ctx context.Context, in *listOfBatchIn) (*Page[trace.Stored[trace.Void]], error) {
	list, err := a.Ledger.Voids(ctx, actorOf(ctx), in.Code, in.paging())
	return page(ctx, in.Paging, list, err, stored)
}

// A NewVoid takes codes of the batch in the path out of use.
type NewVoid struct{ trace.Void }

// TransformSchema implements huma.SchemaTransformer.
func (NewVoid) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return fromPath(s, "batch")
}

type voidCodesIn struct {
	ByCode
	Writing
	Body NewVoid
}

// MadeVoid is the answer to a void. It has no address of its own.
type MadeVoid struct {
	ETag string `header:"ETag"`
	Body trace.Stored[trace.Void]
}

func (a *API) voidCodes(ctx context.Context, in *voidCodesIn) (*MadeVoid, error) {
	if err := sameBatch(in.Code, &in.Body.Batch); err != nil {
		return nil, err
	}
	s, err := a.Ledger.VoidCodes(ctx, in.write(ctx), in.Body.Void)
	if err != nil {
		return nil, err
	}
	return &MadeVoid{etag(s.Revision), s}, nil
}
