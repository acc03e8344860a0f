// Package diary is the producer's desk for one batch: what happened to it,
// entered on a phone in under a minute, what shoppers will see, its release,
// its stamps, and what to do when something is wrong with it.
package diary

import (
	"embed"
	"fmt"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/proof/bundle"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/scan"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what the desk stands on.
type Config struct {
	Ledger *trace.Ledger
	Book   *printing.Book
	// Bundles makes the sealed files of batches.
	Bundles *bundle.Maker
	// Scan renders what shoppers see, and counts their visits.
	Scan *scan.Pages
	// Visit asks whether the address of a stamp answers; nil where nobody should.
	Visit printing.Visit
}

type diary struct{ Config }

// Part makes the desk. It fails when a template does not parse.
func Part(shared *ui.Templates, c Config) (desk.Part, error) {
	templates, err := shared.With(templateFiles, "templates")
	if err != nil {
		return desk.Part{}, fmt.Errorf("diary: %w", err)
	}
	d := &diary{c}
	get := func(path string, h desk.Handler) desk.Route { return desk.Get("/lo/:code"+path, h, trace.ProducerRole) }
	post := func(path string, h desk.Handler) desk.Route {
		return desk.Post("/lo/:code"+path, h, trace.ProducerRole)
	}
	upload := func(path string, h desk.Handler) desk.Route {
		return desk.Upload("/lo/:code"+path, h, trace.ProducerRole)
	}
	return desk.Part{Name: "diary", Templates: templates, Routes: []desk.Route{
		get("", d.batch),
		get("/ghi", d.choose),
		get("/ghi/:kind", d.entry),
		upload("/ghi/:kind", d.enter),
		get("/ghi-chep/:id", d.record),
		upload("/ghi-chep/:id", d.correct),
		post("/ghi-chep/:id/rut", d.retract),
		get("/xem-truoc", d.preview),
		get("/xuat-xuong", d.askRelease),
		post("/xuat-xuong", d.release),
		get("/tam-dung", d.ask(hold)),
		post("/tam-dung", d.stop(hold)),
		get("/thu-hoi", d.ask(recall)),
		post("/thu-hoi", d.stop(recall)),
		get("/ket-thuc", d.ask(closed)),
		post("/ket-thuc", d.stop(closed)),
		get("/thong-bao", d.notice),
		get("/lich-su", d.history),
		get("/niem-phong", d.bundle),
		get("/tem", d.stamps),
		post("/tem", d.order),
		get("/tem/:order", d.showOrder),
		post("/tem/:order/phat-hanh", d.releaseOrder),
		post("/tem/:order/kiem-dem", d.count),
		upload("/tem/:order/kiem-dem/dai", d.findRange),
		post("/tem/:order/kich-hoat", d.activate),
		post("/tem/:order/xuat-kho", d.ship),
		post("/tem/:order/to-dang-dung", d.take),
		get("/tem/:order/tep/:format", d.download),
		get("/tem/:order/tem.svg", d.stampPicture),
	}}, nil
}

// batchPath is the address of a batch, below which all of this desk is.
func batchPath(code string) string { return desk.Prefix + "/lo/" + code }

// own gathers the batch of the address, if it is the visitor's own.
func (d *diary) own(v *desk.Visit) (*trace.Dossier, error) {
	// The history, unlike the batch, is for those alone who may see all of it.
	history, err := d.Ledger.BatchHistory(v.Context(), v.Actor, v.Param("code"))
	if err != nil {
		return nil, err
	}
	return d.Ledger.Dossier(v.Context(), history[0].ID)
}

// A head says which batch a page is about.
type head struct {
	Product, Code, Lot string
	Photo              string
	State              desk.Badge
	Href               string
}

func headOf(v *desk.Visit, d *trace.Dossier) head {
	h := head{
		Product: v.Lang.Name(d.Product.Data.Name), Code: desk.Display(d.Batch.ID), Lot: d.Batch.Data.Lot.String(),
		State: desk.StateBadge(v.Lang, d.Batch.Data.State), Href: batchPath(d.Batch.ID),
	}
	if photo := d.Product.Data.Photo; photo != (trace.Digest{}) {
		h.Photo = "/anh/" + photo.String() + "/nho"
	}
	return h
}

// trail leads from the list of batches to a page of a batch.
func trail(v *desk.Visit, d *trace.Dossier) []desk.Link {
	return []desk.Link{
		{Label: v.T("Lô hàng", "Batches"), Href: desk.Prefix + "/lo"},
		{Label: v.T("Lô ", "Batch ") + d.Batch.Data.Lot.String(), Href: batchPath(d.Batch.ID)},
	}
}

// kindName is a kind of entry in words.
func kindName(l ui.Lang, kind string) string {
	k, _ := catalog.RecordKindByCode(kind)
	return l.Name(k.Name)
}
