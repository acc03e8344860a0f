package labels

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// MaxText is how long the text of a template or a stock may be, in bytes.
const MaxText = 64 << 10

// A TextError says what is wrong in the text of a template or a stock, and
// where.
type TextError struct {
	Line       int    // from 1; 0 when it is the text as a whole
	Field      string // the key, with the part that it belongs to: qr.width
	Reason     string // a phrase that continues "field is …" or "field must …"
	Vietnamese string // the same for those who edit the text
}

func (e *TextError) Error() string {
	message := "labels: "
	if e.Line > 0 {
		message += fmt.Sprintf("line %d: ", e.Line)
	}
	if e.Field != "" {
		message += e.Field + " "
	}
	return message + e.Reason
}

// decodeText reads one YAML document, in which every key must be known. Anchors
// and aliases are refused: a few lines of them can stand for gigabytes.
func decodeText(text []byte, to any) error {
	if len(text) > MaxText {
		return &TextError{Reason: fmt.Sprintf("the text is longer than %d kB", MaxText>>10),
			Vietnamese: fmt.Sprintf("nội dung dài hơn %d kB", MaxText>>10)}
	}
	if !utf8.Valid(text) {
		return &TextError{Reason: "the text is not UTF-8", Vietnamese: "nội dung không phải UTF-8"}
	}
	for _, t := range lexer.Tokenize(string(text)) {
		if t.Type == token.AnchorType || t.Type == token.AliasType || t.Type == token.MergeKeyType || t.Type == token.TagType {
			return &TextError{Line: t.Position.Line, Reason: fmt.Sprintf("anchors, aliases and tags are not allowed: %q", t.Value),
				Vietnamese: fmt.Sprintf("không được dùng anchor, alias và tag của YAML: %q", t.Value)}
		}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict())
	err := decoder.Decode(to)
	if errors.Is(err, io.EOF) {
		return &TextError{Reason: "the text is empty", Vietnamese: "nội dung đang trống"}
	}
	if err != nil {
		return yamlError(err)
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return &TextError{Reason: "the text must be a single document, without ---", Vietnamese: "nội dung phải là một tài liệu, không có ---"}
	}
	return nil
}

// yamlError keeps of the library's error what a reader of the text can use.
func yamlError(err error) error {
	e := &TextError{Reason: err.Error(), Vietnamese: "nội dung không đọc được: " + err.Error()}
	if y, ok := errors.AsType[yaml.Error](err); ok {
		e.Reason, e.Vietnamese = y.GetMessage(), inVietnamese(y)
		if t := y.GetToken(); t != nil && t.Position != nil {
			e.Line = t.Position.Line
		}
	}
	return e
}

// inVietnamese says what is wrong, with the words of the text in question.
func inVietnamese(err yaml.Error) string {
	word := ""
	if t := err.GetToken(); t != nil {
		word = fmt.Sprintf(": %q", t.Value)
	}
	switch err.(type) {
	case *yaml.UnknownFieldError:
		return "không có khóa nào tên như vậy" + word
	case *yaml.DuplicateKeyError:
		return "khóa bị lặp lại" + word
	case *yaml.TypeError, *yaml.UnexpectedNodeTypeError, *yaml.OverflowError:
		return "giá trị không đúng kiểu" + word
	default:
		return "không phải YAML đúng: " + err.GetMessage()
	}
}

// lineOf returns the line on which the value at a path begins, 0 when it is
// not there.
func lineOf(text []byte, path string) int {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return 0
	}
	p, err := yaml.PathString("$." + path)
	if err != nil {
		return 0
	}
	node, err := p.FilterFile(file)
	if err != nil || node.GetToken() == nil {
		return 0
	}
	return node.GetToken().Position.Line
}

// encodeText writes a value as YAML.
func encodeText(from any) string {
	text, err := yaml.MarshalWithOptions(from, yaml.IndentSequence(true))
	if err != nil {
		panic(fmt.Sprintf("labels: cannot write %T as text: %v", from, err))
	}
	return string(text)
}
