// Package hostile has texts that people with bad intentions type into forms,
// and tells whether a page has kept them inert.
package hostile

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// Mark stands in every text: what a page shows of one can be found by it.
const Mark = "xss"

// Texts lists more than a hundred texts that would run a script, open a tag,
// leave an attribute, a comment or a style, evaluate a formula, or turn the
// direction of reading around, wherever they are not escaped.
func Texts() []string { return slices.Clone(texts) }

var texts = []string{
	// elements that run
	`<script>xss()</script>`,
	`<SCRIPT SRC=//xss.example/x.js></SCRIPT>`,
	`<scr<script>ipt>xss()</scr</script>ipt>`,
	`<script/src="data:text/javascript,xss()"></script>`,
	`<script type=module>import '//xss.example'</script>`,
	"<script\x0c>xss()</script>",
	"<script>xss()//",
	`<img src=x onerror=xss()>`,
	`<img src="x" onerror="xss()" />`,
	`<IMG """><SCRIPT>xss()</SCRIPT>">`,
	`<img/src/onerror=xss()>`,
	`<img src=x:x onerror=xss()//`,
	`<image src=x onerror=xss()>`,
	`<svg onload=xss()>`,
	`<svg/onload=xss()>`,
	`<svg><script>xss()</script></svg>`,
	`<svg><animate onbegin=xss() attributeName=x dur=1s>`,
	`<svg><a xlink:href="javascript:xss()"><text x=20 y=20>xss</text></a></svg>`,
	`<svg><use href="data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>xss()</script></svg>#x"/>`,
	`<svg><foreignObject><iframe srcdoc="<script>xss()</script>"></iframe></foreignObject></svg>`,
	`<svg><style>{font-family:'<img/onerror=xss()/src=x>'`,
	`<math><mi//xlink:href="data:x,<script>xss()</script>">`,
	`<math><annotation-xml encoding="text/html"><script>xss()</script></annotation-xml></math>`,
	`<iframe src="javascript:xss()"></iframe>`,
	`<iframe srcdoc="&lt;script&gt;xss()&lt;/script&gt;"></iframe>`,
	`<object data="javascript:xss()"></object>`,
	`<object data="data:text/html;base64,PHNjcmlwdD54c3MoKTwvc2NyaXB0Pg=="></object>`,
	`<embed src="javascript:xss()">`,
	`<applet code="xss">`,
	`<body onload=xss()>`,
	`<body onpageshow=xss()>`,
	`<input autofocus onfocus=xss()>`,
	`<select autofocus onfocus=xss()>`,
	`<textarea autofocus onfocus=xss()>`,
	`<button onclick=xss()>xss</button>`,
	`<details open ontoggle=xss()>`,
	`<video src=x onerror=xss()>`,
	`<video><source onerror=xss()>`,
	`<audio src=x onerror=xss()>`,
	`<marquee onstart=xss()>`,
	`<keygen autofocus onfocus=xss()>`,
	`<isindex action=javascript:xss() type=image>`,
	`<x onmouseover=xss()>xss</x>`,
	`<x contenteditable onblur=xss()>xss</x>`,
	`<div onpointerenter=xss() style=position:fixed;inset:0>`,
	`<a href="javascript:xss()">xss</a>`,
	`<a href="jav&#x09;ascript:xss()">xss</a>`,
	`<a href="&#106;avascript:xss()">xss</a>`,
	`<a href="java` + "\n" + `script:xss()">xss</a>`,
	`<a href="vbscript:xss()">xss</a>`,
	`<a href="data:text/html,<script>xss()</script>">xss</a>`,
	`<form action="javascript:xss()"><input type=submit>`,
	`<form><button formaction="javascript:xss()">xss</button>`,
	`<isindex formaction=javascript:xss() type=submit>`,
	`<base href="//xss.example/">`,
	`<link rel=stylesheet href="//xss.example/x.css">`,
	`<link rel=import href="data:text/html,<script>xss()</script>">`,
	`<meta http-equiv=refresh content="0;url=javascript:xss()">`,
	`<meta http-equiv="Set-Cookie" content="temgoc-session=xss">`,
	`<style>@import '//xss.example/x.css';</style>`,
	`<style>*{background:url(//xss.example/x)}</style>`,
	`<template><script>xss()</script></template>`,
	`<noscript><p title="</noscript><img src=x onerror=xss()>">`,
	`<portal src="javascript:xss()">`,
	`<dialog open oncancel=xss()>`,
	`<frameset onload=xss()>`,
	// ways out of where a text stands
	`"><script>xss()</script>`,
	`'><script>xss()</script>`,
	`"/><img src=x onerror=xss()>`,
	`" onmouseover="xss()`,
	`' onmouseover='xss()`,
	`" autofocus onfocus="xss()" x="`,
	`" style="background:url(//xss.example)`,
	"` onmouseover=xss() `",
	`x onmouseover=xss()`,
	`</title><script>xss()</script>`,
	`</textarea><script>xss()</script>`,
	`</style><script>xss()</script>`,
	`</script><script>xss()</script>`,
	`</option></select><img src=x onerror=xss()>`,
	`</datalist><script>xss()</script>`,
	`</summary></details><svg onload=xss()>`,
	`--><script>xss()</script><!--`,
	`<!--><img src=x onerror=xss()>-->`,
	`<![CDATA[<script>xss()</script>]]>`,
	`<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">xss()</x:script>`,
	`]]><script>xss()</script>`,
	`<<script>xss()//<</script>`,
	`<img src=x onerror=xss() <b>`,
	`<plaintext>xss`,
	`<xmp><script>xss()</script>`,
	// scripts, templates and addresses
	`javascript:xss()`,
	`JaVaScRiPt:xss()`,
	`javascript://%0axss()`,
	`data:text/html;base64,PHNjcmlwdD54c3MoKTwvc2NyaXB0Pg==`,
	`vbscript:msgbox("xss")`,
	`';xss();//`,
	`";xss();//`,
	`\";xss();//`,
	`'-xss()-'`,
	"${xss()}",
	"`${xss()}`",
	`{{xss()}}`,
	`{{constructor.constructor('xss()')()}}`,
	`{{.}}{{template "top" .}}xss`,
	`<%= xss %>`,
	`#{xss}`,
	`[xss](javascript:xss())`,
	`![xss](x"onerror="xss())`,
	// encodings
	`%3Cscript%3Exss()%3C/script%3E`,
	`&lt;script&gt;xss()&lt;/script&gt;`,
	`&#60;script&#62;xss()&#60;/script&#62;`,
	`\u003cscript\u003exss()\u003c/script\u003e`,
	`\x3cscript\x3exss()\x3c/script\x3e`,
	`＜script＞xss()＜/script＞`,
	`+ADw-script+AD4-xss()+ADw-/script+AD4-`,
	"<scr\u00adipt>xss()</scr\u00adipt>",
	"<\u200bscript>xss()</script>",
	`<ſcript>xss()</ſcript>`,
	// formulas of spreadsheets
	`=HYPERLINK("http://xss.example","xss")`,
	`=cmd|' /C calc'!A0 xss`,
	`+xss+SUM(1)`,
	`-xss-SUM(1)`,
	`@SUM(1)*xss`,
	"\t=xss()",
	"\r=xss()",
	`;=xss()`,
	`"=xss()`,
	// letters that turn reading around
	"xss\u202egpj.exe",
	"xss\u2066\u202e\u2069",
	"x\u0000ss xss",
	"xss\u200d\ufeff",
}

// first are what a text begins with that does harm only at the beginning of a
// field: formulas, and addresses that run.
var first = []string{"=", "+", "-", "@", ";", "\t", "\r", "javascript:", "data:", "vbscript:"}

// Bundles are the texts packed together, each bundle at most limit characters
// and at least one text, so that one field shows several at a time. A text that
// does harm at the beginning only stands there.
func Bundles(limit int) [][]string {
	heads, rest := [][]string{}, []string{}
	for _, text := range texts {
		if slices.ContainsFunc(first, func(f string) bool { return strings.HasPrefix(strings.ToLower(text), f) }) {
			heads = append(heads, []string{text})
		} else {
			rest = append(rest, text)
		}
	}
	for i := 0; len(rest) > 0; i++ {
		if i == len(heads) {
			heads = append(heads, []string{rest[0]})
			rest = rest[1:]
		}
		for len(rest) > 0 && utf8.RuneCountInString(strings.Join(append(heads[i], rest[0]), " ")) <= limit {
			heads[i] = append(heads[i], rest[0])
			rest = rest[1:]
		}
	}
	return heads
}

// A Vocabulary is every element with every attribute that pages of ours have.
type Vocabulary map[string]bool

// Learn adds what a page that holds no hostile text has.
func (v Vocabulary) Learn(page string) error {
	return each(page, func(n *html.Node) error {
		v[n.Data] = true
		for _, a := range n.Attr {
			v[n.Data+" "+a.Key] = true
		}
		return nil
	})
}

// Inert returns what in a page is not ours: an element or attribute that no
// other page has, a script that is not a file of ours, or an address that is
// more than an address.
func (v Vocabulary) Inert(page string) error {
	return each(page, func(n *html.Node) error {
		if !v[n.Data] {
			return fmt.Errorf("an element <%s> that no page of ours has", n.Data)
		}
		if n.Data == "script" && n.FirstChild != nil {
			return fmt.Errorf("a script in the page: %s", n.FirstChild.Data)
		}
		for _, a := range n.Attr {
			if !v[n.Data+" "+a.Key] {
				return fmt.Errorf("an attribute <%s %s=%q> that no page of ours has", n.Data, a.Key, a.Val)
			}
			if err := checkAddress(n.Data, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// schemes are what addresses in our pages begin with.
var schemes = []string{"/", "#", "?", "https://", "http://", "tel:", "mailto:", "data:image/svg+xml;base64,"}

func checkAddress(element string, a html.Attribute) error {
	switch a.Key {
	case "href", "src", "action", "formaction", "data", "srcset", "poster":
	default:
		return nil
	}
	if a.Val == "" || slices.ContainsFunc(schemes, func(s string) bool { return strings.HasPrefix(a.Val, s) }) && !strings.HasPrefix(a.Val, "//") {
		return nil
	}
	return fmt.Errorf("an address that leads elsewhere: <%s %s=%q>", element, a.Key, a.Val)
}

// each visits every element of a page.
func each(page string, visit func(*html.Node) error) error {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return err
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			if err := visit(n); err != nil {
				return err
			}
		}
	}
	return nil
}
