package growth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/sighting"
	"temgoc/internal/testing/bulk"
	"temgoc/internal/trace"
)

// An Operation is something that somebody waits for.
type Operation struct {
	Name string
	Do   func(context.Context, *Service) error
	// Most is how many revisions it reads at most where that is bounded and a small
	// number of batches does not reach it; 0 where it is about the same for any.
	Most int64
	// Once is for what takes so long that it is measured a few times only.
	Once bool
}

// Operations are what is measured.
func Operations() []Operation {
	return slices.Concat(pages(), ofProducers(), ofLaboratories(), ofInspectors(), ofOffices(), starts())
}

func pages() []Operation {
	return []Operation{
		{Name: "scan page, cold", Do: coldPage},
		{Name: "scan page, warm", Do: func(ctx context.Context, s *Service) error { return s.get(ctx, "/"+s.batch) }},
		{Name: "poll for changes", Do: func(ctx context.Context, s *Service) error { return s.Cache.Poll(ctx) }},
		{Name: "write: diary entry", Do: diaryEntry},
		{Name: "write: new batch", Do: newBatch},
		{Name: "write: print order of 65", Do: printOrder},
	}
}

func ofProducers() []Operation {
	return []Operation{
		{Name: "producer: batches", Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Batch], error) {
			return s.Ledger.Batches(ctx, s.big, trace.BatchQuery{}, p)
		})},
		{Name: "producer: batches, 4th page", Do: fourth(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Batch], error) {
			return s.Ledger.Batches(ctx, s.big, trace.BatchQuery{}, p)
		})},
		{Name: "producer: batches held", Most: 2100, Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Batch], error) {
			return s.Ledger.Batches(ctx, s.small, trace.BatchQuery{State: trace.BatchHeld}, p)
		})},
		{Name: "producer: diary of all batches", Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Record], error) {
			return s.Ledger.RecordsOf(ctx, s.big, s.big.Producer, p)
		})},
		{Name: "producer: products by word", Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Product], error) {
			return s.Ledger.Products(ctx, s.small, "", "che shan", p)
		})},
		{Name: "producer: open problems", Most: 2100, Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Problem], error) {
			return s.Ledger.Problems(ctx, s.big, trace.ProblemQuery{State: trace.ProblemSeen}, p)
		})},
		{Name: "producer: recalls to do", Most: 200, Do: func(ctx context.Context, s *Service) error {
			_, err := s.Ledger.OpenRecalls(ctx, s.small)
			return err
		}},
	}
}

func ofLaboratories() []Operation {
	return []Operation{
		{Name: "laboratory: tests", Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.TestReport], error) {
			return s.Ledger.Tests(ctx, bulk.Laboratory, trace.TestQuery{}, p)
		})},
		{Name: "laboratory: open requests", Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.TestRequest], error) {
			return s.Ledger.Requests(ctx, bulk.Laboratory, trace.RequestQuery{State: trace.RequestOpen}, p)
		})},
		{Name: "laboratory: certificates (sees none)", Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Certificate], error) {
			return s.Ledger.Certificates(ctx, bulk.Laboratory, trace.CertificateQuery{}, p)
		})},
		{Name: "laboratory: products", Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Product], error) {
			return s.Ledger.Products(ctx, bulk.Laboratory, "", "", p)
		})},
		{Name: "laboratory: problems (sees none)", Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Problem], error) {
			return s.Ledger.Problems(ctx, bulk.Laboratory, trace.ProblemQuery{}, p)
		})},
	}
}

func ofInspectors() []Operation {
	return []Operation{
		{Name: "inspector: search by code", Do: search(func(s *Service) string { return s.batch })},
		{Name: "inspector: search by words", Do: search(func(*Service) string { return "Hợp tác xã Na Hang" })},
		{Name: "inspector: search by lot", Do: search(func(*Service) string { return "L002000005" })},
		{Name: "inspector: batches", Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Batch], error) {
			return s.Ledger.Batches(ctx, bulk.Inspector, trace.BatchQuery{}, p)
		})},
	}
}

func ofOffices() []Operation {
	return []Operation{
		{Name: "office: batches recalled", Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Batch], error) {
			return s.Ledger.Batches(ctx, bulk.Office, trace.BatchQuery{State: trace.BatchRecalled}, p)
		})},
		{Name: "office: register of certificates", Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Certificate], error) {
			return s.Ledger.Certificates(ctx, bulk.Office, trace.CertificateQuery{}, p)
		})},
		{Name: "office: declared certificates", Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Certificate], error) {
			return s.Ledger.Certificates(ctx, bulk.Office, trace.CertificateQuery{Declared: true}, p)
		})},
		{Name: "office: producers by word", Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Producer], error) {
			return s.Ledger.Producers(ctx, bulk.Office, "hop tac xa", p)
		})},
		{Name: "office: problems", Do: first(func(ctx context.Context, s *Service, p trace.Paging) (trace.List[trace.Problem], error) {
			return s.Ledger.Problems(ctx, bulk.Office, trace.ProblemQuery{State: trace.ProblemNew}, p)
		})},
		{Name: "office: overview", Most: 7100, Do: func(ctx context.Context, s *Service) error {
			_, err := s.Ledger.Overview(ctx, bulk.Office)
			return err
		}},
		{Name: "office: audit log", Do: func(ctx context.Context, s *Service) error {
			_, err := s.Ledger.Audit(ctx, bulk.Office, trace.AuditQuery{Kinds: bulk.AuditKinds()}, trace.Paging{})
			return err
		}},
		{Name: "office: audit log of a producer", Do: func(ctx context.Context, s *Service) error {
			_, err := s.Ledger.Audit(ctx, bulk.Office, trace.AuditQuery{Kinds: bulk.AuditKinds(), Ref: trace.ProducerTerm(s.big.Producer)}, trace.Paging{})
			return err
		}},
		{Name: "public: look-up of a decision", Do: func(ctx context.Context, s *Service) error {
			_, err := s.Ledger.PublicCertificates(ctx, trace.PublicQuery{Number: "101/QĐ-UBND"}, trace.Paging{})
			return err
		}},
		{Name: "recall: whom it reaches", Do: func(ctx context.Context, s *Service) error {
			_, err := s.Ledger.Outreach(ctx, bulk.Inspector, s.batch)
			return err
		}},
		{Name: "figures of a producer's scans", Most: 250, Do: func(ctx context.Context, s *Service) error {
			_, err := s.sightings.Figures(ctx, s.big, sighting.FigureQuery{Days: 30})
			return err
		}},
	}
}

func starts() []Operation {
	return []Operation{
		{Name: "start of the service", Once: true, Do: restart},
		{Name: "first recall after the start", Once: true, Do: func(ctx context.Context, s *Service) error {
			if err := restart(ctx, s); err != nil {
				return err
			}
			_, err := s.Ledger.Outreach(ctx, bulk.Inspector, s.batch)
			return err
		}},
	}
}

// coldPage makes the page of a batch that nobody asked for lately.
func coldPage(ctx context.Context, s *Service) error {
	if err := s.cold(s.Log.Store()); err != nil {
		return err
	}
	return s.get(ctx, "/"+s.codes[int(s.next.Add(1))%len(s.codes)])
}

// fresh is a write that was not made before.
func fresh(by trace.Actor) trace.Write {
	key := rand.Text()
	sum := sha256.Sum256([]byte(key))
	return trace.Write{By: by, Op: trace.Op{Key: key, Hash: hex.EncodeToString(sum[:])}}
}

func diaryEntry(ctx context.Context, s *Service) error {
	_, err := s.Ledger.AddRecord(ctx, fresh(s.big), trace.RecordData{
		Batch: s.batch, Kind: "storing", Happened: time.Now().Add(-time.Hour), Person: "Triệu Thị Lan",
		Storing: &trace.Storing{Place: "Kho thành phẩm", From: s.Ledger.Today().AddDays(-1), Until: s.Ledger.Today()},
	})
	return err
}

func newBatch(ctx context.Context, s *Service) error {
	_, err := s.enterBatch(ctx)
	return err
}

func (s *Service) enterBatch(ctx context.Context) (trace.Stored[trace.Batch], error) {
	lot, err := gs1.ParseLotNumber(rand.Text()[:16])
	if err != nil {
		return trace.Stored[trace.Batch]{}, err
	}
	return s.Ledger.CreateBatch(ctx, fresh(s.big), trace.BatchData{
		Product: s.product, Lot: lot, Quantity: trace.Quantity{Value: "10", Unit: "KGM"}, Production: s.Ledger.Today().AddDays(-1),
	})
}

// printOrder orders stamps for a new batch, which is not what is measured but
// always the same.
func printOrder(ctx context.Context, s *Service) error {
	b, err := s.enterBatch(ctx)
	if err != nil {
		return err
	}
	_, err = s.Book.Create(ctx, fresh(s.big), printing.OrderData{Batch: b.ID, Codes: printing.ItemCodes, Count: 65, Stock: "tomy-145"})
	return err
}

func restart(ctx context.Context, s *Service) error { return s.start(ctx) }

func search(text func(*Service) string) func(context.Context, *Service) error {
	return func(ctx context.Context, s *Service) error {
		_, err := s.Ledger.Search(ctx, bulk.Inspector, text(s))
		return err
	}
}

type lister[T any] func(context.Context, *Service, trace.Paging) (trace.List[T], error)

// first opens the first page of a list.
func first[T any](list lister[T]) func(context.Context, *Service) error {
	return func(ctx context.Context, s *Service) error {
		_, err := list(ctx, s, trace.Paging{Limit: s.Page})
		return err
	}
}

// fourth opens the first pages of a list, up to the fourth.
func fourth[T any](list lister[T]) func(context.Context, *Service) error {
	return func(ctx context.Context, s *Service) error {
		p := trace.Paging{Limit: 5}
		for range 4 {
			page, err := list(ctx, s, p)
			if err != nil {
				return err
			}
			if p.After = page.Next; p.After == "" {
				return errors.New("there is no fourth page")
			}
		}
		return nil
	}
}

// String names it.
func (a Asked) String() string { return fmt.Sprintf("%d calls, %d revisions", a.Calls, a.Read) }
