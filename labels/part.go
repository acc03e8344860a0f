package labels

// A Part is one thing on a label. Which keys it may have depends on what it
// is.
type Part struct {
	Part string `yaml:"part"`           // what it is, one of PartKinds
	Name string `yaml:"name,omitempty"` // for other parts and for errors; what it is unless given

	// The place: at most two of each three. What is missing reaches to the
	// margin of the label.
	Left   Length `yaml:"left,omitempty"`
	Right  Length `yaml:"right,omitempty"`
	Width  Length `yaml:"width,omitempty"`
	Top    Length `yaml:"top,omitempty"`
	Bottom Length `yaml:"bottom,omitempty"`
	Height Length `yaml:"height,omitempty"`

	Align  string `yaml:"align,omitempty"`  // left, center or right
	VAlign string `yaml:"valign,omitempty"` // top, middle or bottom; of a column also spread

	// Of text, the height of the letter x in millimetres, preferred and
	// least; of the symbol, the side of a module.
	Size float64 `yaml:"size,omitempty"`
	Min  float64 `yaml:"min,omitempty"`

	Bold    bool    `yaml:"bold,omitempty"`
	Lines   int     `yaml:"lines,omitempty"`   // at most so many; 0 means 1
	Caption *string `yaml:"caption,omitempty"` // in place of the stamp's own, "" for none
	Text    string  `yaml:"text,omitempty"`    // of free text

	Image string `yaml:"image,omitempty"` // of a logo, in base64; see [Template.WithLogo]
	logo  *Logo  // what Image shows

	Stroke float64 `yaml:"stroke,omitempty"` // of lines and frames, in millimetres
	Hatch  bool    `yaml:"hatch,omitempty"`  // of a scratch-off box

	Gap  float64 `yaml:"gap,omitempty"`  // of a column, between its rows, in millimetres
	Rows []Part  `yaml:"rows,omitempty"` // of a column, the text parts in it
}

// What a part can be.
const (
	partQR      = "qr"
	partCode    = "code"
	partText    = "text"
	partLogo    = "logo"
	partScratch = "scratch"
	partLine    = "line"
	partFrame   = "frame"
	partColumn  = "column"
)

// partSymbol names the dark square of the symbol, without its quiet zone, for
// the places of other parts.
const partSymbol = "symbol"

// A partKind says what a kind of part shows and which keys it may have.
type partKind struct {
	field   string // of the stamp, in errors; "" when it is not a text
	breaks  breaks // where its text may be broken
	keys    string // besides part, name and the place
	value   func(Stamp) string
	caption func(Stamp) string
}

const textKeys = " align valign bold size min lines caption "

func noCaption(Stamp) string { return "" }

var partKinds = map[string]partKind{
	partQR:   {keys: " align valign size min "},
	partCode: {FieldShortCode, atSeparators, textKeys, func(s Stamp) string { return s.ShortCode }, noCaption},
	"gs1":    {FieldGS1, anywhere, textKeys, func(s Stamp) string { return s.GS1 }, noCaption},
	"pin":    {FieldPIN, anywhere, textKeys, func(s Stamp) string { return s.PIN }, noCaption},
	"note":   {FieldNote, atSpaces, textKeys, func(s Stamp) string { return s.Note }, noCaption},
	partText: {partText, atSpaces, textKeys + "text ", nil, noCaption},

	"product":  {FieldProduct, atSpaces, textKeys, func(s Stamp) string { return s.Product }, noCaption},
	"producer": {FieldProducer, atSpaces, textKeys, func(s Stamp) string { return s.Producer }, noCaption},
	"stars": {FieldStars, atSpaces, textKeys, func(s Stamp) string { return s.starLine("") },
		func(s Stamp) string { return s.Captions.Stars }},
	"lot": {FieldLot, anywhere, textKeys, func(s Stamp) string { return s.Lot },
		func(s Stamp) string { return s.Captions.Lot }},
	"production": {FieldProduction, atSpaces, textKeys, func(s Stamp) string { return s.ProductionDate },
		func(s Stamp) string { return s.Captions.Production }},
	"packing": {FieldPacking, atSpaces, textKeys, func(s Stamp) string { return s.PackingDate },
		func(s Stamp) string { return s.Captions.Packing }},
	"expiry": {FieldExpiry, atSpaces, textKeys, func(s Stamp) string { return s.ExpiryDate },
		func(s Stamp) string { return s.Captions.Expiry }},

	partLogo:    {keys: " align valign image "},
	partScratch: {keys: " stroke hatch "},
	partLine:    {keys: " stroke "},
	partFrame:   {keys: " stroke "},
	partColumn:  {keys: " align valign gap rows "},
}

// given lists the keys of a part that are set and that not every part may have.
func (p Part) given() []string {
	var keys []string
	for _, k := range []struct {
		key string
		set bool
	}{
		{"align", p.Align != ""}, {"valign", p.VAlign != ""}, {"size", p.Size != 0}, {"min", p.Min != 0},
		{"bold", p.Bold}, {"lines", p.Lines != 0}, {"caption", p.Caption != nil}, {partText, p.Text != ""},
		{"image", p.Image != ""}, {"stroke", p.Stroke != 0}, {"hatch", p.Hatch}, {"gap", p.Gap != 0}, {"rows", p.Rows != nil},
	} {
		if k.set {
			keys = append(keys, k.key)
		}
	}
	return keys
}

// lengths are the places of a part, by key.
func (p *Part) lengths() []struct {
	key    string
	length *Length
	across bool
} {
	return []struct {
		key    string
		length *Length
		across bool
	}{
		{"left", &p.Left, true}, {"right", &p.Right, true}, {"width", &p.Width, true},
		{"top", &p.Top, false}, {"bottom", &p.Bottom, false}, {"height", &p.Height, false},
	}
}
