package gs1

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// must unwraps what is right by construction.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestParseDigitalLink(t *testing.T) {
	// want is the String form of the result; "" means that the address is
	// refused.
	const id = "https://id.gs1.org"
	const g, s = "/01/12312312312333", "/00/006141411234567890"
	tests := []struct{ in, want string }{
		{"http://a" + s, id + s},
		{"HTTP://a" + s, id + s},
		{"https://a" + s, id + s},
		{"HTTPS://OCOP.VN" + g + "/10/L26001-A", id + g + "/10/L26001-A"},
		{"https://xn--fsq.xn--0zwm56d" + g, id + g},
		{"https://a." + g, id + g},
		{"https://a:65535" + g, id + g},
		{"https://192.0.2.1" + g, id + g},
		{"https://[2001:db8::1]" + g, id + g},
		{"https://a/stem" + s, id + s},
		{"https://a/more/stem" + s, id + s},
		{"https://a/00/faux" + s, id + s},
		{"https://a/01/09520123456788" + g, id + g},
		{"https://a" + g + "/10/01", id + g + "/10/01"},
		{"https://a" + g + "/10/414/21/00", id + g + "/10/414/21/00"},
		{"https://a" + g + "/22/TEST/10/ABC/21/XYZ", id + g + "/22/TEST/10/ABC/21/XYZ"},
		{"https://a" + g + "/22/V/21/S", id + g + "/22/V/21/S"},
		{"https://a" + g + "/235/TEST", id + g + "/235/TEST"},
		{"https://a" + g + "/235/XYZ?10=ABC123", id + g + "/235/XYZ?10=ABC123"},
		{"https://a/414/9520123456788", id + "/414/9520123456788"},
		{"https://a/414/9520123456788/254/32a%2Fb", id + "/414/9520123456788/254/32a%2Fb"},
		{"https://a/417/8938500009006", id + "/417/8938500009006"},

		{"https://a" + s + "?", id + s},
		{"https://a" + s + "?99=ABC", id + s + "?99=ABC"},
		{"https://a" + g + "?99=ABC&98=XYZ", id + g + "?99=ABC&98=XYZ"},
		{"https://a" + g + "?&&&99=ABC&&&&&&98=XYZ&&&", id + g + "?99=ABC&98=XYZ"},
		{"https://a" + g + "?unknown=666&99=ABC&singleton&linkType=gs1:pip", id + g + "?99=ABC"},
		{"https://a" + g + "?bad%4g=%zz&utm=a|b", id + g},
		{"https://a" + g + "/22/ABC%2d123?99=ABC&98=XYZ%2f987", id + g + "/22/ABC-123?99=ABC&98=XYZ%2F987"},
		{"https://a" + g + "/22/ABC+123?98=X%2BY", id + g + "/22/ABC%2B123?98=X%2BY"},
		{"https://a" + g + "/10/abc#", id + g + "/10/abc"},
		{"https://a" + g + "/10/abc?99=A#frag?99=B", id + g + "/10/abc?99=A"},
		{"https://a/01/09520123456788/10/ABC1/21/12345?17=180426", id + "/01/09520123456788/10/ABC1/21/12345?17=180426"},
		{"https://a/01/09520123456788?3103=000195&3922=0299&17=201200", id + "/01/09520123456788?3103=000195&3922=0299&17=201200"},
		{"https://a/00/952012345678912345?02=09520123456788&37=25&10=ABC123", id + "/00/952012345678912345?02=09520123456788&37=25&10=ABC123"},

		{"", ""},
		{"ftp://a" + g, ""},
		{"//a" + g, ""},
		{"http://", ""},
		{"http:///", ""},
		{"http://a", ""},
		{"http://a/", ""},
		{"http://a/b/", ""},
		{"https://" + s, ""},
		{"https://00/006141411234567890", ""},
		{"HtTp://a" + s, ""},
		{"Https://a" + s, ""},
		{"https://[fe80::1%25lo]" + g, ""},
		{"https://a$" + g, ""},
		{"https://u@a" + g, ""},
		{"https://a/gtin/12312312312333", ""},
		{"https://a/01/2112345678900", ""},
		{"https://a/01/416000336108", ""},
		{"https://a/01/02345673", ""},
		{"https://a/01/12312312312334", ""},
		{"https://a/01/1231231231233X", ""},
		{"https://a" + s + "/", ""},
		{"https://a" + g + "/", ""},
		{"https://a" + g + "/foo", ""},
		{"https://a" + g + "/foo/bar", ""},
		{"https://a" + g + "/10/", ""},
		{"https://a" + g + "/21/S1/10/L1", ""},
		{"https://a" + g + "/10/L1/22/V", ""},
		{"https://a" + g + "/10/L1/10/L1", ""},
		{"https://a" + g + "/235/T/21/S", ""},
		{"https://a" + g + "/22/V/235/T", ""},
		{"https://a" + g + "/254/E", ""},
		{"https://a" + g + "/89/ABC123", ""},
		{"https://a/417/8938500009006/254/E", ""},
		{"https://a" + s + "/10/L", ""},
		{"https://a" + g + "/10/" + strings.Repeat("L", 21), ""},
		{"https://a" + g + "/10/A%00", ""},
		{"https://a" + g + "/10/A%20B", ""},
		{"https://a" + g + "/10/A B", ""},
		{"https://a" + g + "/10/l%C3%B4", ""},
		{"https://a" + g + "/10/lô", ""},
		{"https://a" + g + "/10/A%4g", ""},
		{"https://a" + g + "/10/A%2", ""},
		{"https://a" + g + "/10/A<B", ""},
		{"https://a" + g + "?10=ABC123", ""},
		{"https://a" + g + "?21=S", ""},
		{"https://a" + g + "?235=T", ""},
		{"https://a" + g + "/235/T?21=S", ""},
		{"https://a" + g + "?01=12312312312333", ""},
		{"https://a" + g + "?99=", ""},
		{"https://a" + g + "?99", ""},
		{"https://a" + g + "?99=ABC&999=faux", ""},
		{"https://a" + g + "?99=XYZ&89=ABC123", ""},
		{"https://a" + g + "?99=X&99=X", ""},
		{"https://a" + g + "?99=X&%39%39=X", ""},
		{"https://a" + g + "?98=XYZ+987", ""},
		{"https://a" + g + "?8200=http", ""},
		{"https://a" + g + "?17=261332", ""},
		{"https://a" + g + "?17=260230", ""},
		{"https://a" + g + "?3103=00195", ""},
		{"https://a" + g + "?3106=000195", ""},
		{"https://a" + s + "?02=09520123456789", ""},
	}
	for _, test := range tests {
		got, err := ParseDigitalLink(test.in)
		if got.String() != test.want || (err == nil) != (test.want != "") {
			t.Errorf("ParseDigitalLink(%q) = %q, %v; want %q", test.in, got, err, test.want)
		}
		if err != nil && !isOneOfOurs(err) {
			t.Errorf("ParseDigitalLink(%q): %v is none of the four errors", test.in, err)
		}
	}
}

func isOneOfOurs(err error) bool {
	n := 0
	for _, kind := range []error{ErrLength, ErrCharacter, ErrCheckDigit, ErrSyntax} {
		if errors.Is(err, kind) {
			n++
		}
	}
	return n == 1
}

func TestParserOptions(t *testing.T) {
	tests := []struct {
		parser   Parser
		path     string
		want     string
		wantKind error
	}{
		{Parser{}, "/01/9520123456788", "", ErrLength},
		{Parser{ShortGTIN: true}, "/01/9520123456788/10/L", "/01/09520123456788/10/L", nil},
		{Parser{ShortGTIN: true}, "/01/416000336108", "/01/00416000336108", nil},
		{Parser{ShortGTIN: true}, "/01/02345673", "/01/00000002345673", nil},
		{Parser{ShortGTIN: true}, "/01/02345674", "", ErrCheckDigit},
		{Parser{ShortGTIN: true}, "/414/952012345678", "", ErrLength},
		{Parser{}, "/01/09520123456788/", "", ErrSyntax},
		{Parser{TrailingSlash: true}, "/01/09520123456788/", "/01/09520123456788", nil},
		{Parser{TrailingSlash: true}, "/01/09520123456788/10/A%2F/", "/01/09520123456788/10/A%2F", nil},
		{Parser{TrailingSlash: true}, "/01/09520123456788//", "", ErrSyntax},
		{Parser{TrailingSlash: true}, "/", "", ErrSyntax},
		{Parser{}, "01/09520123456788", "", ErrSyntax},
		{Parser{}, "/t/01/09520123456788", "/01/09520123456788", nil},
	}
	for _, test := range tests {
		got, err := test.parser.Path(test.path, "")
		if got.Path() != test.want || !errors.Is(err, test.wantKind) {
			t.Errorf("%+v.Path(%q) = %q, %v; want %q, %v", test.parser, test.path, got.Path(), err, test.want, test.wantKind)
		}
	}
}

// A slash in a lot number comes through a request only in the escaped path.
func TestPathFromRequest(t *testing.T) {
	u, err := url.Parse("https://a/01/09520123456788/10/A%2FB%2521?99=X%26Y")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parser{}.Path(u.EscapedPath(), u.RawQuery)
	if err != nil {
		t.Fatal(err)
	}
	want := DigitalLink{
		GTIN:       must(ParseGTIN("09520123456788")),
		Lot:        must(ParseLotNumber("A/B%21")),
		Attributes: []Attribute{{"99", "X&Y"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Path(%q) (-want +got):\n%s", u, diff)
	}
}

func TestDigitalLinkForms(t *testing.T) {
	gtin := must(ParseGTIN("09520123456788"))
	lot, serial := must(ParseLotNumber("L/1")), must(ParseSerial("s1"))
	variant, third := must(ParseVariant("V")), must(ParseThirdPartySerial("T"))
	gln, sscc := must(ParseGLN("8938500009006")), must(ParseSSCC("089385000000000010"))
	extension := must(ParseExtension("E"))
	expiry := []Attribute{{"17", "261231"}, {"99", "a b?"}}
	tests := []struct {
		name                  string
		link                  DigitalLink
		uri, canonical, epcis string
	}{
		{name: "nothing", link: DigitalLink{Lot: lot, Attributes: expiry}},
		{
			"everything", DigitalLink{GTIN: gtin, Variant: variant, Lot: lot, Serial: serial, Attributes: expiry},
			"https://q.vn/01/09520123456788/22/V/10/L%2F1/21/s1?17=261231&99=a%20b%3F",
			"https://id.gs1.org/01/09520123456788/22/V/10/L%2F1/21/s1",
			"https://id.gs1.org/01/09520123456788/21/s1",
		},
		{
			"lot", DigitalLink{GTIN: gtin, Variant: variant, Lot: lot},
			"https://q.vn/01/09520123456788/22/V/10/L%2F1",
			"https://id.gs1.org/01/09520123456788/22/V/10/L%2F1",
			"https://id.gs1.org/01/09520123456788/10/L%2F1",
		},
		{
			"variant", DigitalLink{GTIN: gtin, Variant: variant},
			"https://q.vn/01/09520123456788/22/V",
			"https://id.gs1.org/01/09520123456788/22/V",
			"https://id.gs1.org/01/09520123456788",
		},
		{
			"third party excludes the others", DigitalLink{GTIN: gtin, ThirdParty: third, Lot: lot, SSCC: sscc},
			"https://q.vn/01/09520123456788/235/T",
			"https://id.gs1.org/01/09520123456788/235/T",
			"https://id.gs1.org/01/09520123456788/235/T",
		},
		{
			"case", DigitalLink{SSCC: sscc, Lot: lot},
			"https://q.vn/00/089385000000000010",
			"https://id.gs1.org/00/089385000000000010",
			"https://id.gs1.org/00/089385000000000010",
		},
		{
			"place", DigitalLink{Place: gln, Extension: extension},
			"https://q.vn/414/8938500009006/254/E",
			"https://id.gs1.org/414/8938500009006/254/E",
			"https://id.gs1.org/414/8938500009006/254/E",
		},
		{
			"party", DigitalLink{Party: gln, Extension: extension},
			"https://q.vn/417/8938500009006",
			"https://id.gs1.org/417/8938500009006",
			"https://id.gs1.org/417/8938500009006",
		},
	}
	for _, test := range tests {
		got := [3]string{test.link.URI("https://q.vn/"), test.link.Canonical(), test.link.EPC()}
		if diff := cmp.Diff([3]string{test.uri, test.canonical, test.epcis}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestEscape(t *testing.T) {
	got := escape("!\"#%&'()*+,/:;<=>?")
	want := "%21%22%23%25%26%27%28%29%2A%2B%2C%2F%3A%3B%3C%3D%3E%3F"
	if got != want {
		t.Errorf("escape = %s, want %s", got, want)
	}
	if got := escape("AZaz09-._~"); got != "AZaz09-._~" {
		t.Errorf("escape changed unreserved characters to %s", got)
	}
}

func TestParseAttribute(t *testing.T) {
	tests := []struct {
		ai, value string
		want      error
	}{
		{"17", "261231", nil},
		{"17", "260200", nil},
		{"17", "261300", ErrSyntax},
		{"17", "2612", ErrLength},
		{"7006", "260200", ErrSyntax},
		{"7006", "240229", nil},
		{"7007", "260101260131", nil},
		{"253", "1231231231232TEST5678901234567", nil},
		{"253", "1231231231232TEST56789012345678", ErrLength},
		{"255", "1231231231232A", ErrCharacter},
		{"255", "1231231231233", ErrCheckDigit},
		{"414", "8938500009007", ErrCheckDigit},
		{"8010", "A#1", nil},
		{"8010", "a1", ErrCharacter},
		{"421", "704ABC", nil},
		{"421", "70AABC", ErrCharacter},
		{"90", "A B", ErrCharacter},
		{"18", "1", ErrSyntax},
		{"1a", "1", ErrSyntax},
		{"", "1", ErrSyntax},
		{"4:6", "1", ErrSyntax},
	}
	for _, test := range tests {
		if _, err := ParseAttribute(test.ai, test.value); !errors.Is(err, test.want) {
			t.Errorf("ParseAttribute(%q, %q) = %v, want %v", test.ai, test.value, err, test.want)
		}
	}
	for _, f := range formats {
		if len(f.first) != len(f.last) || f.first > f.last || f.min < 1 || f.min > f.max || f.digits > f.max {
			t.Errorf("format %+v contradicts itself", f)
		}
	}
}

func FuzzParseDigitalLink(f *testing.F) {
	for _, s := range []string{
		"https://a/01/09520123456788/22/V/10/A%2FB/21/+?17=261231&99=a%2Bb#x",
		"HTTPS://A/x/01/12312312312333/235/T?10=L",
		"http://[::1]:80/414/9520123456788/254/32a%2Fb",
		"https://a/417/8938500009006?linkType=all&&b",
		"https://a/00/006141411234567890/",
		"https://a/01/02345673/10/%4g",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		link, err := ParseDigitalLink(s)
		if err != nil {
			if !isOneOfOurs(err) || link.Path() != "" {
				t.Fatalf("ParseDigitalLink(%q) = %v, %v", s, link, err)
			}
			return
		}
		again, err := ParseDigitalLink(link.String())
		if err != nil {
			t.Fatalf("%q was formatted as %q: %v", s, link, err)
		}
		if diff := cmp.Diff(link, again); diff != "" {
			t.Errorf("%q changed through %q:\n%s", s, link, diff)
		}
		lenient, err := Parser{ShortGTIN: true, TrailingSlash: true}.URI(s)
		if diff := cmp.Diff(link, lenient); err != nil || diff != "" {
			t.Errorf("lenient parsing of %q differs: %v\n%s", s, err, diff)
		}
		if _, err := ParseDigitalLink(link.EPC()); err != nil {
			t.Errorf("EPC form %q of %q: %v", link.EPC(), s, err)
		}
	})
}
