// Package office is the desk of the programme office: numbers with the lists
// behind them, producers and their people, organisations, what is tested for and within which limits, and the
// audit log. Administrators share organisations and the log.
package office

import (
	"embed"
	"fmt"

	"temgoc/internal/account"
	"temgoc/internal/privacy"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what the desk stands on.
type Config struct {
	Ledger *trace.Ledger
	People *account.Directory
	// Audit are the kinds of documents that the audit log tells of.
	Audit []trace.AuditKind
	// Privacy keeps what persons ask about their data.
	Privacy *privacy.Register
}

type office struct {
	Config
	// exports has room for each export that may be made at a time, and
	// maxExport is how many entries one may have.
	exports   chan struct{}
	maxExport int
}

// The addresses of the desk, and of others that it leads to.
const (
	logPath = desk.Prefix + "/nhat-ky"

	producersPath = desk.Prefix + "/chu-the-ocop"
	registerPath  = desk.Prefix + "/dang-ky"
	dossierPath   = desk.Prefix + "/ho-so"
	recallsPath   = desk.Prefix + "/thu-hoi"
	peoplePath    = desk.Prefix + "/nguoi-dung"
	keysPath      = desk.Prefix + "/khoa"
	filesPath     = desk.Prefix + "/tep"
	problemsPath  = desk.Prefix + "/phan-anh"
	productsPath  = desk.Prefix + "/kiem-tra/san-pham"

	organisationsPath = desk.Prefix + "/to-chuc"
	limitsPath        = desk.Prefix + "/gioi-han"
)

// Part is the desk.
func Part(shared *ui.Templates, c Config) (desk.Part, error) {
	return office{c, make(chan struct{}, exportsAtOnce), maxExport}.part(shared)
}

func (o office) part(shared *ui.Templates) (desk.Part, error) {
	templates, err := shared.With(templateFiles, "templates")
	if err != nil {
		return desk.Part{}, fmt.Errorf("office: %w", err)
	}
	both := []trace.Role{trace.Office, trace.Administrator}
	return desk.Part{Name: "office", Templates: templates, Routes: []desk.Route{
		desk.Get("/van-phong", o.overview, trace.Office),
		desk.Get("/van-phong/san-pham", o.recognised, trace.Office),
		desk.Get("/van-phong/het-han", o.ending, trace.Office),
		desk.Get("/van-phong/lo", o.batches, trace.Office),

		desk.Get("/chu-the-ocop", o.producers, trace.Office),
		desk.Get("/chu-the-ocop/moi", o.newProducer, trace.Office),
		desk.Post("/chu-the-ocop/moi", o.createProducer, trace.Office),
		desk.Get("/chu-the-ocop/:id", o.producer, trace.Office),
		desk.Get("/chu-the-ocop/:id/sua", o.editProducer, trace.Office),
		desk.Post("/chu-the-ocop/:id/sua", o.updateProducer, trace.Office),
		desk.Post("/chu-the-ocop/:id/nguoi", o.inviteMember, trace.Office),
		desk.Post("/chu-the-ocop/:id/nguoi/:person/duong-dan", o.renewLink, trace.Office),
		desk.Post("/chu-the-ocop/:id/nguoi/:person/khoa", o.disableMember, trace.Office),
		desk.Post("/chu-the-ocop/:id/nguoi/:person/mo", o.enableMember, trace.Office),

		desk.Get("/to-chuc", o.organisations, both...),
		desk.Get("/to-chuc/moi", o.newOrganisationForm, both...),
		desk.Post("/to-chuc/moi", o.createOrganisation, both...),
		desk.Get("/to-chuc/:id", o.organisation, both...),
		desk.Post("/to-chuc/:id", o.updateOrganisation, both...),

		desk.Get("/gioi-han", o.sets, trace.Office),
		desk.Get("/gioi-han/danh-muc", o.reference, trace.Office),
		desk.Get("/gioi-han/:set", o.set, trace.Office),
		desk.Get("/gioi-han/:set/sua", o.editSet, trace.Office),
		desk.Post("/gioi-han/:set/sua", o.saveSet, trace.Office),

		desk.Get("/nhat-ky", o.log, both...),
		desk.Exporting(desk.Post("/nhat-ky/xuat", o.exportLog, both...)),
	}}, nil
}
