package desk

import (
	"fmt"
	"log/slog"
	"strings"

	"temgoc/internal/account"
	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
	"temgoc/labels/qr"
)

// InvitationPath is where the token of an invitation or a reset leads.
const InvitationPath = Prefix + "/moi/"

// A linkPage shows a link that lets somebody in: to copy, to scan with the
// phone of whom it is for, and whether it was sent by e-mail.
type linkPage struct {
	Frame
	For, Address string
	Symbol       Symbol
	Until        string
	Sent         bool
	Back         string
}

// Template implements ui.Page.
func (linkPage) Template() string { return "link.html" }

// NoticePath is where notices of holds and recalls open for whoever has the
// link; the token of each stands behind it.
const NoticePath = "/thong-bao/"

// UnnotedQuery behind such an address shows the notice to who sends it: it is
// then not noted as opened by the recipient.
const UnnotedQuery = "?xem=truoc"

// Address is an address of this service as people outside reach it.
func (v *Visit) Address(path string) string {
	return strings.TrimSuffix(v.kit.config.PublicURL, "/") + path
}

// ShowLink answers with the link of an invitation or a reset, which nobody can
// read again, and sends it where there is a mail server and the person signs in
// with an e-mail address. A mail that cannot be sent is no failure: the link is
// there to be passed on in another way.
func (v *Visit) ShowLink(p trace.Stored[account.Person], token, back string) (Answer, error) {
	address := v.Address(InvitationPath + token)
	symbol, err := NewSymbol(address, v.T("Mã QR của đường dẫn", "QR code of the link"))
	if err != nil {
		return Answer{}, err
	}
	page := linkPage{
		Frame: v.Frame("Đường dẫn mời", "Invitation link"), For: p.Data.Name, Address: address, Symbol: symbol, Back: back,
	}
	if l := p.Data.Link; l != nil { // else it was used in this very moment
		page.Until = v.Lang.Moment(l.Expires)
		if l.Purpose == account.ForReset {
			page.Title = v.T("Đường dẫn đặt lại mật khẩu", "Link to set a new password")
		}
	}
	if v.kit.config.Mail != nil && trace.IsEmail(p.Data.Login) {
		page.Sent = v.mailLink(p, address)
	}
	return Show(&page), nil
}

func (v *Visit) mailLink(p trace.Stored[account.Person], address string) bool {
	lang, _ := ui.ParseLang(p.Data.Language)
	subject := lang.T("Đường dẫn vào Temgốc", "Your link to Temgốc")
	text := lang.T("Chào ", "Hello ") + p.Data.Name + ",\n\n" +
		lang.T("Mở đường dẫn sau để đặt mật khẩu (chỉ dùng được một lần):", "Open this link to choose a password (it works once):") + "\n\n" + address + "\n\n" +
		lang.T("Nếu bạn không chờ thư này, hãy bỏ qua.", "If you do not expect this message, ignore it.") + "\n"
	if err := v.kit.config.Mail.Send(v.Context(), p.Data.Login, subject, text); err != nil {
		v.kit.config.Logger.WarnContext(v.Context(), "invitation not sent", slog.Any("error", err))
		return false
	}
	return true
}

// A Symbol is a QR code that is drawn in a page: Path fills its dark modules, on
// a square of Size, its quiet zone included. As the address of a picture it
// would not survive html/template, which lets no data: through.
type Symbol struct {
	Size        int
	Path, Label string
}

// NewSymbol encodes a text. Label is for those who cannot see the symbol.
func NewSymbol(text, label string) (Symbol, error) {
	m, err := qr.Encode(text, qr.Options{})
	if err != nil {
		return Symbol{}, err
	}
	var path strings.Builder
	for r := range m.Runs() {
		fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", r.X+qr.QuietZone, r.Y+qr.QuietZone, r.N, r.N)
	}
	return Symbol{Size: m.Size() + 2*qr.QuietZone, Path: path.String(), Label: label}, nil
}
