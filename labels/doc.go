// Package labels turns plain values into printed stamps: a QR symbol with a
// few lines of text, alone (SVG, PNG) or by the thousand on sheets of labels
// (PDF).
//
// It knows nothing of batches, certificates or HTTP: the caller hands over
// finished strings and decides what may be printed. The package decides only
// whether it can be printed well, and refuses what cannot: text that does not
// fit at a legible size is a [FitError], a letter that the font lacks a
// [GlyphError], any other value out of bounds a [ValueError]. Nothing is ever
// clipped.
//
// # Dots
//
// Everything is placed on a grid of 1/600 inch, called dots here
// (1 dot = 0.12 pt = 42.33 µm). Modules of a QR symbol are an even number of
// dots wide and start on an even dot, so a raster of 300, 600, 1200 or 2400
// dpi shows each of them with the same number of pixels. Off the grid a PDF
// renderer paints each touched pixel, which adds 11 % (600 dpi) to 31 %
// (203 dpi) of ink.
//
// # Letters
//
// The smallest letter ever set has an x-height of 0.9 mm (an em of 39 dots,
// 4.7 pt), the lower bound that food labelling law in Vietnam sets for small
// packages. Text is normalised to NFC. The typeface is DejaVu Sans Condensed,
// which has every Vietnamese letter and the stars.
package labels
