package sample

import (
	"context"
	"fmt"

	"temgoc/internal/trace"
)

// shopper is who reports problems: the public.
var shopper = trace.Actor{}

// A complaint is a problem report and what became of it.
type complaint struct {
	key     string
	data    trace.ProblemData
	contact string
	seen    bool   // by the inspector
	answer  string // of the producer
	maker   string // key of the producer who answers
}

// complaints are three reports: one that nobody has looked at, one that its
// producer answered, and one with a contact that the inspector looks into.
func (d *Data) complaints() []complaint {
	return []complaint{
		{key: "torn", data: trace.ProblemData{
			Code: d.LongJourney, Kind: trace.ProblemStamp, Bought: "Siêu thị ở Hà Nội (minh họa)",
			Text: "Tem dán trên thùng cam bị ướt, mã QR nhòe, phải gõ mã bằng tay mới tra cứu được.",
		}},
		{key: "dates", maker: "may-hong", data: trace.ProblemData{
			Code: d.Good, Kind: trace.ProblemInformation, Bought: "Chợ phiên Tuyên Quang (minh họa)",
			Text: "Ngày sản xuất trên trang tra cứu và ngày in dưới đáy túi lệch nhau. Ngày nào đúng?",
		}, answer: "Ngày trên trang là ngày sao sấy, ngày dưới đáy túi là ngày đóng gói, cả hai đều đúng. Từ lô sau cơ sở sẽ in rõ từng loại ngày. Cảm ơn quý khách đã báo."},
		{key: "ill", contact: "0900 000 000", seen: true, data: trace.ProblemData{
			Code: d.Recalled, Kind: trace.ProblemQuality, Bought: "Cửa hàng đặc sản ở Hà Giang (minh họa)",
			Text: "Ăn xong hai người trong nhà bị đau bụng. Vẫn còn nửa gói trong tủ lạnh, mong được hướng dẫn gửi mẫu.",
		}},
	}
}

// loadComplaints enters the problem reports and names the answered one.
func (l *loader) loadComplaints(ctx context.Context, d *Data) error {
	for _, c := range d.complaints() {
		key := "problem/" + c.key
		p, err := l.ledger.ReportProblem(ctx, write(shopper, key), c.data, c.contact)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if c.seen {
			if _, err := l.ledger.SeeProblem(ctx, write(inspecting, key+"/seen"), p.ID); err != nil {
				return fmt.Errorf("%s seen: %w", key, err)
			}
		}
		if c.answer == "" {
			continue
		}
		maker := trace.Actor{ID: "sample-" + c.maker, Role: trace.ProducerRole, Producer: l.ids[c.maker]}
		if _, err := l.ledger.AnswerProblem(ctx, write(maker, key+"/answer"), p.ID, c.answer); err != nil {
			return fmt.Errorf("%s answered: %w", key, err)
		}
		d.Answered = p.Data.Reference
	}
	return nil
}
