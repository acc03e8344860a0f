package scan

import (
	"strconv"
	"strings"

	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

// summary tells the public part of a record's details in one line.
func (t *texts) summary(r trace.RecordData) string {
	q := func(q trace.Quantity) string { return q.In(t.Lang) }
	switch {
	case r.Planting != nil:
		d := r.Planting
		return ui.Joined("; ", d.Crop, say(t.Variety, d.Variety), say(t.Plot, d.Plot), q(d.Area),
			say(t.AreaCode, d.AreaCode), say(t.SeedSource, d.SeedSource))
	case r.Care != nil:
		d := r.Care
		return ui.Joined("; ", d.Applied, say(t.RegisteredAs, d.RegisteredAs), say(t.Dose, q(d.Dose)), d.Plot,
			say(t.WithdrawalEnds, t.date(d.WithdrawalEnds)), say(t.Purpose, d.Purpose))
	case r.Harvest != nil:
		d := r.Harvest
		return ui.Joined("; ", q(d.Quantity), d.Plot, say(t.Variety, d.Variety), say(t.Weather, d.Weather))
	case r.Receiving != nil:
		d := r.Receiving
		return ui.Joined("; ", q(d.Quantity), say(t.From, d.Supplier), celsius(t, d.Temperature), say(t.Condition, d.Condition))
	case r.Processing != nil:
		return t.processing(*r.Processing)
	case r.Sampling != nil:
		d := r.Sampling
		return ui.Joined("; ", say(t.SampleCode, d.Sample), q(d.Quantity), say(t.To, d.Laboratory))
	case r.Packing != nil:
		d := r.Packing
		return ui.Joined("; ", say(t.Units, strconv.Itoa(d.Units), q(d.NetContent)), say(t.Material, d.Material),
			say(t.Packed, t.date(d.PackedOn)))
	case r.Storing != nil:
		d := r.Storing
		return ui.Joined("; ", d.Place, say(t.Stored, t.date(d.From), t.date(d.Until)), celsius(t, d.Temperature),
			say(t.Humidity, d.Humidity.In(t.Lang)))
	case r.Shipping != nil: // no recipient, document, vehicle or case number
		return ui.Joined("; ", q(r.Shipping.Quantity), say(t.Destination, r.Shipping.Destination))
	case r.Inspecting != nil: // no inspector's number
		d := r.Inspecting
		conforms := t.NotConforms
		if d.Conforms {
			conforms = t.Conforms
		}
		return ui.Joined("; ", d.Authority, conforms, d.Finding, say(t.Measures, d.Measures))
	case r.Destroying != nil: // no witness
		d := r.Destroying
		return ui.Joined("; ", q(d.Quantity), d.Reason, say(t.Method, d.Method))
	}
	return ""
}

func (t *texts) processing(d trace.Processing) string {
	var in []string
	for _, m := range d.Inputs {
		what := m.Name
		if m.Batch != "" {
			what = ui.Joined(", ", m.Name, say(t.BatchIn, displayBatch(m.Batch)))
		}
		in = append(in, ui.Joined(" ", m.Quantity.In(t.Lang), what))
	}
	minutes := ""
	if d.Minutes > 0 {
		minutes = say(t.Minutes, strconv.Itoa(d.Minutes))
	}
	return ui.Joined("; ", d.Process, strings.Join(in, " + "), say(t.Made, d.Output.In(t.Lang)), celsius(t, d.Temperature),
		minutes, say(t.Equipment, d.Equipment), say(t.Additives, d.Additives))
}

func celsius(t *texts, d trace.Decimal) string { return say("%s °C", d.In(t.Lang)) }
