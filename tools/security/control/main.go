// Command control calls a function that is known to be vulnerable, GO-2021-0113:
// a check that does not find it finds nothing.
package main

import "golang.org/x/text/language"

func main() { _, _ = language.Parse("vi") }
