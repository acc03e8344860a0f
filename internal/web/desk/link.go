package desk

import (
	"encoding/base64"
	"log/slog"
	"strings"

	"temgoc/internal/account"
	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
	"temgoc/labels"
)

// InvitationPath is where the token of an invitation or a reset leads.
const InvitationPath = Prefix + "/moi/"

// A linkPage shows a link that lets somebody in: to copy, to scan with the
// phone of whom it is for, and whether it was sent by e-mail.
type linkPage struct {
	Frame
	For, Address, Picture string
	Days                  int
	Sent                  bool
	Back                  string
}

// Template implements ui.Page.
func (linkPage) Template() string { return "link.html" }

// ShowLink answers with the link of an invitation or a reset, which nobody can
// read again, and sends it where there is a mail server and the person signs in
// with an e-mail address. A mail that cannot be sent is no failure: the link is
// there to be passed on in another way.
func (v *Visit) ShowLink(p trace.Stored[account.Person], token, back string) (Answer, error) {
	address := strings.TrimSuffix(v.kit.config.PublicURL, "/") + InvitationPath + token
	picture, err := QRPicture(address)
	if err != nil {
		return Answer{}, err
	}
	page := linkPage{
		Frame: v.Frame("Đường dẫn mời", "Invitation link"), For: p.Data.Name, Address: address, Picture: picture,
		Days: int(account.InvitationLifetime.Hours() / 24), Back: back,
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

// QRPicture is a QR code as the address of a picture that stands in the page.
func QRPicture(text string) (string, error) {
	m, err := labels.Encode(text, labels.EncodeOptions{})
	if err != nil {
		return "", err
	}
	var picture strings.Builder
	if err := m.WriteSVG(&picture, 1); err != nil {
		return "", err
	}
	return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(picture.String())), nil
}
