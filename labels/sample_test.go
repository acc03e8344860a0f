package labels

import (
	"flag"
	"fmt"
	"image"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

var captions = Captions{Lot: "Lô", Production: "NSX", Expiry: "HSD", Stars: "OCOP"}

// sheets are the stocks of 65 labels, the smallest that adapt to any stamp.
var sheets = []string{"tomy-145", "avery-l7651"}

// sample returns stamp i of an endless set that mixes short and long texts,
// batch codes and item codes, all and few of the fields.
func sample(i int) Stamp {
	kinds := []Stamp{
		{Product: "Chè Shan tuyết Hồng Thái", Producer: "HTX Sơn Trà", Lot: "HT-2605-01",
			ProductionDate: "12-05-2026", ExpiryDate: "12-05-2028", Stars: 4},
		{Product: "Cam sành Hàm Yên", Producer: "Hợp tác xã Nông nghiệp Tiên Yên Phong", Lot: "CS2026-11",
			ProductionDate: "02-11-2026", ExpiryDate: "02-12-2026", Stars: 5},
		{Product: "Mật ong", Producer: "HTX Ong Phong Thổ", Lot: "L1", ProductionDate: "02-11-2026"},
		{Product: "Rượu ngô men lá Na Hang đặc biệt", Producer: "Hộ kinh doanh Nguyễn Thị Ngọc Ánh",
			Lot: "RN-0000-1111-2222-33", ProductionDate: "02-11-2026", ExpiryDate: "02-12-2026", Stars: 3},
		{Product: "ỨNG DỤNG ỮẪ ĐẬU", Producer: "Ẩm thực Ẫm Ự gậy", Lot: "X",
			Note: "Quét mã để truy xuất nguồn gốc"},
	}
	s := kinds[i%len(kinds)]
	s.Captions = captions
	s.ShortCode = fmt.Sprintf("K7Q2M-%05d", i)
	s.Payload = fmt.Sprintf("https://T.EXAMPLE.VN/K7Q2M%05d", i)
	if i%7 == 6 {
		s.ShortCode = fmt.Sprintf("K7Q2M-9XR4V-AB0CD-%05d", i)
		s.Payload = fmt.Sprintf("https://T.EXAMPLE.VN/K7Q2M9XR4VAB0CD%05d", i)
	}
	return s
}

// samples yields the first n stamps of the set.
func samples(n int) iter.Seq2[Stamp, error] {
	return func(yield func(Stamp, error) bool) {
		for i := range n {
			if !yield(sample(i), nil) {
				return
			}
		}
	}
}

// list yields the given stamps.
func list(stamps ...Stamp) iter.Seq2[Stamp, error] {
	return func(yield func(Stamp, error) bool) {
		for _, s := range stamps {
			if !yield(s, nil) {
				return
			}
		}
	}
}

func stock(t testing.TB, name string) Stock {
	t.Helper()
	s, err := StockByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// golden compares got with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s has changed (-want +got); if that is meant, look at it and run go test -update:\n%.4000s", path, diff)
	}
}

// decode finds and reads the one symbol in a picture.
func decode(picture image.Image) (string, error) { return decodeWith(picture, nil) }

// decodePure reads a picture that is nothing but a symbol. There is nothing
// to be found, which the decoder now and then fails at, so an error is one of
// the symbol.
func decodePure(picture image.Image) (string, error) {
	return decodeWith(picture, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
}

func decodeWith(picture image.Image, hints map[gozxing.DecodeHintType]any) (string, error) {
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		return "", err
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, hints)
	if err != nil {
		return "", err
	}
	return result.GetText(), nil
}

// decodeSymbol reads the symbol of a design.
func decodeSymbol(d *design) (string, error) {
	side := (d.symbol.Size() + 2*quietZone) * 4
	picture := blank(side, side)
	drawModules(picture, d.symbol, quietZone*4, quietZone*4, 4)
	return decodePure(picture)
}
