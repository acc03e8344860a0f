// Package producer is the desk of a producer's people: what needs attention,
// the business and who works in it, products, certificates, batches, tests,
// what shoppers report, and the history of who did what. A batch's own pages
// with its diary are in package diary.
package producer

import (
	"embed"
	"errors"
	"fmt"
	"strings"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/testsheet"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what the desk works with.
type Config struct {
	Ledger *trace.Ledger
	Book   *printing.Book
	People *account.Directory
	// Audit are the kinds of documents that the history tells of.
	Audit []trace.AuditKind
}

// A business is the desk over what it works with.
type business struct{ Config }

// Part makes the desk.
func Part(shared *ui.Templates, c Config) (desk.Part, error) {
	set, err := testsheet.With(shared)
	if err == nil {
		set, err = set.With(templateFiles, "templates")
	}
	if err != nil {
		return desk.Part{}, fmt.Errorf("producer: %w", err)
	}
	b := &business{c}
	return desk.Part{Name: "producer", Templates: set, Routes: b.routes()}, nil
}

func (b *business) routes() []desk.Route {
	const role = trace.ProducerRole
	return []desk.Route{
		desk.Get("/chu-the", b.home, role),
		desk.Get("/co-so", b.business, role),
		desk.Post("/co-so", b.updateBusiness, role),
		desk.Post("/co-so/nguoi", b.inviteColleague, role),
		desk.Post("/co-so/nguoi/:id", b.renewInvitation, role),
		desk.Get("/san-pham", b.products, role),
		desk.Get("/san-pham/moi", b.newProduct, role),
		desk.Upload("/san-pham/moi", b.createProduct, role),
		desk.Get("/san-pham/:id", b.product, role),
		desk.Upload("/san-pham/:id", b.updateProduct, role),
		desk.Get("/giay-to", b.certificates, role),
		desk.Get("/giay-to/moi", b.newCertificate, role),
		desk.Upload("/giay-to/moi", b.createCertificate, role),
		desk.Get("/giay-to/:id", b.certificate, role),
		desk.Upload("/giay-to/:id", b.updateCertificate, role),
		desk.Get("/giay-to/:id/tep/:n", b.certificateFile, role),
		desk.Get("/lo", b.batches, role),
		desk.Get("/lo/moi", b.newBatch, role),
		desk.Post("/lo/moi", b.createBatch, role),
		desk.Get("/lo/:code/sua", b.editBatch, role),
		desk.Post("/lo/:code/sua", b.updateBatch, role),
		desk.Get("/phieu", b.tests, role),
		desk.Get("/phieu/moi", b.newReport, role),
		desk.Upload("/phieu/moi", b.addReport, role),
		desk.Get("/phieu/yeu-cau", b.newRequest, role),
		desk.Post("/phieu/yeu-cau", b.askTest, role),
		desk.Get("/phieu/yeu-cau/:id", b.request, role),
		desk.Post("/phieu/yeu-cau/:id", b.cancelRequest, role),
		desk.Get("/phieu/:id", b.report, role),
		desk.Get("/phieu/:id/sua", b.editReport, role),
		desk.Upload("/phieu/:id/sua", b.correctReport, role),
		desk.Get("/phieu/:id/tep/:n", b.reportFile, role),
		desk.Get("/phan-anh-cua-khach", b.problems, role),
		desk.Get("/phan-anh-cua-khach/:id", b.problem, role),
		desk.Post("/phan-anh-cua-khach/:id", b.answerProblem, role),
		desk.Post("/phan-anh-cua-khach/:id/xem", b.seeProblem, role),
		desk.Get("/lich-su", b.history, role),
	}
}

// The addresses of the desk.
const (
	businessPath     = desk.Prefix + "/co-so"
	colleaguesPath   = businessPath + "/nguoi"
	problemsPath     = desk.Prefix + "/phan-anh-cua-khach"
	productsPath     = desk.Prefix + "/san-pham"
	certificatesPath = desk.Prefix + "/giay-to"
	batchesPath      = desk.Prefix + "/lo"
	testsPath        = desk.Prefix + "/phieu"
	requestsPath     = testsPath + "/yeu-cau"
)

func batchPath(code string) string { return batchesPath + "/" + code }

// The parts of the desk, for trails.
func productsLink(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Sản phẩm", "Products"), Href: productsPath}
}

func certificatesLink(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Giấy tờ", "Certificates"), Href: certificatesPath}
}

func batchesLink(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Lô hàng", "Batches"), Href: batchesPath}
}

func testsLink(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Kiểm nghiệm", "Tests"), Href: testsPath}
}

// every loads all parts of a list that the business has few of, such as its
// products; at most about a thousand, for a form can offer no more.
func every[T any](list func(trace.Paging) (trace.List[T], error)) ([]trace.Stored[T], error) {
	const enough = 1000
	var all []trace.Stored[T]
	for p := (trace.Paging{Limit: trace.MaxPage}); ; {
		part, err := list(p)
		if err != nil {
			return nil, err
		}
		all = append(all, part.Items...)
		if part.Next == "" || len(all) >= enough {
			return all, nil
		}
		p.After = part.Next
	}
}

// allProducts are the products of the business, the newest first.
func (b *business) allProducts(v *desk.Visit) ([]trace.Stored[trace.Product], error) {
	return every(func(p trace.Paging) (trace.List[trace.Product], error) {
		return b.Ledger.Products(v.Context(), v.Actor, v.Actor.Producer, "", p)
	})
}

// allCertificates are the certificates of the business and its products.
func (b *business) allCertificates(v *desk.Visit) (trace.Certificates, error) {
	all, err := every(func(p trace.Paging) (trace.List[trace.Certificate], error) {
		return b.Ledger.Certificates(v.Context(), v.Actor, trace.CertificateQuery{Producer: v.Actor.Producer}, p)
	})
	return trace.Certificates(all), err
}

// labels are the short names of products by id.
func labels(products []trace.Stored[trace.Product]) map[string]string {
	names := make(map[string]string, len(products))
	for _, p := range products {
		names[p.ID] = p.Data.Label()
	}
	return names
}

// keep stores what came through the two inputs for files that forms have here.
func keep(v *desk.Visit, by desk.Keeper) ([]trace.Digest, error) {
	return v.KeepFiles(map[string]desk.Keeper{"camera": by, "file": by})
}

// firstError is the first of the two that is one.
func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// reworded says what is wrong with a field in words that fit its form better.
func reworded(err error, field, vi, en string) error {
	var fields trace.FieldErrors
	if !errors.As(err, &fields) {
		return err
	}
	for i := range fields {
		if fields[i].Field == field {
			fields[i].Message = catalog.Name{VI: vi, EN: en}
		}
	}
	return err
}

// told says which fields of a folded part hold something, so that it can stay
// folded.
func told(v *desk.Visit, g ui.Group) ui.Group {
	var labels []string
	for _, f := range g.Fields {
		if f.Value != "" {
			labels = append(labels, f.Label)
		}
	}
	if len(labels) > 0 {
		g.Brief = v.T("đã có: ", "has: ") + strings.Join(labels, ", ")
	}
	return g
}

// chooseFilesAgain tells that a form which comes back has lost its files.
func chooseFilesAgain(v *desk.Visit, form *ui.Form, field string) {
	if f := form.Field(field); f != nil && len(v.Files) > 0 && f.Error == "" {
		f.Hint = v.T("Hãy chọn lại tệp: trình duyệt không giữ tệp đã chọn.", "Choose the file again: browsers do not keep it.")
	}
}
