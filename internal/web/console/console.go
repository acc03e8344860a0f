// Package console puts the desks together: who signs in, one's own account, and
// the parts that each role has. What the desks share is in package desk, each
// desk in a package of its own below this one.
//
// Addresses are Vietnamese words without diacritics, since people read them to
// each other on the telephone.
package console

import (
	"embed"
	"fmt"
	"slices"

	"github.com/gin-gonic/gin"

	"temgoc/internal/account"
	"temgoc/internal/exchange"
	"temgoc/internal/health"
	"temgoc/internal/printing"
	"temgoc/internal/privacy"
	"temgoc/internal/proof/bundle"
	"temgoc/internal/sighting"
	"temgoc/internal/trace"
	"temgoc/internal/web/console/diary"
	"temgoc/internal/web/console/inspection"
	"temgoc/internal/web/console/laboratory"
	"temgoc/internal/web/console/office"
	"temgoc/internal/web/console/operation"
	"temgoc/internal/web/console/outreach"
	"temgoc/internal/web/console/personal"
	"temgoc/internal/web/console/problems"
	"temgoc/internal/web/console/producer"
	"temgoc/internal/web/console/register"
	"temgoc/internal/web/console/scans"
	"temgoc/internal/web/console/studio"
	"temgoc/internal/web/console/tables"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/scan"
	"temgoc/internal/web/ui"
)

//go:embed templates
var templateFiles embed.FS

// Config is what the console is made of.
type Config struct {
	desk.Config
	Book *printing.Book
	Keys *account.Keys
	// Privacy keeps what persons ask about their data.
	Privacy *privacy.Register
	// Bundles makes the sealed files of batches.
	Bundles *bundle.Maker
	// Audit are the kinds of documents whose changes are told in words.
	Audit []trace.AuditKind
	// Exchange brings spreadsheets in and out.
	Exchange *exchange.Exchange
	// Sightings keep what becomes known of stamps.
	Sightings *sighting.Keeper
	// Scan renders what shoppers see, for previews.
	Scan *scan.Pages
	// Health knows how the service stands; nil where nothing looks after it.
	Health *health.Watch
}

// A Console serves the pages of people who sign in.
type Console struct {
	Config
	kit *desk.Kit
}

// New makes a Console. It fails when a template does not parse.
func New(c Config) (*Console, error) {
	console := &Console{Config: c}
	console.Config.Nav = nav
	console.kit = desk.New(console.Config.Config)
	return console, nil
}

// Parts lists every desk: the one list of what the console answers.
func (c *Console) Parts() ([]desk.Part, error) {
	shared, err := ui.Shared()
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	own, err := shared.With(templateFiles, "templates")
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	parts := []desk.Part{
		{Name: "console", Templates: own, Routes: slices.Concat([]desk.Route{desk.Get("", c.home, desk.Everyone...)}, c.signRoutes())},
	}
	for _, desk := range c.desks() {
		part, err := desk(shared)
		if err != nil {
			return nil, fmt.Errorf("console: %w", err)
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// desks lists the desks.
func (c *Console) desks() []func(*ui.Templates) (desk.Part, error) {
	return []func(*ui.Templates) (desk.Part, error){
		func(t *ui.Templates) (desk.Part, error) { return tables.Part(t, c.Exchange) },
		func(t *ui.Templates) (desk.Part, error) {
			return laboratory.Part(t, laboratory.Config{Ledger: c.Ledger})
		},
		func(t *ui.Templates) (desk.Part, error) {
			return register.Part(t, register.Config{Ledger: c.Ledger})
		},
		func(t *ui.Templates) (desk.Part, error) {
			return diary.Part(t, diary.Config{Ledger: c.Ledger, Book: c.Book, Bundles: c.Bundles, Scan: c.Scan, Visit: printing.Outside})
		},
		func(t *ui.Templates) (desk.Part, error) {
			return studio.Part(t, studio.Config{Ledger: c.Ledger, Book: c.Book})
		},
		func(t *ui.Templates) (desk.Part, error) {
			return office.Part(t, office.Config{Ledger: c.Ledger, People: c.People, Audit: c.Audit, Privacy: c.Privacy})
		},
		func(t *ui.Templates) (desk.Part, error) {
			return inspection.Part(t, inspection.Config{Ledger: c.Ledger, Book: c.Book, Bundles: c.Bundles, Scan: c.Scan})
		},
		func(t *ui.Templates) (desk.Part, error) {
			return operation.Part(t, operation.Config{Ledger: c.Ledger, People: c.People, Keys: c.Keys, Health: c.Health})
		},
		func(t *ui.Templates) (desk.Part, error) {
			return producer.Part(t, producer.Config{Ledger: c.Ledger, Book: c.Book, People: c.People, Audit: c.Audit})
		},
		func(t *ui.Templates) (desk.Part, error) {
			return problems.Part(t, problems.Config{Ledger: c.Ledger})
		},
		func(t *ui.Templates) (desk.Part, error) {
			return scans.Part(t, scans.Config{Ledger: c.Ledger, Sightings: c.Sightings})
		},
		func(t *ui.Templates) (desk.Part, error) {
			return personal.Part(t, personal.Config{Register: c.Privacy, People: c.People, Audit: c.Audit})
		},
		func(t *ui.Templates) (desk.Part, error) {
			return outreach.Part(t, outreach.Config{Ledger: c.Ledger})
		},
	}
}

// Register adds the routes, and returns what answers addresses of the console
// that do not exist.
func (c *Console) Register(r gin.IRoutes) (notFound gin.HandlerFunc, err error) {
	parts, err := c.Parts()
	if err != nil {
		return nil, err
	}
	r.GET(ui.StaticPath+":name", desk.Static)
	for _, p := range parts {
		c.kit.Register(r, p)
	}
	return c.kit.NotFound(parts[0]), nil
}

// nav lists the parts of the console that a role has.
func nav(v *desk.Visit) []desk.Link {
	link := func(path, icon, vi, en string) desk.Link {
		return desk.Link{Label: v.T(vi, en), Href: desk.Prefix + path, Icon: icon}
	}
	if v.Membership.Role == trace.Office {
		return officeNav(link)
	}
	switch v.Membership.Role {
	case trace.ProducerRole:
		return []desk.Link{
			link("/chu-the", "home", "Việc cần làm", "To do"),
			link("/lo", "batches", "Lô hàng", "Batches"),
			link("/san-pham", "products", "Sản phẩm", "Products"),
			link("/giay-to", "certificates", "Giấy tờ", "Certificates"),
			link("/phieu", "tests", "Kiểm nghiệm", "Tests"),
			link("/xuong-tem", "stamps", "Xưởng tem", "Studio"),
			link("/phan-anh-cua-khach", "problems", "Phản ánh", "Reports"),
			link(scans.Path, "search", "Lượt quét", "Scans"),
			link("/bang-tinh", "exchange", "Bảng tính", "Spreadsheets"),
			link("/co-so", "people", "Cơ sở", "Business"),
			link("/lich-su", "history", "Lịch sử", "History"),
		}
	case trace.Laboratory:
		return []desk.Link{
			link("/thu-nghiem", "home", "Yêu cầu", "Requests"),
			link("/thu-nghiem/phieu", "tests", "Phiếu kiểm nghiệm", "Reports"),
		}
	case trace.Inspector:
		return []desk.Link{
			link("/kiem-tra", "search", "Tra cứu", "Look up"),
			link("/doi-chieu", "register", "Đối chiếu giấy tờ", "Check a document"),
			link("/thu-hoi", "problems", "Thu hồi", "Recalls"),
			link("/phan-anh", "problems", "Phản ánh", "Reports"),
			link(scans.Path, "search", "Lượt quét", "Scans"),
			link("/dang-ky", "certificates", "Giấy chứng nhận", "Certificates"),
		}
	case trace.Certifier:
		return []desk.Link{
			link("/dang-ky", "certificates", "Giấy chứng nhận", "Certificates"),
			link("/kiem-tra", "search", "Tra cứu", "Look up"),
		}
	case trace.Administrator:
		return []desk.Link{
			link("/nguoi-dung", "people", "Người dùng", "People"),
			link("/to-chuc", "register", "Tổ chức", "Organisations"),
			link("/khoa", "keys", "Khóa API", "API keys"),
			link("/du-lieu-ca-nhan", "register", "Dữ liệu cá nhân", "Personal data"),
			link("/tinh-trang", "limits", "Tình trạng", "State"),
			link("/nhat-ky", "history", "Nhật ký", "Audit log"),
		}
	}
	return nil
}

// officeNav is that of the programme office.
func officeNav(link func(path, icon, vi, en string) desk.Link) []desk.Link {
	return []desk.Link{
		link("/van-phong", "home", "Tổng quan", "Overview"),
		link("/chu-the-ocop", "products", "Chủ thể", "Producers"),
		link("/dang-ky", "certificates", "Giấy chứng nhận", "Certificates"),
		link("/phan-anh", "problems", "Phản ánh", "Reports"),
		link("/thu-hoi", "problems", "Thu hồi", "Recalls"),
		link("/kiem-tra", "search", "Tra cứu", "Look up"),
		link("/gioi-han", "limits", "Chỉ tiêu", "Limits"),
		link("/to-chuc", "people", "Tổ chức", "Organisations"),
		link("/xuong-tem", "stamps", "Xưởng tem", "Studio"),
		link("/bang-tinh", "exchange", "Bảng tính", "Spreadsheets"),
		link("/nhat-ky", "history", "Nhật ký", "Audit log"),
	}
}
