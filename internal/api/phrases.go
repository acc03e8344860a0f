package api

import (
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2/validation"

	"temgoc/internal/catalog"
)

// A phrase is a message of the framework, which speaks English only, and what
// is said instead. {1} and {2} stand for what the message was filled with.
type phrase struct {
	message string // format string of the framework
	say     catalog.Name
	form    *regexp.Regexp
}

// Messages of our own checks that go through the framework.
const (
	msgNoCode   = "not a batch code"
	msgMistyped = "mistyped batch code"
	msgMeant    = "mistyped batch code for "
)

// phrases has every message that a check of the framework can produce.
var phrases = compile([]phrase{
	{message: validation.MsgUnexpectedProperty, say: catalog.Name{VI: "không có trường này", EN: "is not a known field"}},
	{message: validation.MsgExpectedRequiredProperty, say: catalog.Name{VI: "bắt buộc phải có", EN: "is required"}},
	{message: validation.MsgExpectedDependentRequiredProperty, say: catalog.Name{VI: "cần có {1} khi có {2}", EN: "needs {1} where {2} is given"}},
	{message: validation.MsgExpectedString, say: catalog.Name{VI: "phải là chuỗi ký tự", EN: "must be text"}},
	{message: validation.MsgExpectedBoolean, say: catalog.Name{VI: "phải là true hoặc false", EN: "must be true or false"}},
	{message: validation.MsgExpectedNumber, say: catalog.Name{VI: "phải là số", EN: "must be a number"}},
	{message: validation.MsgExpectedInteger, say: catalog.Name{VI: "phải là số nguyên", EN: "must be a whole number"}},
	{message: validation.MsgExpectedArray, say: catalog.Name{VI: "phải là danh sách", EN: "must be a list"}},
	{message: validation.MsgExpectedObject, say: catalog.Name{VI: "phải là đối tượng JSON", EN: "must be a JSON object"}},
	{message: validation.MsgExpectedOneOf, say: catalog.Name{VI: "phải là một trong: {1}", EN: "must be one of: {1}"}},
	{message: validation.MsgExpectedMinimumNumber, say: catalog.Name{VI: "phải từ {1} trở lên", EN: "must be at least {1}"}},
	{message: validation.MsgExpectedExclusiveMinimumNumber, say: catalog.Name{VI: "phải lớn hơn {1}", EN: "must be above {1}"}},
	{message: validation.MsgExpectedMaximumNumber, say: catalog.Name{VI: "tối đa {1}", EN: "must be at most {1}"}},
	{message: validation.MsgExpectedExclusiveMaximumNumber, say: catalog.Name{VI: "phải nhỏ hơn {1}", EN: "must be below {1}"}},
	{message: validation.MsgExpectedNumberBeMultipleOf, say: catalog.Name{VI: "phải là bội số của {1}", EN: "must be a multiple of {1}"}},
	{message: validation.MsgExpectedMinLength, say: catalog.Name{VI: "cần ít nhất {1} ký tự", EN: "needs at least {1} characters"}},
	{message: validation.MsgExpectedMaxLength, say: catalog.Name{VI: "tối đa {1} ký tự", EN: "may have {1} characters at most"}},
	{message: validation.MsgExpectedMinItems, say: catalog.Name{VI: "cần ít nhất {1} mục", EN: "needs at least {1} entries"}},
	{message: validation.MsgExpectedMaxItems, say: catalog.Name{VI: "tối đa {1} mục", EN: "may have {1} entries at most"}},
	{message: validation.MsgExpectedMinProperties, say: catalog.Name{VI: "cần ít nhất {1} trường", EN: "needs at least {1} fields"}},
	{message: validation.MsgExpectedMaxProperties, say: catalog.Name{VI: "tối đa {1} trường", EN: "may have {1} fields at most"}},
	{message: validation.MsgExpectedArrayItemsUnique, say: catalog.Name{VI: "các mục không được trùng nhau", EN: "must not name an entry twice"}},
	{message: validation.MsgExpectedRFC3339DateTime, say: catalog.Name{VI: "phải là ngày giờ dạng 2006-01-02T15:04:05+07:00", EN: "must be a date and time of the form 2006-01-02T15:04:05+07:00"}},
	{message: validation.MsgExpectedRFC1123DateTime, say: catalog.Name{VI: "phải là ngày giờ theo RFC 1123", EN: "must be a date and time by RFC 1123"}},
	{message: validation.MsgExpectedRFC3339Date, say: catalog.Name{VI: "phải là ngày có thật, dạng 2006-01-02", EN: "must be a real date of the form 2006-01-02"}},
	{message: validation.MsgExpectedRFC3339Time, say: catalog.Name{VI: "phải là giờ dạng 15:04:05", EN: "must be a time of the form 15:04:05"}},
	{message: validation.MsgExpectedDuration, say: catalog.Name{VI: "phải là khoảng thời gian", EN: "must be a duration"}},
	{message: validation.MsgExpectedRFC5322Email, say: catalog.Name{VI: "phải là địa chỉ e-mail", EN: "must be an e-mail address"}},
	{message: validation.MsgExpectedRFC5890Hostname, say: catalog.Name{VI: "phải là tên máy chủ", EN: "must be a host name"}},
	{message: validation.MsgExpectedRFC2673IPv4, say: catalog.Name{VI: "phải là địa chỉ IPv4", EN: "must be an IPv4 address"}},
	{message: validation.MsgExpectedRFC2373IPv6, say: catalog.Name{VI: "phải là địa chỉ IPv6", EN: "must be an IPv6 address"}},
	{message: validation.MsgExpectedRFCIPAddr, say: catalog.Name{VI: "phải là địa chỉ IP", EN: "must be an IP address"}},
	{message: validation.MsgExpectedRFC3986URI, say: catalog.Name{VI: "phải là địa chỉ URI", EN: "must be a URI"}},
	{message: validation.MsgExpectedRFC6570URITemplate, say: catalog.Name{VI: "phải là mẫu URI", EN: "must be a URI template"}},
	{message: validation.MsgExpectedRFC4122UUID, say: catalog.Name{VI: "phải là UUID", EN: "must be a UUID"}},
	{message: validation.MsgExpectedRFC6901JSONPointer, say: catalog.Name{VI: "phải là con trỏ JSON", EN: "must be a JSON pointer"}},
	{message: validation.MsgExpectedRFC6901RelativeJSONPointer, say: catalog.Name{VI: "phải là con trỏ JSON tương đối", EN: "must be a relative JSON pointer"}},
	{message: validation.MsgExpectedRegexp, say: catalog.Name{VI: "phải là biểu thức chính quy", EN: "must be a regular expression"}},
	{message: validation.MsgExpectedBase64String, say: catalog.Name{VI: "phải là chuỗi base64", EN: "must be base64"}},
	{message: validation.MsgExpectedBePattern, say: catalog.Name{VI: "không đúng dạng", EN: "must be {1}"}},
	{message: validation.MsgExpectedMatchPattern, say: catalog.Name{VI: "phải khớp với mẫu {1}", EN: "must match the pattern {1}"}},
	{message: validation.MsgExpectedMatchAtLeastOneSchema, say: catalog.Name{VI: "không khớp với dạng nào được phép", EN: "fits none of the allowed forms"}},
	{message: validation.MsgExpectedMatchExactlyOneSchema, say: catalog.Name{VI: "không khớp với dạng nào được phép", EN: "fits none of the allowed forms"}},
	{message: "expected value to match exactly one schema but matched multiple", say: catalog.Name{VI: "khớp với nhiều dạng cùng lúc", EN: "fits several of the allowed forms"}},
	{message: validation.MsgExpectedNotMatchSchema, say: catalog.Name{VI: "có dạng không được phép", EN: "has a form that is not allowed"}},
	{message: validation.MsgExpectedPropertyNameInObject, say: catalog.Name{VI: "bắt buộc phải có", EN: "is required"}},
	{message: "write only property is non-zero", say: catalog.Name{VI: "chỉ được ghi", EN: "is write-only"}},

	{message: "unknown query parameter", say: catalog.Name{VI: "không có tham số này", EN: "is not a known parameter"}},
	{message: "required %s parameter is missing", say: catalog.Name{VI: "bắt buộc phải có", EN: "is required"}},
	{message: "invalid integer", say: catalog.Name{VI: "phải là số nguyên", EN: "must be a whole number"}},
	{message: "invalid float", say: catalog.Name{VI: "phải là số", EN: "must be a number"}},
	{message: "invalid floating value", say: catalog.Name{VI: "phải là số", EN: "must be a number"}},
	{message: "invalid boolean", say: catalog.Name{VI: "phải là true hoặc false", EN: "must be true or false"}},
	{message: "invalid date/time for format %s", say: catalog.Name{VI: "phải là ngày giờ", EN: "must be a date and time"}},
	{message: "invalid value: %s", say: catalog.Name{VI: "không hợp lệ", EN: "is not valid"}},
	{message: "request body is required", say: catalog.Name{VI: "thiếu nội dung JSON", EN: "a JSON body is required"}},
	{message: msgNoCode, say: catalog.Name{VI: "không phải là mã lô", EN: "is not a batch code"}},
	{message: msgMistyped, say: catalog.Name{VI: "gõ sai: ký tự kiểm tra không khớp", EN: "is mistyped: the check character does not fit"}},
	{message: msgMeant + "%s", say: catalog.Name{VI: "gõ sai: ký tự kiểm tra không khớp, có thể là {1}", EN: "is mistyped: the check character does not fit; perhaps {1} was meant"}},
	{message: "validation failed", say: catalog.Name{VI: "dữ liệu không hợp lệ", EN: "the request is not valid"}},
})

// forms explains the patterns of the schemas, by their English description.
var forms = map[string]string{
	formGTIN:    "phải là mã GTIN gồm 8, 12, 13 hoặc 14 chữ số",
	formGLN:     "phải là mã GLN gồm 13 chữ số",
	formLot:     "phải là số lô 1 đến 20 ký tự, chỉ gồm chữ không dấu, chữ số và các dấu ! \" % & ' ( ) * + , - . / : ; < = > ? _",
	formDecimal: "phải là số thập phân viết dạng chuỗi, ví dụ \"12.5\", tối đa 15 chữ số và 9 chữ số thập phân",
	formDigest:  "phải là mã SHA-256 gồm 64 chữ số thập lục phân",
	formKey:     "phải gồm 1 đến 200 ký tự ASCII nhìn thấy được, không có dấu cách",
	formETag:    "phải là một ETag dạng \"3\" đã nhận được khi đọc",
}

var verbs = regexp.MustCompile(`%[vsd]`)

func compile(ps []phrase) []phrase {
	for i, p := range ps {
		parts := verbs.Split(p.message, -1)
		for j := range parts {
			parts[j] = regexp.QuoteMeta(parts[j])
		}
		ps[i].form = regexp.MustCompile(`(?s)^` + strings.Join(parts, `(.*)`) + `$`)
	}
	return ps
}

// lookup says a message of the framework in both languages; false for one that
// is not known.
func lookup(message string) (catalog.Name, bool) {
	for _, p := range phrases {
		m := p.form.FindStringSubmatch(message)
		if m == nil {
			continue
		}
		say := p.say
		for i, arg := range m[1:] {
			slot := "{" + string(rune('1'+i)) + "}"
			say.VI = strings.ReplaceAll(say.VI, slot, arg)
			say.EN = strings.ReplaceAll(say.EN, slot, arg)
		}
		if p.message == validation.MsgExpectedBePattern {
			if vi, ok := forms[m[1]]; ok {
				say.VI = vi
			}
		}
		return say, true
	}
	return catalog.Name{}, false
}

// translate says a message of the framework in both languages. One that is not
// known is replaced as a whole: it may tell more than a caller should know.
func translate(message string) catalog.Name {
	if say, ok := lookup(message); ok {
		return say
	}
	return catalog.Name{VI: "giá trị không hợp lệ", EN: "is not a valid value"}
}

var requiredForm = regexp.MustCompile(`^` + strings.Replace(regexp.QuoteMeta(validation.MsgExpectedRequiredProperty), "%s", `(\S+)`, 1) + `$`)

// missingProperty returns the name of a property that a message misses. The
// framework locates it at the object that lacks it.
func missingProperty(message string) (string, bool) {
	m := requiredForm.FindStringSubmatch(message)
	if m == nil {
		return "", false
	}
	return m[1], true
}
