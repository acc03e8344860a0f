package tenancy

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
)

var index = regexp.MustCompile(`\[\d+\]`)

// cram types a text into the fields that are too short for several.
func (s *Service) cram(t *testing.T, n *desktest.Tenant, text string) {
	t.Helper()
	ctx, by := t.Context(), s.As(n.Who)
	only := func(short ...string) desktest.Texts {
		return func(path string) []string {
			if slices.Contains(short, index.ReplaceAllString(path, "")) {
				return []string{text}
			}
			return nil
		}
	}
	producer, err1 := s.Ledger.Producer(ctx, by.By, n.ID)
	product, err2 := s.Ledger.Product(ctx, by.By, n.Draft)
	paper, err3 := s.Ledger.Test(ctx, by.By, n.Paper)
	planting, err4 := s.Ledger.Record(ctx, by.By, n.Records["planting"])
	batch, err5 := s.Ledger.Batch(ctx, by.By, n.Open)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	cramInto(t, n, "producer", producer.Data, only("shortName", "registration"), func(v trace.Producer) error {
		_, err := s.Ledger.UpdateProducer(ctx, by, n.ID, v)
		return err
	})
	cramInto(t, n, "product", product.Data, only("shortName"), func(v trace.Product) error {
		_, err := s.Ledger.UpdateProduct(ctx, by, n.Draft, v)
		return err
	})
	cramInto(t, n, "paper", paper.Data.TestData, only("laboratory.vilas", "rows.unit"), func(v trace.TestData) error {
		_, err := s.Ledger.CorrectTest(ctx, by, n.Paper, v, "nhập sai")
		return err
	})
	cramInto(t, n, "record", planting.Data.RecordData, only("planting.areaCode"), func(v trace.RecordData) error {
		_, err := s.Ledger.CorrectRecord(ctx, by, planting.ID, v, "nhập sai")
		return err
	})
	cramInto(t, n, "batch", batch.Data.BatchData, only("lot"), func(v trace.BatchData) error {
		_, err := s.Ledger.UpdateBatch(ctx, by, n.Open, v, "nhập sai")
		return err
	})
}

// cramInto types texts into what is there and notes which fields took one.
func cramInto[T any](t *testing.T, n *desktest.Tenant, kind string, v T, texts desktest.Texts, enter func(T) error) {
	t.Helper()
	for path, took := range desktest.Fill(t, &v, texts, enter) {
		n.Filled[kind+"."+path] = append(n.Filled[kind+"."+path], took...)
	}
}

// cramped are the pages of a producer that show what is too short for several
// texts.
func cramped(n *desktest.Tenant) []string {
	return []string{
		"/console/co-so", "/console/san-pham", "/console/san-pham/" + n.Draft, "/console/phieu/" + n.Paper, "/console/lo", "/console/lo/" + n.Open,
		"/console/lo/" + n.Open + "/ghi-chep/" + n.Records["planting"],
	}
}

// A coverage tells which hostile texts stood in which field.
type coverage map[string]map[string]bool

func (c coverage) note(path string, bundle, texts []string) {
	path = index.ReplaceAllString(path, "")
	if c[path] == nil {
		c[path] = map[string]bool{}
	}
	for _, one := range bundle {
		if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, one) }) {
			c[path][one] = true
		}
	}
}

// room are the fields that are too short for a hundred of the texts, or whose
// text has a form, with how many texts each of them must have shown.
var room = map[string]int{
	"batch.lot": 10, "producer.registration": 80, "producer.website": 60,
	"record.planting.areaCode": 80, "paper.laboratory.vilas": 80, "paper.rows.unit": 80,
	"report.laboratory.vilas": 20, "report.rows.unit": 20, // a laboratory's, shown as those of paper are
}

// check fails for a field that took texts, but few of them.
func (c coverage) check(t *testing.T) {
	t.Helper()
	fields := 0
	for path, texts := range c {
		want, short := room[path]
		if !short {
			want = 100
		}
		if len(texts) > 0 && len(texts) < want {
			t.Errorf("%s has shown %d texts only", path, len(texts))
		}
		if len(texts) >= want {
			fields++
		}
	}
	if fields < 90 {
		t.Errorf("only %d fields have shown texts", fields)
	}
}
