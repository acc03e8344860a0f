package studio

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/ui"
	"temgoc/labels"
)

// The parameters of what is drawn, in forms and addresses.
const (
	stockInput   = "loai"
	productInput = "sp"
	codesInput   = "ma"
	nameInput    = "ten"
	textInput    = "text"
	packedInput  = "m"
)

// A view is what stamps are drawn on and of.
type view struct {
	stock   labels.Stock
	product string
	codes   printing.Codes
}

// query writes a view into an address.
func (w view) query() url.Values {
	q := url.Values{stockInput: {w.stock.Name}}
	if w.product != "" {
		q.Set(productInput, w.product)
	}
	if w.codes == printing.ItemCodes {
		q.Set(codesInput, string(w.codes))
	}
	return q
}

// with is the address of a page that shows something in this view.
func (w view) with(path, name string) string {
	q := w.query()
	if name != "" {
		q.Set(nameInput, name)
	}
	return path + "?" + q.Encode()
}

func (w view) preview(text string) printing.Preview {
	return printing.Preview{Text: text, Stock: w.stock.Name, Codes: w.codes, Product: w.product}
}

// A drawn stamp is a picture of it, or why there is none.
type drawn struct {
	Picture       string
	Width, Height int // in pixels, for the place that it takes
	Size          string
	Refusal       string
}

// pictureWidth is how wide a picture asks to be. Style sheets have the last word.
const pictureWidth = 480

// draw looks whether a template can be drawn, and where its picture is.
func (s *studio) draw(v *desk.Visit, w view, text string) (drawn, error) {
	err := s.Book.PreviewTemplate(v.Context(), v.Actor, w.preview(text), io.Discard)
	d := drawn{Width: pictureWidth, Height: int(pictureWidth * w.stock.CellHeight / w.stock.CellWidth), Size: size(v.Lang, w.stock)}
	if err != nil {
		d.Refusal = refusal(v, err)
		return d, err
	}
	d.Picture = Picture(w.preview(text))
	return d, nil
}

// Picture is the address of the picture of a sample stamp.
func Picture(p printing.Preview) string {
	q := url.Values{stockInput: {p.Stock}}
	if p.Product != "" {
		q.Set(productInput, p.Product)
	}
	if p.Codes == printing.ItemCodes {
		q.Set(codesInput, string(p.Codes))
	}
	if p.Text != "" {
		q.Set(packedInput, pack(p.Text))
	}
	return picturePath + "?" + q.Encode()
}

// refusal is why there is no picture, in words.
func refusal(v *desk.Visit, err error) string {
	if fields, ok := errors.AsType[trace.FieldErrors](err); ok {
		return told(v.Lang, fields)
	}
	return v.Words(err)
}

// told is what is wrong with fields, each called by its name.
func told(l ui.Lang, fields trace.FieldErrors) string {
	said := make([]string, len(fields))
	for i, f := range fields {
		said[i] = l.Name(f.Message)
		if name, ok := fieldNames[f.Field]; ok {
			said[i] = l.Name(name) + ": " + said[i]
		}
	}
	return strings.Join(said, "; ")
}

// fieldNames are the parts of a stamp that may be refused.
var fieldNames = map[string]catalog.Name{
	labels.FieldPayload:    {VI: "mã QR", EN: "QR code"},
	labels.FieldShortCode:  {VI: "mã truy xuất", EN: "code"},
	labels.FieldProduct:    {VI: "tên sản phẩm", EN: "product"},
	labels.FieldProducer:   {VI: "tên cơ sở", EN: "producer"},
	labels.FieldLot:        {VI: "số lô", EN: "lot"},
	labels.FieldProduction: {VI: "ngày sản xuất", EN: "production date"},
	labels.FieldExpiry:     {VI: "hạn dùng", EN: "expiry date"},
	labels.FieldStars:      {VI: "hạng sao", EN: "stars"},
	labels.FieldNote:       {VI: "ghi chú", EN: "note"},
	labels.FieldPIN:        {VI: "mã PIN dưới lớp cào", EN: "scratch PIN"},
	labels.FieldTemplate:   {VI: "mẫu tem", EN: "template"},
}

// atText leads whatever is wrong with what is drawn to the text it is drawn from.
func atText(err error) error {
	fields, ok := errors.AsType[trace.FieldErrors](err)
	if !ok {
		return err
	}
	return desk.FieldError(textInput, told(ui.Vietnamese, fields), told(ui.English, fields))
}

// picture draws a sample stamp from a text that stands in the address: one that
// is being written is kept nowhere else.
func (s *studio) picture(v *desk.Visit) (desk.Answer, error) {
	text, err := unpack(v.Query(packedInput))
	if err != nil {
		return desk.Answer{}, desk.FieldError(packedInput, "không đọc được", "cannot be read")
	}
	p := printing.Preview{Text: text, Stock: v.Query(stockInput), Codes: printing.Codes(v.Query(codesInput)), Product: v.Query(productInput)}
	return desk.Picture("image/svg+xml", "", func(w io.Writer) error {
		return s.Book.PreviewTemplate(v.Context(), v.Actor, p, w)
	}), nil
}

// pack writes a text so that it takes little room in an address.
func pack(text string) string {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		panic(err) // the level is one
	}
	_, _ = io.WriteString(w, text) // to memory
	_ = w.Close()
	return base64.RawURLEncoding.EncodeToString(b.Bytes())
}

var errPacked = errors.New("studio: text is longer than a pattern may be")

func unpack(packed string) (string, error) {
	raw, err := base64.RawURLEncoding.DecodeString(packed)
	if err != nil || len(raw) == 0 {
		return "", err
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), printing.MaxPattern+1))
	if err == nil && len(text) > printing.MaxPattern {
		err = errPacked
	}
	return string(text), err
}

// view finds what stamps are to be drawn on and of, from a form or an address;
// the usual stock and the first product where nothing is said. What is not there
// any more is replaced by these too.
func (s *studio) view(v *desk.Visit, get func(string) string) (view, choices, error) {
	c, err := s.choices(v)
	if err != nil {
		return view{}, choices{}, err
	}
	w := view{stock: c.stocks[0], codes: printing.BatchCodes}
	for _, stock := range c.stocks {
		if stock.Name == get(stockInput) {
			w.stock = stock
		}
	}
	for i, p := range c.products {
		if i == 0 || p.Value == get(productInput) {
			w.product = p.Value
		}
	}
	if get(codesInput) == string(printing.ItemCodes) {
		w.codes = printing.ItemCodes
	}
	return w, c, nil
}

// asked is where a view is read from: what was sent, or else the address.
func asked(v *desk.Visit) func(string) string {
	if v.Form != nil {
		return v.Value
	}
	return v.Query
}

// stocksOf are the stocks that the visitor may use.
func (s *studio) stocksOf(v *desk.Visit) ([]printing.Offer, []labels.Stock, error) {
	offers, err := s.Book.Stocks(v.Context(), v.Actor)
	if err != nil {
		return nil, nil, err
	}
	stocks := make([]labels.Stock, len(offers))
	for i, o := range offers {
		if stocks[i], err = labels.ParseStock([]byte(o.Text)); err != nil {
			return nil, nil, err
		}
	}
	return offers, stocks, nil
}

func indexOf(offers []printing.Offer, name string) int {
	return slices.IndexFunc(offers, func(o printing.Offer) bool { return o.Name == name })
}
