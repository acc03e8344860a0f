package api

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

func (a *API) printerRoutes() []route {
	producer := []trace.Role{trace.ProducerRole}
	return tagged("printers",
		operation(http.MethodGet, "/printers", "listPrinters", "Máy in của chủ thể", "List the printers of a producer", readers, a.listPrinters),
		operation(http.MethodPost, "/printers", "createPrinter", "Thêm máy in", "Add a printer", producer, a.createPrinter, created,
			about("Máy chủ không bao giờ tự kết nối đến máy in.", "The service itself never contacts a printer.")),
		operation(http.MethodGet, "/calibration", "getCalibration", "Tờ căn chỉnh máy in", "The page against which a printer is measured", keepers, a.calibration,
			answers("application/pdf"),
			about("In đúng tỉ lệ 100 %, đo theo hướng dẫn trên tờ rồi nhập độ lệch và tỉ lệ vào máy in.", "Print it at 100 %, measure as it says and enter shift and scale with the printer.")),
		operation(http.MethodGet, "/printers/{id}", "getPrinter", "Xem một máy in", "Get a printer", readers, a.getPrinter),
		operation(http.MethodPut, "/printers/{id}", "updatePrinter", "Sửa thông tin máy in", "Replace what is known of a printer", producer, a.updatePrinter,
			about("Máy in đã ngừng dùng thì được dùng lại.", "One that is out of use is taken into use again.")),
		operation(http.MethodPost, "/printers/{id}/retirement", "retirePrinter", "Ngừng dùng máy in", "Take a printer out of use", producer, a.retirePrinter),
	)
}

// OfProducer is part of the input of lists of what one producer has.
type OfProducer struct {
	Producer string `query:"producer" maxLength:"200" doc:"Whose; the caller's own when left out"`
}

func (in OfProducer) of(ctx context.Context) string {
	if in.Producer == "" {
		return actorOf(ctx).Producer
	}
	return in.Producer
}

type listPrintersIn struct {
	Paging
	OfProducer
	Retired bool `query:"retired" doc:"Also those out of use"`
}

func (a *API) listPrinters(ctx context.Context, in *listPrintersIn) (*Page[trace.Stored[printing.Printer]], error) {
	list, err := a.Book.Printers(ctx, actorOf(ctx), in.of(ctx), in.Retired, in.paging())
	return page(ctx, in.Paging, list, err, stored)
}

type calibrationIn struct {
	Stock   string `query:"stock" maxLength:"60" default:"tomy-145" doc:"Label stock"`
	Printer string `query:"printer" maxLength:"100" doc:"Id of a printer whose corrections are to be tried"`
}

func (a *API) calibration(ctx context.Context, in *calibrationIn) (*Download, error) {
	return a.stream(download("application/pdf", "can-chinh-"+in.Stock), func(w io.Writer) error {
		return a.Book.WriteCalibration(ctx, actorOf(ctx), in.Stock, in.Printer, w)
	})
}

// A NewPrinter is a printer of the caller's own.
type NewPrinter struct{ printing.Printer }

// TransformSchema implements huma.SchemaTransformer.
func (NewPrinter) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["producer"].ReadOnly = true
	return s
}

type createPrinterIn struct {
	Writing
	Body NewPrinter
}

func (a *API) createPrinter(ctx context.Context, in *createPrinterIn) (*New[trace.Stored[printing.Printer]], error) {
	s, err := a.Book.CreatePrinter(ctx, in.write(ctx), in.Body.Printer)
	return made("/printers/", s, err)
}

func (a *API) getPrinter(ctx context.Context, in *getProducerIn) (*Document[trace.Stored[printing.Printer]], error) {
	s, err := a.Book.Printer(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return read(in.Reading, s, etag(s.Revision))
}

type updatePrinterIn struct {
	ByID
	Replacing
	Body NewPrinter
}

func (a *API) updatePrinter(ctx context.Context, in *updatePrinterIn) (*Document[trace.Stored[printing.Printer]], error) {
	s, err := a.Book.ChangePrinter(ctx, in.write(ctx), in.ID, in.Body.Printer)
	return changed(s, err)
}

func (a *API) retirePrinter(ctx context.Context, in *confirmIn) (*Document[trace.Stored[printing.Printer]], error) {
	s, err := a.Book.RetirePrinter(ctx, in.write(ctx), in.ID)
	return changed(s, err)
}
