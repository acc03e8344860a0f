package trace_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

func acknowledgement(done trace.Done) trace.AcknowledgementData {
	return trace.AcknowledgementData{Name: "Chị Hoa", Contact: "0912 000 111", Done: done, Left: kg("0")}
}

// told lists a batch's notifications as recipient and how far each has come.
func (w *world) told(a trace.Actor, code string) map[string]string {
	w.Helper()
	out := map[string]string{}
	for _, n := range must(w.Notifications(w.ctx, a, code))(w) {
		state := string(n.Data.Source)
		if n.Data.Told != nil {
			state += ", told " + string(n.Data.Told.Channel)
		}
		if !n.Data.Opened.IsZero() {
			state += ", opened"
		}
		if n.Data.Acknowledged != nil {
			state += ", " + string(n.Data.Acknowledged.Done)
		}
		if n.Data.Cancelled != nil {
			state += ", cancelled"
		}
		out[n.Data.Recipient] = state
	}
	return out
}

// TestNotifications walks notices of a recall from the records to what
// recipients answer.
func TestNotifications(t *testing.T) {
	w := newWorld(t)
	own, buyer := w.producer("HTX Mây Trắng"), w.producer("Công ty Chè")
	product := w.product(own)
	code := w.released(own, product)
	w.ship(own, code, "Siêu thị Xanh", "Hà Nội", "10")
	w.ship(own, code, "Siêu thị Xanh", "Hà Nội", "20")
	w.ship(own, code, "Chợ Tam Cờ", "Tuyên Quang", "5")
	child := w.released(buyer, w.product(buyer), code)
	w.ship(buyer, child, "Khách của công ty", "Huế", "1")
	_, err := w.NotifyKnown(w.ctx, by(own), code)
	wantErr(t, err, trace.ErrConflict) // nothing to give notice of yet
	w.move(own, code, trace.BatchRecalled)

	if got := must(w.NotifyKnown(w.ctx, by(own), code))(t); got != (trace.Known{Made: 3, Recipients: 3}) {
		t.Fatalf("%+v; want 3: two shops and the buyer", got)
	}
	if got := must(w.NotifyKnown(w.ctx, by(inspector), code))(t); got.Made != 0 {
		t.Errorf("once more: %+v", got)
	}
	must(w.Notify(w.ctx, by(own), code, trace.NotificationData{Recipient: "Cô Lan", Contact: "0987 000 222"}))(t)
	want := map[string]string{"Siêu thị Xanh": "shipping", "Chợ Tam Cờ": "shipping", "Công ty Chè": "reach", "Cô Lan": "hand"}
	if diff := cmp.Diff(want, w.told(inspector, code)); diff != "" {
		t.Errorf("notifications, -want +got:\n%s", diff)
	}
	for _, actor := range []trace.Actor{buyer, lab, nobody} {
		_, err := w.Notifications(w.ctx, actor, code)
		wantErr(t, err, trace.ErrNotFound)
	}

	byName := map[string]trace.Stored[trace.Notification]{}
	for _, n := range must(w.Notifications(w.ctx, own, code))(t) {
		byName[n.Data.Recipient] = n
	}
	token := must(w.NoticeToken(byName["Siêu thị Xanh"].ID))(t)
	w.clock.pass(time.Hour)
	if open := must(w.OpenNotice(w.ctx, token, false))(t); !open.Notification.Data.Opened.IsZero() {
		t.Error("a look that is not to be noted was noted")
	}
	open := must(w.OpenNotice(w.ctx, token, true))(t)
	if open.Notice.Batch.ID != code || open.Notice.Producer.Data.Name != "HTX Mây Trắng" || open.Notice.ReachedInAll != 1 || open.Lifted {
		t.Errorf("opened %+v", open)
	}
	first := open.Notification.Data.Opened
	w.clock.pass(time.Hour)
	if again := must(w.OpenNotice(w.ctx, token, true))(t); !again.Notification.Data.Opened.Equal(first) || again.Notification.Revision != open.Notification.Revision {
		t.Error("the second opening was noted too")
	}
	op := trace.Op{Key: "form:1", Hash: "x"}
	for range 2 { // sent twice
		must(w.Acknowledge(w.ctx, op, token, acknowledgement(trace.DoneStopped)))(t)
	}
	must(w.Acknowledge(w.ctx, trace.Op{Key: "form:2", Hash: "y"}, token, acknowledgement(trace.DoneReturned)))(t)
	must(w.MarkTold(w.ctx, by(own), byName["Chợ Tam Cờ"].ID, trace.ByPhone))(t)
	must(w.CancelNotification(w.ctx, by(own), byName["Cô Lan"].ID, "ghi nhầm"))(t)
	want = map[string]string{"Siêu thị Xanh": "shipping, opened, returned", "Chợ Tam Cờ": "shipping, told phone", "Công ty Chè": "reach", "Cô Lan": "hand, cancelled"}
	if diff := cmp.Diff(want, w.told(own, code)); diff != "" {
		t.Errorf("notifications, -want +got:\n%s", diff)
	}
	_, err = w.OpenNotice(w.ctx, must(w.NoticeToken(byName["Cô Lan"].ID))(t), true)
	wantErr(t, err, trace.ErrConflict)
	p := must(w.Progress(w.ctx, own, code))(t)
	if p.Recipients != 3 || p.Told != 2 || p.Opened != 1 || p.Acknowledged != 1 {
		t.Errorf("progress %+v", p)
	}
}

// TestNoticeTokens tries what is no token of ours.
func TestNoticeTokens(t *testing.T) {
	w := newWorld(t)
	own := w.producer("HTX Mây Trắng")
	code := w.released(own, w.product(own))
	w.move(own, code, trace.BatchHeld)
	n := must(w.Notify(w.ctx, by(own), code, trace.NotificationData{Recipient: "Cô Lan"}))(t)
	token := must(w.NoticeToken(n.ID))(t)
	for i := range token {
		changed := []byte(token)
		changed[i] = '0' + (changed[i]-'0'+1)%10
		for _, forged := range []string{string(changed), token[:i], strings.ToUpper(token), token + token[:i+1]} {
			if forged == token {
				continue
			}
			_, err := w.OpenNotice(w.ctx, forged, true)
			wantErr(t, err, trace.ErrNotFound)
			_, err = w.Acknowledge(w.ctx, trace.Op{}, forged, acknowledgement(trace.DoneNever))
			wantErr(t, err, trace.ErrNotFound)
		}
	}
	other := must(stamp.NewKeys(newSource()))(t)
	_, err := trace.New(trace.Config{Store: w.store, Keys: other}).OpenNotice(w.ctx, token, true)
	wantErr(t, err, trace.ErrNotFound)
	if got := w.told(own, code)["Cô Lan"]; got != "hand" {
		t.Errorf("forged links left %q", got)
	}
	w.move(own, code, trace.BatchReleased)
	if open := must(w.OpenNotice(w.ctx, token, true))(t); !open.Lifted {
		t.Error("the notice does not tell that the hold is lifted")
	}
}

// TestAcknowledgementFields refuses what a recipient may get wrong.
func TestAcknowledgementFields(t *testing.T) {
	w := newWorld(t)
	own := w.producer("HTX Mây Trắng")
	code := w.released(own, w.product(own))
	w.move(own, code, trace.BatchHeld)
	token := must(w.NoticeToken(must(w.Notify(w.ctx, by(own), code, trace.NotificationData{Recipient: "Cô Lan"}))(t).ID))(t)
	for _, tt := range []struct {
		change func(*trace.AcknowledgementData)
		want   []string
	}{
		{func(d *trace.AcknowledgementData) { *d = trace.AcknowledgementData{} }, []string{"name", "done", "left.value", "left.unit"}},
		{func(d *trace.AcknowledgementData) { d.Done = "eaten" }, []string{"done"}},
		{func(d *trace.AcknowledgementData) { d.Left.Value = "-1" }, []string{"left.value"}},
		{func(d *trace.AcknowledgementData) { d.Left.Unit = "thúng" }, []string{"left.unit"}},
		{func(d *trace.AcknowledgementData) { d.Name = strings.Repeat("ô", 201) }, []string{"name"}},
		{func(d *trace.AcknowledgementData) { d.Note = strings.Repeat("ô", 2001) }, []string{"note"}},
	} {
		d := acknowledgement(trace.DoneStopped)
		tt.change(&d)
		_, err := w.Acknowledge(w.ctx, trace.Op{}, token, d)
		wantFields(t, err, tt.want...)
	}
}

// TestManyRecipients needs more than one request.
func TestManyRecipients(t *testing.T) {
	w := newWorld(t)
	own := w.producer("HTX Mây Trắng")
	code := w.released(own, w.product(own))
	for i := range 203 {
		w.ship(own, code, fmt.Sprint("Cửa hàng ", i), "Hà Nội", "1")
	}
	w.move(own, code, trace.BatchRecalled)
	for _, want := range [][2]int{{200, 3}, {3, 0}, {0, 0}} {
		got := must(w.NotifyKnown(w.ctx, by(own), code))(t)
		if got != (trace.Known{Made: want[0], Recipients: 203, Left: want[1]}) {
			t.Errorf("%+v, want %v", got, want)
		}
	}
}

// TestErasedRecipients destroys the name of a recipient, in a record and in a
// notification: reach and notices do without.
func TestErasedRecipients(t *testing.T) {
	w := newWorld(t)
	own := w.producer("HTX Mây Trắng")
	code := w.released(own, w.product(own))
	record := w.ship(own, code, "Anh Nam", "Hà Nội", "1")
	w.move(own, code, trace.BatchRecalled)
	if _, err := w.NotifyKnown(w.ctx, by(own), code); err != nil {
		t.Fatal(err)
	}
	id := must(w.Notifications(w.ctx, own, code))(t)[0].ID
	for kind, doc := range map[trace.Kind][2]string{trace.KindRecords: {record, "shipping.recipient"}, trace.KindNotifications: {id, "recipient"}} {
		for _, k := range trace.ErasableKinds() {
			if k.Kind == kind {
				if err := w.Erase(w.ctx, by(office), k, trace.Erasure{ID: doc[0], Members: []string{doc[1]}, Reason: trace.ErasureAsked}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	out := must(w.Outreach(w.ctx, own, code))(t)
	if len(out.Outlets) != 1 || out.Outlets[0].Recipient != "" || out.Outlets[0].Destination != "Hà Nội" {
		t.Errorf("outlets after the erasure: %+v", out.Outlets)
	}
	if diff := cmp.Diff(map[string]string{"": "shipping"}, w.told(own, code)); diff != "" {
		t.Errorf("notifications after the erasure, -want +got:\n%s", diff)
	}
	if got := must(w.NotifyKnown(w.ctx, by(own), code))(t); got.Made != 0 {
		t.Errorf("made for nobody: %+v", got)
	}
}

// TestRecallDeadlines walks a recall through its deadlines. It is ordered on a
// Sunday morning.
func TestRecallDeadlines(t *testing.T) {
	w := newWorld(t)
	own, other := w.producer("HTX Mây Trắng"), w.producer("HTX Khác")
	code := w.released(own, w.product(own))
	w.ship(own, code, "Siêu thị Xanh", "Hà Nội", "10")
	w.move(own, code, trace.BatchRecalled)
	if _, err := w.NotifyKnown(w.ctx, by(own), code); err != nil {
		t.Fatal(err)
	}
	due := func() map[trace.RecallStep]string {
		t.Helper()
		open := must(w.OpenRecalls(w.ctx, own))(t)
		out := map[trace.RecallStep]string{}
		for _, p := range open {
			for _, d := range p.Due {
				out[d.Step] = fmt.Sprintf("%s done %v overdue %v", d.By.In(trace.Zone).Format("2006-01-02 15:04"), d.Done, d.Overdue)
			}
		}
		return out
	}
	want := func(what string, want map[trace.RecallStep]string) {
		t.Helper()
		if diff := cmp.Diff(want, due()); diff != "" {
			t.Errorf("%s, -want +got:\n%s", what, diff)
		}
	}
	want("at first", map[trace.RecallStep]string{trace.StepNotify: "2026-11-16 10:00 done false overdue false"})
	w.clock.pass(24*time.Hour + time.Second)
	want("a day later", map[trace.RecallStep]string{trace.StepNotify: "2026-11-16 10:00 done false overdue true"})
	if got := must(w.OpenRecalls(w.ctx, other))(t); len(got) != 0 {
		t.Errorf("another producer sees %d recalls", len(got))
	}
	must(w.MarkTold(w.ctx, by(own), must(w.Notifications(w.ctx, own, code))(t)[0].ID, trace.ByPhone))(t)
	want("told too late", map[trace.RecallStep]string{trace.StepNotify: "2026-11-16 10:00 done true overdue false"})

	w.clock.pass(4 * 24 * time.Hour) // Friday 20 November
	result := trace.RecallResultData{Batch: code, Finished: day("2026-11-20"), Collected: kg("8")}
	must(w.SetRecallResult(w.ctx, by(own), result))(t)
	all := map[trace.RecallStep]string{
		trace.StepNotify: "2026-11-16 10:00 done true overdue false",
		trace.StepReport: "2026-11-26 00:00 done false overdue false", // Monday, Tuesday, Wednesday
		trace.StepHandle: "2027-02-21 00:00 done false overdue false",
	}
	want("finished on a Friday", all)
	w.clock.pass(6 * 24 * time.Hour)
	all[trace.StepReport] = "2026-11-26 00:00 done false overdue true"
	want("not reported in time", all)
	result.Reported, result.Document = day("2026-11-26"), "12/BC"
	must(w.SetRecallResult(w.ctx, by(inspector), result))(t)
	all[trace.StepReport] = "2026-11-26 00:00 done true overdue false"
	want("reported", all)
	result.Handled, result.Handling = day("2026-11-26"), "tiêu hủy"
	must(w.SetRecallResult(w.ctx, by(own), result))(t)
	want("all done", map[trace.RecallStep]string{})

	for _, tt := range []struct {
		change func(*trace.RecallResultData)
		want   []string
	}{
		{func(d *trace.RecallResultData) { d.Finished = trace.Date{} }, []string{"finished"}},
		{func(d *trace.RecallResultData) { d.Finished = day("2026-11-14") }, []string{"finished"}},
		{func(d *trace.RecallResultData) { d.Finished = day("2027-11-14") }, []string{"reported", "handled", "finished"}},
		{func(d *trace.RecallResultData) { d.Handling = "" }, []string{"handling"}},
	} {
		d := result
		tt.change(&d)
		_, err := w.SetRecallResult(w.ctx, by(own), d)
		wantFields(t, err, tt.want...)
	}
	_, err := w.SetRecallResult(w.ctx, by(other), result)
	wantErr(t, err, trace.ErrNotFound)
}
