package producer

import (
	"encoding/json"
	"strings"

	"temgoc/internal/account"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// A historyPage tells who did what in the business, the newest first.
type historyPage struct {
	desk.Frame
	Kind  string
	Kinds []option
	Days  []historyDay
	Pager desk.Pager
}

// Template implements ui.Page.
func (historyPage) Template() string { return "history.html" }

// A historyDay is what was done on one day.
type historyDay struct {
	Day   string
	Lines []historyLine
}

// A historyLine is one thing that was done. Href leads to what it was done to,
// where there is a page for it.
type historyLine struct {
	Time, By, Action, Subject, Detail, Href string
	Lot                                     string // of the batch whose diary it is in
}

func (b *business) history(v *desk.Visit) (desk.Answer, error) {
	page := &historyPage{Frame: v.Frame("Lịch sử", "History"), Kind: v.Query("loai")}
	query := trace.AuditQuery{Ref: trace.ProducerTerm(v.Actor.Producer)}
	page.Kinds = []option{{"", v.T("Tất cả", "Everything"), page.Kind == ""}}
	for _, k := range b.Audit {
		if !ofProducers[k.Kind] {
			continue
		}
		chosen := string(k.Kind) == page.Kind
		page.Kinds = append(page.Kinds, option{string(k.Kind), v.Lang.Name(k.Name), chosen})
		if chosen || page.Kind == "" {
			query.Kinds = append(query.Kinds, k)
		}
	}
	log, err := b.Ledger.Audit(v.Context(), v.Actor, query, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	ids := make([]string, len(log.Items))
	for i, e := range log.Items {
		ids[i] = e.By
	}
	names, err := v.Names(ids)
	if err != nil {
		return desk.Answer{}, err
	}
	lots, err := b.lotsOf(v, log.Items)
	if err != nil {
		return desk.Answer{}, err
	}
	for _, e := range log.Items {
		line := lineOfEntry(v, e, names[e.By])
		if ofDiary(e) {
			line.Lot = lots[batchOf(e)]
		}
		page.add(v.Lang.Date(trace.DateOf(e.At)), line)
	}
	page.Pager = v.Pager(log.Next)
	return desk.Show(page), nil
}

// ofProducers are the kinds of documents that a producer has.
var ofProducers = map[trace.Kind]bool{
	trace.KindProducers: true, trace.KindProducts: true, trace.KindCertificates: true, trace.KindBatches: true, trace.KindRecords: true,
	trace.KindRequests: true, trace.KindTests: true, trace.KindVoids: true, trace.KindProblems: true, account.KindPeople: true, printing.KindOrders: true,
}

func (p *historyPage) add(day string, l historyLine) {
	if n := len(p.Days); n == 0 || p.Days[n-1].Day != day {
		p.Days = append(p.Days, historyDay{Day: day})
	}
	last := &p.Days[len(p.Days)-1]
	last.Lines = append(last.Lines, l)
}

func lineOfEntry(v *desk.Visit, e trace.AuditEntry, by string) historyLine {
	act := e.Act()
	return historyLine{
		Time: e.At.In(trace.Zone).Format("15:04"), By: by, Action: v.Lang.Name(act.Action), Subject: v.Lang.Name(act.Subject),
		Detail: act.Detail, Href: pageOf(e),
	}
}

// lotsOf are the lot numbers of the batches in whose diary something was written.
func (b *business) lotsOf(v *desk.Visit, entries []trace.AuditEntry) (map[string]string, error) {
	lots := map[string]string{}
	for _, e := range entries {
		code := batchOf(e)
		if !ofDiary(e) || code == "" || lots[code] != "" {
			continue
		}
		s, err := b.Ledger.Batch(v.Context(), v.Actor, code)
		if err != nil {
			return nil, err
		}
		lots[code] = s.Data.Lot.String()
	}
	return lots, nil
}

// ofDiary tells whether what was written does not name its batch by itself.
func ofDiary(e trace.AuditEntry) bool {
	return e.Kind.Kind == trace.KindRecords || e.Kind.Kind == trace.KindTests
}

// batchOf is the code of the batch that a document belongs to, if it does.
func batchOf(e trace.AuditEntry) string {
	var of struct {
		Batch string `json:"batch"`
	}
	_ = json.Unmarshal(e.Body, &of) // one without a batch has none
	return of.Batch
}

// pageOf is where a document can be seen; empty where it has no page here.
func pageOf(e trace.AuditEntry) string {
	switch e.Kind.Kind {
	case trace.KindProducers, account.KindPeople:
		return businessPath
	case trace.KindProducts:
		return productsPath + "/" + e.ID
	case trace.KindCertificates:
		return certificatesPath + "/" + e.ID
	case trace.KindBatches:
		return batchPath(e.ID)
	case trace.KindRecords:
		return batchPath(batchOf(e)) + "/ghi-chep/" + e.ID
	case trace.KindRequests:
		return requestsPath + "/" + e.ID
	case trace.KindTests:
		return testsPath + "/" + e.ID
	case trace.KindProblems:
		return problemsPath + "/" + e.ID
	case printing.KindOrders:
		_, number, _ := strings.Cut(e.ID, "-")
		return batchPath(batchOf(e)) + "/tem/" + number
	}
	return ""
}
