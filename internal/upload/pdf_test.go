package upload

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"
)

// minimalPDF is a whole PDF of one empty page.
const minimalPDF = `%PDF-1.7
1 0 obj
<< /Type /Catalog /Pages 2 0 R >>
endobj
2 0 obj
<< /Type /Pages /Kids [3 0 R] /Count 1 >>
endobj
3 0 obj
<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>
endobj
xref
0 4
0000000000 65535 f 
0000000009 00000 n 
0000000058 00000 n 
0000000115 00000 n 
trailer
<< /Size 4 /Root 1 0 R >>
startxref
186
%%EOF
`

// withPDF puts objects into the minimal PDF.
func withPDF(objects string) string {
	return strings.Replace(minimalPDF, "xref\n0 4", objects+"\nxref\n0 4", 1)
}

// streamPDF is a PDF with a stream object.
func streamPDF(dictionary, data string) string {
	return withPDF(fmt.Sprintf("4 0 obj\n<< /Length %d %s >>\nstream\n%s\nendstream\nendobj", len(data), dictionary, data))
}

func deflated(t testing.TB, data string) string {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const (
	script      = "5 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>"
	objectsDict = "/Type /ObjStm /N 1 /First 4"
	deflateDict = objectsDict + " /Filter /FlateDecode"
)

func TestPDFRefused(t *testing.T) {
	tests := map[string]struct{ content, want string }{
		"script":              {withPDF("4 0 obj " + script + " endobj"), "JavaScript"},
		"script name only":    {withPDF("4 0 obj << /JS 5 0 R >> endobj"), "JavaScript"},
		"escaped":             {withPDF("4 0 obj << /S /J#61v#61Script >> endobj"), "JavaScript"},
		"escaped whole":       {withPDF("4 0 obj << /#4a#53(x) >> endobj"), "JavaScript"},
		"at the end":          {withPDF("/JS"), "JavaScript"},
		"launch":              {withPDF("4 0 obj << /S/Launch/F(cmd.exe) >> endobj"), "starts other programs"},
		"embedded":            {streamPDF("/Type /EmbeddedFile", "x"), "attached files"},
		"embedded, untyped":   {withPDF("4 0 obj << /EmbeddedFiles 5 0 R >> endobj"), "attached files"},
		"rich media":          {withPDF("4 0 obj << /Subtype /RichMedia >> endobj"), "rich media"},
		"xfa":                 {withPDF("4 0 obj << /XFA[] >> endobj"), "XFA"},
		"encrypted":           {strings.Replace(minimalPDF, "/Size 4", "/Size 4 /Encrypt 9 0 R", 1), "encrypted"},
		"behind a stream":     {streamPDF("", "q Q") + withPDF("<< /JS (x) >>"), "JavaScript"},
		"comment before":      {withPDF("4 0 obj << /Length 3 % stream\n /JS (x) >> endobj"), "JavaScript"},
		"object in a string":  {withPDF("4 0 obj ( 5 0 obj << /JS (x) >> endobj ) endobj"), "JavaScript"},
		"object in a stream":  {streamPDF("", "5 0 obj\n<< /JS (x) >>\nendobj"), "JavaScript"},
		"no endstream":        {withPDF("4 0 obj << >>\nstream\n<< /JS (x) >>"), "JavaScript"},
		"no dictionary":       {withPDF("4 0 obj stream\n<< /JS (x) >>\nendstream"), "JavaScript"},
		"object stream":       {streamPDF(deflateDict, deflated(t, script)), "JavaScript"},
		"filter in a list":    {streamPDF(objectsDict+"/Filter[/FlateDecode]", deflated(t, script)), "JavaScript"},
		"escaped in stream":   {streamPDF(deflateDict, deflated(t, strings.ReplaceAll(script, "J", "#4A"))), "JavaScript"},
		"escaped type":        {streamPDF("/Type /Obj#53tm /Filter /Fl#61teDecode", deflated(t, script)), "JavaScript"},
		"untyped":             {streamPDF("/N 1 /First 4 /Filter /FlateDecode", deflated(t, script)), "JavaScript"},
		"cut off deflate":     {streamPDF(deflateDict, deflated(t, script)[:40]), "cannot be checked"},
		"wrong checksum":      {streamPDF(deflateDict, deflated(t, script)[:len(deflated(t, script))-4]+"xxxx"), "JavaScript"},
		"second stream":       {streamPDF(deflateDict, deflated(t, "5 0 null")) + streamPDF(deflateDict, deflated(t, script)), "JavaScript"},
		"plain object stream": {streamPDF(objectsDict, script), "JavaScript"},
		"comment in between":  {withPDF("4 0 obj << " + deflateDict + " >> % x\nstream \r\n" + deflated(t, script) + "\nendstream"), "JavaScript"},
		"hexadecimal":         {streamPDF(objectsDict+"/Filter [/ASCIIHexDecode /FlateDecode]", "789c"), "cannot be checked"},
		"predictor":           {streamPDF(deflateDict+"/DecodeParms << /Predictor 12 >>", deflated(t, "5 0 null")), "cannot be checked"},
		"deflated twice":      {streamPDF(objectsDict+"/Filter [/FlateDecode /FlateDecode]", deflated(t, deflated(t, script))), "cannot be checked"},
		"filter elsewhere":    {streamPDF(objectsDict+"/Filter 9 0 R", deflated(t, script)), "cannot be checked"},
		"not deflated":        {streamPDF(deflateDict, script), "cannot be checked"},
		"no table":            {streamPDF(deflateDict, deflated(t, "(x) 5 0")), "cannot be checked"},
		"bomb":                {streamPDF(deflateDict, deflated(t, "5 0 "+strings.Repeat(" ", maxInflated))), "cannot be checked"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Sniff("a.pdf", []byte(tt.content))
			checkRefusal(t, err, tt.want)
		})
	}
}

func TestPDFAccepted(t *testing.T) {
	tests := map[string]string{
		"name in a stream":      streamPDF("", "BT /JS 12 Tf ET"),
		"longer name":           withPDF("4 0 obj << /JSON 1 /LaunchX 2 /EncryptMetadata true >> endobj"),
		"broken escape":         withPDF("4 0 obj << /JS#zz 1 /#4 2 >> endobj"),
		"object stream":         streamPDF(deflateDict, deflated(t, "5 0 << /Type /Font >>")),
		"plain object stream":   streamPDF(objectsDict, "5 0 << /Type /Font >>"),
		"empty object stream":   streamPDF("/Type /ObjStm /N 0 /First 0 /Filter /FlateDecode", deflated(t, "")),
		"signature":             withPDF("4 0 obj << /Type /Sig /Filter /Adobe.PPKLite /Contents <00ff> >> endobj"),
		"open at a page":        withPDF("4 0 obj << /OpenAction [3 0 R /Fit] >> endobj"),
		"outline before images": withPDF("4 0 obj << /First 5 0 R /AP << /N 6 0 R >> >> endobj\n7 0 obj << /Filter /DCTDecode >>\nstream\n\xff\xd8/JS \nendstream\nendobj"),
	}
	for name, content := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Sniff("a.pdf", []byte(content)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestPDFHostile holds 12 MiB each of what makes a careless scan take time in
// the square of the size; it would then not end before the test times out.
func TestPDFHostile(t *testing.T) {
	for name, piece := range map[string]string{
		"streams without end": ">>\nstream\n",
		"plain objects":       "<< /ObjStm >>\nstream\n1 ",
		"deflated objects":    "<< /ObjStm /Fl >>\nstream\n\x78\x9c\x00\x00\x00\xff\xff",
		"object headers":      "1 0 obj ",
		"names":               "/#",
		"archives":            "PK\x05\x06",
	} {
		t.Run(name, func(t *testing.T) {
			filler := strings.Repeat(piece, 12<<20/len(piece))
			for _, content := range []string{withPDF(filler), withPDF(filler + "1 0 obj endstream")} {
				if _, err := Sniff("a.pdf", []byte(content)); err != nil {
					checkRefusal(t, err)
				}
			}
		})
	}
}
