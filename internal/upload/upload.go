// Package upload judges files that come in: what they really are, whether they
// are whole, and whether they can do harm to those who open them later.
//
// # What is accepted
//
// [Sniff] accepts PDF, JPEG and PNG, decided from the content. A picture must
// keep [MaxPixels] and [MaxSide], decode as a whole and end where its format
// says it ends; only whole JPEGs may follow, as phones write them. [Photo] and [Resize] make pictures for pages: they pass nothing
// on but pixels, so neither EXIF data (places, serial numbers) nor a second
// file hidden in the first survives.
//
// # What the look into a PDF is worth
//
// A PDF is refused when it is encrypted or names active content: scripts,
// programs to launch, attachments, rich media, XFA forms. Names are read
// outside of streams, with their #xx escapes, and inside of compressed object
// streams, which are inflated up to a bound. Strings and comments are read like
// everything else, for a reader that jumps into the middle of one finds objects
// there; so a link that ends in "/JavaScript" is refused too.
//
// This is advisory. It stops what is found in ordinary files; it is no parser,
// and a file made to deceive it can get past. Whoever serves an accepted PDF
// therefore still serves it as an attachment, sandboxed.
//
// # Bounds
//
// Nothing is decoded before its dimensions are known. Decoding takes up to 3
// bytes a pixel for most photos, 120 MB at the limit, and at most about half a
// gigabyte for the worst of what is accepted, a progressive CMYK JPEG of half
// of [MaxPixels]: callers bound how many files are judged at once.
package upload

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"temgoc/internal/catalog"
)

// The largest pictures that are decoded.
const (
	// MaxPixels is the largest area, in pixels. Progressive and CMYK JPEGs and
	// PNGs of 16 bits a channel, which take far more memory to decode, may have
	// half of it.
	MaxPixels = 40_000_000
	// MaxSide is the longest side, in pixels.
	MaxSide = 12_000
)

// The media types that Sniff tells apart.
const (
	typePDF  = "application/pdf"
	typeJPEG = "image/jpeg"
	typePNG  = "image/png"
)

// An Error refuses a file. Its message tells whoever sent the file what is
// wrong with it and what is accepted instead.
type Error struct {
	Message catalog.Name
}

// Error returns the English message.
func (e *Error) Error() string { return e.Message.EN }

// refuse formats a refusal; both texts take the same arguments.
func refuse(vi, en string, args ...any) *Error {
	return &Error{catalog.Name{VI: fmt.Sprintf(vi, args...), EN: fmt.Sprintf(en, args...)}}
}

// Sniff finds the media type of a document from its content: application/pdf,
// image/jpeg or image/png. The extension of name, where it has one, must
// agree. Every error is an [*Error].
func Sniff(name string, content []byte) (mediaType string, err error) {
	mediaType = signature(content)
	if mediaType == "" {
		return "", refuseForeign(content, catalog.Name{
			VI: "Chỉ nhận tệp PDF, JPEG hoặc PNG.",
			EN: "Only PDF, JPEG and PNG files are accepted.",
		})
	}
	if err := checkExtension(name, mediaType); err != nil {
		return "", err
	}
	if endsAsZIP(content) {
		return "", refuse("Tệp này vừa là %[1]s vừa là tệp nén ZIP. Hãy xuất lại thành một tệp PDF, JPEG hoặc PNG thông thường.",
			"This file is a %[1]s and a ZIP archive at once. Export it again as an ordinary PDF, JPEG or PNG file.", formatNames[mediaType])
	}
	if mediaType == typePDF {
		if err := checkPDF(content); err != nil {
			return "", err
		}
		return mediaType, nil
	}
	if err := checkPicture(mediaType, content); err != nil {
		return "", err
	}
	return mediaType, nil
}

// checkPicture refuses a picture that does not decode or that something other
// than further JPEGs follows: phones put previews and gain maps there.
func checkPicture(mediaType string, content []byte) error {
	p, err := outline(mediaType, content)
	if err != nil {
		return err
	}
	if rest := content[len(p.content):]; len(rest) > 0 && !isJPEGs(rest) {
		return refuse("Sau phần ảnh %[1]s, tệp còn chứa dữ liệu khác. Hãy lưu lại ảnh bằng một chương trình xem ảnh, hoặc gửi ảnh chụp màn hình hay tệp PDF.",
			"The file contains other data after its %[1]s picture. Save the picture again with a picture viewer, or send a screenshot or a PDF file.", p.format)
	}
	_, err = p.decode()
	return err
}

// formatNames are what people call the media types, in either language.
var formatNames = map[string]string{typePDF: "PDF", typeJPEG: "JPEG", typePNG: "PNG"}

// extensions are the endings of file names that agree with a media type.
var extensions = map[string][]string{
	typePDF:  {"pdf"},
	typeJPEG: {"jpg", "jpeg", "jpe", "jfif"},
	typePNG:  {"png"},
}

func checkExtension(name, mediaType string) error {
	ext := extension(name)
	if ext == "" || slices.Contains(extensions[mediaType], ext) {
		return nil
	}
	return refuse("Tên tệp có đuôi “.%[1]s” nhưng nội dung là %[2]s. Hãy đổi đuôi tên tệp thành “.%[3]s” nếu đó đúng là tệp bạn muốn gửi.",
		"The file name ends in “.%[1]s” but the content is %[2]s. If this is the file you mean, let its name end in “.%[3]s”.",
		ext, formatNames[mediaType], extensions[mediaType][0])
}

// extension returns the extension of a file name in lower case without its
// dot. Names of documents are full of dots ("Quyết định 12.2024"): what is
// longer than eight letters and digits, or has no letter, is no extension.
func extension(name string) string {
	name = strings.TrimRight(strings.ReplaceAll(name, `\`, "/"), " .\t\r\n\x00")
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	if len(ext) > 8 || strings.Trim(ext, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || strings.Trim(ext, "0123456789") == "" {
		return ""
	}
	return ext
}
