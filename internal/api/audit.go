package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"temgoc/internal/catalog"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

func (a *API) auditRoutes() []route {
	return tagged("audit",
		operation(http.MethodGet, "/audit", "listAudit", "Nhật ký thao tác", "List who did what, and when",
			[]trace.Role{trace.Administrator, trace.Office, trace.ProducerRole}, a.listAudit,
			about("Mới nhất trước. Chủ thể chỉ xem được việc liên quan đến mình, lô hoặc sản phẩm của mình.",
				"The newest first. A producer sees what is about itself, a batch or a product of its own.")),
	)
}

// An AuditView is one entry of the audit log.
type AuditView struct {
	At       time.Time    `json:"at"`
	By       string       `json:"by" doc:"Id of the actor"`
	Action   catalog.Name `json:"action" doc:"What was done"`
	Subject  catalog.Name `json:"subject,omitzero" doc:"To what, as people call it"`
	Detail   string       `json:"detail,omitempty" doc:"The reason, as it was entered"`
	Kind     trace.Kind   `json:"kind" doc:"Kind of the document" example:"batches"`
	ID       string       `json:"id" doc:"Id of the document"`
	Revision int          `json:"revision"`
}

func viewAudit(e trace.AuditEntry) AuditView {
	act := e.Act()
	return AuditView{
		At: e.At, By: e.By, Action: act.Action, Subject: act.Subject, Detail: act.Detail,
		Kind: e.Kind.Kind, ID: e.ID, Revision: e.Number,
	}
}

type listAuditIn struct {
	Paging
	Kinds    []string  `query:"kind" maxItems:"40" doc:"Kinds of documents, separated by commas; all when left out" example:"[\"batches\",\"records\"]"`
	By       string    `query:"by" maxLength:"200" doc:"Id of the actor"`
	Producer string    `query:"producer" maxLength:"200" doc:"About this producer"`
	Product  string    `query:"product" maxLength:"200" doc:"About this product"`
	Batch    string    `query:"batch" maxLength:"40" doc:"About the batch with this code"`
	Since    time.Time `query:"since" doc:"Written at this time or later"`
	Until    time.Time `query:"until" doc:"Written before this time"`
}

func (a *API) listAudit(ctx context.Context, in *listAuditIn) (*Page[AuditView], error) {
	kinds, err := a.auditKinds(in.Kinds)
	if err != nil {
		return nil, err
	}
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	q := trace.AuditQuery{Kinds: kinds, By: in.By, Ref: ref, Since: in.Since, Until: in.Until}
	list, err := a.Ledger.Audit(ctx, actorOf(ctx), q, in.paging())
	if err != nil {
		return nil, in.blame(err)
	}
	out := &Page[AuditView]{Body: PageBody[AuditView]{Items: make([]AuditView, len(list.Items)), Next: list.Next}}
	for i, e := range list.Items {
		out.Body.Items[i] = viewAudit(e)
	}
	if list.Next != "" {
		out.Link = callOf(ctx).linkNext(list.Next)
	}
	return out, nil
}

// ref is the term of what the log is to be about.
func (in *listAuditIn) ref() (string, error) {
	given := slices.DeleteFunc([]string{in.Producer, in.Product, in.Batch}, func(s string) bool { return s == "" })
	switch {
	case len(given) > 1:
		return "", fieldError("query", "chỉ chọn một trong producer, product và batch", "may have one of producer, product and batch only")
	case in.Producer != "":
		return trace.ProducerTerm(in.Producer), nil
	case in.Product != "":
		return trace.ProductTerm(in.Product), nil
	case in.Batch == "":
		return "", nil
	}
	code, err := stamp.ParseBatchCode(in.Batch)
	if err != nil {
		return "", fieldError("query.batch", "không phải là mã lô", "is not a batch code")
	}
	return trace.BatchTerm(code.String()), nil
}

// auditKinds finds the kinds by their names; all when none is named.
func (a *API) auditKinds(names []string) ([]trace.AuditKind, error) {
	if len(names) == 0 {
		return a.Audit, nil
	}
	var known []string
	var found []trace.AuditKind
	for _, k := range a.Audit {
		known = append(known, string(k.Kind))
		if slices.Contains(names, string(k.Kind)) {
			found = append(found, k)
		}
	}
	for _, n := range names {
		if !slices.Contains(known, n) {
			list := strings.Join(known, ", ")
			return nil, fieldError("query.kind", "chỉ có các loại "+list, "must be of "+list)
		}
	}
	return found, nil
}
