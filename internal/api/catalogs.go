package api

import (
	"context"
	"net/http"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

func (a *API) catalogRoutes() []route {
	return tagged("catalog",
		operation(http.MethodGet, "/catalog/sets", "listSets", "26 bộ sản phẩm OCOP", "The 26 OCOP product sets", everyone, whole(catalog.Sets)),
		operation(http.MethodGet, "/catalog/units", "listUnits", "Đơn vị tính", "Units of quantity", everyone, whole(catalog.Units)),
		operation(http.MethodGet, "/catalog/producer-kinds", "listProducerKinds", "Loại hình chủ thể", "Kinds of producers", everyone, whole(catalog.ProducerKinds)),
		operation(http.MethodGet, "/catalog/certificate-kinds", "listCertificateKinds", "Loại giấy chứng nhận", "Kinds of certificates", everyone, whole(catalog.CertificateKinds)),
		operation(http.MethodGet, "/catalog/record-kinds", "listRecordKinds", "Loại ghi chép", "Kinds of records", everyone, whole(catalog.RecordKinds)),
		operation(http.MethodGet, "/catalog/provinces", "listProvinces", "34 tỉnh, thành phố", "The 34 provinces", everyone, whole(catalog.Provinces)),
		operation(http.MethodGet, "/catalog/provinces/{province}/communes", "listCommunes", "Xã, phường, đặc khu của một tỉnh", "The communes of a province", everyone, a.listCommunes),
	)
}

// A Catalogue is the answer that holds a whole list.
type Catalogue[T any] struct {
	CacheControl string `header:"Cache-Control"`
	Body         CatalogueList[T]
}

// A CatalogueList is its body.
type CatalogueList[T any] struct {
	Items []T `json:"items"`
}

// catalogAge lets clients keep a catalog for an hour; it changes with the
// program only.
const catalogAge = "private, max-age=3600"

// whole makes an operation that answers with all entries of a list.
func whole[T any](list func() []T) func(context.Context, *struct{}) (*Catalogue[T], error) {
	return func(context.Context, *struct{}) (*Catalogue[T], error) {
		return &Catalogue[T]{catalogAge, CatalogueList[T]{list()}}, nil
	}
}

type listCommunesIn struct {
	Province string `path:"province" maxLength:"10" doc:"Two-digit code of the province" example:"08"`
}

func (a *API) listCommunes(_ context.Context, in *listCommunesIn) (*Catalogue[catalog.Commune], error) {
	if _, known := catalog.ProvinceByCode(in.Province); !known {
		return nil, trace.ErrHidden
	}
	return &Catalogue[catalog.Commune]{catalogAge, CatalogueList[catalog.Commune]{catalog.Communes(in.Province)}}, nil
}
