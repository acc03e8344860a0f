package producer

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
)

// A productsPage lists the products.
type productsPage struct {
	desk.Frame
	Search string
	Shown  bool // the search: there are many, or somebody searched
	Items  []productTile
	Pager  desk.Pager
}

// Template implements ui.Page.
func (productsPage) Template() string { return "products.html" }

// A productTile is one product in a list.
type productTile struct {
	Href, Photo, Name, Set string
	Stars                  int
	Badge                  *desk.Badge
}

// Glyphs draws the stars.
func (t productTile) Glyphs() string { return starGlyphs(t.Stars) }

// Glyphs draws the stars.
func (p productPage) Glyphs() string { return starGlyphs(p.Stars) }

func starGlyphs(n int) string { return strings.Repeat("★", n) + strings.Repeat("☆", max(0, 5-n)) }

// fewProducts is how many need no search.
const fewProducts = 12

func (b *business) products(v *desk.Visit) (desk.Answer, error) {
	page := &productsPage{Frame: v.Frame("Sản phẩm", "Products"), Search: v.Query("q")}
	list, err := b.Ledger.Products(v.Context(), v.Actor, v.Actor.Producer, page.Search, v.Paging())
	if err != nil {
		return desk.Answer{}, err
	}
	certificates, err := b.allCertificates(v)
	if err != nil {
		return desk.Answer{}, err
	}
	for _, p := range list.Items {
		page.Items = append(page.Items, tileOf(v, p, certificates, productsPath+"/"+p.ID))
	}
	page.Pager = v.Pager(list.Next)
	page.Shown = page.Search != "" || list.Next != "" || len(list.Items) > fewProducts
	return desk.Show(page), nil
}

func tileOf(v *desk.Visit, p trace.Stored[trace.Product], certificates trace.Certificates, href string) productTile {
	set, _ := catalog.SetByNumber(p.Data.Set)
	t := productTile{Href: href, Name: v.Lang.Name(p.Data.Name), Set: v.Lang.Name(set.Name), Stars: certificates.Stars(p.ID, v.Today())}
	if p.Data.Photo != (trace.Digest{}) {
		t.Photo = "/anh/" + p.Data.Photo.String() + "/nho"
	}
	if lacks := lacking(v.Lang, p.Data); lacks != "" {
		badge := desk.Warn(lacks)
		t.Badge = &badge
	}
	return t
}

// lacking says what the law asks for and the product lacks.
func lacking(l ui.Lang, p trace.Product) string {
	set, _ := catalog.SetByNumber(p.Set)
	switch photo, standards := p.Photo != (trace.Digest{}), len(p.Standards) > 0; {
	case set.Service:
		return ""
	case !photo && !standards:
		return l.T("chưa có ảnh và tiêu chuẩn áp dụng", "no photo and no standards yet")
	case !photo:
		return l.T("chưa có ảnh", "no photo yet")
	case !standards:
		return l.T("chưa có tiêu chuẩn áp dụng", "no standards yet")
	}
	return ""
}

// A productPage is the form of a product, and what is known of one that exists.
type productPage struct {
	desk.Frame
	Form         *ui.Form
	Photo        string
	Stars        int
	OCOP         string // where the stars come from, or why there are none
	NewBatch     string // empty for a service, and for a new product
	Certificates []certificateLine
	// AddCertificate leads to the form for another one.
	AddCertificate string
}

// Template implements ui.Page.
func (productPage) Template() string { return "product.html" }

func (b *business) newProduct(v *desk.Visit) (desk.Answer, error) {
	return desk.Show(b.newProductPage(v, trace.Product{})), nil
}

func (b *business) newProductPage(v *desk.Visit, p trace.Product) *productPage {
	page := &productPage{Frame: v.Frame("Thêm sản phẩm", "Add a product", productsLink(v)), Form: productForm(v, p)}
	page.Form.Cancel = productsPath
	return page
}

func productForm(v *desk.Visit, p trace.Product) *ui.Form {
	text := func(name, vi, en, value string) ui.Field {
		return ui.Field{Name: name, Label: v.T(vi, en), Value: value, Type: ui.TextArea, Rows: 2, MaxLength: 2000}
	}
	shelfLife := ""
	if p.ShelfLife > 0 {
		shelfLife = strconv.Itoa(p.ShelfLife)
	}
	set := ""
	if p.Set > 0 {
		set = strconv.Itoa(p.Set)
	}
	first := ui.Group{Fields: []ui.Field{
		{Name: "name.vi", Label: v.T("Tên sản phẩm", "Name in Vietnamese"), Value: p.Name.VI, Required: true, MaxLength: 200},
		{Name: "set", Label: v.T("Bộ sản phẩm OCOP", "OCOP product set"), Type: ui.Select, Value: set, Required: true, Options: setOptions(v.Lang)},
		{Name: "camera", Label: v.T("Chụp ảnh sản phẩm", "Take a photo"), Type: "file", Accept: "image/*", Capture: true, Narrow: true},
		{Name: "file", Label: v.T("Hoặc chọn ảnh có sẵn", "Or choose one"), Type: "file", Accept: "image/jpeg,image/png", Narrow: true},
		{Name: "netContent.value", Label: v.T("Khối lượng hoặc thể tích", "Net content"), Type: ui.Decimal, Value: p.NetContent.Value.In(string(v.Lang)), Narrow: true},
		{Name: "netContent.unit", Label: v.T("Đơn vị", "Unit"), Type: ui.Select, Value: p.NetContent.Unit, Options: ui.Units(v.Lang, cmp.Or(p.NetContent.Unit, "GRM"), "KGM", "MLT", "LTR"), Narrow: true},
		{Name: "shelfLife", Label: v.T("Hạn dùng, số ngày", "Shelf life in days"), Type: "digits", Value: shelfLife, MaxLength: 5, Hint: v.T("Để tự tính hạn dùng cho mỗi lô.", "To propose the expiry of each batch.")},
		{
			Name: "standards", Label: v.T("Tiêu chuẩn áp dụng", "Standards applied"), Type: ui.TextArea, Rows: 2, Value: strings.Join(p.Standards, "\n"),
			Hint: v.T("Mỗi dòng một tiêu chuẩn, ví dụ: TCCS 01:2026/MT. Pháp luật yêu cầu phải có.", "One a line, such as TCCS 01:2026/MT. The law asks for it."),
		},
	}}
	more := ui.Group{Title: v.T("Nhãn hiệu, mã GTIN, tên in trên tem", "Brand, GTIN, name on the stamp"), Folded: true, Fields: []ui.Field{
		{Name: "brand", Label: v.T("Nhãn hiệu", "Brand"), Value: p.Brand, MaxLength: 200},
		{Name: "gtin", Label: v.T("Mã GTIN", "GTIN"), Type: "digits", Value: gtinText(p), MaxLength: 20, Hint: v.T("Dãy số dưới mã vạch, nếu có.", "The digits below the barcode, where there is one.")},
		{Name: "shortName", Label: v.T("Tên ngắn in trên tem", "Short name for the stamp"), Value: p.ShortName, MaxLength: 60},
	}}
	words := ui.Group{Title: v.T("Thành phần, cách dùng, bảo quản", "Ingredients, usage, storage"), Folded: true, Fields: []ui.Field{
		text("ingredients.vi", "Thành phần", "Ingredients", p.Ingredients.VI), text("usage.vi", "Cách dùng", "Usage", p.Usage.VI),
		text("storage.vi", "Bảo quản", "Storage", p.Storage.VI), text("warnings.vi", "Cảnh báo", "Warnings", p.Warnings.VI),
		text("description.vi", "Giới thiệu", "Description", p.Description.VI),
	}}
	english := ui.Group{Title: v.T("Bản tiếng Anh", "In English"), Folded: true, Fields: []ui.Field{
		{Name: "name.en", Label: v.T("Tên tiếng Anh", "Name in English"), Value: p.Name.EN, MaxLength: 200},
		text("ingredients.en", "Thành phần (tiếng Anh)", "Ingredients in English", p.Ingredients.EN), text("usage.en", "Cách dùng (tiếng Anh)", "Usage in English", p.Usage.EN),
		text("storage.en", "Bảo quản (tiếng Anh)", "Storage in English", p.Storage.EN), text("warnings.en", "Cảnh báo (tiếng Anh)", "Warnings in English", p.Warnings.EN),
		text("description.en", "Giới thiệu (tiếng Anh)", "Description in English", p.Description.EN),
	}}
	return v.NewForm("Lưu sản phẩm", "Save the product", first, told(v, more), told(v, words), told(v, english))
}

func gtinText(p trace.Product) string {
	if p.GTIN.IsZero() {
		return ""
	}
	return p.GTIN.String()
}

// setOptions are the sets under the names of their groups.
func setOptions(l ui.Lang) []ui.Option {
	options := []ui.Option{{Label: l.T("– chọn –", "– choose –")}}
	for _, s := range catalog.Sets() {
		group := l.Name(s.Group.Name)
		if s.Subgroup != (catalog.Name{}) {
			group += " · " + l.Name(s.Subgroup)
		}
		options = append(options, ui.Option{Value: strconv.Itoa(s.Number), Label: l.Name(s.Name), Group: group})
	}
	return options
}

// readProduct reads the form into a product.
func readProduct(v *desk.Visit, p *trace.Product) error {
	err := v.Decode(p)
	p.Standards = lines(v.Value("standards"))
	if p.NetContent.Value == "" {
		p.NetContent = trace.Quantity{} // a unit alone says nothing
	}
	return err
}

// lines are those of a text that say something.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// productErrors says in words of the form what the domain finds wrong.
func productErrors(p trace.Product, err error) error {
	if p.Set == 0 {
		return reworded(err, "set", "hãy chọn bộ sản phẩm", "must be chosen")
	}
	return err
}

func (b *business) createProduct(v *desk.Visit) (desk.Answer, error) {
	p := trace.Product{Producer: v.Actor.Producer}
	err := readProduct(v, &p)
	if err == nil {
		err = b.checkProduct(v, p)
	}
	var photo []trace.Digest
	if err == nil {
		photo, err = keep(v, b.Ledger.AddPhoto)
	}
	var created trace.Stored[trace.Product]
	if err == nil {
		created, err = b.Ledger.CreateProduct(v.Context(), v.Write(), p)
	}
	if err == nil {
		err = b.setPhoto(v, created.ID, photo)
	}
	if err != nil {
		page := b.newProductPage(v, p)
		chooseFilesAgain(v, page.Form, photoField(v))
		return v.Again(page, page.Form, productErrors(p, err))
	}
	return b.afterFirstProduct(v, created)
}

// checkProduct tells what is wrong with a product before its photo is kept. A
// GTIN that is taken may be that of this very product, sent twice or edited.
func (b *business) checkProduct(v *desk.Visit, p trace.Product) error {
	err := b.Ledger.CheckProduct(v.Context(), v.Actor, p)
	if errors.Is(err, trace.ErrConflict) {
		return nil
	}
	return err
}

// setPhoto makes the last of the photos that of the product.
func (b *business) setPhoto(v *desk.Visit, id string, photos []trace.Digest) error {
	if len(photos) == 0 {
		return nil
	}
	_, err := b.Ledger.SetPhoto(v.Context(), v.Part("photo"), id, photos[len(photos)-1])
	return err
}

// photoField is the input that the photo came through.
func photoField(v *desk.Visit) string {
	if len(v.Files) > 0 {
		return v.Files[len(v.Files)-1].Field
	}
	return "file"
}

// afterFirstProduct leads on to the first batch, where there is none yet.
func (b *business) afterFirstProduct(v *desk.Visit, p trace.Stored[trace.Product]) (desk.Answer, error) {
	set, _ := catalog.SetByNumber(p.Data.Set)
	batches, err := b.Ledger.Batches(v.Context(), v.Actor, trace.BatchQuery{Producer: v.Actor.Producer}, trace.Paging{Limit: 1})
	if err != nil {
		return desk.Answer{}, err
	}
	if len(batches.Items) == 0 && !set.Service {
		return v.Redirect(batchesPath+"/moi?sp="+p.ID, "Đã lưu sản phẩm. Giờ hãy mở lô đầu tiên.", "The product is saved. Now open its first batch."), nil
	}
	return v.Redirect(productsPath, "Đã lưu sản phẩm.", "The product is saved."), nil
}

func (b *business) product(v *desk.Visit) (desk.Answer, error) {
	p, err := b.Ledger.Product(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	page, err := b.productPage(v, p)
	return desk.Show(page), err
}

func (b *business) productPage(v *desk.Visit, p trace.Stored[trace.Product]) (*productPage, error) {
	page := &productPage{Frame: v.Frame(p.Data.Name.VI, v.Lang.Name(p.Data.Name), productsLink(v)), Form: productForm(v, p.Data)}
	page.Form.Revision, page.Form.Cancel = p.Revision, productsPath
	if p.Data.Photo != (trace.Digest{}) {
		page.Photo = "/anh/" + p.Data.Photo.String()
		page.Form.Field("camera").Label = v.T("Chụp ảnh khác", "Take another photo")
	}
	if set, _ := catalog.SetByNumber(p.Data.Set); !set.Service {
		page.NewBatch = batchesPath + "/moi?sp=" + p.ID
	}
	certificates, err := b.allCertificates(v)
	if err != nil {
		return nil, err
	}
	page.AddCertificate = certificatesPath + "/moi?sp=" + p.ID
	page.Stars, page.OCOP = certificates.Stars(p.ID, v.Today()), ocopWords(v, certificates.OCOP(p.ID, v.Today()))
	for _, c := range certificates {
		if c.Data.Product == p.ID {
			page.Certificates = append(page.Certificates, lineOf(v, c, nil))
		}
	}
	return page, nil
}

// ocopWords tell where stars come from, or why there are none.
func ocopWords(v *desk.Visit, c *trace.Stored[trace.Certificate]) string {
	if c == nil {
		return v.T("Chưa có chứng nhận OCOP nào được xác nhận.", "No OCOP certificate is confirmed yet.")
	}
	words := fmt.Sprintf(v.T("Quyết định %s ngày %s, %s.", "Decision %s of %s, %s."), c.Data.Number, v.Lang.Date(c.Data.Issued), c.Data.Authority)
	return words + " " + ui.Sentence(lasting(v, c.Data))
}

func (b *business) updateProduct(v *desk.Visit) (desk.Answer, error) {
	cur, err := b.Ledger.Product(v.Context(), v.Actor, v.Param("id"))
	if err != nil {
		return desk.Answer{}, err
	}
	p := trace.Product{Producer: cur.Data.Producer}
	err = readProduct(v, &p)
	if err == nil {
		err = b.checkProduct(v, p)
	}
	var photo []trace.Digest
	if err == nil {
		photo, err = keep(v, b.Ledger.AddPhoto)
	}
	if err == nil {
		_, err = b.Ledger.UpdateProduct(v.Context(), v.Write(), cur.ID, p)
	}
	if err == nil {
		err = b.setPhoto(v, cur.ID, photo)
	}
	if err != nil {
		page, pageErr := b.productPage(v, cur)
		if pageErr != nil {
			return desk.Answer{}, pageErr
		}
		chooseFilesAgain(v, page.Form, photoField(v))
		return v.Again(page, page.Form, productErrors(p, err))
	}
	return v.Redirect(productsPath+"/"+cur.ID, "Đã lưu sản phẩm.", "The product is saved."), nil
}

// sellable are the products that batches can be made of.
func sellable(products []trace.Stored[trace.Product]) []trace.Stored[trace.Product] {
	return slices.DeleteFunc(slices.Clone(products), func(p trace.Stored[trace.Product]) bool {
		set, _ := catalog.SetByNumber(p.Data.Set)
		return set.Service
	})
}
