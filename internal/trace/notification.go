package trace

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"temgoc/internal/catalog"
)

// A Notification is one notice of a hold or a recall for one recipient: who has
// goods of the batch, or made others of them. The recipient needs no account:
// it opens the notice by a link that nobody can guess, see NoticeToken, and
// acknowledges it there.
type Notification struct {
	NotificationData
	// Batch is the batch under the measure, and Producer whose it is.
	Batch    string `json:"batch"`
	Producer string `json:"producer" doc:"Id of the producer of the batch"`
	// Measure and Since tell which measure it is about.
	Measure BatchState         `json:"measure" enum:"held,recalled"`
	Since   time.Time          `json:"since"`
	Source  NotificationSource `json:"source"`
	// ToProducer is the producer that it is for, where it made goods of these.
	ToProducer string `json:"toProducer,omitempty" doc:"Id of the producer that it is for"`
	// Told says that the recipient was told, and how; Opened when the link was
	// opened first. A messenger that shows a preview of a link opens it too.
	Told         *Telling         `json:"told,omitempty"`
	Opened       time.Time        `json:"opened,omitzero"`
	Acknowledged *Acknowledgement `json:"acknowledged,omitempty"`
	Cancelled    *Decision        `json:"cancelled,omitempty" doc:"That it was made by mistake"`
}

// NotificationData is for whom a notification is.
type NotificationData struct {
	Recipient   string `json:"recipient"`
	Destination string `json:"destination,omitempty" doc:"Where it has the goods"`
	Contact     string `json:"contact,omitempty" doc:"Telephone number or e-mail address"`
}

// A NotificationSource is how it became known who has to be told.
type NotificationSource string

// The sources of notifications.
const (
	FromShipping NotificationSource = "shipping" // a shipping record of the batch
	FromReach    NotificationSource = "reach"    // a batch that was made of it
	ByHand       NotificationSource = "hand"
)

// A Telling says how a recipient was told.
type Telling struct {
	Decision
	Channel Channel `json:"channel"`
}

// A Channel is a way to tell somebody.
type Channel string

// The channels.
const (
	ByPhone   Channel = "phone"
	ByMessage Channel = "message"
	ByEmail   Channel = "email"
	OnPaper   Channel = "paper"
)

// Channels lists all channels.
func Channels() []Channel { return []Channel{ByPhone, ByMessage, ByEmail, OnPaper} }

// Name is the channel in words.
func (c Channel) Name() catalog.Name {
	return map[Channel]catalog.Name{
		ByPhone:   {VI: "gọi điện thoại", EN: "by telephone"},
		ByMessage: {VI: "nhắn tin, Zalo", EN: "by message"},
		ByEmail:   {VI: "thư điện tử", EN: "by e-mail"},
		OnPaper:   {VI: "trao tận tay, gửi bản giấy", EN: "in person or on paper"},
	}[c]
}

// An Acknowledgement is what a recipient says that it has done.
type Acknowledgement struct {
	AcknowledgementData
	At time.Time `json:"at"`
}

// AcknowledgementData is what a recipient enters.
type AcknowledgementData struct {
	Name    string   `json:"name" doc:"Who answers for the recipient"`
	Contact string   `json:"contact,omitempty" doc:"Telephone number or e-mail address"`
	Done    Done     `json:"done"`
	Left    Quantity `json:"left" doc:"What is left of the goods there; 0 for nothing"`
	Note    string   `json:"note,omitempty"`
}

// A Done is what a recipient has done with the goods.
type Done string

// What a recipient may have done.
const (
	DoneStopped   Done = "stopped"
	DoneReturned  Done = "returned"
	DoneDestroyed Done = "destroyed"
	DoneSoldOut   Done = "soldout"
	DoneNever     Done = "never"
)

// Dones lists all of them.
func Dones() []Done { return []Done{DoneStopped, DoneReturned, DoneDestroyed, DoneSoldOut, DoneNever} }

// Name is what was done in words.
func (d Done) Name() catalog.Name {
	return map[Done]catalog.Name{
		DoneStopped:   {VI: "Đã dừng bán, đang để riêng", EN: "Sales stopped, goods set apart"},
		DoneReturned:  {VI: "Đã trả lại nơi giao hàng", EN: "Returned to the supplier"},
		DoneDestroyed: {VI: "Đã tiêu hủy theo hướng dẫn", EN: "Destroyed as instructed"},
		DoneSoldOut:   {VI: "Đã bán hoặc dùng hết trước khi nhận thông báo", EN: "Sold or used up before the notice came"},
		DoneNever:     {VI: "Không nhận hàng của lô này", EN: "Never received goods of this batch"},
	}[d]
}

// DocumentKind implements Document.
func (Notification) DocumentKind() Kind { return KindNotifications }

// DocumentRefs implements Document.
func (n Notification) DocumentRefs() []string {
	return []string{batchRef(n.Batch), producerRef(n.Producer)}
}

// PrivateMembers are who is told, and who answered.
func (Notification) PrivateMembers() []string {
	return []string{
		"recipient", "destination", "contact", "acknowledged.name", "acknowledged.contact", "acknowledged.note", "cancelled.reason",
	}
}

func (d NotificationData) check(c check) {
	c.name("recipient", d.Recipient)
	c.text("destination", d.Destination, maxName)
	c.text("contact", d.Contact, maxName)
}

func (d AcknowledgementData) check(c check) {
	c.name("name", d.Name)
	c.text("contact", d.Contact, maxName)
	c.oneOf("done", string(d.Done), d.Done.Name() != catalog.Name{})
	f := c.in("left")
	if f.required("value", d.Left.Value != "") && (d.Left.Value.Rat() == nil || d.Left.Value.Sign() < 0) {
		f.fail("value", "phải là số không âm; hết hàng thì ghi 0", "must be a number that is not negative; 0 for nothing left")
	}
	_, known := catalog.UnitByCode(d.Left.Unit)
	f.oneOf("unit", d.Left.Unit, known)
	c.text("note", d.Note, maxText)
}

// Reached tells whether the recipient is known to have been told.
func (n Notification) Reached() bool {
	return n.Told != nil || !n.Opened.IsZero() || n.Acknowledged != nil
}

// of tells whether it is about the measure under which the batch is.
func (n Notification) of(b Batch) bool { return n.Measure == b.State && n.Since.Equal(b.StateSince) }

// maxNotified is how many notifications one request makes.
const maxNotified = 200

// Known is what NotifyKnown did.
type Known struct {
	// Made are the notifications that were made this time.
	Made int `json:"-"`
	// Recipients are all who are known, Left those who have no notification yet.
	Recipients int `json:"recipients" doc:"How many recipients are known from records"`
	Left       int `json:"left" doc:"How many of them have no notification yet: send it again for the next"`
}

// NotifyKnown makes notifications for all who are known to be concerned by the
// hold or the recall of a batch and have none yet: recipients of its shipments,
// and producers of batches that it went into. It makes at most 200 at a time,
// and tells how many are left for the next.
func (l *Ledger) NotifyKnown(ctx context.Context, w Write, code string) (Known, error) {
	b, err := l.measured(ctx, w.By, code)
	if err != nil {
		return Known{}, err
	}
	all, err := l.concerned(ctx, b)
	if err != nil {
		return Known{}, err
	}
	ids, err := l.keysOf(b.Data, all)
	if err != nil {
		return Known{}, err
	}
	before, err := l.notificationsOf(ctx, b)
	if err != nil {
		return Known{}, err
	}
	there := map[string]bool{}
	for _, n := range before {
		there[n.ID] = true
	}
	known := Known{Recipients: len(all)}
	for i, n := range all {
		switch {
		case there[ids[i]]:
			continue
		case known.Made == maxNotified:
			known.Left++
			continue
		}
		if _, err := Create(ctx, l, Write{By: w.By}, ids[i], n); err != nil && !errors.Is(err, ErrExists) {
			return known, err
		}
		known.Made++
	}
	return known, nil
}

// keysOf are the ids of notifications that follow from what is on file about a
// batch, so that each is made once. Names go into them under a key, so that an
// id tells nothing of a name that was erased.
func (l *Ledger) keysOf(b Batch, all []Notification) ([]string, error) {
	key, err := l.keys.Purpose(b.KeyID, "notice/id")
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(all))
	for i, n := range all {
		h := hmac.New(sha256.New, key)
		fmt.Fprintf(h, "%s\x00%d\x00%s\x00%s\x00%s", n.Batch, n.Since.UnixMilli(), n.ToProducer, n.Recipient, n.Destination)
		ids[i] = idAlphabet.EncodeToString(h.Sum(nil)[:10])
	}
	return ids, nil
}

// measured returns a batch that is held or recalled to who gives notice of it.
func (l *Ledger) measured(ctx context.Context, by Actor, code string) (Stored[Batch], error) {
	b, err := Read(ctx, l, canonical(code), by.mayNotify)
	if err == nil && b.Data.State != BatchHeld && b.Data.State != BatchRecalled {
		err = errNoMeasure
	}
	return b, err
}

var errNoMeasure = refuse(ErrConflict, "lô không bị tạm dừng lưu hành hay thu hồi nên không có thông báo",
	"the batch is neither held nor recalled: there is nothing to give notice of")

// newNotification begins one about the measure under which a batch is.
func newNotification(b Stored[Batch], s NotificationSource, d NotificationData) Notification {
	return Notification{
		NotificationData: d, Source: s,
		Batch: b.ID, Producer: b.Data.Producer, Measure: b.Data.State, Since: b.Data.StateSince,
	}
}

// concerned lists whom the records of a batch know to be concerned by its
// measure.
func (l *Ledger) concerned(ctx context.Context, b Stored[Batch]) ([]Notification, error) {
	everything := Actor{Role: Inspector}
	out, err := l.Outreach(ctx, everything, b.ID)
	if err != nil {
		return nil, err
	}
	var all []Notification
	for _, o := range out.Outlets {
		if o.Batch == b.ID && o.Recipient != "" {
			all = append(all, newNotification(b, FromShipping, NotificationData{Recipient: o.Recipient, Destination: o.Destination}))
		}
	}
	var ids []string
	for _, r := range out.Batches {
		if r.Producer != b.Data.Producer {
			ids = append(ids, r.Producer)
		}
	}
	for part := range slices.Chunk(distinct(ids), 1000) {
		producers, err := HeadsOf[Producer](ctx, l, part)
		if err != nil {
			return nil, err
		}
		for _, id := range part {
			p := producers[id].Data
			n := newNotification(b, FromReach, NotificationData{Recipient: p.Name, Destination: p.Address.In("vi"), Contact: p.Phone})
			n.ToProducer = id
			all = append(all, n)
		}
	}
	return all, nil
}

// Notify adds a recipient by hand.
func (l *Ledger) Notify(ctx context.Context, w Write, code string, d NotificationData) (Stored[Notification], error) {
	return once(ctx, l, w, func() (Notification, error) {
		b, err := l.measured(ctx, w.By, code)
		if err != nil {
			return Notification{}, err
		}
		if err := validate(&d); err != nil {
			return Notification{}, err
		}
		return newNotification(b, ByHand, d), nil
	})
}

// maySeeNotification is for those who give notice of the batch.
func (a Actor) maySeeNotification(n Notification) error {
	return a.mayNotify(Batch{Producer: n.Producer})
}

// Notifications lists the notifications about the measure under which a batch
// is, the oldest first.
func (l *Ledger) Notifications(ctx context.Context, by Actor, code string) ([]Stored[Notification], error) {
	b, err := l.measured(ctx, by, code)
	if err != nil {
		return nil, err
	}
	return l.notificationsOf(ctx, b)
}

func (l *Ledger) notificationsOf(ctx context.Context, b Stored[Batch]) ([]Stored[Notification], error) {
	all, err := All[Notification](ctx, l, batchRef(b.ID))
	return slices.DeleteFunc(all, func(n Stored[Notification]) bool { return !n.Data.of(b.Data) }), err
}

// MarkTold notes that a recipient was told, and how.
func (l *Ledger) MarkTold(ctx context.Context, w Write, id string, by Channel) (Stored[Notification], error) {
	c := newCheck()
	if !c.oneOf("channel", string(by), by.Name() != catalog.Name{}) {
		return Stored[Notification]{}, c.err()
	}
	return Update(ctx, l, w, id, w.By.maySeeNotification, func(cur *Notification) error {
		cur.Told = &Telling{l.decision(w.By, ""), by}
		return cur.standing()
	})
}

// CancelNotification takes back one that was made by mistake. It stays on file.
func (l *Ledger) CancelNotification(ctx context.Context, w Write, id, reason string) (Stored[Notification], error) {
	reason = clean(reason)
	c := newCheck()
	c.required("reason", reason != "")
	c.text("reason", reason, maxText)
	if err := c.err(); err != nil {
		return Stored[Notification]{}, err
	}
	return Update(ctx, l, w, id, w.By.maySeeNotification, func(cur *Notification) error {
		if err := cur.standing(); err != nil {
			return err
		}
		d := l.decision(w.By, reason)
		cur.Cancelled = &d
		return nil
	})
}

// standing refuses to change what was taken back.
func (n Notification) standing() error {
	if n.Cancelled == nil {
		return nil
	}
	return refuse(ErrConflict, "thông báo này đã bị hủy", "this notification was taken back")
}

// noticePurpose is what the key of links is derived for.
const noticePurpose = "notice/link"

// noticeMAC is the length of what makes a link unguessable, in bytes.
const noticeMAC = 16

// NoticeToken is what opens a notification without an account: its id and a MAC
// of it. It is computed and never stored, so that it can be shown again, and
// that nobody who reads the database can open or acknowledge anything.
func (l *Ledger) NoticeToken(id string) (string, error) {
	mac, err := l.noticeMAC(l.keys.Current(), id)
	return id + mac, err
}

func (l *Ledger) noticeMAC(kid, id string) (string, error) {
	key, err := l.keys.Purpose(kid, noticePurpose)
	if err != nil {
		return "", err
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(id))
	return idAlphabet.EncodeToString(h.Sum(nil)[:noticeMAC]), nil
}

// noticeID is the id in a token, or ErrHidden for one that is not ours.
func (l *Ledger) noticeID(token string) (string, error) {
	mac := idAlphabet.EncodedLen(noticeMAC)
	if len(token) <= mac {
		return "", ErrHidden
	}
	id := token[:len(token)-mac]
	for _, kid := range l.keys.IDs() { // that of the time when it was sent may be another
		want, err := l.noticeMAC(kid, id)
		if err != nil {
			return "", err
		}
		if hmac.Equal([]byte(want), []byte(token[len(id):])) {
			return id, nil
		}
	}
	return "", ErrHidden
}

// An OpenNotice is what a recipient sees.
type OpenNotice struct {
	Notification Stored[Notification]
	// Notice is as things are now. Its batch may be released again.
	Notice Notice
	// Stamps are those of the batch.
	Stamps StampCount
	// Lifted says that the measure is over.
	Lifted bool
}

// OpenNotice opens a notice for whoever has its token. With note the first
// opening is noted.
func (l *Ledger) OpenNotice(ctx context.Context, token string, note bool) (OpenNotice, error) {
	id, err := l.noticeID(token)
	if err != nil {
		return OpenNotice{}, err
	}
	n, err := Head[Notification](ctx, l, id)
	if err != nil {
		return OpenNotice{}, err
	}
	if err := n.Data.standing(); err != nil {
		return OpenNotice{}, err
	}
	if note && n.Data.Opened.IsZero() {
		if n, err = l.noteOpened(ctx, id); err != nil {
			return OpenNotice{}, err
		}
	}
	b, err := Head[Batch](ctx, l, n.Data.Batch)
	if err != nil {
		return OpenNotice{}, err
	}
	open := OpenNotice{Notification: n, Lifted: b.Data.State != BatchHeld && b.Data.State != BatchRecalled}
	if open.Notice, err = l.noticeOf(ctx, Actor{}, b); err != nil {
		return OpenNotice{}, err
	}
	open.Stamps, err = l.stampsOf(ctx, b.ID)
	return open, err
}

// recipient is who opens and acknowledges notices: no more is known.
var recipient = Actor{ID: "recipient"}

func (l *Ledger) noteOpened(ctx context.Context, id string) (Stored[Notification], error) {
	anybody := func(Notification) error { return nil }
	return Update(ctx, l, Write{By: recipient}, id, anybody, func(cur *Notification) error {
		if cur.Opened.IsZero() {
			cur.Opened = l.Now()
		}
		return nil
	})
}

// Acknowledge is a recipient's word that it has the notice and what it did. It
// may say so again as things go on; what it said before stays on file. So that
// personal data does not survive its erasure, op.Hash must not be made from
// name, contact and note.
func (l *Ledger) Acknowledge(ctx context.Context, op Op, token string, d AcknowledgementData) (Stored[Notification], error) {
	id, err := l.noticeID(token)
	if err != nil {
		return Stored[Notification]{}, err
	}
	if err := validate(&d); err != nil {
		return Stored[Notification]{}, err
	}
	return Update(ctx, l, Write{By: recipient, Op: op}, id, Notification.standing, func(cur *Notification) error {
		now := l.Now()
		if cur.Opened.IsZero() {
			cur.Opened = now
		}
		cur.Acknowledged = &Acknowledgement{d, now}
		return nil
	})
}

// Message words a notification for a telephone: what it is about and the link.
func (n Notification) Message(lot, link string) catalog.Name {
	what := catalog.Name{VI: "tạm dừng lưu hành", EN: "put on hold"}
	if n.Measure == BatchRecalled {
		what = catalog.Name{VI: "thu hồi", EN: "recalled"}
	}
	return catalog.Name{
		VI: strings.TrimSpace(fmt.Sprintf("%s: lô %s (%s) bị %s. Đề nghị dừng bán ngay, xem thông báo và xác nhận tại %s", n.Recipient, lot, display(n.Batch), what.VI, link)),
		EN: strings.TrimSpace(fmt.Sprintf("%s: batch %s (%s) is %s. Please stop selling it at once, read the notice and acknowledge it at %s", n.Recipient, lot, display(n.Batch), what.EN, link)),
	}
}
