package api

import (
	"context"
	"net/http"

	"temgoc/internal/trace"
)

func (a *API) certificateRoutes() []route {
	writers := []trace.Role{trace.Office, trace.Certifier, trace.ProducerRole}
	return tagged("certificates",
		operation(http.MethodGet, "/certificates", "listCertificates", "Danh sách giấy chứng nhận", "List certificates", readers, a.listCertificates),
		operation(http.MethodPost, "/certificates", "createCertificate", "Nhập giấy chứng nhận", "Enter a certificate", writers, a.createCertificate, created,
			withFiles(
				part{name: "certificate", json: true, required: true, doc: "The certificate as JSON"},
				part{name: "file", many: true, doc: "PDF, JPEG or PNG; all together at most 12 MiB"}),
			about("Giấy do cơ quan chứng nhận hoặc cơ quan chương trình nhập thì được xác nhận ngay; do chủ thể nhập thì chỉ là tự khai.",
				"What the programme office or a certifying authority enters is confirmed thereby; what a producer enters is declared.")),
		operation(http.MethodGet, "/certificates/{id}", "getCertificate", "Xem một giấy chứng nhận", "Get a certificate", readers, a.getCertificate),
		operation(http.MethodPut, "/certificates/{id}", "updateCertificate", "Sửa giấy chứng nhận", "Correct a certificate", writers, a.updateCertificate),
		operation(http.MethodPost, "/certificates/{id}/confirmation", "confirmCertificate", "Xác nhận giấy chứng nhận", "Confirm a certificate", judges, a.confirmCertificate, vouches),
		operation(http.MethodPost, "/certificates/{id}/withdrawal", "withdrawCertificate", "Thu hồi giấy chứng nhận", "Withdraw a certificate", judges, a.withdrawCertificate),
		operation(http.MethodPost, "/certificates/{id}/succession", "supersedeCertificate", "Thay thế giấy chứng nhận", "Supersede a certificate", judges, a.supersedeCertificate),
	)
}

// A CertificateView is a certificate with what it is worth today.
type CertificateView struct {
	trace.Stored[trace.Certificate]
	State      trace.CertificateState `json:"state" doc:"Today"`
	GivesStars bool                   `json:"givesStars" doc:"Whether stars can come from it: of kind OCOP, about one product, and confirmed"`
}

func (a *API) viewCertificate(s trace.Stored[trace.Certificate]) CertificateView {
	return CertificateView{s, s.Data.StateOn(a.Ledger.Today()), s.Data.GivesStars()}
}

func (a *API) certificate(s trace.Stored[trace.Certificate], err error) (*Document[CertificateView], error) {
	if err != nil {
		return nil, err
	}
	v := a.viewCertificate(s)
	return &Document[CertificateView]{etag(s.Revision, string(v.State)), v}, nil
}

type listCertificatesIn struct {
	Paging
	Producer string `query:"producer" maxLength:"100" doc:"Id of the producer"`
	Product  string `query:"product" maxLength:"100" doc:"Id of the product"`
	Number   string `query:"number" maxLength:"200" doc:"Number of the certificate" example:"321/QĐ-UBND"`
}

func (a *API) listCertificates(ctx context.Context, in *listCertificatesIn) (*Page[CertificateView], error) {
	q := trace.CertificateQuery{Producer: in.Producer, Product: in.Product, Number: in.Number}
	list, err := a.Ledger.Certificates(ctx, actorOf(ctx), q, in.paging())
	return page(ctx, in.Paging, list, err, a.viewCertificate)
}

type createCertificateIn struct {
	Writing
	Body trace.CertificateData
}

func (a *API) createCertificate(ctx context.Context, in *createCertificateIn) (*New[CertificateView], error) {
	w := in.write(ctx)
	files, err := a.addFiles(ctx, w.By, in.Body)
	if err != nil {
		return nil, err
	}
	in.Body.Files = append(in.Body.Files, files...)
	d, err := a.certificate(a.Ledger.CreateCertificate(ctx, w, in.Body))
	if err != nil {
		return nil, err
	}
	return &New[CertificateView]{Prefix + "/certificates/" + d.Body.ID, d.ETag, d.Body}, nil
}

// addFiles keeps the files that came with a certificate, if the certificate
// will be taken. They need no idempotency key: the same content is one file.
func (a *API) addFiles(ctx context.Context, by trace.Actor, d trace.CertificateData) ([]trace.Digest, error) {
	files := callOf(ctx).files
	if len(files) == 0 {
		return nil, nil
	}
	if err := a.Ledger.CheckCertificate(ctx, by, d); err != nil {
		return nil, err
	}
	var out []trace.Digest
	for _, f := range files {
		s, err := a.Ledger.AddFile(ctx, trace.Write{By: by}, f.name, f.content)
		if err != nil {
			return nil, err
		}
		out = append(out, s.Data.SHA256)
	}
	return out, nil
}

func (a *API) getCertificate(ctx context.Context, in *getProducerIn) (*Document[CertificateView], error) {
	d, err := a.certificate(a.Ledger.Certificate(ctx, actorOf(ctx), in.ID))
	if err != nil {
		return nil, err
	}
	return read(in.Reading, d.Body, d.ETag)
}

type updateCertificateIn struct {
	ByID
	Replacing
	Body trace.CertificateData
}

func (a *API) updateCertificate(ctx context.Context, in *updateCertificateIn) (*Document[CertificateView], error) {
	return a.certificate(a.Ledger.UpdateCertificate(ctx, in.write(ctx), in.ID, in.Body))
}

type confirmIn struct {
	ByID
	Replacing
}

func (a *API) confirmCertificate(ctx context.Context, in *confirmIn) (*Document[CertificateView], error) {
	w, err := in.seen(ctx)
	if err != nil {
		return nil, err
	}
	return a.certificate(a.Ledger.ConfirmCertificate(ctx, w, in.ID))
}

type endCertificateIn struct {
	ByID
	Replacing
	Body trace.Ending
}

func (a *API) withdrawCertificate(ctx context.Context, in *endCertificateIn) (*Document[CertificateView], error) {
	return a.certificate(a.Ledger.WithdrawCertificate(ctx, in.write(ctx), in.ID, in.Body))
}

func (a *API) supersedeCertificate(ctx context.Context, in *endCertificateIn) (*Document[CertificateView], error) {
	return a.certificate(a.Ledger.SupersedeCertificate(ctx, in.write(ctx), in.ID, in.Body))
}
