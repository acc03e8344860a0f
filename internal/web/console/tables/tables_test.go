package tables

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"temgoc/internal/exchange"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

func world(t *testing.T) (*desktest.World, *exchange.Exchange, desk.Part) {
	t.Helper()
	w := desktest.New(t)
	e := exchange.New(exchange.Config{Ledger: w.Ledger, Store: w.Store, Files: w.Files})
	part, err := Part(desktest.Shared(t), e)
	if err != nil {
		t.Fatal(err)
	}
	return w.Serve(part), e, part
}

func TestTemplates(t *testing.T) {
	_, _, part := world(t)
	desktest.CheckTemplates(t, part, templateFiles, &overviewPage{}, &importPage{}, &showPage{})
}

// work runs the imports that wait, as the service does beside its pages.
func work(t *testing.T, w *desktest.World, e *exchange.Exchange, id string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- e.Work(ctx) }()
	for {
		p, err := e.Progress(ctx, w.Actor("producer"), id)
		if err != nil {
			t.Fatal(err)
		}
		if p.State != exchange.Running {
			break
		}
	}
	stop()
	if err := <-ended; err != nil && ctx.Err() == nil {
		t.Fatal(err)
	}
}

func upload(text string) desktest.Upload {
	return desktest.Upload{Field: "file", Name: "san-pham.csv", Content: []byte("\ufeff" + text)}
}

// TestImport brings in products: first with mistakes, which are told cell by
// cell and write nothing, then all of them, once.
func TestImport(t *testing.T) {
	w, e, _ := world(t)
	b := w.Browser("producer")
	form := b.Get(b.Get("/console/bang-tinh").Link(t, "Nhập từ tệp")).Want(t, http.StatusOK, "Tên sản phẩm", "5.000 dòng")
	b.Submit(form, "", nil).Want(t, http.StatusUnprocessableEntity, "hãy chọn một tệp")
	b.Submit(form, "", nil, desktest.Upload{Field: "file", Name: "x.xlsx", Content: []byte("không phải bảng tính")}).Want(t, http.StatusUnprocessableEntity)

	wrong := b.Submit(form, "", nil, upload("Tên sản phẩm;Bộ sản phẩm\r\nChè Shan;11\r\nMật ong;99\r\n"))
	wrong.Want(t, http.StatusOK, "có lỗi, chưa nhập", "Cần sửa trước khi nhập", "B3", "99")
	if products(t, w) != 0 {
		t.Error("a check wrote something")
	}
	if links := wrong.Links("Nhập"); len(links) > 0 && strings.Contains(wrong.Body, ">Nhập 1 dòng<") {
		t.Error("a file with mistakes can be imported")
	}

	good := b.Submit(form, "", nil, upload("Tên sản phẩm;Bộ sản phẩm\r\nChè Shan;11\r\nMật ong;4\r\n")).Want(t, http.StatusOK, "thêm mới", "Chè Shan", "Nhập 2 dòng")
	address := good.Path
	running := b.Submit(good, "", nil).Want(t, http.StatusOK, "Đang nhập: 0 / 2")
	if !strings.Contains(running.Body, "http-equiv=\"refresh\"") {
		t.Error("the page of a running import does not update")
	}
	work(t, w, e, strings.TrimPrefix(address, path+"/"))
	b.Get(address).Want(t, http.StatusOK, "đã nhập xong", "Đã thêm 2 dòng")
	if n := products(t, w); n != 2 {
		t.Errorf("%d products were made", n)
	}
	again := b.Submit(form, "", nil, upload("Tên sản phẩm;Bộ sản phẩm\r\nChè Shan;11\r\nMật ong;4\r\n"))
	again.Want(t, http.StatusOK, "Chính tệp này đã được nhập", "đã có, giữ nguyên", "Nhập 0 dòng")

	w.Browser("producer2").Get(address).Want(t, http.StatusNotFound)
	if got := w.Browser("producer2").Post(address, url.Values{}); got.Status != http.StatusNotFound {
		t.Errorf("somebody else runs the import: %d", got.Status)
	}
}

func products(t *testing.T, w *desktest.World) int {
	t.Helper()
	list, err := w.Ledger.Products(t.Context(), w.Actor("producer"), w.Mine, "", trace.Paging{})
	if err != nil {
		t.Fatal(err)
	}
	return len(list.Items)
}

// TestFiles downloads templates and exports, which hold what the actor may see.
func TestFiles(t *testing.T) {
	w, _, _ := world(t)
	b := w.Browser("producer")
	for _, table := range exchange.Tables() {
		for _, kind := range []string{"xlsx", "csv"} {
			for _, what := range []string{"mau", "xuat"} {
				got := b.Get("/console/bang-tinh/" + what + "/" + string(table) + "?dang=" + kind)
				if got.Status != http.StatusOK || len(got.Body) == 0 || !strings.Contains(got.Header.Get("Content-Disposition"), "."+kind) {
					t.Errorf("%s %s %s: %d %v", what, table, kind, got.Status, got.Header)
				}
			}
		}
	}
	b.Get("/console/bang-tinh/xuat/people").Want(t, http.StatusNotFound)
	w.Browser("office").Get("/console/bang-tinh/nhap/batches").Want(t, http.StatusForbidden)
	w.Browser("laboratory").Get("/console/bang-tinh").Want(t, http.StatusForbidden)
}
