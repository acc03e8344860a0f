package desk

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"temgoc/internal/web/ui"
)

// An Answer is what a visit gets: a page, another address, or a file.
type Answer struct {
	status int
	page   ui.Page
	// location leads elsewhere, with notice shown there once; done says that it
	// does because a form was carried out.
	location, notice string
	done             bool
	file             *file
}

// A file is an answer that is no page.
type file struct {
	media, name string
	inline      bool
	policy      string
	write       func(io.Writer) error
}

// Show answers with a page.
func Show(p ui.Page) Answer { return Answer{status: http.StatusOK, page: p} }

// ShowAs answers with a page and a status of its own.
func ShowAs(status int, p ui.Page) Answer { return Answer{status: status, page: p} }

// Redirect leads to another address of this service after a form was carried
// out. The notice, in both languages, is shown there once; none when empty.
func (v *Visit) Redirect(location, vi, en string) Answer {
	return Answer{status: http.StatusSeeOther, location: location, notice: v.Lang.T(vi, en), done: true}
}

// sandbox is the policy for what somebody uploaded: nothing in it may run.
const sandbox = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"

// Download answers with a file to save. What write refuses before its first
// byte is answered as an error.
func Download(media, name string, write func(io.Writer) error) Answer {
	return Answer{status: http.StatusOK, file: &file{media: media, name: name, policy: sandbox, write: write}}
}

// Picture answers with something to see in place: a picture, or a document in
// a tab of its own. It is sandboxed all the same.
func Picture(media, name string, write func(io.Writer) error) Answer {
	return Answer{status: http.StatusOK, file: &file{media: media, name: name, inline: true, policy: sandbox, write: write}}
}

// JSON answers a program with a value.
func JSON(value any) Answer {
	return Answer{status: http.StatusOK, file: &file{media: "application/json; charset=utf-8", policy: sandbox, write: func(w io.Writer) error {
		body, err := json.Marshal(value)
		if err != nil {
			return fmt.Errorf("encode the answer: %w", err)
		}
		_, err = w.Write(append(body, '\n'))
		return err
	}}}
}

// HTML answers with a whole page that was rendered elsewhere, under the
// policy that belongs to it.
func HTML(policy string, body []byte) Answer {
	return Answer{status: http.StatusOK, file: &file{media: "text/html; charset=utf-8", inline: true, policy: policy, write: func(w io.Writer) error {
		_, err := w.Write(body)
		return err
	}}}
}
