package catalog

import (
	"strings"
	"testing"
)

func TestSources(t *testing.T) {
	seen := map[Name]bool{}
	for file := range dataFiles(t) {
		if !strings.HasSuffix(file, ".tsv") {
			continue
		}
		source := Dataset(strings.TrimSuffix(file, ".tsv")).Source()
		if source.VI == "" || source.EN == "" || source.VI == source.EN || seen[source] {
			t.Errorf("%s comes from %+v", file, source)
		}
		seen[source] = true
	}
	for _, d := range []Dataset{
		AdministrativeUnitData, CertificateKindData, GroupData, SetData, ProducerKindData, RecordKindData, RequiredItemData, StarBandData, CriterionData, UnitData,
	} {
		delete(seen, d.Source())
	}
	if len(seen) > 0 {
		t.Errorf("files that are no data set: %v", seen)
	}
}

func TestCertaintyNames(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Certainties() {
		if n := c.Name(); n.VI == "" || n.EN == "" || seen[n.VI] {
			t.Errorf("%s is %+v", c, n)
		} else {
			seen[n.VI] = true
		}
	}
}
