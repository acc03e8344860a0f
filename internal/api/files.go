package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/trace"
)

func (a *API) fileRoutes() []route {
	return tagged("files",
		operation(http.MethodPost, "/files", "addFile", "Tải tệp lên", "Upload a file", uploaders, a.addFile, created,
			withFiles(part{name: "file", required: true, doc: "PDF, JPEG or PNG by its content, at most 12 MiB"}),
			about("Tệp được lưu theo mã SHA-256 của nội dung; dùng mã đó trong giấy chứng nhận, ghi chép và phiếu kiểm nghiệm.",
				"The file is kept under the SHA-256 of its content, by which certificates, records and tests refer to it.")),
		operation(http.MethodGet, "/files/{sha256}", "getFile", "Tải tệp về", "Download a file", everyone, a.getFile, lending,
			answers("application/pdf", "image/jpeg", "image/png"),
			about("Ai có khóa và biết mã SHA-256 đều tải được. Nội dung được đối chiếu với mã đó trước khi gửi.",
				"Whoever has a key and knows the SHA-256 may have it. The content is compared with it before it is sent.")),
	)
}

func (a *API) addFile(ctx context.Context, in *Writing) (*New[trace.File], error) {
	file := callOf(ctx).files[0]
	s, err := a.Ledger.AddFile(ctx, in.write(ctx), file.name, file.content)
	if err != nil {
		return nil, err
	}
	// Who uploaded the same content before is nobody's business.
	return &New[trace.File]{Prefix + "/files/" + s.ID, etag(1), s.Data}, nil
}

type getFileIn struct {
	Reading
	SHA256 string `path:"sha256" pattern:"^[0-9A-Fa-f]{64}$" patternDescription:"a SHA-256 of 64 hexadecimal digits" doc:"SHA-256 of the content, in hex"`
}

// A Download is an answer that is not JSON.
type Download struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	ContentPolicy      string `header:"Content-Security-Policy"`
	Sniffing           string `header:"X-Content-Type-Options"`
	ETag               string `header:"ETag"`
	Body               func(huma.Context)
}

// extensions are those of the types that are kept.
var extensions = map[string]string{"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/svg+xml": "svg", "text/csv; charset=utf-8": "csv", "application/zip": "zip"}

// download makes an answer that a browser saves rather than shows: what was
// uploaded may hold anything.
func download(media, name string) *Download {
	return &Download{
		ContentType:        media,
		ContentDisposition: fmt.Sprintf(`attachment; filename="%s.%s"`, name, extensions[media]),
		ContentPolicy:      "default-src 'none'; sandbox",
		Sniffing:           "nosniff",
	}
}

func (a *API) getFile(ctx context.Context, in *getFileIn) (*Download, error) {
	digest, err := trace.ParseDigest(in.SHA256)
	if err != nil {
		return nil, err
	}
	if _, err := read(in.Reading, "", etag(1)); err != nil {
		// The content of a digest never changes, but it must exist.
		if _, missing := a.Ledger.FileInfo(ctx, digest); missing != nil {
			return nil, missing
		}
		return nil, err
	}
	info, content, err := a.Ledger.FileContent(ctx, digest)
	if err != nil {
		return nil, err
	}
	d := download(info.Type, "tep-"+digest.String()[:12])
	d.ETag = etag(1)
	d.Body = func(hc huma.Context) {
		hc.SetHeader("Content-Length", fmt.Sprint(len(content)))
		hc.SetStatus(http.StatusOK)
		a.send(hc, content)
	}
	return d, nil
}

// lend bounds how many stored files are in memory for clients that read them,
// however slowly: from before a file is loaded until it is sent.
func (a *API) lend(ctx huma.Context, next func(huma.Context)) {
	if !callOf(ctx.Context()).route.lends {
		next(ctx)
		return
	}
	if !a.downloads.tryEnter() {
		a.stop(ctx, trace.ErrUnavailable)
		return
	}
	defer a.downloads.leave()
	next(ctx)
}

// send writes the body of an answer. A client that went away is no failure.
func (a *API) send(ctx huma.Context, content []byte) {
	if _, err := ctx.BodyWriter().Write(content); err != nil {
		a.Logger.DebugContext(ctx.Context(), "answer not sent to its end", "error", err)
	}
}
