package proof

import (
	"fmt"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// A FaultKind is in which way the records and the log contradict each other.
type FaultKind string

// The kinds of faults.
const (
	FaultChanged  FaultKind = "changed"  // a revision is not the one that was logged
	FaultMissing  FaultKind = "missing"  // a logged revision is gone
	FaultUnlogged FaultKind = "unlogged" // a revision is in no leaf
	FaultErased   FaultKind = "erased"   // the salt is gone and no erasure was logged
	FaultLog      FaultKind = "log"      // the log contradicts itself or its signature
	FaultTile     FaultKind = "tile"     // a tile is not the one that was signed
	FaultFile     FaultKind = "file"     // a file is gone or not what its hash says
	FaultStore    FaultKind = "store"    // the store contradicts itself
)

// Name says it in words.
func (k FaultKind) Name() catalog.Name {
	return map[FaultKind]catalog.Name{
		FaultChanged:  {VI: "nội dung đã bị sửa ngoài hệ thống", EN: "the content was changed from outside"},
		FaultMissing:  {VI: "bản ghi đã bị xóa ngoài hệ thống", EN: "the record was removed from outside"},
		FaultUnlogged: {VI: "bản ghi không có trong nhật ký", EN: "the record is not in the log"},
		FaultErased:   {VI: "phần riêng đã bị xóa mà không có quyết định xóa dữ liệu nào được ghi", EN: "the private part is gone and no erasure was recorded"},
		FaultLog:      {VI: "nhật ký tự mâu thuẫn hoặc sai chữ ký", EN: "the log contradicts itself or its signature"},
		FaultTile:     {VI: "một mảnh của nhật ký không đúng với bản đã ký", EN: "a part of the log is not what was signed"},
		FaultFile:     {VI: "tệp bị mất hoặc đã bị sửa", EN: "a file is gone or was changed"},
		FaultStore:    {VI: "cơ sở dữ liệu bị hỏng hoặc các bảng không khớp nhau", EN: "the database is damaged, or its tables do not agree"},
	}[k]
}

// A Fault is a contradiction that was found. It is an error, so that who reads
// tiles can tell one from a store that is away.
type Fault struct {
	Kind FaultKind
	// Document and ID name the revision, where it is about one.
	Document trace.Kind
	ID       string
	Number   int
	Detail   string
}

func (f *Fault) Error() string {
	if f.Document == "" {
		return fmt.Sprintf("%s: %s", f.Kind, f.Detail)
	}
	text := fmt.Sprintf("%s: %s/%s revision %d", f.Kind, f.Document, f.ID, f.Number)
	if f.Detail != "" {
		text += ": " + f.Detail
	}
	return text
}

// faultOf is a fault about a revision.
func faultOf(kind FaultKind, k key, detail string) *Fault {
	return &Fault{Kind: kind, Document: k.kind, ID: k.id, Number: k.number, Detail: detail}
}
