package api

import (
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"temgoc/internal/catalog"
	"temgoc/internal/gs1"
	"temgoc/internal/printing"
	"temgoc/internal/privacy"
	"temgoc/internal/trace"
)

const schemaPrefix = "#/components/schemas/"

// Descriptions of patterns, which phrases.go also says in Vietnamese.
const (
	formGTIN    = "a GTIN of 8, 12, 13 or 14 digits"
	formGLN     = "a GLN of 13 digits"
	formLot     = "a lot number of 1 to 20 characters: A-Z a-z 0-9 and ! \" % & ' ( ) * + , - . / : ; < = > ? _"
	formDecimal = `a decimal number as text, such as "12.5", of at most 15 digits and 9 decimals`
	formDigest  = "a SHA-256 of 64 hexadecimal digits"
)

// as stands for the domain type T where the framework looks for a schema, so
// that the domain need not know of the framework.
type as[T any] struct{}

// Schema implements huma.SchemaProvider.
func (as[T]) Schema(huma.Registry) *huma.Schema {
	s := texts[reflect.TypeFor[T]()]
	return &s
}

// text is the schema of a value that is written as text of a certain form.
func text(pattern, description string) huma.Schema {
	return huma.Schema{Type: huma.TypeString, Pattern: pattern, PatternDescription: description}
}

// oneOf is the schema of a value out of a closed list.
func oneOf[T ~string](values ...T) huma.Schema {
	s := huma.Schema{Type: huma.TypeString}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}

// texts has the schema of every domain type that is written as text.
var texts = map[reflect.Type]huma.Schema{
	reflect.TypeFor[gs1.GTIN]():               text(`^([0-9]{8}|[0-9]{12,14})$`, formGTIN),
	reflect.TypeFor[gs1.GLN]():                text(`^[0-9]{13}$`, formGLN),
	reflect.TypeFor[gs1.LotNumber]():          text(`^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$`, formLot),
	reflect.TypeFor[trace.Decimal]():          text(`^-?[0-9]{1,15}([.,][0-9]{1,9})?$`, formDecimal),
	reflect.TypeFor[trace.Digest]():           text(`^[0-9A-Fa-f]{64}$`, formDigest),
	reflect.TypeFor[trace.Date]():             {Type: huma.TypeString, Format: "date"},
	reflect.TypeFor[trace.Role]():             oneOf(trace.Roles()...),
	reflect.TypeFor[trace.BatchState]():       oneOf(trace.BatchOpen, trace.BatchReleased, trace.BatchHeld, trace.BatchClosed, trace.BatchRecalled),
	reflect.TypeFor[trace.RecallState]():      oneOf(trace.RecallStates()...),
	reflect.TypeFor[trace.ProblemKind]():      oneOf(trace.ProblemKinds()...),
	reflect.TypeFor[trace.ProblemState]():     oneOf(trace.ProblemStates()...),
	reflect.TypeFor[trace.Verdict]():          oneOf(trace.Pass, trace.Fail, trace.Undecided),
	reflect.TypeFor[trace.Provenance]():       oneOf(trace.Declared, trace.Documented, trace.Verified),
	reflect.TypeFor[trace.CertificateState](): oneOf(trace.CertificateFuture, trace.CertificateValid, trace.CertificateExpiring, trace.CertificateExpired, trace.CertificateWithdrawn, trace.CertificateSuperseded),
	reflect.TypeFor[trace.Qualifier]():        oneOf(trace.Exactly, trace.Below, trace.AtMost, trace.Above, trace.AtLeast, trace.Between, trace.NotDetected, trace.Passed, trace.Failed, trace.Unread),
	reflect.TypeFor[catalog.LimitKind]():      oneOf(catalog.LimitMax, catalog.LimitMin, catalog.LimitRange, catalog.LimitAbsent, catalog.LimitDeclared),
	reflect.TypeFor[catalog.Certainty]():      oneOf(catalog.Verified, catalog.Secondary, catalog.Unverified),
	reflect.TypeFor[catalog.Subject]():        oneOf(catalog.AboutProducer, catalog.AboutProduct, catalog.AboutEither),
	reflect.TypeFor[catalog.Dimension]():      oneOf(catalog.Mass, catalog.Volume, catalog.Count, catalog.Area),
	reflect.TypeFor[privacy.What]():           oneOf(privacy.Whats()...),
	reflect.TypeFor[privacy.State]():          oneOf(privacy.States()...),
	reflect.TypeFor[printing.Codes]():         oneOf(printing.BatchCodes, printing.ItemCodes),
	reflect.TypeFor[printing.State]():         oneOf(printing.Allocated, printing.Released),
	reflect.TypeFor[printing.Shape]():         oneOf(printing.TemplateShape, printing.StockShape),
	reflect.TypeFor[printing.Owner]():         oneOf(printing.OwnedBySelf, printing.OwnedByOffice, printing.BuiltIn),
	reflect.TypeFor[printing.Format]():        oneOf(printing.Formats()...),
	reflect.TypeFor[printing.Activation]():    oneOf(printing.ActivateOnRelease, printing.ActivateByRange),
	reflect.TypeFor[printing.Fate]():          oneOf(append(printing.Fates(), printing.Unaccounted)...),
	reflect.TypeFor[printing.Basis]():         oneOf(printing.ByPacking, printing.ByQuantity),
}

// newRegistry makes the registry that knows the domain types.
func newRegistry() huma.Registry {
	r := huma.NewMapRegistry(schemaPrefix, schemaName)
	alias[gs1.GTIN](r)
	alias[gs1.GLN](r)
	alias[gs1.LotNumber](r)
	alias[trace.Decimal](r)
	alias[trace.Digest](r)
	alias[trace.Date](r)
	alias[trace.Role](r)
	alias[trace.BatchState](r)
	alias[trace.RecallState](r)
	alias[trace.ProblemKind](r)
	alias[trace.ProblemState](r)
	alias[trace.Verdict](r)
	alias[trace.Provenance](r)
	alias[trace.CertificateState](r)
	alias[trace.Qualifier](r)
	alias[catalog.LimitKind](r)
	alias[catalog.Certainty](r)
	alias[catalog.Subject](r)
	alias[catalog.Dimension](r)
	alias[privacy.What](r)
	alias[privacy.State](r)
	alias[printing.Codes](r)
	alias[printing.State](r)
	alias[printing.Format](r)
	alias[printing.Activation](r)
	alias[printing.Fate](r)
	alias[printing.Basis](r)
	alias[printing.Shape](r)
	alias[printing.Owner](r)
	r.RegisterTypeAlias(reflect.TypeFor[huma.ErrorModel](), reflect.TypeFor[Problem]())
	r.Schema(reflect.TypeFor[Problem](), true, "")
	return r
}

func alias[T any](r huma.Registry) {
	r.RegisterTypeAlias(reflect.TypeFor[T](), reflect.TypeFor[as[T]]())
}

// schemaName names a type in the document. Types that share their name with
// another get a name of their own.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case reflect.TypeFor[catalog.Limit]():
		return "ReferenceLimit"
	case reflect.TypeFor[trace.Problem]():
		return "ProblemReport"
	}
	return strings.ReplaceAll(name, "PageBody", "Page")
}

var timeType = reflect.TypeFor[time.Time]()

// fromPath marks a property that a body shares with the path: it may be left
// out.
func fromPath(s *huma.Schema, name string) *huma.Schema {
	s.Properties[name].ReadOnly = true
	s.Properties[name].Description += " (taken from the path)"
	return s
}
