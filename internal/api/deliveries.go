package api

import (
	"context"
	"io"
	"net/http"

	"temgoc/internal/trace"
)

func (a *API) deliveryRoutes() []route {
	producer := []trace.Role{trace.ProducerRole}
	return tagged("orders",
		operation(http.MethodGet, "/orders/{id}/codes.csv", "getCodes", "Danh sách mã dạng CSV", "All codes of an order as CSV", producer, a.codesFile,
			answers("text/csv"),
			about("UTF-8 có BOM, xuống dòng kiểu Windows, mở được bằng Excel.", "UTF-8 with a byte order mark and the line ends of Windows, as Excel wants it.")),
		operation(http.MethodGet, "/orders/{id}/delivery.zip", "getDelivery", "Gói dữ liệu cho nhà in", "What a print house needs", producer, a.delivery,
			answers("application/zip"),
			about("Danh sách mã (CSV, XLSX, tối đa 20.000 mã mỗi tệp), manifest.json, hình mẫu và hướng dẫn. Cùng một lệnh in luôn cho cùng một gói, từng byte.",
				"The codes (CSV, XLSX, at most 20,000 in a file), manifest.json, a sample and a README. The same order gives the same bytes for ever.")),
	)
}

func (a *API) codesFile(ctx context.Context, in *ByID) (*Download, error) {
	return a.stream(download("text/csv; charset=utf-8", "tem-"+in.ID), func(w io.Writer) error {
		return a.Book.WriteCodes(ctx, actorOf(ctx), in.ID, w)
	})
}

func (a *API) delivery(ctx context.Context, in *ByID) (*Download, error) {
	return a.stream(download("application/zip", "tem-"+in.ID), func(w io.Writer) error {
		return a.Book.WriteDelivery(ctx, actorOf(ctx), in.ID, w)
	})
}
