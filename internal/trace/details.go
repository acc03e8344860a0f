package trace

// Details of a kind of record: typed, with required fields and units.
type details interface{ check(check) }

// detailNames are the JSON names of the details in RecordData.
var detailNames = []string{
	"planting", "care", "harvest", "receiving", "processing", "sampling",
	"packing", "storing", "shipping", "inspecting", "destroying",
}

// detailsFor is the name of the details that a kind of record carries. Two
// kinds share those of another because the same facts are asked for.
func detailsFor(kind string) string {
	switch kind {
	case "stocking":
		return "planting"
	case "collecting":
		return "harvest"
	}
	return kind
}

// details returns the details of the given name, nil when they are not given.
func (r RecordData) details(name string) details {
	switch name {
	case "planting":
		return given(r.Planting)
	case "care":
		return given(r.Care)
	case "harvest":
		return given(r.Harvest)
	case "receiving":
		return given(r.Receiving)
	case "processing":
		return given(r.Processing)
	case "sampling":
		return given(r.Sampling)
	case "packing":
		return given(r.Packing)
	case "storing":
		return given(r.Storing)
	case "shipping":
		return given(r.Shipping)
	case "inspecting":
		return given(r.Inspecting)
	case "destroying":
		return given(r.Destroying)
	}
	return nil
}

// given keeps a nil pointer from becoming an interface that is not nil.
func given[T details](d *T) details {
	if d == nil {
		return nil
	}
	return *d
}

// Planting is the start of a crop or of a stock of animals.
type Planting struct {
	Crop       string   `json:"crop" doc:"Crop or animal" example:"Chè Shan tuyết"`
	Variety    string   `json:"variety" example:"Shan tuyết cổ thụ"`
	Plot       string   `json:"plot" doc:"Plot or pond"`
	AreaCode   string   `json:"areaCode,omitempty" doc:"Growing-area code, where there is one"`
	SeedSource string   `json:"seedSource,omitempty"`
	Area       Quantity `json:"area,omitzero"`
}

func (d Planting) check(c check) {
	c.name("crop", d.Crop)
	c.name("variety", d.Variety)
	c.name("plot", d.Plot)
	c.text("areaCode", d.AreaCode, 40)
	c.text("seedSource", d.SeedSource, maxName)
	c.optionalQuantity("area", d.Area)
}

// Care is what was applied to crop or animals.
type Care struct {
	Applied      string   `json:"applied" doc:"What was applied" example:"Phân hữu cơ vi sinh"`
	RegisteredAs string   `json:"registeredAs" doc:"Registered name and number"`
	Dose         Quantity `json:"dose"`
	Plot         string   `json:"plot"`
	// WithdrawalEnds is the first day on which harvest is safe again; the day
	// of the application for what needs no waiting.
	WithdrawalEnds Date   `json:"withdrawalEnds" format:"date" doc:"Day on which the withdrawal period ends"`
	Purpose        string `json:"purpose,omitempty" doc:"Why"`
}

func (d Care) check(c check) {
	c.name("applied", d.Applied)
	c.name("registeredAs", d.RegisteredAs)
	c.quantity("dose", d.Dose)
	c.name("plot", d.Plot)
	c.required("withdrawalEnds", !d.WithdrawalEnds.IsZero())
	c.text("purpose", d.Purpose, maxName)
}

// Harvest is what was taken from a plot or a wild site.
type Harvest struct {
	Plot      string   `json:"plot" doc:"Plot or site"`
	Quantity  Quantity `json:"quantity"`
	Variety   string   `json:"variety,omitempty"`
	Harvester string   `json:"harvester,omitempty"`
	Weather   string   `json:"weather,omitempty"`
}

func (d Harvest) check(c check) {
	c.name("plot", d.Plot)
	c.quantity("quantity", d.Quantity)
	c.text("variety", d.Variety, maxName)
	c.text("harvester", d.Harvester, maxName)
	c.text("weather", d.Weather, maxName)
}

// Receiving is goods that came in: one step back.
type Receiving struct {
	Supplier    string   `json:"supplier"`
	Quantity    Quantity `json:"quantity"`
	Document    string   `json:"document" doc:"The supplier's lot or document number"`
	Temperature Decimal  `json:"temperature,omitempty" doc:"°C"`
	Condition   string   `json:"condition,omitempty"`
}

func (d Receiving) check(c check) {
	c.name("supplier", d.Supplier)
	c.quantity("quantity", d.Quantity)
	c.name("document", d.Document)
	c.decimal("temperature", d.Temperature)
	c.text("condition", d.Condition, maxName)
}

// Processing makes the product out of what went in.
type Processing struct {
	Process     string     `json:"process" doc:"Drying, roasting, fermenting, distilling …" example:"Sao, vò, sấy"`
	Inputs      []Material `json:"inputs" doc:"At least one"`
	Output      Quantity   `json:"output"`
	Temperature Decimal    `json:"temperature,omitempty" doc:"°C"`
	Minutes     int        `json:"minutes,omitempty" doc:"Duration"`
	Equipment   string     `json:"equipment,omitempty"`
	Additives   string     `json:"additives,omitempty"`
}

// A Material is something that went into a process: a batch that is among the
// inputs of this one, or anything else by name.
type Material struct {
	Batch    string   `json:"batch,omitempty" doc:"Batch code"`
	Name     string   `json:"name,omitempty"`
	Quantity Quantity `json:"quantity"`
}

func (d Processing) check(c check) {
	c.name("process", d.Process)
	c.required("inputs", len(d.Inputs) > 0)
	if len(d.Inputs) > maxInputs {
		c.fail("inputs", "tối đa 100 nguyên liệu", "has more than 100 entries")
	}
	for i, m := range d.Inputs {
		f := c.at("inputs", i)
		f.required("name", m.Name != "" || m.Batch != "")
		f.text("name", m.Name, maxName)
		f.text("batch", m.Batch, 40)
		f.quantity("quantity", m.Quantity)
	}
	c.quantity("output", d.Output)
	c.decimal("temperature", d.Temperature)
	if d.Minutes < 0 || d.Minutes > 60*24*3650 {
		c.fail("minutes", "phải từ 0 phút đến 10 năm", "must be 0 minutes to 10 years")
	}
	c.text("equipment", d.Equipment, maxName)
	c.text("additives", d.Additives, maxName)
}

// Sampling is the taking of a sample for a laboratory.
type Sampling struct {
	Sample     string   `json:"sample" doc:"Code of the sample"`
	Quantity   Quantity `json:"quantity"`
	Laboratory string   `json:"laboratory"`
	SampledBy  string   `json:"sampledBy"`
}

func (d Sampling) check(c check) {
	c.name("sample", d.Sample)
	c.quantity("quantity", d.Quantity)
	c.name("laboratory", d.Laboratory)
	c.name("sampledBy", d.SampledBy)
}

// Packing puts the product into the units that are sold.
type Packing struct {
	NetContent Quantity `json:"netContent" doc:"Of one unit"`
	Units      int      `json:"units" minimum:"1" doc:"Number of units"`
	Material   string   `json:"material" doc:"Packaging material"`
	PackedOn   Date     `json:"packedOn" format:"date"`
	Line       string   `json:"line,omitempty"`
	SSCC       string   `json:"sscc,omitempty" doc:"GS1 SSCC of the case, 18 digits"`
}

func (d Packing) check(c check) {
	c.quantity("netContent", d.NetContent)
	if d.Units < 1 || d.Units > 100_000_000 {
		c.fail("units", "phải từ 1 đến 100 triệu", "must be 1 to 100 million")
	}
	c.name("material", d.Material)
	c.required("packedOn", !d.PackedOn.IsZero())
	c.text("line", d.Line, maxName)
	c.sscc("sscc", d.SSCC)
}

// Storing is a stay in a store.
type Storing struct {
	Place       string  `json:"place"`
	From        Date    `json:"from" format:"date"`
	Until       Date    `json:"until" format:"date"`
	Temperature Decimal `json:"temperature,omitempty" doc:"°C"`
	Humidity    Decimal `json:"humidity,omitempty" doc:"% relative humidity"`
}

func (d Storing) check(c check) {
	c.name("place", d.Place)
	c.required("from", !d.From.IsZero())
	c.required("until", !d.Until.IsZero())
	c.order("until", d.From, d.Until, "ngày bắt đầu", "the first day")
	c.decimal("temperature", d.Temperature)
	c.decimal("humidity", d.Humidity)
}

// Shipping is goods that went out: one step forward.
type Shipping struct {
	Recipient   string   `json:"recipient"`
	Quantity    Quantity `json:"quantity"`
	Document    string   `json:"document" doc:"Document number"`
	Destination string   `json:"destination"`
	Vehicle     string   `json:"vehicle,omitempty"`
	SSCC        string   `json:"sscc,omitempty" doc:"GS1 SSCC, 18 digits"`
}

func (d Shipping) check(c check) {
	c.name("recipient", d.Recipient)
	c.quantity("quantity", d.Quantity)
	c.name("document", d.Document)
	c.name("destination", d.Destination)
	c.text("vehicle", d.Vehicle, maxName)
	c.sscc("sscc", d.SSCC)
}

// Inspecting is a visit of an authority.
type Inspecting struct {
	Authority string `json:"authority"`
	Inspector string `json:"inspector" doc:"The inspector's number"`
	Finding   string `json:"finding"`
	Conforms  bool   `json:"conforms"`
	Document  string `json:"document,omitempty"`
	Measures  string `json:"measures,omitempty" doc:"Measures ordered"`
}

func (d Inspecting) check(c check) {
	c.name("authority", d.Authority)
	c.name("inspector", d.Inspector)
	c.required("finding", d.Finding != "")
	c.text("finding", d.Finding, maxText)
	c.text("document", d.Document, maxName)
	c.text("measures", d.Measures, maxText)
}

// Destroying is the end of goods that must not be sold.
type Destroying struct {
	Quantity Quantity `json:"quantity"`
	Reason   string   `json:"reason"`
	Method   string   `json:"method"`
	Witness  string   `json:"witness"`
	Document string   `json:"document,omitempty"`
}

func (d Destroying) check(c check) {
	c.quantity("quantity", d.Quantity)
	c.name("reason", d.Reason)
	c.name("method", d.Method)
	c.name("witness", d.Witness)
	c.text("document", d.Document, maxName)
}
