package api

import (
	"context"
	"net/http"

	"temgoc/internal/trace"
)

func (a *API) producerRoutes() []route {
	return tagged("producers",
		operation(http.MethodGet, "/producers", "listProducers", "Danh sách chủ thể", "List producers", readers, a.listProducers),
		operation(http.MethodPost, "/producers", "createProducer", "Đăng ký chủ thể", "Register a producer",
			[]trace.Role{trace.Office}, a.createProducer, created),
		operation(http.MethodGet, "/producers/{id}", "getProducer", "Xem một chủ thể", "Get a producer", readers, a.getProducer),
		operation(http.MethodPut, "/producers/{id}", "updateProducer", "Sửa thông tin chủ thể", "Replace a producer's data",
			keepers, a.updateProducer),
	)
}

type listProducersIn struct {
	Paging
	Search string `query:"q" maxLength:"200" doc:"Words of the name, with or without diacritics" example:"che shan"`
}

func (a *API) listProducers(ctx context.Context, in *listProducersIn) (*Page[trace.Stored[trace.Producer]], error) {
	list, err := a.Ledger.Producers(ctx, actorOf(ctx), in.Search, in.paging())
	return page(ctx, in.Paging, list, err, stored)
}

type createProducerIn struct {
	Writing
	Body trace.Producer
}

func (a *API) createProducer(ctx context.Context, in *createProducerIn) (*New[trace.Stored[trace.Producer]], error) {
	s, err := a.Ledger.CreateProducer(ctx, in.write(ctx), in.Body)
	return made("/producers/", s, err)
}

// ByID is part of the input of operations on one document.
type ByID struct {
	ID string `path:"id" maxLength:"100" doc:"Id of the document"`
}

type getProducerIn struct {
	ByID
	Reading
}

func (a *API) getProducer(ctx context.Context, in *getProducerIn) (*Document[trace.Stored[trace.Producer]], error) {
	s, err := a.Ledger.Producer(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return read(in.Reading, s, etag(s.Revision))
}

type updateProducerIn struct {
	ByID
	Replacing
	Body trace.Producer
}

func (a *API) updateProducer(ctx context.Context, in *updateProducerIn) (*Document[trace.Stored[trace.Producer]], error) {
	s, err := a.Ledger.UpdateProducer(ctx, in.write(ctx), in.ID, in.Body)
	return changed(s, err)
}

// made answers with a document that the request made; it is found under
// collection and its id.
func made[T any](collection string, s trace.Stored[T], err error) (*New[trace.Stored[T]], error) {
	if err != nil {
		return nil, err
	}
	return &New[trace.Stored[T]]{Prefix + collection + s.ID, etag(s.Revision), s}, nil
}

// changed answers with a document that the request changed.
func changed[T any](s trace.Stored[T], err error) (*Document[trace.Stored[T]], error) {
	if err != nil {
		return nil, err
	}
	return &Document[trace.Stored[T]]{etag(s.Revision), s}, nil
}
