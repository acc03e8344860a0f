package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/trace"
)

// outreachRoutes are what follows when goods have to come back.
func (a *API) outreachRoutes() []route {
	notifiers := []trace.Role{trace.ProducerRole, trace.Inspector, trace.Office}
	return tagged("recalls",
		operation(http.MethodGet, "/batches/{code}/outreach", "getOutreach", "Hàng của lô đã đi đâu: lô nào, bao nhiêu tem, bán ở đâu", "Where the goods of a batch went: batches, stamps, places", readers, a.outreach,
			about("Chủ thể thấy tem và nơi nhận của lô mình.", "A producer sees stamps and recipients of its own batches.")),
		operation(http.MethodGet, "/batches/{code}/balance", "getBalance", "Cân đối số lượng quanh một lô", "Compare quantities around a batch", readers, a.balance,
			about("Chỉ cảnh báo, không từ chối.", "It warns and refuses nothing.")),
		operation(http.MethodGet, "/batches/{code}/recall-progress", "getRecallProgress", "Việc thu hồi đã đến đâu", "How far a hold or a recall has come", notifiers, a.recallProgress),
		operation(http.MethodPut, "/batches/{code}/recall-result", "setRecallResult", "Ghi kết quả thu hồi", "Enter how a recall ended", notifiers, a.setRecallResult),
		operation(http.MethodGet, "/batches/{code}/notifications", "listNotifications", "Các nơi nhận thông báo", "Who is to be told of a hold or a recall", notifiers, a.listNotifications),
		operation(http.MethodPost, "/batches/{code}/notifications", "createNotification", "Thêm nơi nhận thông báo", "Add a recipient", notifiers, a.createNotification, created),
		operation(http.MethodPost, "/batches/{code}/notifications/known", "notifyKnown", "Lập thông báo cho mọi nơi đã biết", "Make notifications for all known recipients", notifiers, a.notifyKnown,
			about("Mỗi lần tối đa 200; gửi lại khi còn.", "At most 200 at a time; send it again while some are left.")),
		operation(http.MethodPost, "/notifications/{id}/told", "tellRecipient", "Ghi đã báo cho nơi nhận", "Note that a recipient was told", notifiers, a.tellRecipient),
		operation(http.MethodPost, "/notifications/{id}/cancellation", "cancelNotification", "Hủy thông báo lập nhầm", "Take back a notification that was made by mistake", notifiers, a.cancelNotification),
	)
}

// Sizes of a part of an outreach, in batches.
const maxOutreach = 1000

type outreachIn struct {
	ByCode
	From  int `query:"from" minimum:"0" maximum:"100000" doc:"How many batches, and recipients, to leave out at the beginning"`
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"200" doc:"How many batches, and recipients, to list"`
}

// OutreachAnswer is the answer that holds a part of an outreach.
type OutreachAnswer struct {
	Body OutreachPart
}

// An OutreachPart is its body: sums over everything, and a part of the lists.
type OutreachPart struct {
	trace.Outreach
	BatchesInAll int `json:"batchesInAll"`
	OutletsInAll int `json:"outletsInAll"`
}

func (a *API) outreach(ctx context.Context, in *outreachIn) (*OutreachAnswer, error) {
	out, err := a.Ledger.Outreach(ctx, actorOf(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	part := OutreachPart{out, len(out.Batches), len(out.Outlets)}
	part.Batches, part.Outlets = cut(out.Batches, in.From, in.Limit), cut(out.Outlets, in.From, in.Limit)
	return &OutreachAnswer{part}, nil
}

func cut[T any](all []T, from, limit int) []T {
	from = min(from, len(all))
	return all[from:min(len(all), from+min(limit, maxOutreach))]
}

// BalanceAnswer is the answer that holds a balance.
type BalanceAnswer struct {
	Body trace.Balance
}

func (a *API) balance(ctx context.Context, in *ByCode) (*BalanceAnswer, error) {
	b, err := a.Ledger.Balance(ctx, actorOf(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	return &BalanceAnswer{b}, nil
}

// ProgressAnswer is the answer that tells how far a recall has come.
type ProgressAnswer struct {
	Body trace.RecallProgress
}

func (a *API) recallProgress(ctx context.Context, in *ByCode) (*ProgressAnswer, error) {
	p, err := a.Ledger.Progress(ctx, actorOf(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	return &ProgressAnswer{p}, nil
}

// A NewResult is how the recall of the batch in the path ended.
type NewResult struct{ trace.RecallResultData }

// TransformSchema implements huma.SchemaTransformer.
func (NewResult) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return fromPath(s, "batch")
}

type setResultIn struct {
	ByCode
	Replacing
	Body NewResult
}

func (a *API) setRecallResult(ctx context.Context, in *setResultIn) (*Document[trace.Stored[trace.RecallResult]], error) {
	if err := sameBatch(in.Code, &in.Body.Batch); err != nil {
		return nil, err
	}
	s, err := a.Ledger.SetRecallResult(ctx, in.write(ctx), in.Body.RecallResultData)
	if err != nil {
		return nil, err
	}
	return &Document[trace.Stored[trace.RecallResult]]{etag(s.Revision), s}, nil
}

// A NotificationView is a notification with what opens it for its recipient.
type NotificationView struct {
	trace.Stored[trace.Notification]
	Path string `json:"path" doc:"Opens the notice without an account: for the recipient alone" example:"/thong-bao/…"`
}

// noticePath is where notices open, see desk.NoticePath.
const noticePath = "/thong-bao/"

func (a *API) viewNotification(s trace.Stored[trace.Notification]) (NotificationView, error) {
	token, err := a.Ledger.NoticeToken(s.ID)
	return NotificationView{s, noticePath + token}, err
}

func (a *API) notificationDocument(s trace.Stored[trace.Notification], err error) (*Document[NotificationView], error) {
	if err != nil {
		return nil, err
	}
	view, err := a.viewNotification(s)
	if err != nil {
		return nil, err
	}
	return &Document[NotificationView]{etag(s.Revision), view}, nil
}

// NotificationsAnswer is the answer that lists notifications.
type NotificationsAnswer struct {
	Body NotificationList
}

// A NotificationList is its body.
type NotificationList struct {
	Items []NotificationView `json:"items" doc:"The oldest first"`
}

func (a *API) listNotifications(ctx context.Context, in *ByCode) (*NotificationsAnswer, error) {
	all, err := a.Ledger.Notifications(ctx, actorOf(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	list := NotificationList{Items: []NotificationView{}}
	for _, s := range all {
		view, err := a.viewNotification(s)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, view)
	}
	return &NotificationsAnswer{list}, nil
}

type createNotificationIn struct {
	ByCode
	Writing
	Body trace.NotificationData
}

// MadeNotification is the answer to a new notification. It has no address of its
// own in the API.
type MadeNotification struct {
	ETag string `header:"ETag"`
	Body NotificationView
}

func (a *API) createNotification(ctx context.Context, in *createNotificationIn) (*MadeNotification, error) {
	d, err := a.notificationDocument(a.Ledger.Notify(ctx, in.write(ctx), in.Code, in.Body))
	if err != nil {
		return nil, err
	}
	return &MadeNotification{d.ETag, d.Body}, nil
}

type notifyKnownIn struct {
	ByCode
	Writing
}

// KnownAnswer is the answer that tells how many recipients are known.
type KnownAnswer struct {
	Body trace.Known
}

func (a *API) notifyKnown(ctx context.Context, in *notifyKnownIn) (*KnownAnswer, error) {
	known, err := a.Ledger.NotifyKnown(ctx, in.write(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	return &KnownAnswer{known}, nil
}

type tellIn struct {
	ByID
	Replacing
	Body Told
}

// Told says how a recipient was told.
type Told struct {
	Channel trace.Channel `json:"channel" enum:"phone,message,email,paper"`
}

func (a *API) tellRecipient(ctx context.Context, in *tellIn) (*Document[NotificationView], error) {
	return a.notificationDocument(a.Ledger.MarkTold(ctx, in.write(ctx), in.ID, in.Body.Channel))
}

func (a *API) cancelNotification(ctx context.Context, in *rejectRecallIn) (*Document[NotificationView], error) {
	return a.notificationDocument(a.Ledger.CancelNotification(ctx, in.write(ctx), in.ID, in.Body.Reason))
}
