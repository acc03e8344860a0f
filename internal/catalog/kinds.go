package catalog

// A RecordKind is a kind of entry in a batch's diary.
type RecordKind struct {
	Code string `json:"code"` // such as "harvest"
	Name Name   `json:"name"`
	// BizStep is the bare word of the GS1 Core Business Vocabulary 2.0 that
	// stands for it in EPCIS.
	BizStep string `json:"bizStep"`
}

// A ProducerKind is a legal form of a producer.
type ProducerKind struct {
	Code  string `json:"code"` // such as "cooperative"
	Name  Name   `json:"name"`
	Short Name   `json:"short"` // abbreviation: "HTX"
}

var (
	recordKinds   = lookup("record-kinds.tsv", readRecordKind, func(k RecordKind) string { return k.Code })
	producerKinds = lookup("producer-kinds.tsv", readProducerKind, func(k ProducerKind) string { return k.Code })
)

func readRecordKind(r *row) RecordKind {
	return RecordKind{Code: r.text("code"), Name: r.name(""), BizStep: r.text("biz_step")}
}

func readProducerKind(r *row) ProducerKind {
	return ProducerKind{Code: r.text("code"), Name: r.name(""), Short: r.name("short_")}
}

// RecordKinds lists the kinds of records in the order in which a product
// usually passes through them.
func RecordKinds() []RecordKind { return recordKinds().all() }

// RecordKindByCode finds a kind of record by its code.
func RecordKindByCode(code string) (RecordKind, bool) { return recordKinds().get(code) }

// ProducerKinds lists the kinds of producers.
func ProducerKinds() []ProducerKind { return producerKinds().all() }

// ProducerKindByCode finds a kind of producer by its code.
func ProducerKindByCode(code string) (ProducerKind, bool) { return producerKinds().get(code) }
