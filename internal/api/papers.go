package api

import (
	"context"
	"net/http"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

func (a *API) paperRoutes() []route {
	producer := []trace.Role{trace.ProducerRole}
	return tagged("papers",
		operation(http.MethodGet, "/papers", "listPapers", "Các tờ tem đang dùng dở", "List the sheets of labels begun", readers, a.listPapers),
		operation(http.MethodGet, "/papers/{stock}", "getPaper", "Tờ tem đang dùng của một loại tem", "Get the sheet begun of a stock", readers, a.getPaper),
		operation(http.MethodPut, "/papers/{stock}", "correctPaper", "Sửa các ô đã dùng", "Say which labels of the sheet begun are gone", producer, a.correctPaper),
		operation(http.MethodPost, "/papers/{stock}/taken", "takePaper", "Ghi nhận đã in lên tờ tem", "Note that stamps were printed on the sheet begun", producer, a.takePaper,
			about("Tem lấp các ô còn trống rồi sang tờ mới; hệ thống nhớ ô tiếp theo. Hãy gửi Idempotency-Key để một lần in không bị tính hai lần.",
				"They fill the free labels and then new sheets; the next free one is remembered. Send an Idempotency-Key, so that one run is not counted twice.")),
	)
}

// ByStock is part of the input of operations on the sheets of a stock.
type ByStock struct {
	Stock string `path:"stock" maxLength:"60" doc:"Name of the label stock"`
}

type listPapersIn struct {
	Paging
	OfProducer
}

func (a *API) listPapers(ctx context.Context, in *listPapersIn) (*Page[trace.Stored[printing.Paper]], error) {
	list, err := a.Book.Papers(ctx, actorOf(ctx), in.of(ctx), in.paging())
	return page(ctx, in.Paging, list, err, stored)
}

type getPaperIn struct {
	ByStock
	OfProducer
	Reading
}

func (a *API) getPaper(ctx context.Context, in *getPaperIn) (*Document[trace.Stored[printing.Paper]], error) {
	s, err := a.Book.Paper(ctx, actorOf(ctx), in.of(ctx), in.Stock)
	if err != nil {
		return nil, err
	}
	return read(in.Reading, s, etag(s.Revision))
}

// A PaperCorrection says what is gone of the sheet begun.
type PaperCorrection struct {
	Used []int `json:"used" maxItems:"1000" doc:"Cells that are gone, from 1 in reading order"`
}

type correctPaperIn struct {
	ByStock
	Replacing
	Body PaperCorrection
}

func (a *API) correctPaper(ctx context.Context, in *correctPaperIn) (*Document[trace.Stored[printing.Paper]], error) {
	s, err := a.Book.CorrectPaper(ctx, in.write(ctx), actorOf(ctx).Producer, in.Stock, in.Body.Used)
	return changed(s, err)
}

// A PaperTaking says how many stamps were printed.
type PaperTaking struct {
	Count int `json:"count" minimum:"1" maximum:"1000000" doc:"How many stamps were printed"`
}

type takePaperIn struct {
	ByStock
	Writing
	Body PaperTaking
}

func (a *API) takePaper(ctx context.Context, in *takePaperIn) (*Document[trace.Stored[printing.Paper]], error) {
	s, err := a.Book.TakePaper(ctx, in.write(ctx), actorOf(ctx).Producer, in.Stock, in.Body.Count)
	return changed(s, err)
}
