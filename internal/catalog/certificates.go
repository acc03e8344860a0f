package catalog

// Certainty says how far an entry was compared with the text it refers to.
type Certainty string

// The degrees of certainty.
const (
	Verified   Certainty = "verified"   // read in the source named
	Secondary  Certainty = "secondary"  // read in a report about it
	Unverified Certainty = "unverified" // to be checked before it is relied on
)

func readCertainty(r *row) Certainty {
	return oneOf(r, "certainty", Verified, Secondary, Unverified)
}

// A Subject is what a kind of certificate is about.
type Subject string

// The subjects of certificates.
const (
	AboutProducer Subject = "producer"
	AboutProduct  Subject = "product"
	AboutEither   Subject = "either"
)

// A CertificateKind is a kind of document in an OCOP dossier.
type CertificateKind struct {
	Code   string `json:"code"`
	Name   Name   `json:"name"`
	Issuer Name   `json:"issuer"` // who usually issues it
	// Months is how long it usually counts; 0 when it has no end or none that
	// is the same for all. A proposal for forms: the document itself decides.
	Months  int     `json:"months"`
	Subject Subject `json:"subject"`
	// Certainty is that of Issuer and Months.
	Certainty Certainty `json:"certainty"`
}

var certificateKinds = lookup("certificate-kinds.tsv", readCertificateKind,
	func(k CertificateKind) string { return k.Code })

func readCertificateKind(r *row) CertificateKind {
	return CertificateKind{
		Code:      r.text("code"),
		Name:      r.name(""),
		Issuer:    r.name("issuer_"),
		Months:    r.integer("months"),
		Subject:   oneOf(r, "subject", AboutProducer, AboutProduct, AboutEither),
		Certainty: readCertainty(r),
	}
}

// CertificateKinds lists the 15 kinds of certificates, OCOP first, and OTHER
// for what is none of them, last.
func CertificateKinds() []CertificateKind { return certificateKinds().all() }

// CertificateKindByCode finds a kind by its code, such as "OCOP".
func CertificateKindByCode(code string) (CertificateKind, bool) { return certificateKinds().get(code) }
