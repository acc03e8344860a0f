package office

import (
	"slices"
	"strconv"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// The lists behind the numbers of the overview, made from what is counted
// there.

// endingDays are the spans in which certificates end, the shortest first.
var endingDays = []int{30, trace.ExpiringDays}

// behindPage is how many entries a page of these lists has.
const behindPage = 100

// part cuts out the page of a list that was asked for, and leads to the next.
func part[T any](v *desk.Visit, all []T) ([]T, desk.Pager) {
	from, err := strconv.Atoi(v.Query("after"))
	if err != nil || from < 0 {
		from = 0
	}
	from = min(from, len(all))
	to := min(from+behindPage, len(all))
	next := ""
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return all[from:to], v.Pager(next)
}

func overviewLink(v *desk.Visit) desk.Link {
	return desk.Link{Label: v.T("Tổng quan", "Overview"), Href: overviewPath}
}

// A certificateRow is a certificate with what it is about.
type certificateRow struct {
	Href, Number, Kind, Stars string
	Product, Producer         desk.Link
	State                     desk.Badge
	Declared                  bool
}

// A certificatesPage lists certificates with what they are about: those that
// give stars today, or end soon.
type certificatesPage struct {
	desk.Frame
	Lead    string
	Filters []desk.Link
	Rows    []certificateRow
	// More tells that the list does not have all.
	More  bool
	Empty string
	Pager desk.Pager
}

// Template implements ui.Page.
func (certificatesPage) Template() string { return "certificates-behind.html" }

func certificateRowOf(names *namer, c trace.Stored[trace.Certificate]) (certificateRow, error) {
	v := names.v
	kind, _ := catalog.CertificateKindByCode(c.Data.Kind)
	row := certificateRow{
		Href: registerPath + "/" + c.ID, Number: c.Data.Number, Kind: v.Lang.Name(kind.Name),
		State: desk.CertificateBadge(v.Lang, c.Data, v.Today()), Declared: c.Data.Confirmed == nil,
	}
	if c.Data.GivesStars() {
		row.Stars = stars(v.Lang, c.Data.OCOP.Stars)
	}
	var err error
	if row.Producer.Label, err = names.producer(c.Data.Producer); err != nil {
		return row, err
	}
	row.Producer.Href = producersPath + "/" + c.Data.Producer
	if c.Data.Product == "" {
		return row, nil
	}
	row.Product.Label, err = names.product(c.Data.Product)
	row.Product.Href = productsPath + "/" + c.Data.Product
	return row, err
}

// recognised lists the products that carry stars today.
func (o office) recognised(v *desk.Visit) (desk.Answer, error) {
	list, more, err := o.Ledger.Recognitions(v.Context(), v.Actor)
	if err != nil {
		return desk.Answer{}, err
	}
	page := &certificatesPage{
		Frame: v.Frame("Sản phẩm được công nhận", "Recognised products", overviewLink(v)), More: more,
		Lead:  v.T("Sao tính theo giấy chứng nhận OCOP đã được xác nhận và còn hiệu lực hôm nay.", "Stars come from OCOP certificates that are confirmed and in force today."),
		Empty: v.T("Chưa có sản phẩm nào. Sao hiện ở đây khi giấy chứng nhận OCOP được nhập hoặc xác nhận.", "There are none yet. Stars show here once an OCOP certificate is entered or confirmed."),
	}
	wanted, _ := strconv.Atoi(v.Query("sao")) // all, for what is no number
	counts := countStars(list)
	page.Filters = []desk.Link{{Label: v.T("Tất cả", "All") + " (" + v.Lang.Number(len(list)) + ")", Href: recognisedPath, Current: wanted == 0}}
	for n := 5; n >= 3; n-- {
		page.Filters = append(page.Filters, desk.Link{
			Label: stars(v.Lang, n) + " (" + v.Lang.Number(counts[n]) + ")", Href: recognisedPath + "?sao=" + strconv.Itoa(n), Current: n == wanted,
		})
	}
	if wanted != 0 {
		list = slices.DeleteFunc(list, func(r trace.Recognition) bool { return r.Stars != wanted })
	}
	names := o.namer(v)
	list, page.Pager = part(v, list)
	for _, r := range list {
		row, err := certificateRowOf(names, r.Certificate)
		if err != nil {
			return desk.Answer{}, err
		}
		page.Rows = append(page.Rows, row)
	}
	return desk.Show(page), nil
}

// ending lists the certificates that end soon.
func (o office) ending(v *desk.Visit) (desk.Answer, error) {
	days, err := strconv.Atoi(v.Query("ngay"))
	if err != nil || !slices.Contains(endingDays, days) {
		days = trace.ExpiringDays
	}
	list, more, err := o.Ledger.EndingCertificates(v.Context(), v.Actor, days)
	if err != nil {
		return desk.Answer{}, err
	}
	page := &certificatesPage{
		Frame: v.Frame("Giấy chứng nhận sắp hết hạn", "Certificates that end soon", overviewLink(v)), More: more,
		Lead:  v.T("Mọi loại giấy còn hiệu lực hôm nay, giấy hết hạn trước đứng trước.", "Certificates of every kind in force today, the first to end first."),
		Empty: v.T("Không có giấy nào hết hạn trong thời gian này.", "None ends in this time."),
	}
	for _, d := range endingDays {
		page.Filters = append(page.Filters, desk.Link{
			Label: v.T("Trong ", "Within ") + strconv.Itoa(d) + v.T(" ngày", " days"), Href: endingPath + "?ngay=" + strconv.Itoa(d), Current: d == days,
		})
	}
	names := o.namer(v)
	list, page.Pager = part(v, list)
	for _, c := range list {
		row, err := certificateRowOf(names, c)
		if err != nil {
			return desk.Answer{}, err
		}
		page.Rows = append(page.Rows, row)
	}
	return desk.Show(page), nil
}

// A batchesPage lists batches.
type batchesPage struct {
	desk.Frame
	Of      desk.Link // the producer whose batches alone are listed
	Filters []desk.Link
	Rows    []batchRow
	Pager   desk.Pager
}

// Template implements ui.Page.
func (batchesPage) Template() string { return "batches-behind.html" }

// batchFilters are the states to choose from, by the word in the address.
var batchFilters = []struct {
	key    string
	state  trace.BatchState
	vi, en string
}{
	{"tam-dung", trace.BatchHeld, "Tạm dừng lưu hành", "Held"},
	{"thu-hoi", trace.BatchRecalled, "Bị thu hồi", "Recalled"},
	{"", "", "Tất cả", "All"},
}

// batches lists batches by their state, of one producer where one is named.
func (o office) batches(v *desk.Visit) (desk.Answer, error) {
	query := trace.BatchQuery{Producer: v.Query("chu-the")}
	page := &batchesPage{Frame: v.Frame("Lô hàng", "Batches", overviewLink(v))}
	more := ""
	if query.Producer != "" {
		p, err := o.Ledger.Producer(v.Context(), v.Actor, query.Producer)
		if err != nil {
			return desk.Answer{}, err
		}
		page.Of = desk.Link{Label: p.Data.Name, Href: producersPath + "/" + p.ID}
		page.Trail = []desk.Link{producersLink(v), page.Of}
		more = "&chu-the=" + p.ID
	}
	for _, f := range batchFilters {
		chosen := f.key == v.Query("loc")
		if chosen {
			query.State = f.state
		}
		page.Filters = append(page.Filters, desk.Link{Label: v.T(f.vi, f.en), Href: batchesPath + "?loc=" + f.key + more, Current: chosen})
	}
	list, err := o.Ledger.Batches(v.Context(), v.Actor, query, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	page.Pager = v.Pager(list.Next)
	page.Rows, err = o.batchRows(v, list.Items)
	return desk.Show(page), err
}
