package paper_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"temgoc/internal/sample/paper"
	"temgoc/internal/upload"
)

func example() paper.Paper {
	return paper.Paper{
		Issuer: "CƠ QUAN MINH HỌA", Number: "DEMO-1/QĐ", Title: "GIẤY CHỨNG NHẬN", Subtitle: "SẢN PHẨM OCOP", Stars: 4, Frame: true,
		Lines: []paper.Line{{Label: "Sản phẩm:", Value: "Chè Shan tuyết"}, {Label: "Địa chỉ:", Value: strings.Repeat("Thôn Hồng Ba, ", 20)}},
		Table: paper.Table{Head: []string{"TT", "Chỉ tiêu"}, Widths: []int{1, 9}, Rows: [][]string{{"1", "Độ ẩm"}, {"2", "Chì (Pb)"}}},
		Notes: []string{"Ghi chú ở cuối trang."}, Date: "Tuyên Quang, ngày 01 tháng 01 năm 2026", Signer: "CHỦ TỊCH",
	}
}

func pdf(t *testing.T, p paper.Paper) []byte {
	t.Helper()
	b, err := p.PDF()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPDFIsAccepted(t *testing.T) {
	b := pdf(t, example())
	typ, err := upload.Sniff("giay.pdf", b)
	if err != nil || typ != "application/pdf" {
		t.Errorf("upload.Sniff = %q, %v, want a PDF", typ, err)
	}
	if !bytes.HasPrefix(b, []byte("%PDF-1.7\n")) || !bytes.HasSuffix(b, []byte("%%EOF\n")) {
		t.Error("the file does not begin and end as a PDF does")
	}
}

// Every entry of the cross-reference table leads to its object, and the last
// line to the table.
func TestCrossReferences(t *testing.T) {
	b := pdf(t, example())
	text := string(b)
	tail := strings.Fields(text[strings.LastIndex(text, "startxref"):])
	at, err := strconv.Atoi(tail[1])
	if err != nil || !strings.HasPrefix(text[at:], "xref\n") {
		t.Fatalf("startxref %q does not lead to the table: %v", tail[1], err)
	}
	entries := strings.Split(text[at:strings.Index(text[at:], "trailer")+at], "\n")[3:]
	objects := 0
	for i, entry := range entries {
		if !strings.HasSuffix(entry, " n ") {
			continue
		}
		objects++
		offset, err := strconv.Atoi(entry[:10])
		if want := strconv.Itoa(i+1) + " 0 obj\n"; err != nil || !strings.HasPrefix(text[offset:], want) {
			t.Errorf("entry %q does not lead to %q: %v", entry, want, err)
		}
	}
	if objects != 6 {
		t.Errorf("%d objects in the table, want 6", objects)
	}
}

func TestSamePaperSameBytes(t *testing.T) {
	if !bytes.Equal(pdf(t, example()), pdf(t, example())) {
		t.Error("the same paper gave different bytes")
	}
	other := example()
	other.Lines[0].Value = "Chè xanh"
	if bytes.Equal(pdf(t, example()), pdf(t, other)) {
		t.Error("different papers gave the same bytes")
	}
}

func TestTooMuchForAPage(t *testing.T) {
	p := example()
	for range 60 {
		p.Lines = append(p.Lines, paper.Line{Label: "Thêm:", Value: "một dòng"})
	}
	if b, err := p.PDF(); err == nil || !strings.Contains(err.Error(), p.Number) {
		t.Errorf("PDF of %d lines = %d bytes, %v, want an error that names the paper", len(p.Lines), len(b), err)
	}
}
