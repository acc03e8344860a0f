package exchange

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

const productHead = "Tên sản phẩm|Bộ sản phẩm OCOP|Khối lượng tịnh|Đơn vị khối lượng tịnh|Mã GTIN|Tiêu chuẩn áp dụng|Hạn sử dụng (ngày)"

func TestCheckProducts(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "5000001")
	w.product(a, "Chè xanh", "100")
	s, r := w.checked(a, Products, file(productHead,
		"Chè Shan tuyết|11|100|g|09521234000013|TCVN 9740:2013; \"a;b\"|730",
		"Chè Shan tuyết|11. Chè tươi, chè chế biến|500|gam|||",
		"chè  XANH|che tuoi, che che bien|100|GRM||TCVN 1|",
		"|99|-5|thúng|123||x",
		"Chè Shan tuyết|11|100|g|||",
		"Chè lam|6|1,234|kg|||",
		"Rượu ngô|14|500|ml|09521234000013||",
	))
	want := []string{
		"5 Tên sản phẩm: bắt buộc phải có",
		`5 Mã GTIN: "123" không phải là mã GTIN hợp lệ: cần 8, 12, 13 hoặc 14 chữ số với số kiểm tra đúng`,
		`5 Bộ sản phẩm OCOP: không có giá trị "99"; xem các giá trị cho phép ở trang hướng dẫn của tệp mẫu`,
		"5 Khối lượng tịnh: phải là số lớn hơn 0",
		`5 Đơn vị khối lượng tịnh: không có giá trị "thúng"; xem các giá trị cho phép ở trang hướng dẫn của tệp mẫu`,
		`5 Hạn sử dụng (ngày): "x" không phải là số`,
		"6 : trùng với dòng 2",
		`7 Khối lượng tịnh: "1,234" có thể là 1234 hoặc 1 phẩy 234; hãy viết 1234 hoặc 1,2340`,
		"8 : trùng với dòng 2",
	}
	if diff := cmp.Diff(want, said(r)); diff != "" {
		t.Errorf("problems, -want +got:\n%s", diff)
	}
	if got, want := actions(r), "create create exists wrong wrong wrong wrong"; got != want {
		t.Errorf("actions %s, want %s", got, want)
	}
	if r.Create != 2 || r.Exist != 1 || r.Wrong != 4 || s.Data.Wrong != 4 || s.Data.Rows != 7 || s.Data.State != Checked {
		t.Errorf("counts %+v of %+v", r, s.Data)
	}
	if d := r.Outcomes[2].Differs; len(d) != 2 || d[1].VI != "Tiêu chuẩn áp dụng" {
		t.Errorf("the row that exists differs in %v", d)
	}
	if got := r.Outcomes[0].Label.VI; got != "Chè Shan tuyết (100 g)" {
		t.Errorf("label %q", got)
	}
	if p := r.Problems[0]; p.Cell != "A5" || p.Value != "" || r.Problems[2].Value != "99" {
		t.Errorf("cells %+v", r.Problems[:3])
	}
	if n := w.documents(trace.KindProducts); n != 1 {
		t.Errorf("the check wrote %d products", n-1)
	}
	_, err := w.Run(w.ctx, a, s.ID)
	wantErr(t, err, trace.ErrConflict)
}

func contains(all []string, s string) bool {
	for _, a := range all {
		if a == s {
			return true
		}
	}
	return false
}

func TestCheckCertificates(t *testing.T) {
	w := newWorld(t)
	a, b := w.producer("HTX Mây Trắng", "5000001"), w.producer("Hợp tác xã Hồng Thái", "5000002")
	c, d := w.producer("HTX Trùng Tên", "5000003"), w.producer("HTX Trùng tên", "5000004")
	w.product(a, "Chè xanh", "100")
	w.product(a, "Chè xanh", "500")
	w.product(b, "Mật ong", "")
	w.product(c, "Bưởi", "")
	w.product(d, "Bưởi", "")
	head := "Chủ thể|Sản phẩm|Loại giấy|Số quyết định|Cơ quan cấp|Ngày cấp|Ngày hết hạn|Hạng sao|Điểm"
	_, r := w.checked(office, Certificates, file(head,
		"HTX Mây Trắng|Chè xanh (100 g)|OCOP|321/QĐ-UBND|UBND tỉnh|06/08/2026||4 sao|78,5",
		"5000002|mat ong|Giấy chứng nhận sản phẩm OCOP|321/QĐ-UBND|UBND tỉnh|6/8/2026|05/08/2029|★★★|",
		"hop tac xa hong thai||VietGAP|VG-1|Tổ chức X|2026-01-01|||",
		"HTX Trùng Tên|Bưởi|OCOP|1|UBND|01/01/2026||3|",
		"5000004|Bưởi|OCOP|1|UBND|01/01/2026||3|",
		"HTX Không Có|Chè|OCOP|2|UBND|01/01/2026||3|",
		"5000001|Chè xanh|OCOP|3|UBND|01/01/2026||3|",
		"|Chè xanh|OCOP|4|UBND|01/01/2026||3|",
		"5000002|Mật ong|OCOP|5|UBND|01/01/2026||2|",
		"5000002|Mật ong|OCOP|6|UBND|01/01/2026||4|95",
		"5000002||OCOP|7|UBND|01/01/2026|||",
		"5000002|Mật ong|ATTP|8|UBND|01/01/2026||4|80",
		"5000002|Mật|ATTP|9|UBND|31/02/2026|01/01/2025||",
		"5000002|mật ong|OCOP|321/qđ-ubnd|UBND tỉnh|06/08/2026||4|",
	))
	if got, want := actions(r), "create create create wrong create wrong wrong wrong wrong wrong wrong wrong wrong wrong"; got != want {
		t.Errorf("actions %s, want %s", got, want)
	}
	for _, want := range []string{
		`5 Chủ thể: có nhiều chủ thể cùng là "HTX Trùng Tên": HTX Trùng Tên (5000003; Thôn 1, Xã Hồng Thái, Tỉnh Tuyên Quang); HTX Trùng tên (5000004; Thôn 1, Xã Hồng Thái, Tỉnh Tuyên Quang); hãy ghi mã số đăng ký thay cho tên`,
		`7 Chủ thể: không tìm thấy chủ thể "HTX Không Có"`,
		`8 Sản phẩm: có nhiều sản phẩm cùng là "Chè xanh": Chè xanh (100 g); Chè xanh (500 g); hãy ghi thêm khối lượng tịnh trong ngoặc, hoặc ghi mã GTIN`,
		"9 Chủ thể: bắt buộc phải có",
		"10 Hạng sao: phải từ 3 đến 5 sao",
		"11 Điểm: 95 điểm không ứng với hạng 4 sao",
		"12 Sản phẩm: bắt buộc phải có",
		"13 Hạng sao: chỉ dùng cho chứng nhận OCOP",
		`14 Sản phẩm: không tìm thấy sản phẩm "Mật"; gần giống: Mật ong`,
		`14 Ngày cấp: không có ngày "31/02/2026"; hãy viết ngày/tháng/năm`,
		"15 : trùng với dòng 3",
	} {
		if !contains(said(r), want) {
			t.Errorf("nothing says %q", want)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(said(r), "\n"))
	}
	if got := r.Outcomes[0].Label.VI; got != "Giấy chứng nhận sản phẩm OCOP 321/QĐ-UBND · Chè xanh (100 g) · 4 sao" {
		t.Errorf("label %q", got)
	}
}

func TestCheckBatches(t *testing.T) {
	w := newWorld(t)
	a, b := w.producer("HTX Mây Trắng", "1"), w.producer("HTX Khác", "2")
	tea := w.product(a, "Chè xanh", "")
	w.batch(a, tea, "L1", true)
	foreign := w.batch(b, w.product(b, "Búp", ""), "L9", true)
	hidden := w.batch(b, w.product(b, "Búp non", ""), "L8", false)
	open := w.batch(a, tea, "L2", false)
	head := "Sản phẩm|Số lô|Số lượng|Đơn vị|Ngày sản xuất|Hạn sử dụng|Lô nguyên liệu"
	_, r := w.checked(a, Batches, file(head,
		"Chè xanh|L3|1.200,5|kg|01/11/2026|01/11/2028|L1: 5 kg; "+showCode(foreign)+" = 2,5 tạ",
		"Chè xanh|L1|120|gói|01/11/2026||",
		"Chè xanh|L3|10|kg|01/11/2026||",
		"Chè xanh|lô 5|10|kg|01/12/2026|01/11/2026|",
		"Chè xanh|L6|10|ta|01/11/2026||"+showCode(hidden)+": 1 kg",
		"Chè xanh|L7|10|kg|01/11/2026||L9: 1 kg",
		"Chè xanh|L10|10|kg|01/11/2026||L1: 1 kg; L2: 1 kg",
		"Chè đen|L11|10|kg|01/11/2026||một ít",
		"Chè xanh|L12|10|kg|24/12/2026||",
	))
	if got, want := actions(r), "create exists wrong wrong wrong wrong wrong wrong wrong"; got != want {
		t.Errorf("actions %s, want %s", got, want)
	}
	for _, want := range []string{
		"4 : trùng với dòng 2",
		`5 Số lô: "lô 5" không phải là số lô hợp lệ: tối đa 20 ký tự, không dấu và không có khoảng trắng`,
		`6 Đơn vị: "ta" có thể là tạ, tá; hãy viết đủ dấu`,
		`7 Lô nguyên liệu: không tìm thấy lô "L9"`,
		"8 Lô nguyên liệu: mục 2: không có lô nào mang mã này đã xuất xưởng",
		`9 Sản phẩm: không tìm thấy sản phẩm "Chè đen"`,
		`9 Lô nguyên liệu: "một ít" không có dạng “tên: số lượng đơn vị”, chẳng hạn “Búp chè tươi: 12,5 kg”`,
		"10 Ngày sản xuất: ở thời điểm tương lai",
	} {
		if !contains(said(r), want) {
			t.Errorf("nothing says %q", want)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(said(r), "\n"))
	}
	for _, text := range append(said(r), r.Outcomes[0].Label.VI) {
		if strings.Contains(text, hidden) || strings.Contains(text, showCode(open)) {
			t.Errorf("%q tells of a batch that is not the actor's to see", text)
		}
	}
}

func TestCheckRecords(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "1")
	tea, honey := w.product(a, "Chè xanh", ""), w.product(a, "Mật ong", "")
	code := w.batch(a, tea, "L1", false)
	w.batch(a, honey, "L1", false)
	head := "Lô|Sản phẩm|Loại ghi chép|Thời gian|Xã, phường|Thửa, ao, điểm thu hái|Số lượng|Đơn vị|Bên cung cấp|Kết luận|Nguyên liệu"
	_, r := w.checked(a, Records, file(head,
		code+"||Thu hoạch|23/11/2026 08:30|Xã Hồng Thái, Tuyên Quang|Lô 1|246|kg|||",
		"L1|Chè xanh|thu hoach|23/11/2026 08:30|02260|Lô 2|246|kg|||",
		"L1||Thu hoạch|23/11/2026|2260|Lô 1|246|kg|||",
		"L2||Thu hoạch|25/11/2026|Xã Không Có|Lô 1|246|kg|||",
		"L1|Mật ong|Thu hoạch|23/11/2026||||kg|Nhà A||",
		showCode(code)+"||Tiếp nhận|23/11/2026|||5|kg|Nhà A|Đạt|",
		code+"||Chế biến|23/11/2026|||5|kg|||Búp chè: 20 kg; #L7: 1 kg",
		code+"||Chế biến|23/11/2026|||5|kg|||\"Búp: non\": 20 kg",
		code+"||Kiểm tra|23/11/2026||||||Đạt|",
		code+"||harvest|23/11/2026 08:30|Hồng Thái, Tuyên Quang|Lô 1|246,0|KGM|||",
		"||Nhảy múa|||||||",
	))
	if got, want := actions(r), "create create wrong wrong wrong wrong wrong wrong wrong wrong wrong"; got != want {
		t.Errorf("actions %s, want %s", got, want)
	}
	for _, want := range []string{
		`4 Lô: có nhiều lô cùng là "L1": `,
		`5 Lô: không tìm thấy lô "L2"`,
		`5 Xã, phường: không tìm thấy "Xã Không Có"`,
		"6 Thửa, ao, điểm thu hái: bắt buộc phải có",
		"6 Số lượng: bắt buộc phải có",
		"6 Bên cung cấp: cột này không dùng cho loại ghi chép của dòng; hãy để trống",
		"7 Số chứng từ: bắt buộc phải có",
		"7 Kết luận: cột này không dùng",
		`8 Nguyên liệu: không tìm thấy lô "L7"`,
		"9 Cách chế biến: bắt buộc phải có",
		"10 Cơ quan kiểm tra: bắt buộc phải có",
		"11 : trùng với dòng 2",
		`12 Loại ghi chép: không có giá trị "Nhảy múa"`,
		"12 Lô: bắt buộc phải có",
		"12 Thời gian: bắt buộc phải có",
	} {
		found := false
		for _, s := range said(r) {
			found = found || strings.HasPrefix(s, want)
		}
		if !found {
			t.Errorf("nothing says %q", want)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(said(r), "\n"))
	}
	_, r = w.checked(a, Records, file("Lô|Loại ghi chép|Thời gian|Cơ quan kiểm tra|Số hiệu cán bộ kiểm tra|Nội dung kiểm tra|Kết luận",
		code+"|Kiểm tra|23/11/2026|Chi cục|TT-01|Sạch|Đạt"))
	if diff := cmp.Diff([]string{"2 : biên bản kiểm tra do cán bộ kiểm tra ghi"}, said(r)); diff != "" {
		t.Errorf("an inspection by the producer, -want +got:\n%s", diff)
	}
}

func TestCheckRefusesFilesAndPeople(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "1")
	for _, tt := range []struct {
		by      trace.Actor
		table   Table
		content string
		want    error
	}{
		{nobody, Products, "x", trace.ErrForbidden}, {lab, Products, "x", trace.ErrForbidden}, {admin, Records, "x", trace.ErrForbidden},
		{office, Batches, "x", trace.ErrForbidden}, {inspector, Certificates, "x", trace.ErrForbidden}, {certifier, Products, "x", trace.ErrForbidden},
		{a, "people", "x", trace.ErrInvalid}, {a, Products, "", trace.ErrInvalid}, {a, Products, "a,b\n1,2\n", trace.ErrInvalid},
		{a, Products, "Tên sản phẩm,Bộ sản phẩm OCOP\n", trace.ErrInvalid},
	} {
		_, _, err := w.Check(w.ctx, tt.by, tt.table, "a.csv", []byte(tt.content))
		wantErr(t, err, tt.want)
	}
	if n := w.documents(KindImports); n != 0 {
		t.Errorf("%d imports were kept", n)
	}
	s, _ := w.checked(a, Products, file(productHead, "Chè|11|||||"))
	other := w.producer("HTX Khác", "2")
	for _, by := range []trace.Actor{other, office, nobody, {ID: "x", Role: trace.ProducerRole}} {
		_, err := w.Import(w.ctx, by, s.ID)
		wantErr(t, err, trace.ErrNotFound)
		_, err = w.Result(w.ctx, by, s.ID)
		wantErr(t, err, trace.ErrNotFound)
		_, err = w.Progress(w.ctx, by, s.ID)
		wantErr(t, err, trace.ErrNotFound)
		_, err = w.Run(w.ctx, by, s.ID)
		wantErr(t, err, trace.ErrNotFound)
		if list := must(w.Imports(w.ctx, by, trace.Paging{}))(t); len(list.Items) != 0 {
			t.Errorf("%s sees imports of others", by.ID)
		}
	}
	colleague := trace.Actor{ID: "colleague", Role: trace.ProducerRole, Producer: a.Producer}
	if r, err := w.Result(w.ctx, colleague, s.ID); err != nil || r.Create != 1 {
		t.Errorf("a colleague gets %+v, %v", r, err)
	}
	if list := must(w.Imports(w.ctx, admin, trace.Paging{}))(t); len(list.Items) != 1 {
		t.Errorf("the administrator sees %d imports", len(list.Items))
	}
	_, err := w.Run(w.ctx, admin, s.ID)
	wantErr(t, err, trace.ErrForbidden)
}

func TestManyProblemsAreCut(t *testing.T) {
	w := newWorld(t)
	a := w.producer("HTX Mây Trắng", "1")
	lines := []string{productHead}
	for range MaxProblems + 7 {
		lines = append(lines, "|11|||||")
	}
	_, r := w.checked(a, Products, file(lines...))
	if len(r.Problems) != MaxProblems || r.More != 7 || r.Wrong != MaxProblems+7 {
		t.Errorf("%d problems, %d more, %d rows", len(r.Problems), r.More, r.Wrong)
	}
}

func TestFileNames(t *testing.T) {
	for in, want := range map[string]string{
		"bang.xlsx": "bang.xlsx", `C:\Users\x\bảng.csv`: "bảng.csv", "/tmp/a.csv": "a.csv", "a\u202e.csv": "a.csv",
		strings.Repeat("đ", 300) + ".csv": strings.Repeat("đ", 196) + ".csv",
	} {
		if got := fileName(in); got != want {
			t.Errorf("fileName(%q) = %q, want %q", in, got, want)
		}
	}
}
