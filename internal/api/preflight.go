package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"

	"temgoc/internal/photo"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/labels"
)

func (a *API) preflightRoutes() []route {
	producer := []trace.Role{trace.ProducerRole}
	return slices.Concat(tagged("orders",
		operation(http.MethodGet, "/orders/{id}/preflight", "preflightOrder", "Kiểm tra trước khi in", "Look at an order before it is printed", readers, a.preflight,
			about("Lô, chứng nhận, nội dung bắt buộc, số tem, cỡ mã QR trên máy in đã chọn và dự báo hạng in theo ISO/IEC 15415 (dự báo, không phải chứng nhận). Phát hành chỉ từ chối những điều có mức stop.",
				"Batch, certificate, required items, number of stamps, size of the QR code on the printer, and a forecast of its ISO/IEC 15415 grade (a forecast, not a certificate). Release refuses what has severity stop and nothing else.")),
	), tagged("printers",
		operation(http.MethodGet, "/printers/{id}/test-sheet", "getTestSheet", "Tờ in thử mã QR", "A page that tells how fine a printer prints", readers, a.testSheet,
			answers("application/pdf"),
			about("Cùng một loại mã QR ở nhiều cỡ, mỗi ô một chữ cái. Quét thử rồi gửi các ô quét được đến test-result.", "The same kind of QR code at several sizes, each with a letter. Scan them, and send those that scan to test-result.")),
		operation(http.MethodPost, "/printers/{id}/test-result", "learnPrinter", "Ghi kết quả tờ in thử", "Note which blocks of the test sheet scan", producer, a.learnPrinter,
			about("Nhớ cỡ ô vuông nhỏ nhất mà từ đó trở lên mọi ô đều quét được.", "Keeps the smallest module from which on all blocks scan.")),
	), tagged("photos",
		operation(http.MethodPost, "/photos/codes", "readPhoto", "Đọc mã QR trên ảnh", "Read the QR codes on a photograph", producer, a.readPhoto,
			withFiles(part{name: "file", required: true, doc: "JPEG or PNG by its content, at most 12 MiB; it is not kept"}),
			about("Ảnh tờ in thử, hoặc tem đầu và tem cuối của một đoạn. Mã quá nhỏ, nhòe hoặc cong có thể bị bỏ sót. Ảnh không được lưu.",
				"A photograph of a test sheet, or of the first and the last stamp of a run. Codes that are small, blurred or bent may be missed. It is not kept.")),
	))
}

type preflightIn struct {
	ByID
	Printer string `query:"printer" maxLength:"100" doc:"Id of the printer; an office printer of 600 dpi that prints true when left out"`
	Visit   bool   `query:"visit" doc:"Also ask the printed address of the first stamp for an answer"`
}

func (a *API) preflight(ctx context.Context, in *preflightIn) (*struct{ Body printing.Preflight }, error) {
	var visit printing.Visit
	if in.Visit {
		visit = printing.Outside
	}
	p, err := a.Book.Preflight(ctx, actorOf(ctx), in.ID, in.Printer, visit)
	if err != nil {
		return nil, err
	}
	return &struct{ Body printing.Preflight }{p}, nil
}

type testSheetIn struct{ ByID }

func (a *API) testSheet(ctx context.Context, in *testSheetIn) (*Download, error) {
	return a.stream(download("application/pdf", "to-in-thu-"+in.ID), func(w io.Writer) error {
		return a.Book.WriteTestSheet(ctx, actorOf(ctx), in.ID, w)
	})
}

// A TestResult is what scans of a test sheet.
type TestResult struct {
	Blocks []string `json:"blocks" maxItems:"20" doc:"Letters of the blocks that scan" example:"[\"C\",\"D\",\"E\",\"F\",\"G\"]"`
}

type learnPrinterIn struct {
	ByID
	Replacing
	Body TestResult
}

func (a *API) learnPrinter(ctx context.Context, in *learnPrinterIn) (*Document[trace.Stored[printing.Printer]], error) {
	s, err := a.Book.LearnPrinter(ctx, in.write(ctx), in.ID, in.Body.Blocks)
	return changed(s, err)
}

// A PhotoCode is a QR code that was read on a photograph.
type PhotoCode struct {
	Text  string             `json:"text"`
	X     int                `json:"x" doc:"About its middle, in millionths of the photograph's width"`
	Y     int                `json:"y" doc:"In millionths of its height"`
	Block string             `json:"block,omitempty" doc:"Letter, where it is a block of a test sheet"`
	Stamp *printing.Position `json:"stamp,omitempty" doc:"Where it is a stamp of an order that you may see"`
}

// PhotoCodes are the QR codes of a photograph.
type PhotoCodes struct {
	Codes []PhotoCode `json:"codes"`
}

func (a *API) readPhoto(ctx context.Context, _ *Writing) (*struct{ Body PhotoCodes }, error) {
	file := callOf(ctx).files[0]
	found, err := photo.Codes(ctx, file.name, file.content)
	if refused, ok := errors.AsType[*photo.Error](err); ok {
		return nil, trace.FieldErrors{{Field: "file", Message: refused.Message}}
	}
	if err != nil {
		return nil, err
	}
	out := PhotoCodes{Codes: []PhotoCode{}}
	for _, c := range found {
		code := PhotoCode{Text: c.Text, X: c.X, Y: c.Y}
		if b, ok := labels.ParseTestBlock(c.Text); ok {
			code.Block = b.Letter
		}
		if at, err := a.Book.Position(ctx, actorOf(ctx), c.Text); err == nil {
			code.Stamp = &at
		} else if _, none := errors.AsType[trace.FieldErrors](err); !none {
			return nil, err
		}
		out.Codes = append(out.Codes, code)
	}
	return &struct{ Body PhotoCodes }{out}, nil
}
