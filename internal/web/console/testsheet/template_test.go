package testsheet_test

import "embed"

//go:embed testdata
var testTemplates embed.FS
