package printing

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
	"temgoc/labels/forecast"
	"temgoc/labels/qr"
)

// A Quality is the forecast of how a symbol will be graded. It is a forecast and
// never a certificate: only a verifier grades a printed symbol.
type Quality struct {
	Grade            string `json:"grade" enum:"A,B,C,D,F" doc:"A forecast by ISO/IEC 15415 and never a certificate: the lowest of the four that follow"`
	Contrast         string `json:"contrast" enum:"A,B,C,D,F"`
	Modulation       string `json:"modulation" enum:"A,B,C,D,F"`
	Correction       string `json:"correction" enum:"A,B,C,D,F" doc:"Unused error correction"`
	Pattern          string `json:"pattern" enum:"A,B,C,D,F" doc:"Fixed pattern damage, simplified"`
	LeastModulation  int    `json:"leastModulation" doc:"Of the worst module of a codeword, in percent"`
	UnusedCorrection int    `json:"unusedCorrection" doc:"Of the worst block, in percent"`
	Module           int    `json:"module" doc:"Side of a module in µm"`
	Dots             string `json:"dots" doc:"The same in dots of the printer, a decimal number" example:"5"`
	DotGain          int    `json:"dotGain" doc:"By how many µm each edge of black is taken to move outwards"`
}

// preflightPrint lays out the first stamp and looks at its symbol as the printer
// will print it.
func (j job) preflightPrint(ctx context.Context, p *Preflight) error {
	var err error
	if j.sheet, err = j.book.sheet(ctx, j.order, Layout{}, j.printer); err == nil {
		j.sheet.MinModule = 0 // what the printer cannot print is found below
		j.measures, err = j.measure()
	}
	if wrong, ok := errors.AsType[trace.FieldErrors](err); ok {
		p.add(CheckLayout, Warn, wrong[0].Message, catalog.Name{VI: "Chọn mẫu tem hoặc khổ giấy khác, rồi lập lệnh in mới.", EN: "Choose another template or stock and make a new order."})
		return nil
	}
	if err != nil {
		return err
	}
	m := j.measures
	p.add(CheckLayout, OK, catalog.Name{
		VI: fmt.Sprintf("Chữ và mã QR in vừa tem %s × %s mm.", inMM(m.Width, ","), inMM(m.Height, ",")),
		EN: fmt.Sprintf("Texts and QR code fit the label of %s × %s mm.", inMM(m.Width, "."), inMM(m.Height, ".")),
	}, catalog.Name{})
	size := j.size()
	j.preflightSize(p, size)
	return j.preflightForecast(ctx, p, size)
}

// size is how large the modules come out. A label printer prints whole dots, as
// many as fit; an office printer what the file says, in dots of 1/600 inch.
func (j job) size() forecast.Size {
	of600 := math.Round(float64(j.measures.Module) * 600 / 25400)
	s := forecast.Size{
		Dots:      of600 * float64(j.printer.DPI) / 600,
		QuietZone: j.measures.QuietZone,
		Safe:      j.printer.MinModule,
	}
	if j.printer.Language != PDF {
		s.Dots = max(math.Floor(s.Dots+0.01), 1) // as heads round
	}
	s.Module = int(math.Round(s.Dots * 25400 / float64(j.printer.DPI)))
	return s
}

// limitWords are the words of each limit, with the size in them.
func limitWords(l forecast.Limit, s forecast.Size) (message, advice catalog.Name) {
	larger := catalog.Name{VI: "Dùng mẫu hoặc khổ tem có mã QR lớn hơn, hoặc máy in có độ phân giải khác.", EN: "Use a template or stock with a larger QR code, or a printer of another resolution."}
	switch l {
	case forecast.LimitModuleSmall:
		return catalog.Name{
			VI: fmt.Sprintf("Ô vuông của mã QR cạnh %s mm, nhỏ hơn mức tối thiểu 0,396 mm của GS1: điện thoại có thể quét được, máy quét ở quầy thì không chắc.", inMM(s.Module, ",")),
			EN: fmt.Sprintf("Modules of %s mm are below GS1's least of 0.396 mm: phones may read them, scanners at a till may not.", inMM(s.Module, ".")),
		}, larger
	case forecast.LimitModuleLarge:
		return catalog.Name{
			VI: fmt.Sprintf("Ô vuông của mã QR cạnh %s mm, lớn hơn mức tối đa 0,990 mm của GS1.", inMM(s.Module, ",")),
			EN: fmt.Sprintf("Modules of %s mm are above GS1's most of 0.990 mm.", inMM(s.Module, ".")),
		}, catalog.Name{VI: "Dùng mẫu tem có mã QR nhỏ hơn nếu hàng bán qua quầy quét.", EN: "Use a template with a smaller QR code for goods that are scanned at a till."}
	case forecast.LimitDots:
		return catalog.Name{
			VI: fmt.Sprintf("Mỗi ô vuông chỉ có %s chấm in, nên có ít nhất 4.", decimalDots(s.Dots, ",")),
			EN: fmt.Sprintf("A module has %s dots, and should have at least 4.", decimalDots(s.Dots, ".")),
		}, larger
	case forecast.LimitBroken:
		return catalog.Name{
			VI: fmt.Sprintf("Mỗi ô vuông là %s chấm của máy in, không tròn chấm: máy in làm ô đen to thêm đến một chấm.", decimalDots(s.Dots, ",")),
			EN: fmt.Sprintf("A module is %s dots of the printer, no whole number: the printer widens black by up to a dot.", decimalDots(s.Dots, ".")),
		}, catalog.Name{VI: "Đừng in PDF bằng máy in tem: chọn ngôn ngữ của máy (ZPL, TSPL …) để ảnh in tròn chấm.", EN: "Do not print PDF on a label printer: choose its own language (ZPL, TSPL …), which keeps whole dots."}
	case forecast.LimitFine:
		return catalog.Name{
			VI: fmt.Sprintf("Mỗi ô vuông là %s chấm, trong khi thử in cho thấy máy in này chỉ quét tốt từ %d chấm: tệp in cho máy này sẽ bị từ chối.", decimalDots(s.Dots, ","), s.Safe),
			EN: fmt.Sprintf("A module is %s dots, while the test sheet of this printer scanned from %d dots on: files for it are refused.", decimalDots(s.Dots, "."), s.Safe),
		}, larger
	}
	return catalog.Name{
		VI: fmt.Sprintf("Viền trắng quanh mã QR chỉ rộng %d ô vuông, cần 4.", s.QuietZone),
		EN: fmt.Sprintf("The white around the QR code is %d modules wide, and 4 are needed.", s.QuietZone),
	}, larger
}

func (j job) preflightSize(p *Preflight, s forecast.Size) {
	broken := forecast.Limits(s)
	for _, l := range broken {
		message, advice := limitWords(l, s)
		p.add(CheckSize, Warn, message, advice)
	}
	if len(broken) > 0 {
		return
	}
	p.add(CheckSize, OK, catalog.Name{
		VI: fmt.Sprintf("Ô vuông của mã QR cạnh %s mm (%s chấm), viền trắng %d ô: trong giới hạn của GS1 và ISO.", inMM(s.Module, ","), decimalDots(s.Dots, ","), s.QuietZone),
		EN: fmt.Sprintf("Modules of %s mm (%s dots) with %d modules of white: within the limits of GS1 and ISO.", inMM(s.Module, "."), decimalDots(s.Dots, "."), s.QuietZone),
	}, catalog.Name{})
}

// preflightForecast forecasts the grade of the first stamp's symbol.
func (j job) preflightForecast(ctx context.Context, p *Preflight, s forecast.Size) error {
	first, err := j.stamp(ctx, 0)
	if err != nil {
		return err
	}
	symbol, err := qr.Encode(first.Payload, qr.Options{MaxVersion: j.measures.Version})
	if err != nil {
		return fmt.Errorf("printing: forecast: %w", err)
	}
	f, err := forecast.Of(symbol, forecast.Press{DPI: j.printer.DPI, Dots: s.Dots, Gain: float64(j.printer.DotGain)})
	if err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	p.Forecast = &Quality{
		Grade: f.Grade.String(), Contrast: f.Contrast.String(), Modulation: f.Modulation.String(), Correction: f.Correction.String(), Pattern: f.Pattern.String(),
		LeastModulation: f.LeastModulation, UnusedCorrection: f.UnusedCorrection,
		Module: s.Module, Dots: decimalDots(s.Dots, "."), DotGain: j.printer.DotGain,
	}
	p.add(CheckContrast, OK, catalog.Name{
		VI: fmt.Sprintf("Giả định giấy trắng phản xạ %d %% và mực đen %d %%: tương phản %d %%, hạng %v. Chưa đo trên giấy thật.", forecast.UsualPaper, forecast.UsualInk, f.SymbolContrast, f.Contrast),
		EN: fmt.Sprintf("White paper is taken to reflect %d %% and black %d %%: contrast %d %%, grade %v. Nobody measured the paper.", forecast.UsualPaper, forecast.UsualInk, f.SymbolContrast, f.Contrast),
	}, catalog.Name{VI: "Giấy màu, giấy kraft, nhãn trong suốt có tương phản thấp hơn: hãy in thử.", EN: "Coloured paper, kraft and clear film have less contrast: try them."})
	severity, advice := OK, catalog.Name{}
	if f.Grade < forecast.B {
		severity = Warn
		advice = catalog.Name{VI: "Giảm độ đậm của máy in, dùng mã QR lớn hơn, hoặc in tờ thử để biết cỡ nhỏ nhất quét được.", EN: "Print less dark, use a larger QR code, or print the test sheet to learn the smallest size that scans."}
	}
	p.add(CheckForecast, severity, catalog.Name{
		VI: fmt.Sprintf("Dự báo hạng %v theo ISO/IEC 15415 khi mép mực loang %d µm. Đây là dự báo, không phải chứng nhận.", f.Grade, j.printer.DotGain),
		EN: fmt.Sprintf("Forecast: grade %v by ISO/IEC 15415 with edges of black moved out by %d µm. A forecast, not a certificate.", f.Grade, j.printer.DotGain),
	}, advice)
	return nil
}

// inMM writes micrometres with the decimal sign of a language.
func inMM(um int, sign string) string {
	return strings.Replace(strconv.FormatFloat(float64(um)/1000, 'f', -1, 64), ".", sign, 1)
}

func decimalDots(dots float64, sign string) string {
	return strings.Replace(strconv.FormatFloat(math.Round(dots*100)/100, 'f', -1, 64), ".", sign, 1)
}
