package desk

import (
	"errors"
	"net/http"
	"net/url"

	"golang.org/x/text/language"

	"temgoc/internal/account"
	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

// Where a sign-in goes on.
const (
	signInPath = Prefix + "/vao"
	codePath   = Prefix + "/ma"
	enrolPath  = Prefix + "/xac-thuc"
)

var foreignText = catalog.Name{
	VI: "yêu cầu không đến từ trang này, hãy mở lại trang và thử lại",
	EN: "the request did not come from this site; open the page again and retry",
}

// The cookies. Over https their names bind them to this very host.
const (
	sessionCookie = "temgoc-session"
	deviceCookie  = "temgoc-device"
	langCookie    = "temgoc-lang"
)

// cookieName is a cookie's name as the browser knows it.
func cookieName(name string, https bool) string {
	if https && name != langCookie && name != noticeCookie {
		return "__Host-" + name
	}
	return name
}

// seal gives a cookie the attributes of all of ours.
func seal(c *http.Cookie, https bool) *http.Cookie {
	c.Name, c.Path, c.HttpOnly, c.SameSite, c.Secure = cookieName(c.Name, https), "/", true, http.SameSiteLaxMode, https
	return c
}

func (v *Visit) cookie(name string) string {
	c, err := v.Request.Cookie(cookieName(name, v.kit.config.HTTPS))
	if err != nil {
		return ""
	}
	return c.Value
}

func (v *Visit) setCookie(c *http.Cookie) { http.SetCookie(v.gin.Writer, seal(c, v.kit.config.HTTPS)) }

// SessionCookie is the cookie of a session that was opened elsewhere than by
// signing in here.
func SessionCookie(token string, https bool) *http.Cookie {
	return seal(&http.Cookie{Name: sessionCookie, Value: token}, https)
}

// Remember gives the browser a new session. It ends with the browser, or
// earlier by the limits of the account.
func (v *Visit) Remember(s account.SignedIn) {
	v.setCookie(&http.Cookie{Name: sessionCookie, Value: s.Token})
	if s.Device != "" {
		v.setCookie(&http.Cookie{Name: deviceCookie, Value: s.Device, MaxAge: 365 * 24 * 3600})
	}
	v.Token, v.Visitor = s.Token, s.Visitor
}

// Forget ends the browser's part of a session, with everything of it that the
// browser keeps but drafts, which wait for the same person.
func (v *Visit) Forget() {
	v.setCookie(&http.Cookie{Name: sessionCookie, MaxAge: -1})
	v.gin.Header("Clear-Site-Data", `"cache"`)
	v.Token, v.Visitor = "", account.Visitor{}
}

// Device is what marks a browser that signed in before.
func (v *Visit) Device() string { return v.cookie(deviceCookie) }

// language is what the visitor chose, or the browser asks for.
func (v *Visit) language() ui.Lang {
	if l, ok := ui.ParseLang(v.Query("lang")); ok {
		v.setCookie(&http.Cookie{Name: langCookie, Value: string(l), MaxAge: 365 * 24 * 3600})
		return l
	}
	if l, ok := ui.ParseLang(v.cookie(langCookie)); ok {
		return l
	}
	tags, _, err := language.ParseAcceptLanguage(v.Request.Header.Get("Accept-Language"))
	if err == nil {
		for _, tag := range tags {
			base, _ := tag.Base()
			if l, ok := ui.ParseLang(base.String()); ok {
				return l
			}
		}
	}
	return ui.Vietnamese
}

var errRole = &trace.RuleError{Kind: trace.ErrForbidden, Message: catalog.Name{
	VI: "vai trò đang dùng không có trang này", EN: "the role that you are using does not have this page",
}}

var errSignIn = &trace.RuleError{Kind: trace.ErrUnauthenticated, Message: catalog.Name{
	VI: "phiên làm việc đã kết thúc, hãy đăng nhập lại; những gì chưa gửi thì chưa được lưu",
	EN: "the session has ended; sign in again. What was not sent is not saved",
}}

// enter finds out who is visiting and whether the route is theirs. It returns
// where to go instead when a sign-in must begin or go on first.
func (v *Visit) enter() (elsewhere string, err error) {
	if v.public {
		return "", nil
	}
	v.Token = v.cookie(sessionCookie)
	if v.Token != "" {
		v.Visitor, err = v.kit.config.People.Visitor(v.Context(), v.Token)
		if err != nil && !errors.Is(err, trace.ErrUnauthenticated) {
			return "", err
		}
		if err != nil {
			v.Token, v.Visitor = "", account.Visitor{}
		}
	}
	switch {
	case v.route.Guest:
		return "", nil
	case v.Session == "" && v.Request.Method == http.MethodGet:
		return signInPath + "?tiep=" + url.QueryEscape(v.Request.URL.RequestURI()), nil
	case v.Session == "":
		return "", errSignIn
	case v.Stage != v.route.stage():
		return v.next(), nil
	case !v.route.Allows(v.Membership.Role):
		return "", errRole
	}
	return "", nil
}

// next is where a sign-in that has come to the visitor's stage goes on.
func (v *Visit) next() string {
	switch v.Stage {
	case account.StageCode:
		return codePath
	case account.StageEnrol:
		return enrolPath
	}
	return Prefix
}

// Onwards leads to where the visitor wanted to go before the sign-in, or to
// the next step of it.
func (v *Visit) Onwards(wanted string) Answer {
	location := v.next()
	if v.Stage == account.StageFull && wanted != "" {
		location = local(wanted)
	}
	return Answer{status: http.StatusSeeOther, location: location}
}
