package printing

import (
	_ "embed"
	"io"
	"text/template"
)

//go:embed readme.txt
var readmeText string

var readme = template.Must(template.New("README").Option("missingkey=error").Parse(readmeText))

// writeReadme tells the people of a print house what to watch, in Vietnamese
// and in English.
func (j job) writeReadme(w io.Writer) error {
	return readme.Execute(w, j.manifest(nil))
}
