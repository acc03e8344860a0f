package labels

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// The printing condition, by its name in the ICC's registry: offset on coated
// paper. Solid black is the same in all of them.
const (
	condition         = "FOGRA51"
	conditionRegistry = "http://www.color.org"
)

// pressCatalog writes what a print house's programs look for, and returns its
// entries of the catalog. The description says the same as the document
// information, in XMP.
func (d *document) pressCatalog() string {
	if d.sheet.Profile == Office {
		return ""
	}
	number := d.number()
	d.stream(number, "/Type /Metadata /Subtype /XML ", d.sheet.xmp(d.digest.Sum(nil)[:16]))
	return fmt.Sprintf("\n/Metadata %d 0 R\n/OutputIntents [<< /Type /OutputIntent /S /GTS_PDFX /OutputConditionIdentifier (%s)\n"+
		"/RegistryName (%s) /OutputCondition (%[2]s) /Info (%[2]s, black only) >>]", number, condition, conditionRegistry)
}

// pressInfo returns the further entries of the document information.
func (s Sheet) pressInfo() string {
	if s.Profile == Office {
		return ""
	}
	date := s.Created.UTC().Format("D:20060102150405+00'00'")
	return fmt.Sprintf(" /Creator (temgoc)\n/CreationDate (%s) /ModDate (%[1]s) /Trapped /False /GTS_PDFXVersion (PDF/X-1a:2003)", date)
}

// xmp describes the file to programs (ISO 16684-1). Its identity is the digest
// of what has been written, so that the same stamps make the same file.
func (s Sheet) xmp(id []byte) []byte {
	date := s.Created.UTC().Format(time.RFC3339)
	var title strings.Builder
	_ = xml.EscapeText(&title, []byte(s.Title)) // a strings.Builder does not fail
	return fmt.Appendf(nil, "<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"+
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfx="http://ns.adobe.com/pdfx/1.3/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
<xmp:CreatorTool>temgoc</xmp:CreatorTool>
<xmp:CreateDate>%s</xmp:CreateDate><xmp:ModifyDate>%[2]s</xmp:ModifyDate><xmp:MetadataDate>%[2]s</xmp:MetadataDate>
<xmpMM:DocumentID>uuid:%[3]x</xmpMM:DocumentID><xmpMM:VersionID>1</xmpMM:VersionID><xmpMM:RenditionClass>default</xmpMM:RenditionClass>
<pdf:Producer>%[4]s</pdf:Producer><pdf:Trapped>False</pdf:Trapped>
<pdfx:GTS_PDFXVersion>PDF/X-1a:2003</pdfx:GTS_PDFXVersion>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`, title.String(), date, id, producer)
}
