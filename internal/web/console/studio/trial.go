package studio

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"temgoc/internal/photo"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
	"temgoc/labels"
)

// A block is one symbol of a test sheet, the finest first.
type block struct {
	Letter, Size string
	Scans        bool
}

// The inputs of a trial: the blocks that scan, or a photograph of the sheet.
const (
	blocksInput = "blocks"
	photoInput  = "anh"
	lettersIn   = "o"
)

// addTrial asks which blocks of the test sheet scan.
func addTrial(v *desk.Visit, page *printerPage, p trace.Stored[printing.Printer]) {
	path := PrintersPath + "/" + p.ID + "/to-thu"
	page.TestSheet = path + ".pdf"
	read := strings.Split(v.Query(lettersIn), "-")
	if v.Form != nil {
		read = v.Form[blocksInput]
	}
	for _, b := range labels.TestBlocks(p.Data.DPI) {
		scans := slices.Contains(read, b.Letter) || v.Form == nil && v.Query(lettersIn) == "" && p.Data.MinModule > 0 && b.Dots >= p.Data.MinModule
		page.Blocks = append(page.Blocks, block{b.Letter, fmt.Sprintf(v.T("%d chấm · %s mm", "%d dots · %s mm"), b.Dots, millimetres(v.Lang, float64(b.Micrometres(p.Data.DPI))/1000)), scans})
	}
	page.Tried = v.NewForm("Ghi nhớ", "Remember").Scoped("trial")
	page.Tried.Action, page.Tried.Revision = path, p.Revision
	page.Photo = v.NewForm("Đọc ảnh", "Read the photo", ui.Group{Fields: []ui.Field{
		{Name: photoInput, Label: v.T("Ảnh chụp cả tờ thử", "Photo of the whole sheet"), Type: "file", Accept: "image/jpeg,image/png", Capture: true},
	}}).Scoped("photo")
	page.Photo.Action = path + "/anh"
}

// testSheet is the page that tells how fine a printer prints.
func (s *studio) testSheet(v *desk.Visit) (desk.Answer, error) {
	id := v.Param("id")
	return desk.Download("application/pdf", "to-thu.pdf", func(w io.Writer) error {
		return s.Book.WriteTestSheet(v.Context(), v.Actor, id, w)
	}), nil
}

// learn notes which blocks scan.
func (s *studio) learn(v *desk.Visit) (desk.Answer, error) {
	page, err := s.printerPage(v)
	if err != nil {
		return desk.Answer{}, err
	}
	p, err := s.Book.LearnPrinter(v.Context(), v.Write(), v.Param("id"), v.Form[blocksInput])
	if err != nil {
		return v.Again(page, page.Tried, err)
	}
	text := moduleText(v.Lang, p.Data)
	return v.Redirect(PrintersPath+"/"+p.ID, "Máy in này quét được từ ô "+text+".", "Modules of "+text+" and more scan."), nil
}

// readSheet reads the blocks on a photograph and leads to them: somebody looks
// at them before they are remembered.
func (s *studio) readSheet(v *desk.Visit) (desk.Answer, error) {
	page, err := s.printerPage(v)
	if err != nil {
		return desk.Answer{}, err
	}
	letters, err := lettersOn(v)
	if err != nil {
		return v.Again(page, page.Photo, err)
	}
	path := PrintersPath + "/" + v.Param("id") + "?" + lettersIn + "=" + strings.Join(letters, "-") + "#thu"
	return v.Redirect(path, "Đọc được ô "+strings.Join(letters, ", ")+". Xem lại rồi bấm Ghi nhớ.", "Blocks "+strings.Join(letters, ", ")+" were read. Look at them, then press Remember."), nil
}

// lettersOn are the blocks on the photograph that was sent.
func lettersOn(v *desk.Visit) ([]string, error) {
	if len(v.Files) == 0 {
		return nil, desk.FieldError(photoInput, "hãy chọn một ảnh", "needs a photo")
	}
	codes, err := photo.Codes(v.Context(), v.Files[0].Name, v.Files[0].Content)
	if refused, ok := errors.AsType[*photo.Error](err); ok {
		return nil, desk.FieldError(photoInput, refused.Message.VI, refused.Message.EN)
	}
	if err != nil {
		return nil, err
	}
	var letters []string
	for _, c := range codes {
		if b, ok := labels.ParseTestBlock(c.Text); ok {
			letters = append(letters, b.Letter)
		}
	}
	if len(letters) == 0 {
		return nil, desk.FieldError(photoInput, "không thấy ô nào của tờ thử trong ảnh, hãy chụp gần và rõ hơn", "shows no block of a test sheet: come closer")
	}
	slices.Sort(letters)
	return slices.Compact(letters), nil
}
