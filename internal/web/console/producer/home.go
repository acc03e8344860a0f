package producer

import (
	"fmt"

	"temgoc/internal/trace"
	"temgoc/internal/web/desk"
)

// A homePage says what needs attention, the most urgent first.
type homePage struct {
	desk.Frame
	// Start are the first steps of a newcomer; none once all are made.
	Start []step
	// Open are batches whose diary is being kept, for the next entry.
	Open []batchLine
	// Now must be done, Soon should be, Waiting is up to others.
	Now, Soon, Waiting []task
	// Looked is how many of the latest batches were looked at; 0 for all.
	Looked int
	Done   bool // there is nothing to do
}

// Template implements ui.Page.
func (homePage) Template() string { return "home.html" }

// A task is something to do, and where.
type task struct {
	Icon, Title, Text string
	Href, Do          string
}

// A step is one of the first four.
type step struct {
	Number      int
	Title, Text string
	Done        bool
	Href, Do    string // of the step that is next; empty for the others
}

// How much the first page looks at, whatever the business has.
const (
	latestBatches = 200 // for holds and recalls
	latestActive  = 50  // open and released ones, for what they lack
	mostTasks     = 12  // of one urgency
	mostOpen      = 4
	recalledDays  = 90 // a recall is told of for so long
	endedDays     = 365
	uncountedDays = 3 // stamps may lie there uncounted
)

// A view is what the first page is made of.
type view struct {
	visit        *desk.Visit
	names        map[string]string // of products
	products     []trace.Stored[trace.Product]
	batches      []trace.Stored[trace.Batch] // the latest
	active       []trace.Stored[trace.Batch] // those of them that are open or released
	more         bool                        // there are others
	certificates trace.Certificates
}

func (b *business) home(v *desk.Visit) (desk.Answer, error) {
	w, err := b.look(v)
	if err != nil {
		return desk.Answer{}, err
	}
	page := &homePage{Frame: v.Frame("Việc cần làm", "To do")}
	if page.Start, err = b.firstSteps(w); err != nil {
		return desk.Answer{}, err
	}
	for _, s := range w.active {
		if s.Data.State == trace.BatchOpen && len(page.Open) < mostOpen && len(page.Start) == 0 {
			page.Open = append(page.Open, batchLineOf(v, s, w.names))
		}
	}
	if w.more {
		page.Looked = len(w.active)
	}
	for _, find := range []func(view, *homePage) error{b.findRecalls, b.findStopped, b.findLacking, b.findProblems, b.findEnding, b.findStamps, b.findRequests} {
		if err := find(w, page); err != nil {
			return desk.Answer{}, err
		}
	}
	page.Done = len(page.Start)+len(page.Now)+len(page.Soon)+len(page.Waiting) == 0
	page.Now, page.Soon, page.Waiting = most(v, page.Now), most(v, page.Soon), most(v, page.Waiting)
	return desk.Show(page), nil
}

// most keeps a list short.
func most(v *desk.Visit, tasks []task) []task {
	left := len(tasks) - mostTasks
	if left <= 0 {
		return tasks
	}
	tasks = tasks[:mostTasks]
	return append(tasks, task{Title: fmt.Sprintf(v.T("và %d việc nữa", "and %d more"), left)})
}

// look reads what all parts of the first page need.
func (b *business) look(v *desk.Visit) (view, error) {
	w := view{visit: v}
	var err error
	if w.products, err = b.allProducts(v); err != nil {
		return w, err
	}
	w.names = labels(w.products)
	if w.certificates, err = b.allCertificates(v); err != nil {
		return w, err
	}
	list, err := b.Ledger.Batches(v.Context(), v.Actor, trace.BatchQuery{Producer: v.Actor.Producer}, trace.Paging{Limit: latestBatches})
	w.batches, w.more = list.Items, list.Next != ""
	for _, s := range w.batches {
		if s.Data.State != trace.BatchOpen && s.Data.State != trace.BatchReleased {
			continue
		}
		if len(w.active) == latestActive {
			w.more = true
			break
		}
		w.active = append(w.active, s)
	}
	return w, err
}

// firstSteps are the way of a newcomer to a printed stamp.
func (b *business) firstSteps(w view) ([]step, error) {
	v := w.visit
	one := trace.Paging{Limit: 1}
	records, err := b.Ledger.RecordsOf(v.Context(), v.Actor, v.Actor.Producer, one)
	if err != nil {
		return nil, err
	}
	orders, err := b.Book.OrdersOfProducer(v.Context(), v.Actor, v.Actor.Producer, one)
	if err != nil {
		return nil, err
	}
	batch := ""
	if len(w.batches) > 0 {
		batch = batchPath(w.batches[0].ID)
	}
	steps := []step{
		{Title: v.T("Thêm sản phẩm", "Add a product"), Text: v.T("Tên, ảnh và tiêu chuẩn áp dụng.", "Name, photo and standards."), Done: len(w.products) > 0, Href: productsPath + "/moi"},
		{Title: v.T("Mở lô", "Open a batch"), Text: v.T("Mỗi mẻ hàng là một lô, có mã riêng.", "Each run of goods is a batch with a code of its own."), Done: len(w.batches) > 0, Href: batchesPath + "/moi"},
		{Title: v.T("Ghi nhật ký", "Keep the diary"), Text: v.T("Ít nhất một công đoạn, ví dụ thu hoạch hoặc đóng gói.", "One stage at least, such as the harvest."), Done: len(records.Items) > 0, Href: batch + "/ghi"},
		{Title: v.T("Xuất xưởng và in tem", "Release it and print stamps"), Text: v.T("Tem dùng được ngay khi lô đã xuất xưởng.", "Stamps work once the batch is released."), Done: len(orders.Items) > 0, Href: batch},
	}
	return begun(v, steps), nil
}

// begun numbers the steps and marks the next one; none when all are made.
func begun(v *desk.Visit, steps []step) []step {
	next := -1
	for i := range steps {
		steps[i].Number = i + 1
		if !steps[i].Done && next < 0 {
			next = i
			steps[i].Do = v.T("Bắt đầu", "Begin")
			continue
		}
		steps[i].Href = ""
	}
	if next < 0 {
		return nil
	}
	return steps
}
