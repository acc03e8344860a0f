package api

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

// TestMassAssignment sends what only the service or an authority may set: it
// is refused as unknown, or has no effect.
func TestMassAssignment(t *testing.T) {
	f := newFixture(t)
	product := f.product(0)
	code := f.batch(0, product, "L1")
	digest := strings.Repeat("ab", 32)
	newProduct := map[string]any{"producer": f.ids[0], "name": map[string]any{"vi": "Chè"}, "set": 4}

	ignored := f.must("p0", "POST", "/products", with(newProduct, map[string]any{"photo": digest}))
	if ignored.get(t, "data.photo") != nil {
		t.Errorf("a product was made with a photo: %s", ignored.body)
	}
	changed := f.must("p0", "PUT", "/products/"+product, with(newProduct, map[string]any{"PHOTO": digest}))
	if changed.get(t, "data.photo") != nil {
		t.Errorf("a product was given a photo: %s", changed.body)
	}
	report := with(f.fromPaper(product, code), map[string]any{"rows": []any{map[string]any{
		"indicator": map[string]any{"vi": "Chì (Pb)"}, "unit": "mg/kg", "verdict": "pass",
		"result": map[string]any{"text": "9", "qualifier": "=", "number": "0.1"},
		"limit":  map[string]any{"kind": "max", "max": "2.0", "basis": "QCVN 8-2:2011/BYT"},
	}}})
	if got := f.must("p0", "POST", "/tests", report); got.get(t, "verdict") != "fail" || got.get(t, "provenance") != "documented" {
		t.Errorf("a test was judged by its sender: %s", got.body)
	}
	if got := f.must("p0", "POST", "/batches/"+code+"/voids", map[string]any{"whole": true, "reason": "x", "producer": f.ids[1]}); got.get(t, "data.producer") != f.ids[0] {
		t.Errorf("a void was given another producer: %s", got.body)
	}
	office := f.must("p0", "PUT", "/producers/"+f.ids[0], map[string]any{
		"name": "HTX", "kind": "cooperative", "address": map[string]any{"commune": "02260", "street": ""}, "demonstration": true,
	})
	if office.get(t, "data.demonstration") != nil {
		t.Errorf("a producer marked itself as a demonstration: %s", office.body)
	}

	before := f.documents()
	for _, tt := range []struct {
		path  string
		body  map[string]any
		extra []string
	}{
		{"/products", newProduct, []string{"id", "revision", "status", "stars", "by"}},
		{"/batches", batchBody(product, "L5"), []string{"state", "keyId", "producer", "stateBy", "firstReleased", "code", "id"}},
		{"/batches/" + code + "/records", harvest(), []string{"verified", "provenance", "enteredBy", "producer", "retracted", "correction"}},
		{"/certificates", ocopCertificate(f.ids[0], product), []string{"confirmed", "withdrawn", "superseded", "state", "givesStars"}},
		{"/requests", request(product, code), []string{"state", "asker", "askedBy", "producer", "report", "stateSince"}},
		{"/tests", f.fromPaper(product, code), []string{"verified", "verdict", "enteredBy", "producer", "provenance"}},
		{"/batches/" + code + "/orders", map[string]any{"codes": "item", "count": 1, "stock": "tomy-145"}, []string{"first", "state", "content", "number", "released", "keyId"}},
	} {
		for _, name := range tt.extra {
			for _, value := range []any{"x", map[string]any{"role": "office"}, true} {
				got := f.do("p0", "POST", tt.path, with(tt.body, map[string]any{name: value}))
				if got.status != 422 || fieldMessage(t, got, name) == "" {
					t.Errorf("POST %s with %s: %d %s", tt.path, name, got.status, got.body)
				}
			}
		}
	}
	if diff := cmp.Diff(before, f.documents()); diff != "" {
		t.Errorf("refused requests changed something:\n%s", diff)
	}
}

// A tenant is what one producer has, all of it marked with its secret.
type tenant struct {
	secret                                                                               string
	product, open, certificate, record, report, order, request, printer, template, stock string
	stamp                                                                                string // code of one of the order
	// recalled is a batch without the secret, since it is public.
	recalled, recall, problem, asked string
}

// tenantOf gives producer i unpublished data of every kind.
func (f *fixture) tenantOf(i int) tenant {
	f.t.Helper()
	who := fmt.Sprintf("p%d", i)
	n := tenant{secret: fmt.Sprintf("bimat%dbimat", i)}
	n.product = f.must(who, "POST", "/products", map[string]any{
		"producer": f.ids[i], "name": map[string]any{"vi": "Chè " + n.secret}, "set": 4, "brand": n.secret,
	}).id(f.t)
	n.open = f.must(who, "POST", "/batches", with(batchBody(n.product, "SHARED"), map[string]any{"note": n.secret})).id(f.t)
	n.certificate = f.must(who, "POST", "/certificates", with(ocopCertificate(f.ids[i], n.product), map[string]any{"note": n.secret})).id(f.t)
	n.record = f.must(who, "POST", "/batches/"+n.open+"/records", with(harvest(), map[string]any{"note": n.secret})).id(f.t)
	n.report = f.must(who, "POST", "/tests", with(f.fromPaper(n.product, n.open), map[string]any{"note": n.secret})).id(f.t)
	n.request = f.must(who, "POST", "/requests", with(request(n.product, n.open), map[string]any{"note": n.secret})).id(f.t)
	n.order = f.must(who, "POST", "/batches/"+n.open+"/orders", map[string]any{"codes": "item", "count": 3, "stock": "tomy-145"}).id(f.t)
	codes := f.must(who, "GET", "/orders/"+n.order+"/codes", nil).get(f.t, "items").([]any)
	n.stamp, _ = codes[0].(map[string]any)["code"].(string)
	n.printer = f.must(who, "POST", "/printers", with(printerBody(), map[string]any{"note": n.secret})).id(f.t)
	n.template = f.must(who, "POST", "/templates", map[string]any{"text": templateText(n.secret)}).id(f.t)
	n.stock = f.must(who, "POST", "/stocks", map[string]any{"text": stockText(n.secret)}).id(f.t)
	f.must(who, "PUT", "/papers/tomy-145", map[string]any{"used": []int{1, 2}})
	n.recalled = f.must(who, "POST", "/batches", batchBody(n.product, "PUBLIC")).id(f.t)
	f.must(who, "POST", "/batches/"+n.recalled+"/transitions", map[string]any{"to": "released"})
	n.recall = f.recalled(n.recalled).id(f.t)
	n.problem = f.must("office", "POST", "/problems", with(problemBody(n.open), map[string]any{"text": n.secret, "contact": n.secret + "@example.vn"})).id(f.t)
	n.asked = f.must("office", "POST", "/data-requests", map[string]any{"what": "erase", "name": n.secret, "contact": n.secret}).id(f.t)
	f.must(who, "PUT", "/producers/"+f.ids[i], map[string]any{
		"name": "HTX " + n.secret, "kind": "cooperative", "address": map[string]any{"commune": "02260", "street": n.secret},
	})
	return n
}

// TestTenants makes random calls as three producers, and as a laboratory that
// nobody asked, against each other's unpublished documents: no answer holds a
// foreign byte, what is not theirs answers as what is not there, and nothing
// foreign changes.
func TestTenants(t *testing.T) {
	f := newFixture(t)
	var tenants [3]tenant
	for i := range tenants {
		tenants[i] = f.tenantOf(i)
	}
	before := f.documents()
	seed := uint64(20261124)
	rng := rand.New(rand.NewPCG(seed, seed))
	routes := f.api.table()
	for n := range 4000 {
		r := routes[rng.IntN(len(routes))]
		me, other := rng.IntN(4), rng.IntN(3)
		if me == other {
			continue
		}
		who := []string{"p0", "p1", "p2", "unasked"}[me]
		theirs := tenants[other]
		path, nowhere := f.pathsTo(r, theirs, f.ids[other], rng)
		body := f.bodyFor(r, theirs, f.ids[other], rng)
		got := f.do(who, r.method, path, body)
		name := fmt.Sprintf("call %d: %s %s %s (%s)", n, who, r.method, path, r.id)
		if got.status >= 500 {
			t.Fatalf("%s: %d %s", name, got.status, got.body)
		}
		for i, tn := range tenants {
			if i != me && bytes.Contains(got.body, []byte(tn.secret)) {
				t.Fatalf("%s shows what belongs to p%d: %s", name, i, got.body)
			}
		}
		if r.write() && got.status < 300 {
			t.Fatalf("%s was carried out: %d %s", name, got.status, got.body)
		}
		if nowhere != "" {
			missing := f.do(who, r.method, nowhere, body)
			if missing.status != got.status || stripped(missing) != stripped(got) {
				t.Fatalf("%s answers %d %s, but what is not there answers %d %s", name, got.status, got.body, missing.status, missing.body)
			}
		}
	}
	if diff := cmp.Diff(before, f.documents()); diff != "" {
		t.Errorf("something changed:\n%s", diff)
	}
}

// TestTenantsSeeTheirOwn is the control of TestTenants: to their owner the same
// calls show everything.
func TestTenantsSeeTheirOwn(t *testing.T) {
	f := newFixture(t)
	mine := f.tenantOf(0)
	rng := rand.New(rand.NewPCG(1, 1))
	for _, r := range f.api.table() {
		path, nowhere := f.pathsTo(r, mine, f.ids[0], rng)
		if r.write() || nowhere == "" || !slices.Contains(r.roles, trace.ProducerRole) {
			continue
		}
		if got := f.do("p0", r.method, path, nil); got.status != 200 {
			t.Errorf("%s %s: %d %s", r.id, path, got.status, got.body)
		}
	}
	if got := f.must("p0", "GET", "/batches/"+mine.open+"/records", nil); !bytes.Contains(got.body, []byte(mine.secret)) {
		t.Errorf("own records: %s", got.body)
	}
}

// TestForeignUploads holds that a file sent for what is somebody else's is not
// even kept.
func TestForeignUploads(t *testing.T) {
	f := newFixture(t)
	product := f.product(0)
	before := f.documents()
	photo := formPart{"file", "anh.png", "image/png", picture(t, 7)}
	if got := f.upload("p1", "PUT", "/products/"+product+"/photo", photo); got.status != 404 {
		t.Errorf("photo: %d %s", got.status, got.body)
	}
	certificate := fmt.Sprintf(`{"kind":"VIETGAP","number":"1","authority":"A","issued":"2026-01-01","producer":%q}`, f.ids[0])
	if got := f.upload("p1", "POST", "/certificates", formPart{name: "certificate", content: []byte(certificate)}, photo); got.status != 404 {
		t.Errorf("certificate: %d %s", got.status, got.body)
	}
	if diff := cmp.Diff(before, f.documents()); diff != "" {
		t.Errorf("something was stored:\n%s", diff)
	}
	own := f.upload("p0", "POST", "/certificates", formPart{name: "certificate", content: []byte(certificate)},
		photo, formPart{"file", "giay.pdf", "application/pdf", pdf("1")})
	if files, _ := own.get(t, "data.files").([]any); own.status != 201 || len(files) != 2 {
		t.Fatalf("own certificate: %d %s", own.status, own.body)
	}
	for _, digest := range own.get(t, "data.files").([]any) {
		got := f.must("inspector", "GET", "/files/"+digest.(string), nil)
		if trace.DigestOf(got.body).String() != digest || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("file %s: %v", digest, got.header)
		}
		if policy := got.header.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") {
			t.Errorf("policy %q", policy)
		}
	}
}

var instanceForm = regexp.MustCompile(`"instance":"[0-9a-f]+"`)

// stripped is an answer without what differs each time.
func stripped(r reply) string { return instanceForm.ReplaceAllString(string(r.body), "") }

// ofRecalled tells whether a read is about batches that are held or recalled
// only.
func ofRecalled(r route) bool {
	return slices.Contains([]string{"getNotice", "getRecallProgress", "listNotifications"}, r.id)
}

// pathsTo fills a route's path with a foreign document, and with one that does
// not exist; the second is empty where the path names none.
func (f *fixture) pathsTo(r route, n tenant, producer string, rng *rand.Rand) (path, nowhere string) {
	const noID, noBatch = "00000000000000zz", "0000000000"
	path = r.path
	if strings.Contains(path, "{id}") {
		id := map[string]string{
			"producers": producer, "products": n.product, "certificates": n.certificate,
			"records": n.record, "tests": n.report, "requests": n.request, "orders": n.order, "sendings": n.order, "printers": n.printer, "templates": n.template, "stocks": n.stock, "recalls": n.recall, "problems": n.problem, "privacy": n.asked,
		}[r.tag]
		path, nowhere = strings.Replace(path, "{id}", id, 1), strings.Replace(path, "{id}", noID, 1)
	}
	if strings.Contains(path, "{code}") {
		code := n.open
		if ofRecalled(r) {
			code = n.recalled
		}
		path, nowhere = strings.Replace(path, "{code}", code, 1), strings.Replace(path, "{code}", noBatch, 1)
	}
	path = strings.NewReplacer("{set}", "4", "{stock}", "tomy-145", "{province}", "08", "{sha256}", strings.Repeat("0", 64), "{reference}", "00000000").Replace(path)
	queries := map[string][]string{
		"listProducers": {"q=" + n.secret, "q=htx"}, "listProducts": {"producer=" + producer, "q=" + n.secret, "q=che"},
		"listCertificates": {"producer=" + producer, "product=" + n.product, "number=321/QD-UBND"},
		"listBatches":      {"producer=" + producer, "product=" + n.product, "lot=SHARED"},
		"listTests":        {"product=" + n.product, "batch=" + n.open},
		"listRequests":     {"product=" + n.product, "batch=" + n.open, "state=open"},
		"listProblems":     {"producer=" + producer, "batch=" + n.open, "state=new"},
		"listRecalls":      {"batch=" + n.recalled, "state=approved"},
		"listAudit":        {"producer=" + producer, "product=" + n.product, "batch=" + n.open, "kind=records,products", "by=office"},
		"listPrinters":     {"producer=" + producer, "retired=true&producer=" + producer},
		"listPapers":       {"producer=" + producer}, "getPaper": {"producer=" + producer},
		"findStamps": {"first=" + n.stamp, "first=" + n.stamp + "&last=" + n.stamp},
		"search":     {"q=" + n.open, "q=SHARED", "q=" + n.secret, "q=che", "q=321/QD-UBND"},
	}[r.id]
	if len(queries) > 0 {
		path += "?" + queries[rng.IntN(len(queries))]
	}
	return path, nowhere
}

// bodyFor is a valid body that names foreign documents.
func (f *fixture) bodyFor(r route, n tenant, producer string, rng *rand.Rand) any {
	product := map[string]any{"producer": producer, "name": map[string]any{"vi": "Chè"}, "set": 4}
	switch r.id {
	case "createProduct", "updateProduct":
		return product
	case "updateProducer", "createProducer":
		return map[string]any{"name": "x", "kind": "cooperative", "address": map[string]any{"commune": "02260", "street": ""}}
	case "createCertificate", "updateCertificate":
		return ocopCertificate(producer, n.product)
	case "createBatch", "updateBatch":
		return batchBody(n.product, fmt.Sprintf("X%d", rng.IntN(9)))
	case "moveBatch":
		return map[string]any{"to": []string{"released", "held", "closed", "recalled"}[rng.IntN(4)], "reason": "x"}
	case "addRecord":
		return harvest()
	case "correctRecord":
		return with(harvest(), map[string]any{"batch": n.open, "reason": "x"})
	case "retractRecord":
		return map[string]any{"reason": "x"}
	case "askTest":
		return request(n.product, n.open)
	case "declineRequest":
		return map[string]any{"reason": "x"}
	case "addTest":
		return testReport(n.product, n.open)
	case "correctTest":
		return with(testReport(n.product, n.open), map[string]any{"reason": "x"})
	case "learnPrinter":
		return map[string]any{"blocks": []string{"G"}}
	case "voidCodes":
		return map[string]any{"whole": true, "reason": "x"}
	case "createPrinter", "updatePrinter":
		return with(printerBody(), map[string]any{"producer": producer})
	case "createTemplate", "updateTemplate":
		return map[string]any{"text": templateText(n.secret) + "x: y"}
	case "createStock", "updateStock":
		return map[string]any{"text": stockText(n.secret) + "x: y"}
	case "reportStamps":
		return map[string]any{"fate": "lost", "ranges": []any{map[string]any{"first": 1, "last": 1}}, "reason": "x"}
	case "claimStamps":
		return map[string]any{"max": 1}
	case "resolveSending":
		return map[string]any{"first": 1, "printed": 0}
	case "shipStamps":
		return map[string]any{"ranges": []any{map[string]any{"first": 1, "last": 1}}}
	case "activateStamps", "confirmSending":
		return map[string]any{"first": 1, "last": 1}
	case "createNotification":
		return map[string]any{"recipient": "x"}
	case "tellRecipient":
		return map[string]any{"channel": "phone"}
	case "cancelNotification":
		return map[string]any{"reason": "x"}
	case "setRecallResult":
		return map[string]any{"finished": "2026-11-20"}
	case "createOrder":
		return map[string]any{"codes": "batch", "count": 1, "stock": "tomy-145"}
	}
	if r.body != nil {
		return map[string]any{}
	}
	return nil
}
