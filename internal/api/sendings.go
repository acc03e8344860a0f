package api

import (
	"context"
	"net/http"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

func (a *API) sendingRoutes() []route {
	producer := []trace.Role{trace.ProducerRole}
	return tagged("sendings",
		operation(http.MethodGet, "/orders/{id}/sending", "getSending", "Đã gửi bao nhiêu tem tới máy in", "Get how far the sending of an order is", readers, a.getSending),
		operation(http.MethodPost, "/orders/{id}/sending/claims", "claimStamps", "Lấy các tem tiếp theo để gửi", "Claim the next stamps to send to a printer", producer, a.claimStamps,
			about("Gọi trước khi gửi byte đầu tiên; các tem trong \"latest\" là của riêng người gọi. Gửi xong thì xác nhận. Hãy gửi Idempotency-Key: gọi lại sẽ nhận đúng các tem đó.",
				"Call it before the first byte leaves; the stamps in \"latest\" are the caller's alone. Confirm them once the printer took them. Send an Idempotency-Key: a repeated call gets the same stamps.")),
		operation(http.MethodPost, "/orders/{id}/sending/confirmations", "confirmSending", "Xác nhận máy in đã nhận tem", "Confirm that a printer took the stamps claimed", producer, a.confirmSending),
		operation(http.MethodPost, "/orders/{id}/sending/resolutions", "resolveSending", "Ghi nhận đã in ra bao nhiêu tem", "Say how many stamps of an uncertain part lie there printed", producer, a.resolveSending,
			about("Tem đã lấy mà chưa xác nhận không bao giờ tự được gửi lại: hãy nhìn xem tem nào đã in ra rồi ghi nhận.",
				"Stamps that were claimed and not confirmed are never sent again by themselves: look which lie there printed, and say so.")),
	)
}

type getSendingIn struct{ ByID }

func (a *API) getSending(ctx context.Context, in *getSendingIn) (*struct{ Body printing.Progress }, error) {
	p, err := a.Book.Progress(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body printing.Progress }{p}, nil
}

type claimStampsIn struct {
	ByID
	Writing
	Body printing.Claim
}

func (a *API) claimStamps(ctx context.Context, in *claimStampsIn) (*Document[trace.Stored[printing.Sending]], error) {
	return changed(a.Book.Claim(ctx, in.write(ctx), in.ID, in.Body))
}

type confirmSendingIn struct {
	ByID
	Writing
	Body printing.Range
}

func (a *API) confirmSending(ctx context.Context, in *confirmSendingIn) (*Document[trace.Stored[printing.Sending]], error) {
	return changed(a.Book.Confirm(ctx, in.write(ctx), in.ID, in.Body))
}

type resolveSendingIn struct {
	ByID
	Writing
	Body printing.Resolution
}

func (a *API) resolveSending(ctx context.Context, in *resolveSendingIn) (*Document[trace.Stored[printing.Sending]], error) {
	return changed(a.Book.Resolve(ctx, in.write(ctx), in.ID, in.Body))
}
