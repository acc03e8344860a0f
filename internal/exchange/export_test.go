package exchange

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/spreadsheet"
	"temgoc/internal/trace"
)

// TestExportShowsOnlyWhatMayBeSeen fills two producers with a secret each and
// looks for it in what everybody can take out.
func TestExportShowsOnlyWhatMayBeSeen(t *testing.T) {
	w := newWorld(t)
	secrets := map[string]trace.Actor{}
	var producers []string
	for _, secret := range []string{"BIMATMOT", "BIMATHAI"} {
		a := w.producer("HTX "+secret, secret)
		secrets[secret], producers = a, append(producers, a.Producer)
		p := w.product(a, "Chè "+secret, "")
		code := w.batch(a, p, secret, false)
		must(w.ledger.CreateCertificate(w.ctx, by(a), trace.CertificateData{
			Kind: "ATTP", Number: secret, Authority: "Sở", Issued: trace.NewDate(2026, 1, 1), Producer: a.Producer,
		}))(t)
		must(w.ledger.AddRecord(w.ctx, by(a), trace.RecordData{
			Batch: code, Kind: "storing", Happened: start, Storing: &trace.Storing{Place: secret, From: trace.NewDate(2026, 11, 1), Until: trace.NewDate(2026, 11, 2)},
		}))(t)
	}
	a, b := secrets["BIMATMOT"], secrets["BIMATHAI"]
	for _, tt := range []struct {
		by  trace.Actor
		see []string
	}{
		{a, []string{"BIMATMOT"}}, {b, []string{"BIMATHAI"}}, {office, []string{"BIMATMOT", "BIMATHAI"}}, {inspector, []string{"BIMATMOT", "BIMATHAI"}},
		{certifier, []string{"BIMATMOT", "BIMATHAI"}}, {admin, []string{"BIMATMOT", "BIMATHAI"}}, {lab, nil},
		{trace.Actor{ID: "x", Role: trace.ProducerRole}, nil},
	} {
		for _, table := range Tables() {
			for _, q := range []Query{{}, {Producer: producers[0]}, {Producer: producers[1]}} {
				text := string(w.export(tt.by, table, q, spreadsheet.CSV))
				for secret, owner := range secrets {
					want := contains(tt.see, secret) && (q.Producer == "" || q.Producer == owner.Producer)
					if got := strings.Contains(text, secret); got != want {
						t.Errorf("%s takes out %s of %+v: sees %s %v, want %v", tt.by.ID, table, q, secret, got, want)
					}
				}
			}
		}
	}
	_, err := w.Export(w.ctx, nobody, Products, Query{}, spreadsheet.CSV, io.Discard)
	wantErr(t, err, trace.ErrForbidden)
	_, err = w.Export(w.ctx, a, "people", Query{}, "ods", io.Discard)
	if fields, ok := errors.AsType[trace.FieldErrors](err); !ok || len(fields) != 2 {
		t.Errorf("an unknown table and format: %v", err)
	}
	wantErr(t, Template(a, "people", spreadsheet.CSV, "vi", io.Discard), trace.ErrInvalid)
}

func TestExportOfADiary(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "1")
	tea := w.product(a, "Chè xanh", "")
	first, second := w.batch(a, tea, "L1", true), w.batch(a, tea, "L2", false)
	for _, r := range []struct {
		batch string
		day   int
	}{{first, 9}, {first, 7}, {second, 8}} {
		s := must(w.ledger.AddRecord(w.ctx, by(a), trace.RecordData{
			Batch: r.batch, Kind: "storing", Happened: at(r.day, 8), Person: "Lò Thị Mẩy",
			Storing: &trace.Storing{Place: "Kho", From: trace.NewDate(2026, 11, 1), Until: trace.NewDate(2026, 11, 2), Temperature: "-5.5"},
		}))(t)
		if r.day == 7 {
			must(w.ledger.VerifyRecord(w.ctx, by(inspector), s.ID))(t)
			retracted := must(w.ledger.AddRecord(w.ctx, by(a), s.Data.RecordData))(t)
			must(w.ledger.RetractRecord(w.ctx, by(a), retracted.ID, "ghi nhầm"))(t)
		}
	}
	var b bytes.Buffer
	n, err := w.Export(w.ctx, a, Records, Query{Batch: showCode(first)}, spreadsheet.CSV, &b)
	if err != nil || n != 2 {
		t.Fatalf("%d rows, %v", n, err)
	}
	lines := strings.Split(strings.TrimPrefix(b.String(), "\ufeff"), "\r\n")
	cells := func(line string) []string { return strings.Split(line, ",")[:5] }
	got := [][]string{cells(lines[0]), cells(lines[1]), cells(lines[2])}
	want := [][]string{
		{"TT", "Sản phẩm", "Lô *", "Loại ghi chép *", "Thời gian *"},
		{"1", "Chè xanh", showCode(first), "Lưu kho", "07/11/2026 08:00"},
		{"2", "Chè xanh", showCode(first), "Lưu kho", "09/11/2026 08:00"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !strings.Contains(lines[1], "đã xác minh") || !strings.Contains(lines[2], "tự khai") || !strings.Contains(lines[1], `"-5,5"`) {
		t.Errorf("rows %q", lines[1:])
	}
	if english := string(w.export(office, Records, Query{Producer: a.Producer, Lang: "en"}, spreadsheet.CSV)); !strings.Contains(english, "Storing") || !strings.Contains(english, "HTX Mây Trắng") {
		t.Errorf("in English: %s", english)
	}
	_, err = w.Export(w.ctx, w.producer("HTX Khác", "2"), Records, Query{Batch: second}, spreadsheet.CSV, io.Discard)
	wantErr(t, err, trace.ErrNotFound)
}

// TestExportGivesUp holds that an outage in the middle is told.
func TestExportGivesUp(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "1")
	w.product(a, "Chè xanh", "")
	for _, f := range []spreadsheet.Format{spreadsheet.CSV, spreadsheet.XLSX} {
		if _, err := w.Export(w.ctx, a, Products, Query{}, f, closedPipe{}); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s into a closed pipe: %v", f, err)
		}
	}
	if got := FileName(Records, spreadsheet.XLSX, true); got != "mau-nhat-ky.xlsx" {
		t.Errorf("file name %q", got)
	}
	if got := FileName(Certificates, spreadsheet.CSV, false); got != "giay-chung-nhan.csv" {
		t.Errorf("file name %q", got)
	}
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
