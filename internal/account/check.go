package account

import (
	"fmt"
	"unicode/utf8"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// maxName bounds names, labels and addresses, in characters.
const maxName = 200

// A check collects what is wrong with one input.
type check struct{ errs trace.FieldErrors }

func (c *check) refuse(bad bool, field, vi, en string) {
	if bad {
		c.errs = append(c.errs, trace.FieldError{Field: field, Message: catalog.Name{VI: vi, EN: en}})
	}
}

func (c *check) err() error {
	if len(c.errs) == 0 {
		return nil
	}
	return c.errs
}

// name is a required text of at most maxName characters.
func (c *check) name(field, s string) {
	c.refuse(s == "", field, "bắt buộc phải có", "is required")
	c.text(field, s)
}

func (c *check) text(field, s string) {
	c.refuse(utf8.RuneCountInString(s) > maxName, field,
		fmt.Sprintf("tối đa %d ký tự", maxName), fmt.Sprintf("may have %d characters at most", maxName))
}

func (c *check) phone(field, s string) {
	c.refuse(s != "" && !trace.IsPhone(s), field, "không phải là số điện thoại", "is not a telephone number")
}

func (c *check) email(field, s string) {
	c.refuse(s != "" && !trace.IsEmail(s), field, "không phải là địa chỉ e-mail", "is not an e-mail address")
	c.text(field, s)
}

// refusal makes a RuleError.
func refusal(kind error, vi, en string) error {
	return &trace.RuleError{Kind: kind, Message: catalog.Name{VI: vi, EN: en}}
}
