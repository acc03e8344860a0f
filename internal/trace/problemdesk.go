package trace

import (
	"context"
	"crypto/subtle"
	"errors"
	"strings"
	"time"
)

// SeeProblem notes that somebody looks into a report: its producer, an
// inspector or the office.
func (l *Ledger) SeeProblem(ctx context.Context, w Write, id string) (Stored[Problem], error) {
	return Update(ctx, l, w, id, w.By.maySeeProblem, func(cur *Problem) error {
		if cur.State != ProblemNew {
			return refuse(ErrConflict, "phản ánh đã có người xem", "the report was looked at already")
		}
		d := l.decision(w.By, "")
		cur.State, cur.Seen = ProblemSeen, &d
		return nil
	})
}

// AnswerProblem answers a report in public words: its producer, an inspector or
// the office. An answer can be replaced by another, but that of an authority
// only by an authority.
func (l *Ledger) AnswerProblem(ctx context.Context, w Write, id, answer string) (Stored[Problem], error) {
	answer = clean(answer)
	c := newCheck()
	c.required("answer", answer != "")
	c.text("answer", answer, maxText)
	if err := c.err(); err != nil {
		return Stored[Problem]{}, err
	}
	return Update(ctx, l, w, id, w.By.maySeeProblem, func(cur *Problem) error {
		if cur.State == ProblemAnswered && cur.Closed.Role.authority() && !w.By.Role.authority() {
			return refuse(ErrForbidden, "cơ quan quản lý đã trả lời, chỉ cơ quan quản lý mới được sửa câu trả lời",
				"an authority answered, and only an authority may replace the answer")
		}
		if err := l.closeProblem(w.By, cur, ProblemAnswered, ""); err != nil {
			return err
		}
		cur.Answer = answer
		return nil
	})
}

// DismissProblem closes a report without an answer, for a reason that whoever
// reported does not read: an inspector or the office, since a producer would
// judge itself.
func (l *Ledger) DismissProblem(ctx context.Context, w Write, id, reason string) (Stored[Problem], error) {
	reason = clean(reason)
	c := newCheck()
	c.required("reason", reason != "")
	c.text("reason", reason, maxText)
	if err := c.err(); err != nil {
		return Stored[Problem]{}, err
	}
	return Update(ctx, l, w, id, w.By.mayJudgeProblem, func(cur *Problem) error {
		if cur.State == ProblemAnswered {
			return refuse(ErrConflict, "phản ánh đã được trả lời", "the report is answered already")
		}
		return l.closeProblem(w.By, cur, ProblemDismissed, reason)
	})
}

// closeProblem ends the work on a report. The contact is kept from its first end on.
func (l *Ledger) closeProblem(by Actor, p *Problem, s ProblemState, reason string) error {
	if p.State == ProblemDismissed {
		return refuse(ErrConflict, "phản ánh đã được khép lại", "the report is closed already")
	}
	d := l.decision(by, reason)
	if p.Closed != nil {
		d.At = p.Closed.At
	}
	p.State, p.Closed = s, &d
	return nil
}

func (a Actor) mayJudgeProblem(p Problem) error {
	if a.Role.in(Inspector, Office) {
		return nil
	}
	if err := a.maySeeProblem(p); err != nil {
		return err
	}
	return ErrNotAllowed
}

// A Contact is how whoever reported a problem wants to be reached. It is
// personal data: a document of its own under the report's id, with no
// revisions, which is removed when it is no longer needed.
type Contact struct {
	Contact string `json:"contact" doc:"Telephone number or e-mail address"`
}

func (Contact) DocumentKind() Kind     { return KindContacts }
func (Contact) DocumentRefs() []string { return nil }

func (k Contact) check(c check) {
	if strings.Contains(k.Contact, "@") {
		c.email("contact", k.Contact)
		return
	}
	if k.Contact != "" && !phoneForm.MatchString(k.Contact) {
		c.fail("contact", "phải là số điện thoại hoặc địa chỉ e-mail", "must be a telephone number or an e-mail address")
	}
}

// key is the contact as it is compared: letter case, the spaces in a number and
// the country code make no difference.
func (k Contact) key() string {
	if strings.Contains(k.Contact, "@") {
		return strings.ToLower(k.Contact)
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, k.Contact)
	if national, ok := strings.CutPrefix(digits, "84"); ok && strings.HasPrefix(k.Contact, "+") {
		return "0" + national
	}
	return digits
}

// Removable lists those of Kinds that SweepContacts, Release and Erase remove.
func Removable() []Kind { return []Kind{KindContacts, KindClaims} }

// How long the contact of a report is kept: after it was answered or dismissed,
// and in any case after it was made.
const (
	ContactAfterClosing = 90 * 24 * time.Hour
	ContactAtMost       = 180 * 24 * time.Hour
	// contactAlone is longer than any request that is between the contact and
	// its report.
	contactAlone = time.Hour
)

// ProblemContact returns the contact of a report to inspectors and the office.
// ErrNotFound when there is none, or none any more.
func (l *Ledger) ProblemContact(ctx context.Context, by Actor, id string) (Contact, error) {
	if _, err := Read(ctx, l, id, by.mayJudgeProblem); err != nil {
		return Contact{}, err
	}
	s, err := Head[Contact](ctx, l, id)
	return s.Data, err
}

// ForgetContact removes the contact of a report at once, for whoever knows both:
// the one whose it is. ErrNotFound when they do not belong together.
func (l *Ledger) ForgetContact(ctx context.Context, reference, contact string) error {
	p, err := l.problemByReference(ctx, reference)
	if err != nil {
		return err
	}
	kept, err := Head[Contact](ctx, l, p.ID)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare([]byte(kept.Data.key()), []byte(Contact{clean(contact)}.key())) == 0 {
		return ErrHidden
	}
	return Remove[Contact](ctx, l, p.ID)
}

// SweepContacts removes the contacts whose time is over, and those whose report
// never came to be. A service does now and then.
func (l *Ledger) SweepContacts(ctx context.Context) error {
	contacts, err := All[Contact](ctx, l, "")
	if err != nil {
		return err
	}
	for _, c := range contacts {
		over, err := l.contactIsOver(ctx, c)
		if err != nil {
			return err
		}
		if !over {
			continue
		}
		if err := Remove[Contact](ctx, l, c.ID); err != nil {
			return err
		}
	}
	return nil
}

func (l *Ledger) contactIsOver(ctx context.Context, c Stored[Contact]) (bool, error) {
	now := l.Now()
	p, err := Head[Problem](ctx, l, c.ID)
	switch {
	case errors.Is(err, ErrNotFound):
		return now.Sub(c.Created) >= contactAlone, nil
	case err != nil:
		return false, err
	case p.Data.State.closed() && now.Sub(p.Data.Closed.At) >= ContactAfterClosing:
		return true, nil
	}
	return now.Sub(c.Created) >= ContactAtMost, nil
}
