// Package problem says what a failure is over HTTP: its status, a code for
// programs and a title for people. It is the one table of that, for the API's
// problem documents (RFC 9457) and for the console's pages alike.
package problem

import (
	"errors"
	"net/http"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// A Kind is a row of the table.
type Kind struct {
	Is     error // what the failure wraps
	Status int
	Code   string
	Title  catalog.Name
}

// Failures that exist only in HTTP.
var (
	ErrMalformed = errors.New("malformed request body")
	ErrTooLarge  = errors.New("request body too large")
	ErrMediaType = errors.New("unsupported content type")
	ErrMethod    = errors.New("method not allowed")
	ErrUnseen    = errors.New("no revision named")
	ErrInternal  = errors.New("internal error")
)

// kinds is the table. The first row that an error is wins, so refinements come
// before what they refine.
var kinds = []Kind{
	{ErrMalformed, http.StatusBadRequest, "malformed", catalog.Name{VI: "Nội dung gửi lên không đọc được", EN: "The request body cannot be read"}},
	{ErrTooLarge, http.StatusRequestEntityTooLarge, "too-large", catalog.Name{VI: "Nội dung gửi lên quá lớn", EN: "The request is too large"}},
	{ErrMediaType, http.StatusUnsupportedMediaType, "media-type", catalog.Name{VI: "Kiểu nội dung không được hỗ trợ", EN: "The content type is not supported"}},
	{ErrMethod, http.StatusMethodNotAllowed, "method", catalog.Name{VI: "Phương thức không dùng được ở địa chỉ này", EN: "The method is not allowed here"}},
	{trace.ErrStale, http.StatusPreconditionFailed, "stale", catalog.Name{VI: "Dữ liệu đã được người khác thay đổi, hãy tải lại", EN: "The document was changed in the meantime; load it again"}},
	{ErrUnseen, http.StatusPreconditionRequired, "unseen", catalog.Name{VI: "Phải gửi If-Match: chỉ xác nhận đúng phiên bản đã xem", EN: "If-Match is required: only a revision that was seen can be vouched for"}},
	{trace.ErrKeyReused, http.StatusUnprocessableEntity, "key-reused", catalog.Name{VI: "Idempotency-Key đã dùng cho một yêu cầu khác", EN: "The Idempotency-Key was used for another request"}},
	{trace.ErrCorrupt, http.StatusInternalServerError, "corrupt", catalog.Name{VI: "Tệp lưu trữ không còn khớp với mã SHA-256 nên không được gửi ra", EN: "The stored file no longer matches its SHA-256 and is not served"}},
	{trace.ErrInvalid, http.StatusUnprocessableEntity, "invalid", catalog.Name{VI: "Dữ liệu không hợp lệ", EN: "The request is not valid"}},
	{trace.ErrNotFound, http.StatusNotFound, "not-found", catalog.Name{VI: "Không tìm thấy", EN: "Not found"}},
	{trace.ErrConflict, http.StatusConflict, "conflict", catalog.Name{VI: "Xung đột với dữ liệu hiện có", EN: "In conflict with what is there"}},
	{trace.ErrForbidden, http.StatusForbidden, "forbidden", catalog.Name{VI: "Không được phép", EN: "Not allowed"}},
	{trace.ErrUnauthenticated, http.StatusUnauthorized, "unauthenticated", catalog.Name{VI: "Chưa xác thực", EN: "Not authenticated"}},
	{trace.ErrTooMany, http.StatusTooManyRequests, "too-many", catalog.Name{VI: "Đã thử quá nhiều lần, hãy thử lại sau", EN: "Tried too many times; try again later"}},
	{trace.ErrFull, http.StatusInsufficientStorage, "full", catalog.Name{VI: "Máy chủ đã hết chỗ lưu nên chưa ghi được; quản trị viên phải giải phóng dung lượng, rồi hãy gửi lại, gửi lại không tạo thêm bản ghi", EN: "The server has no space left and could not write this; its administrator must make space, then send it again, which enters nothing twice"}},
	{trace.ErrDocumentsAway, http.StatusServiceUnavailable, "unavailable", catalog.Name{VI: "Đang mất kết nối với cơ sở dữ liệu; hãy gửi lại sau ít giây, gửi lại không tạo thêm bản ghi", EN: "The database cannot be reached; send it again in a few seconds, which enters nothing twice"}},
	{trace.ErrFilesAway, http.StatusServiceUnavailable, "unavailable", catalog.Name{VI: "Đang mất kết nối với kho lưu tệp nên chưa nhận hoặc mở được tệp; hãy thử lại sau ít giây", EN: "The file store cannot be reached, so that files are neither taken nor shown; try again in a few seconds"}},
	{trace.ErrReadOnly, http.StatusServiceUnavailable, "read-only", catalog.Name{VI: "Dữ liệu đang được chuyển sang máy chủ khác nên lúc này chỉ xem được, chưa ghi được; hãy thử lại sau ít phút", EN: "The records are being moved to another server: they can be read, but nothing can be written; try again in a few minutes"}},
	{trace.ErrUnavailable, http.StatusServiceUnavailable, "unavailable", catalog.Name{VI: "Dịch vụ tạm thời không sẵn sàng, hãy thử lại sau", EN: "Temporarily unavailable; try again later"}},
	{ErrInternal, http.StatusInternalServerError, "internal", catalog.Name{VI: "Lỗi của hệ thống", EN: "Internal error"}},
}

// Of finds the row of an error; what no row knows is an internal error.
func Of(err error) Kind {
	for _, k := range kinds {
		if errors.Is(err, k.Is) {
			return k
		}
	}
	return kinds[len(kinds)-1]
}

// OfStatus finds the row for a status that a framework chose.
func OfStatus(status int) Kind {
	switch status {
	case http.StatusUnprocessableEntity:
		return Of(trace.ErrInvalid)
	case http.StatusInternalServerError:
		return Of(ErrInternal)
	}
	for _, k := range kinds {
		if k.Status == status {
			return k
		}
	}
	return Of(ErrInternal)
}

// RetryAfter is how many seconds to wait when the service is unavailable.
const RetryAfter = "5"

// RetryAfterFull is how many seconds to wait when it has no space left: somebody
// must come and make some.
const RetryAfterFull = "60"
