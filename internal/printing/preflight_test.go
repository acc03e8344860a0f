package printing_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

// severities are the findings by check, the worst of each.
func severities(p printing.Preflight) map[printing.Check]printing.Severity {
	worst := map[printing.Check]printing.Severity{}
	for _, f := range p.Findings {
		if was := worst[f.Check]; was == "" || was == printing.OK || f.Severity == printing.Stop {
			worst[f.Check] = f.Severity
		}
	}
	return worst
}

func (w *world) preflight(t testing.TB, id, printer string, visit printing.Visit) printing.Preflight {
	t.Helper()
	p := must(w.Preflight(w.ctx, w.by, id, printer, visit))(t)
	for _, f := range p.Findings {
		if f.Message.VI == "" || f.Message.EN == "" || f.Message.VI == f.Message.EN {
			t.Errorf("%s has no message in both languages: %+v", f.Check, f.Message)
		}
		if f.Severity != printing.OK && (f.Advice.VI == "" || f.Advice.EN == "") {
			t.Errorf("%s does not say what to do", f.Check)
		}
		if f.Check == printing.CheckForecast && (!strings.Contains(f.Message.VI, "không phải chứng nhận") || !strings.Contains(f.Message.EN, "not a certificate")) {
			t.Errorf("a forecast that may pass for a certificate: %+v", f.Message)
		}
	}
	return p
}

func wantSeverities(t testing.TB, p printing.Preflight, want map[printing.Check]printing.Severity) {
	t.Helper()
	got := severities(p)
	for check, severity := range want {
		if got[check] != severity {
			t.Errorf("%s is %q, want %q: %+v", check, got[check], severity, p.Findings)
		}
	}
}

func TestPreflight(t *testing.T) {
	w := newWorld(t)
	id := w.create(t, w.order(printing.BatchCodes, 10)).ID
	p := w.preflight(t, id, "", nil)
	wantSeverities(t, p, map[printing.Check]printing.Severity{
		printing.CheckBatch: printing.OK, printing.CheckCertificate: printing.OK, printing.CheckItems: printing.Warn,
		printing.CheckNeed: printing.OK, printing.CheckLayout: printing.OK, printing.CheckSize: printing.OK,
		printing.CheckContrast: printing.OK, printing.CheckForecast: printing.OK, printing.CheckAnswer: "",
	})
	if p.Stop || p.Forecast == nil || p.Forecast.Grade != "A" || p.Forecast.Dots == "" || p.Forecast.Module < 396 {
		t.Errorf("stop %v, forecast %+v", p.Stop, p.Forecast)
	}
}

// What is said of a draft is what is said of the order once it was made.
func TestPreflightOfDrafts(t *testing.T) {
	w := newWorld(t)
	asked := w.order(printing.ItemCodes, 500)
	draft := must(w.PreflightDraft(w.ctx, w.by, asked, ""))(t)
	if orders := must(w.OrdersOf(w.ctx, w.batch))(t); len(orders) != 0 {
		t.Fatalf("looking at a draft made %+v", orders)
	}
	made := w.preflight(t, w.create(t, asked).ID, "", nil)
	made.Order = ""
	if diff := cmp.Diff(made, draft); diff != "" {
		t.Errorf("the order and its draft: -order +draft\n%s", diff)
	}
	for _, by := range []trace.Actor{inspector, w.other} { // as Create says
		_, err := w.PreflightDraft(w.ctx, by, asked, "")
		wantErr(t, err, trace.ErrNotAllowed)
	}
	asked.Stock = "unknown"
	_, err := w.PreflightDraft(w.ctx, w.by, asked, "")
	wantField(t, err, "stock")
}

// A printer of 203 dpi that is fed the PDF cannot print whole dots; one with its
// own language can. What it is known to print matters.
func TestPreflightForPrinters(t *testing.T) {
	w := newWorld(t)
	id := w.create(t, w.order(printing.BatchCodes, 10)).ID
	for _, test := range []struct {
		name    string
		printer printing.Printer
		size    printing.Severity
		grade   string
	}{
		{"office", printing.Printer{Language: printing.PDF, DPI: 600, DotGain: 30}, printing.OK, "A"},
		{"PDF between dots", printing.Printer{Language: printing.PDF, DPI: 203, DotGain: 60}, printing.Warn, "F"},
		{"finer than it can", printing.Printer{Language: printing.PDF, DPI: 600, MinModule: 16}, printing.Warn, "A"},
		{"swallows modules", printing.Printer{Language: printing.PDF, DPI: 600, DotGain: 200}, printing.OK, "F"},
	} {
		test.printer.Name = test.name
		printer := must(w.CreatePrinter(w.ctx, trace.Write{By: w.by}, test.printer))(t).ID
		p := w.preflight(t, id, printer, nil)
		forecast := printing.OK
		if test.grade == "F" {
			forecast = printing.Warn
		}
		wantSeverities(t, p, map[printing.Check]printing.Severity{printing.CheckSize: test.size, printing.CheckForecast: forecast})
		if p.Printer != printer || p.Forecast.Grade != test.grade {
			t.Errorf("%s: grade %s, want %s", test.name, p.Forecast.Grade, test.grade)
		}
	}
}

// TestPreflightStopsWhatReleaseRefuses holds that the two have one rule.
func TestPreflightStopsWhatReleaseRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*testing.T, *world, string){
		"nothing":  func(*testing.T, *world, string) {},
		"stars":    func(t *testing.T, w *world, certificate string) { w.setClock(w.clock().AddDate(3, 0, 0)) },
		"recalled": func(t *testing.T, w *world, _ string) { w.recall(t) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			certificate := w.certify(t, 4, "2026-01-01")
			id := w.create(t, w.order(printing.ItemCodes, 10)).ID
			spoil(t, w, certificate)
			p := w.preflight(t, id, "", nil)
			_, err := w.Release(w.ctx, trace.Write{By: w.by}, id)
			if (err != nil) != p.Stop || p.Stop != (name != "nothing") {
				t.Errorf("stop is %v, Release says %v", p.Stop, err)
			}
			if rule, ok := errors.AsType[*trace.RuleError](err); p.Stop && (!ok || p.Findings[0].Message != rule.Message) {
				t.Errorf("%+v is not what Release says: %v", p.Findings[0], err)
			}
		})
	}
}

// recall makes the product's batch a recalled one.
func (w *world) recall(t testing.TB) {
	t.Helper()
	must(w.ledger.MoveBatch(w.ctx, trace.Write{By: w.by}, w.batch, trace.Transition{To: trace.BatchRecalled, Reason: "nghi nhiễm khuẩn"}))(t)
}

func TestPreflightOfOthers(t *testing.T) {
	w := newWorld(t)
	id := w.create(t, w.order(printing.BatchCodes, 10)).ID
	_, err := w.Preflight(w.ctx, w.other, id, "", nil)
	wantErr(t, err, trace.ErrHidden)
	must(w.Preflight(w.ctx, inspector, id, "", nil))(t)
	theirs := must(w.CreatePrinter(w.ctx, trace.Write{By: w.other}, thermal("")))(t).ID
	_, err = w.Preflight(w.ctx, w.by, id, theirs, nil)
	wantField(t, err, printing.FieldPrinter)
}

func TestPreflightVisits(t *testing.T) {
	w := newWorld(t)
	id := w.create(t, w.order(printing.BatchCodes, 10)).ID
	for _, test := range []struct {
		name   string
		status int
		err    error
		want   printing.Severity
	}{
		{"page", 200, nil, printing.OK},
		{"not active yet", 404, nil, printing.OK},
		{"broken", 502, nil, printing.Warn},
		{"no answer", 0, errors.New("no such host"), printing.Warn},
	} {
		asked := ""
		p := w.preflight(t, id, "", func(_ context.Context, address string) (int, error) {
			asked = address
			return test.status, test.err
		})
		wantSeverities(t, p, map[printing.Check]printing.Severity{printing.CheckAnswer: test.want})
		if asked != "https://T.EXAMPLE.VN/"+w.batch {
			t.Errorf("asked %q", asked)
		}
	}
	must(w.Release(w.ctx, trace.Write{By: w.by}, id))(t)
	p := w.preflight(t, id, "", func(context.Context, string) (int, error) { return 404, nil })
	wantSeverities(t, p, map[printing.Check]printing.Severity{printing.CheckAnswer: printing.Warn})
}

// Addresses that are not the service's own, or reach this machine or network
// only, are never visited.
func TestPreflightKeepsHome(t *testing.T) {
	never := func(_ context.Context, address string) (int, error) {
		t.Errorf("visited %s", address)
		return 0, nil
	}
	for _, address := range []string{"http://127.0.0.1:8080", "http://192.168.1.20:8080", "http://localhost:8080", "http://[::1]:8080", "http://printer"} {
		w := newWorld(t)
		w.Book = must(printing.New(w.ledger, w.keys, address))(t)
		id := w.create(t, w.order(printing.BatchCodes, 10)).ID
		wantSeverities(t, w.preflight(t, id, "", never), map[printing.Check]printing.Severity{printing.CheckAnswer: printing.Warn})
	}
	w := newWorld(t)
	id := w.create(t, w.order(printing.BatchCodes, 10)).ID
	w.Book = must(printing.New(w.ledger, w.keys, "https://elsewhere.example.vn"))(t)
	wantSeverities(t, w.preflight(t, id, "", never), map[printing.Check]printing.Severity{printing.CheckAnswer: printing.Warn})
}

func TestOutside(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("followed to another host") }))
	defer other.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("/page", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodHead {
			t.Errorf("a visit by %s counts as a scan", r.Method)
		}
	})
	mux.Handle("/moved", http.RedirectHandler("/page", http.StatusFound))
	mux.Handle("/away", http.RedirectHandler(other.URL, http.StatusFound))
	mux.Handle("/round", http.RedirectHandler("/round", http.StatusFound))
	server := httptest.NewServer(mux)
	defer server.Close()
	for path, want := range map[string]int{"/page": 200, "/moved": 200, "/none": 404, "/away": 0, "/round": 0} {
		status, err := printing.Outside(t.Context(), server.URL+path)
		if status != want || (err == nil) != (want != 0) {
			t.Errorf("%s: %d, %v, want %d", path, status, err, want)
		}
	}
}
