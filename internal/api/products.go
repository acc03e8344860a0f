package api

import (
	"context"
	"fmt"
	"net/http"

	"temgoc/internal/trace"
)

func (a *API) productRoutes() []route {
	return tagged("products",
		operation(http.MethodGet, "/products", "listProducts", "Danh sách sản phẩm", "List products", everyone, a.listProducts),
		operation(http.MethodPost, "/products", "createProduct", "Đăng ký sản phẩm", "Register a product", keepers, a.createProduct, created),
		operation(http.MethodGet, "/products/{id}", "getProduct", "Xem một sản phẩm", "Get a product", everyone, a.getProduct,
			about("Kèm tình trạng OCOP hôm nay, tính từ giấy chứng nhận.", "With its OCOP status today, which follows from its certificates.")),
		operation(http.MethodPut, "/products/{id}", "updateProduct", "Sửa thông tin sản phẩm", "Replace a product's data", keepers, a.updateProduct),
		operation(http.MethodPut, "/products/{id}/photo", "setPhoto", "Đặt ảnh sản phẩm", "Set a product's photo", keepers, a.setPhoto,
			withFiles(part{name: "file", required: true, doc: "JPEG or PNG, at most 12 MiB"}),
			about("Ảnh được xoay, thu nhỏ và ghi lại dạng JPEG, không giữ dữ liệu kèm theo của tệp gốc.",
				"The picture is turned upright, scaled down and written anew as JPEG; nothing else of the upload is kept.")),
	)
}

type listProductsIn struct {
	Paging
	Producer string `query:"producer" maxLength:"100" doc:"Id of the producer"`
	Search   string `query:"q" maxLength:"200" doc:"Words of the name, with or without diacritics" example:"mat ong"`
}

func (a *API) listProducts(ctx context.Context, in *listProductsIn) (*Page[trace.Stored[trace.Product]], error) {
	list, err := a.Ledger.Products(ctx, actorOf(ctx), in.Producer, in.Search, in.paging())
	return page(ctx, in.Paging, list, err, stored)
}

type createProductIn struct {
	Writing
	Body trace.Product
}

func (a *API) createProduct(ctx context.Context, in *createProductIn) (*New[trace.Stored[trace.Product]], error) {
	s, err := a.Ledger.CreateProduct(ctx, in.write(ctx), in.Body)
	return made("/products/", s, err)
}

// A ProductView is a product with what its certificates make of it today.
type ProductView struct {
	trace.Stored[trace.Product]
	// Status and Stars are left out for those who may not see certificates.
	Status string `json:"status,omitempty" enum:"potential,recognised" doc:"recognised while a confirmed OCOP certificate is in force"`
	Stars  int    `json:"stars,omitempty" doc:"OCOP stars in force today; absent when there are none"`
}

func (a *API) getProduct(ctx context.Context, in *getProducerIn) (*Document[ProductView], error) {
	s, err := a.Ledger.Product(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	v := ProductView{Stored: s}
	if actorOf(ctx).Reads(s.Data.Producer) {
		stars, err := a.starsToday(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		v.Status = "potential"
		if v.Stars = stars; stars > 0 {
			v.Status = "recognised"
		}
	}
	return read(in.Reading, v, etag(s.Revision, fmt.Sprintf("stars%d", v.Stars)))
}

// starsToday asks the product's certificates, all of them.
func (a *API) starsToday(ctx context.Context, product string) (int, error) {
	var all trace.Certificates
	for p := (trace.Paging{Limit: trace.MaxPage}); ; {
		list, err := a.Ledger.Certificates(ctx, actorOf(ctx), trace.CertificateQuery{Product: product}, p)
		if err != nil {
			return 0, err
		}
		all = append(all, list.Items...)
		if p.After = list.Next; list.Next == "" {
			return all.Stars(product, a.Ledger.Today()), nil
		}
	}
}

type updateProductIn struct {
	ByID
	Replacing
	Body trace.Product
}

func (a *API) updateProduct(ctx context.Context, in *updateProductIn) (*Document[trace.Stored[trace.Product]], error) {
	s, err := a.Ledger.UpdateProduct(ctx, in.write(ctx), in.ID, in.Body)
	return changed(s, err)
}

type setPhotoIn struct {
	ByID
	Replacing
}

func (a *API) setPhoto(ctx context.Context, in *setPhotoIn) (*Document[trace.Stored[trace.Product]], error) {
	// Whose product it is comes first: a picture for somebody else's must not
	// even be kept, nor one for a revision that is gone. A repeated request
	// names an old revision rightly.
	product, err := a.Ledger.Product(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	w := in.write(ctx)
	if w.Op.Key == "" && w.If != 0 && w.If != product.Revision {
		return nil, trace.ErrStale
	}
	file := callOf(ctx).files[0]
	photo, err := a.Ledger.AddPhoto(ctx, w, file.name, file.content)
	if err != nil {
		return nil, err
	}
	s, err := a.Ledger.SetPhoto(ctx, w, in.ID, photo.Data.SHA256)
	return changed(s, err)
}
