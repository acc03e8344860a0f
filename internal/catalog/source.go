package catalog

import (
	"fmt"
	"strings"
)

// A Dataset is one of the data files.
type Dataset string

// The data sets.
const (
	AdministrativeUnitData Dataset = "administrative-units"
	CertificateKindData    Dataset = "certificate-kinds"
	GroupData              Dataset = "ocop-groups"
	SetData                Dataset = "ocop-sets"
	ProducerKindData       Dataset = "producer-kinds"
	RecordKindData         Dataset = "record-kinds"
	RequiredItemData       Dataset = "required-items"
	StarBandData           Dataset = "star-bands"
	CriterionData          Dataset = "test-criteria"
	UnitData               Dataset = "units"
)

// What the lines with the source of a file begin with.
const (
	sourceVI = "# Nguồn: "
	sourceEN = "# Source: "
)

// Source tells where the entries come from, and which of them were not compared
// with it.
func (d Dataset) Source() Name {
	text, err := files.ReadFile(string(d) + ".tsv")
	if err != nil {
		panic(fmt.Errorf("catalog: data set %q: %w", d, err)) // it is embedded
	}
	var source Name
	for line := range strings.Lines(string(text)) {
		if vi, ok := strings.CutPrefix(line, sourceVI); ok {
			source.VI = strings.TrimSpace(vi)
		}
		if en, ok := strings.CutPrefix(line, sourceEN); ok {
			source.EN = strings.TrimSpace(en)
		}
		if !strings.HasPrefix(line, "#") {
			break
		}
	}
	return source
}

// Name says how far the entry was compared.
func (c Certainty) Name() Name {
	switch c {
	case Verified:
		return Name{VI: "đã đối chiếu nguồn", EN: "compared with its source"}
	case Secondary:
		return Name{VI: "theo nguồn thứ cấp", EN: "from a secondary source"}
	}
	return Name{VI: "chưa kiểm chứng", EN: "not checked yet"}
}

// Certainties lists the degrees, the highest first.
func Certainties() []Certainty { return []Certainty{Verified, Secondary, Unverified} }
