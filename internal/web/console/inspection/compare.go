package inspection

import (
	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A comparePage takes a document that somebody shows, and says whether exactly
// these bytes are on file.
type comparePage struct {
	desk.Frame
	Form   *ui.Form
	SHA256 string
	// Found says that the bytes are on file, since when and by whom; Groups what
	// they belong to.
	Found  bool
	Facts  []desk.Fact
	Groups []group
}

// Template implements ui.Page.
func (comparePage) Template() string { return "compare.html" }

func (i inspection) comparePage(v *desk.Visit) *comparePage {
	return &comparePage{
		Frame: v.Frame("Đối chiếu giấy tờ", "Check a document"),
		Form: v.NewForm("Đối chiếu", "Compare", ui.Group{Fields: []ui.Field{{
			Name: "file", Label: v.T("Tệp hoặc ảnh cần đối chiếu", "File or picture to compare"), Type: "file", Required: true,
			Hint: v.T("Chọn hoặc kéo thả tệp vào ô. Tệp chỉ được tính mã, không được lưu lại; tối đa 12 MiB.", "Choose a file or drop it here. It is only hashed, not kept; at most 12 MiB."),
		}}}),
	}
}

func (i inspection) compare(v *desk.Visit) (desk.Answer, error) {
	page := i.comparePage(v)
	text := v.Query("sha256")
	if text == "" {
		return desk.Show(page), nil
	}
	digest, err := trace.ParseDigest(text)
	if err != nil {
		return v.Again(page, page.Form, desk.FieldError("file", "không phải là mã SHA-256", "is not a SHA-256"))
	}
	page.SHA256 = digest.String()
	uses, err := i.Ledger.FileUses(v.Context(), v.Actor, digest)
	if err != nil || uses.File == nil {
		return desk.Show(page), err
	}
	page.Found = true
	people, err := v.Names([]string{uses.File.By})
	if err != nil {
		return desk.Answer{}, err
	}
	page.Facts = desk.Facts(
		desk.Fact{Label: v.T("Tệp", "File"), Value: fileText(v.Lang, uses.File.Data), Href: originals + "/" + page.SHA256},
		desk.Fact{Label: v.T("Có từ", "On file since"), Value: v.Lang.Moment(uses.File.Created)},
		desk.Fact{Label: v.T("Người tải lên", "Uploaded by"), Value: people[uses.File.By]},
	)
	page.Groups, err = i.uses(v, uses)
	return desk.Show(page), err
}

// hash is what the form does without its script: the file comes here to be
// hashed, and is forgotten.
func (i inspection) hash(v *desk.Visit) (desk.Answer, error) {
	if len(v.Files) == 0 {
		page := i.comparePage(v)
		return v.Again(page, page.Form, desk.FieldError("file", "hãy chọn một tệp", "choose a file"))
	}
	return v.Redirect(comparePath+"?sha256="+trace.DigestOf(v.Files[0].Content).String(), "", ""), nil
}

// uses lists what a file belongs to, each leading on.
func (i inspection) uses(v *desk.Visit, u trace.FileUses) ([]group, error) {
	n := &names{v: v}
	for _, c := range u.Certificates {
		n.want(c.Document.Data.Product, c.Document.Data.Producer)
	}
	for _, r := range u.Records {
		n.want("", r.Document.Data.Producer)
	}
	for _, t := range u.Tests {
		n.want(t.Document.Data.Product, t.Document.Data.Producer)
	}
	for _, p := range u.Products {
		n.want(p.Document.ID, p.Document.Data.Producer)
	}
	if err := i.look(n); err != nil {
		return nil, err
	}
	return n.uses(u), nil
}

func (n *names) uses(u trace.FileUses) []group {
	v := n.v
	certificates, records := group{Title: v.T("Giấy chứng nhận", "Certificates")}, group{Title: v.T("Ghi chép", "Records")}
	tests, products := group{Title: v.T("Phiếu kiểm nghiệm", "Test reports")}, group{Title: v.T("Ảnh sản phẩm", "Pictures of products")}
	for _, c := range u.Certificates {
		certificates.Rows = append(certificates.Rows, once(v, c.Now, n.certificates([]trace.Stored[trace.Certificate]{c.Document})[0]))
	}
	for _, r := range u.Records {
		kind, _ := catalog.RecordKindByCode(r.Document.Data.Kind)
		badge := desk.ProvenanceBadge(v.Lang, r.Document.Data.Provenance(), r.Document.Data.Verified)
		records.Rows = append(records.Rows, once(v, r.Now, row{
			Label: v.Lang.Name(kind.Name), Href: recordPath(r.Document.Data.Batch, r.Document.ID), State: &badge,
			Text: ui.Joined(" · ", v.T("lô ", "batch ")+desk.Display(r.Document.Data.Batch), v.Lang.Moment(r.Document.Data.Happened), n.producer(r.Document.Data.Producer)),
		}))
	}
	for _, t := range u.Tests {
		badge := desk.VerdictBadge(v.Lang, t.Document.Data.Verdict())
		href := searchPath + "/san-pham/" + t.Document.Data.Product
		if t.Document.Data.Batch != "" {
			href = filesPath + "/" + t.Document.Data.Batch + "#kiem-nghiem"
		}
		tests.Rows = append(tests.Rows, once(v, t.Now, row{
			Label: t.Document.Data.Number, Href: href, State: &badge,
			Text: ui.Joined(" · ", t.Document.Data.Laboratory.Name, v.Lang.Date(t.Document.Data.Issued), n.product(t.Document.Data.Product), n.producer(t.Document.Data.Producer)),
		}))
	}
	for _, p := range u.Products {
		products.Rows = append(products.Rows, once(v, p.Now, row{
			Label: n.product(p.Document.ID), Href: searchPath + "/san-pham/" + p.Document.ID, Text: n.producer(p.Document.Data.Producer),
		}))
	}
	var out []group
	for _, g := range []group{certificates, records, tests, products} {
		if len(g.Rows) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// once marks what a file belonged to before a correction.
func once(v *desk.Visit, now bool, r row) row {
	if !now {
		state := desk.Warn(v.T("chỉ có ở bản trước khi sửa", "in an earlier version only"))
		r.State = &state
	}
	return r
}
