package scan

// Texts are the words of the pages in one language. Those with % are formats.
// A test makes sure that neither language lacks one.
type texts struct {
	Lang, Other, OtherName, SwitchLabel string

	// Frame.
	Site, Skip, Demo, AsOf, NoScript     string
	PreviewOpen, PreviewLive, PreviewEnd string

	// Start page.
	StartTitle, StartLead, CodeLabel, CodeHint, Look, BadCode, StartCompare, StartWhat, StartHow string
	StartSteps                                                                                   []string
	StartNumber, StartNumberLine, StartNumberLink                                                string

	// Verdicts.
	Issued, Released, ReleasedLine, ReleasedCompare            string
	Closed, ClosedLine, Held, HeldLine, HeldDo                 string
	Recalled, RecalledLine, Expired, ExpiredLine, ExpiredDo    string
	Altered, AlteredLine, AlteredDo                            string
	Proof, ProofLine, ProofCheck, ProofMeaning                 string
	ProofNoScript, ProofEntries, ProofIndex, ProofOffline      string
	ProofOfflineLine, ProofFile, ProofKey, ProofCheckpoint     string
	ProofWitnessed, ProofUnwitnessed, ProofNoWitness           string
	ProofContent, ProofBack                                    string
	ProofWords                                                 proofWords
	InputRecalled, InputRecalledLine, InputHeld, InputHeldLine string
	InputRecalledDo, InputHeldDo, AlertRecalled, AlertHeld     string
	AndMore, Reason, ByProducer, TestFailed, WhatToDo          string
	AlsoRecalled, AlsoHeld, AlsoExpired, AlsoInput             string
	RecalledDo                                                 []string
	FirstScan, NthScan, NoCount, BatchCount                    string

	Opened, OpenedByPIN, OpenedByProducer, OpenedDo           string
	CopiesPossible, CopiesPossibleLine, CopiesPossibleDo      string
	CopiesLikely, CopiesLikelyLine, CopiesLikelyDo, Reported  string
	PINTitle, PINLead, PINLabel, PINSend, PINMore, StolenLine string

	// Pages without a record.
	Mistyped, MistypedLine, MistypedMeant, MistypedAsk                string
	Malformed, MalformedLine, Unknown, UnknownLine, UnknownDo         string
	NotIssued, NotIssuedLine, NotIssuedDo                             string
	NotActive, NotActiveLine, NotActiveDo                             string
	Voided, VoidedLine, VoidedDo                                      string
	LotUnknown, LotUnknownLine, LotMissing, LotMissingLine, LotTyped  string
	GTINUnknown, GTINUnknownLine, BadLink, BadLinkLine                string
	TooMany, TooManyLine                                              string
	Unavailable, UnavailableLine, FileGone, FileGoneLine, FileCorrupt string
	FileCorruptLine, PageGone, PageGoneLine, Broken, BrokenLine       string
	TypeAgain, Asked                                                  string

	// Facts.
	Photo, Producer, Address, Site2, Production, Packing, Expiry      string
	Lot, TraceCode, ItemCode, Brand, Standards, GTIN, NetContent, Set string
	Registration, GLN, Quantity, Inputs, InputFrom, NoPhoto           string
	MissingTitle, Corrected, OldDistrict, InputsRemoved, InputsAdded  string

	// Stars.
	Stars, NStars, Potential, PotentialLine, DeclaredOCOP, OnPacking, Today string
	StarsValid, StarsThrough, StarsNotYet, StarsExpired, StarsWithdrawn     string
	StarsSuperseded, StarsUntil, Decision, ConfirmedBy                      string
	NoStarsNow, Points, ExpiringIn                                          string

	// Journey.
	Journey, JourneyLead, NoRecords, ShowingLatest, AllRecords, BackToPage string
	Declared, Documented, VerifiedBy, Entered, OldVersion, CorrectedOn     string
	RetractedOn                                                            string

	// Tests.
	Tests, NoTests, Indicator, Result, Limit, Verdict, ScopeBatch, ScopeProduct string
	ScopeMaterial, Report, Sampled, RowsHidden, NoLimit, Basis, ReportsHidden   string
	PassGlyph, FailGlyph, UndecidedGlyph, AsSheet                               string

	// Certificates.
	Certificates, NoCertificates, Number, CertIssued, CertUntil, NoEnd     string
	StateValid, StateDeclared, StateExpiring, StateExpired, StateWithdrawn string
	StateSuperseded, StateFuture, ConfirmedOn, DeclaredFile                string
	DeclaredOnly, File, CertsHidden                                        string

	// The rest.
	Usage, Storage, Warnings, Ingredients, About, Problem, ProblemLine, ToProducer string
	ToOffice, Call, Write, ThisCode, ThisCodeLine, Subject, Glyphs                 string
	ReportBatch, ReportStamp                                                       string

	// Summaries of records.
	Variety, Plot, AreaCode, SeedSource, RegisteredAs, Dose, Weather        string
	From, Condition, Minutes, Equipment, Additives, Made, SampleCode        string
	To, Units, Packed, Stored, Humidity, Destination, Conforms, NotConforms string
	Measures, Method, WithdrawalEnds, Material, BatchIn, Purpose            string
}

var vietnamese = texts{
	Lang: "vi", Other: "en", OtherName: "English", SwitchLabel: "Ngôn ngữ",

	Site: "Temgốc", Skip: "Đến nội dung chính",
	Demo:         "Dữ liệu minh họa: cơ sở, sản phẩm và số liệu trên trang này đều là giả định.",
	PreviewOpen:  "Bản xem trước: lô chưa xuất xưởng, người mua chưa thấy trang này.",
	PreviewLive:  "Bản xem trước: người mua đang thấy trang như thế này.",
	PreviewEnd:   "Quay lại",
	AsOf:         "Đang tạm mất kết nối với cơ sở dữ liệu. Dữ liệu lúc %s.",
	NoScript:     "Trang này không cần cài ứng dụng.",
	StartCompare: "Tem có thể bị sao chép. Hãy so tên sản phẩm, số lô và hạn dùng trên trang tra cứu với bao bì trên tay.",

	StartTitle: "Tra cứu tem truy xuất nguồn gốc",
	StartLead:  "Quét mã QR trên tem bằng máy ảnh của điện thoại, hoặc gõ mã in cạnh mã QR vào ô dưới đây.",
	CodeLabel:  "Mã trên tem",
	CodeHint:   "10 hoặc 20 ký tự, ví dụ K7Q2M-9XR4V. Chữ hoa hay chữ thường, có hay không có dấu gạch đều được.",
	Look:       "Tra cứu",
	BadCode:    "“%s” chưa phải là một mã: mã có 10 hoặc 20 ký tự, gồm chữ số và chữ cái không dấu.",
	StartWhat:  "Trang tra cứu cho biết gì?",
	StartHow:   "Trước khi tin vào tem",
	StartSteps: []string{
		"Lô hàng mang mã này do ai làm ra, ở đâu, khi nào và đã qua những công đoạn nào.",
		"Sản phẩm có được công nhận OCOP hay không, lúc đóng gói và hôm nay.",
		"Kết quả kiểm nghiệm, giấy chứng nhận, và ai chịu trách nhiệm về từng thông tin.",
		"Lô hàng có bị tạm dừng lưu hành hay thu hồi hay không.",
	},
	StartNumber:     "Bao bì không có tem?",
	StartNumberLine: "Sao OCOP in trên bao bì cũng tra được: chỉ cần số quyết định, số giấy chứng nhận hoặc tên sản phẩm.",
	StartNumberLink: "Tra cứu chứng nhận OCOP",

	Issued:          "Mã %s do hệ thống này phát hành.",
	Released:        "Lô hàng đã xuất xưởng",
	ReleasedLine:    "Cơ sở sản xuất cho xuất xưởng từ %s. Hiện không có lệnh tạm dừng hay thu hồi nào đối với lô này.",
	ReleasedCompare: "Tem có thể bị sao chép. Hãy so tên sản phẩm, số lô và hạn dùng dưới đây với bao bì trên tay.",
	Closed:          "Lô hàng đã xuất xưởng, nay đã kết thúc",
	ClosedLine:      "Từ %s cơ sở không xuất thêm hàng của lô này.",
	Held:            "Lô hàng đang tạm dừng lưu hành",
	HeldLine:        "Tạm dừng từ %s, theo yêu cầu của %s.",
	HeldDo:          "Chưa nên mua, bán hoặc dùng sản phẩm của lô này cho đến khi có thông báo mới trên trang này.",
	Recalled:        "Lô hàng bị thu hồi",
	RecalledLine:    "Thu hồi từ %s, theo yêu cầu của %s.",
	RecalledDo: []string{
		"Không dùng, không bán sản phẩm của lô này.",
		"Giữ nguyên bao bì và trả lại nơi đã mua, hoặc gọi cho cơ sở sản xuất theo số ở cuối trang.",
		"Nếu đã dùng và thấy bất thường về sức khỏe, hãy đến cơ sở y tế và mang theo bao bì.",
	},
	Expired:     "Lô hàng đã quá hạn sử dụng",
	ExpiredLine: "Hạn sử dụng của lô là %s.", ExpiredDo: "Không nên dùng sản phẩm đã quá hạn.",
	InputRecalled: "Lô hàng có nguyên liệu bị thu hồi",
	Proof:         "Đối chiếu với nhật ký",
	ProofLine:     "✓ %d mục khớp với nhật ký (%s mục, gốc %s).",
	ProofCheck:    "Tự kiểm tra bằng máy này",
	ProofMeaning:  "Mỗi lần ai đó ghi, sửa hay thu hồi điều gì, một dấu vân tay số của nội dung được nối vào nhật ký. Máy của bạn có thể tự tính lại các dấu vân tay này từ những gì trang đang hiện và so với nhật ký đã ký. Việc này cho biết hồ sơ có bị sửa sau khi ghi hay không, không cho biết điều được ghi lúc đầu có đúng sự thật hay không.",
	ProofWords: proofWords{
		Busy:     "Đang tải bằng chứng và tính lại…",
		Good:     "✓ Máy của bạn đã tự tính lại {n} mục: tất cả đều nằm trong nhật ký đã ký ({size} mục) và không bị sửa từ khi ghi.",
		Unsigned: "Máy của bạn đã tự tính lại {n} mục và tất cả đều khớp với mốc nhật ký, nhưng trình duyệt này chưa kiểm tra được chữ ký trên mốc đó.",
		Bad:      "✕ Mục số {index} không khớp với nhật ký đã ký. Đừng dựa vào trang này và hãy báo cho cơ quan quản lý.",
		Other:    "✕ Bằng chứng có mục số {index} mà trang này không nêu. Hãy tải lại trang rồi kiểm tra lần nữa.",
		Key:      "✕ Nhật ký được ký bằng một khóa khác với lần trước máy này kiểm tra. Hãy hỏi cơ quan quản lý vì sao khóa thay đổi.",
		Shorter:  "✕ Nhật ký ngắn hơn lần trước máy này kiểm tra ({size} mục): có phần đã bị bỏ đi. Hãy báo cho cơ quan quản lý.",
		None:     "✕ Không còn bằng chứng cho mã này. Hãy tải lại trang.",
		Cannot:   "Trình duyệt này không tính được dấu vân tay số. Hãy mở trang bằng địa chỉ https hoặc dùng trình duyệt mới hơn.",
		Failed:   "Chưa kiểm tra được: mất mạng hoặc máy chủ đang bận. Hãy thử lại.",
	},
	ProofNoScript:     "Trình duyệt này không chạy được phần tự kiểm tra. Bạn vẫn có thể tải tệp bằng chứng về và kiểm tra bằng chương trình temgoc.",
	ProofEntries:      "Những gì đã được ghi",
	ProofIndex:        "mục số",
	ProofContent:      "Nội dung đúng từng chữ như khi ghi",
	ProofBack:         "Về trang của mã này",
	ProofOffline:      "Mang bằng chứng về",
	ProofOfflineLine:  "Tệp này tự kiểm tra được trên máy khác, không cần mạng: temgoc verify --key … TỆP. Hãy lấy khóa dưới đây từ một nguồn khác, như giấy tờ của cơ quan quản lý, rồi so lại.",
	ProofFile:         "Tải tệp bằng chứng",
	ProofKey:          "Khóa của nhật ký",
	ProofCheckpoint:   "Mốc nhật ký đã ký",
	ProofWitnessed:    "Mốc này có %d nhân chứng ký xác nhận, lần cuối lúc %s.",
	ProofUnwitnessed:  "Những gì ghi sau %s chưa có nhân chứng ký xác nhận.",
	ProofNoWitness:    "Nhật ký này chưa có nhân chứng nào ký xác nhận: chỉ riêng dịch vụ này đứng ra bảo đảm.",
	Altered:           "Hồ sơ không khớp với nhật ký",
	AlteredLine:       "Nội dung đang lưu khác với nội dung đã được ghi vào nhật ký. Có thể hồ sơ đã bị sửa từ bên ngoài hệ thống.",
	AlteredDo:         "Đừng dựa vào thông tin trên trang này. Hãy hỏi cơ sở sản xuất hoặc cơ quan quản lý trước khi mua hay sử dụng.",
	InputRecalledLine: "Lô này được làm từ lô đang bị thu hồi nêu dưới đây.",
	InputRecalledDo:   "Hãy tạm ngừng dùng sản phẩm và hỏi cơ sở sản xuất.",
	InputHeld:         "Nguyên liệu của lô hàng đang bị tạm dừng lưu hành",
	InputHeldLine:     "Lô này được làm từ lô đang bị tạm dừng lưu hành nêu dưới đây.",
	InputHeldDo:       "Nên đợi kết luận trước khi dùng sản phẩm.",
	AlertRecalled:     "bị thu hồi từ %s", AlertHeld: "tạm dừng lưu hành từ %s",
	AndMore: "và %d lô khác", Reason: "Lý do", ByProducer: "cơ sở sản xuất (%s)",
	TestFailed: "Có phiếu kiểm nghiệm không đạt, xem mục Kiểm nghiệm.", WhatToDo: "Cần làm gì",
	AlsoRecalled: "Lô hàng này bị thu hồi từ %s.", AlsoHeld: "Lô hàng này đang tạm dừng lưu hành từ %s.",
	AlsoExpired: "Lô hàng đã quá hạn sử dụng (%s).", AlsoInput: "Lô này được làm từ lô có cảnh báo nêu dưới đây.",
	FirstScan:  "Đây là lần đầu tiên tem này được quét.",
	NthScan:    "Tem này đã được quét lần đầu lúc %s; đây là lượt thứ %s.",
	NoCount:    "Lúc này chưa đọc được số lượt quét của tem.",
	BatchCount: "Mã này in chung trên mọi tem của lô, nên số lượt quét không nói lên điều gì về một gói hàng.",

	Opened:             "Gói hàng mang tem này đã được ghi nhận là đã mở",
	OpenedByPIN:        "Lúc %s, người có mã PIN dưới lớp cào đã báo mở gói.",
	OpenedByProducer:   "Lúc %s, cơ sở sản xuất đã ghi nhận gói này đã mở hoặc đã dùng.",
	OpenedDo:           "Nếu gói trên tay bạn còn nguyên, chưa ai mở, thì mã này có thể đã bị chép từ gói khác: hãy báo cho cơ sở sản xuất.",
	CopiesPossible:     "Tem này được quét bằng nhiều máy khác nhau",
	CopiesPossibleLine: "Trong 90 ngày qua, ít nhất 5 máy khác nhau đã mở trang của tem này. Có thể nhiều người cùng xem một gói, cũng có thể mã đã bị chép sang gói khác.",
	CopiesPossibleDo:   "So kỹ tên sản phẩm, số lô và hạn dùng với bao bì, và hỏi nơi bán về nguồn hàng.",
	CopiesLikely:       "Tem này bị quét bằng quá nhiều máy, có thể đã bị sao chép",
	CopiesLikelyLine:   "Trong 90 ngày qua, ít nhất 10 máy khác nhau đã mở trang của tem này, điều hiếm khi xảy ra với một tem trên một gói hàng. Hệ thống không biết gói trên tay bạn mang tem gốc hay tem chép.",
	CopiesLikelyDo:     "Đừng dựa vào tem này. Hãy giữ bao bì và hóa đơn, báo cho cơ sở sản xuất hoặc cơ quan quản lý.",
	Reported:           "Cơ sở báo: tem %s.",
	PINTitle:           "Bạn vừa mở gói hàng?",
	PINLead:            "Cào lớp phủ trên tem rồi nhập mã PIN 8 số. Gói sẽ được ghi nhận là đã mở, để mã chép sang gói khác lộ ra. Lớp phủ đã bị cào sẵn thì chưa nên mua.",
	PINLabel:           "Mã PIN", PINSend: "Ghi nhận đã mở", PINMore: "Giúp phát hiện tem chép",
	StolenLine: "Cơ sở sản xuất đã báo những tem này bị mất cắp.",

	Mistyped:      "Có thể gõ sai mã",
	MistypedLine:  "Mã %s không đúng: hệ thống chưa phát hành tem nào mang mã này.",
	MistypedMeant: "Có phải mã trên tem là", MistypedAsk: "Hãy so lại từng ký tự với tem rồi gõ lại.",
	Malformed:     "Đây không phải là một mã tem",
	MalformedLine: "Mã có 10 hoặc 20 ký tự, gồm chữ số và chữ cái không dấu, ví dụ K7Q2M-9XR4V.",
	Unknown:       "Không có lô hàng nào mang mã này",
	UnknownLine:   "Mã %s viết đúng quy cách nhưng hệ thống này chưa từng cấp cho lô hàng nào.",
	UnknownDo:     "Nếu mã được in trên một con tem, tem đó không do hệ thống này phát hành. Hãy kiểm tra tên miền in trên tem và báo cho nơi bán hoặc cơ quan quản lý.",
	NotIssued:     "Tem không do hệ thống phát hành",
	NotIssuedLine: "Mã %s chưa từng được cấp cho con tem nào của lô hàng.",
	NotIssuedDo:   "Hãy giữ lại gói hàng và báo cho nơi bán hoặc cơ quan quản lý.",
	NotActive:     "Mã chưa được kích hoạt",
	NotActiveLine: "Mã %s do hệ thống này cấp, nhưng cơ sở sản xuất chưa cho xuất xưởng hàng mang mã này.",
	NotActiveDo:   "Hàng mang tem chưa kích hoạt lẽ ra chưa được bán. Hãy hỏi lại nơi bán, hoặc thử lại sau.",
	Voided:        "Mã đã bị hủy",
	VoidedLine:    "Mã %s đã bị loại khỏi sử dụng từ %s và không còn giá trị.",
	VoidedDo:      "Không nên mua hàng dán tem này. Hãy báo cho nơi bán hoặc cơ sở sản xuất.",
	LotUnknown:    "Số lô này chưa được đăng ký", LotUnknownLine: "Sản phẩm “%s” có trong hệ thống, nhưng không có lô nào mang số %s.",
	LotMissing: "Địa chỉ này không nêu số lô", LotMissingLine: "Sản phẩm “%s” có trong hệ thống. Muốn biết nguồn gốc gói hàng, cần có số lô hoặc mã trên tem.",
	LotTyped:    "Hãy so lại số lô với bao bì, hoặc gõ mã trên tem vào ô dưới đây.",
	GTINUnknown: "Không có sản phẩm nào mang mã GTIN này", GTINUnknownLine: "Mã GTIN %s chưa được đăng ký trong hệ thống này.",
	BadLink: "Địa chỉ không đúng quy cách", BadLinkLine: "Địa chỉ này không phải là một GS1 Digital Link hợp lệ.",
	TooMany: "Đã tra cứu quá nhiều lần", TooManyLine: "Từ kết nối này vừa có quá nhiều lượt tra cứu. Điều này không nói lên điều gì về sản phẩm; xin thử lại sau ít phút.",
	Unavailable: "Tạm thời chưa tra cứu được", UnavailableLine: "Cơ sở dữ liệu chưa trả lời. Điều này không nói lên điều gì về sản phẩm; xin thử lại sau ít phút.",
	FileGone: "Không có tệp này", FileGoneLine: "Không có tệp nào mang mã SHA-256 đó.",
	FileCorrupt:     "Tệp lưu trữ đã bị hỏng",
	FileCorruptLine: "Nội dung đang lưu không còn khớp với mã SHA-256 đã công bố, nên hệ thống không đưa ra tệp này.",
	PageGone:        "Không có trang này", PageGoneLine: "Địa chỉ này không dẫn đến mã tem nào.",
	Broken: "Có lỗi trong hệ thống", BrokenLine: "Trang chưa hiển thị được do lỗi của hệ thống, không phải do tem. Xin thử lại sau.",
	TypeAgain: "Gõ mã trên tem", Asked: "Mã đã nhập",

	Photo: "Ảnh sản phẩm: %s", Producer: "Cơ sở sản xuất", Address: "Địa chỉ", Site2: "Nơi sản xuất",
	Production: "Ngày sản xuất", Packing: "Ngày đóng gói", Expiry: "Hạn sử dụng", Lot: "Số lô", TraceCode: "Mã truy xuất",
	ItemCode: "Mã của tem", Brand: "Nhãn hiệu", Standards: "Tiêu chuẩn áp dụng", GTIN: "GTIN", NetContent: "Khối lượng tịnh",
	Set: "Nhóm sản phẩm OCOP", Registration: "Mã số đăng ký", GLN: "GLN", Quantity: "Lượng hàng của lô",
	Inputs: "Làm từ các lô", InputFrom: "%s của %s", NoPhoto: "Chưa có ảnh",
	MissingTitle: "Hồ sơ của lô còn thiếu, theo quy định", Corrected: "Thông tin lô đã được sửa ngày %s: %s",
	InputsRemoved: "đã bỏ lô nguyên liệu %s", InputsAdded: "đã thêm lô nguyên liệu %s",

	Stars: "Chứng nhận OCOP", NStars: "OCOP %d sao", Potential: "Sản phẩm tiềm năng, chưa được công nhận OCOP",
	PotentialLine: "Chưa có quyết định công nhận hạng sao cho sản phẩm này.",
	DeclaredOCOP:  "Cơ sở tự khai có giấy chứng nhận OCOP số %s; chưa cơ quan nào xác nhận nên không hiện sao.",
	OnPacking:     "Khi đóng gói (%s)", Today: "Hôm nay (%s)",
	OldDistrict: "trước 01/07/2025 thuộc %s", StarsThrough: "%d sao, còn hiệu lực đến hết %s",
	StarsValid: "%d sao, còn hiệu lực", StarsNotYet: "chưa được công nhận",
	StarsExpired: "đã hết hiệu lực từ %s", StarsWithdrawn: "đã bị thu hồi từ %s", StarsSuperseded: "đã được thay thế từ %s",
	StarsUntil: "hiệu lực đến hết %s", Decision: "Quyết định %s ngày %s, %s",
	ConfirmedBy: "%s xác nhận ngày %s", NoStarsNow: "Hiện không có hạng sao", Points: "%s điểm", ExpiringIn: "còn %d ngày",

	Journey: "Hành trình của lô hàng", JourneyLead: "Ghi chép không bị xóa: bản sửa hiện bên dưới bản cũ bị gạch.",
	NoRecords:     "Chưa có ghi chép nào.",
	ShowingLatest: "Đang hiện lần mới nhất của từng công đoạn, %d trong %d ghi chép.",
	AllRecords:    "Xem toàn bộ hồ sơ", BackToPage: "Về trang rút gọn",
	Declared: "Cơ sở tự khai", Documented: "Cơ sở khai, có tài liệu", VerifiedBy: "%s xác minh %s",
	Entered: "nhập %s", OldVersion: "Bản cũ", CorrectedOn: "Sửa %s: %s", RetractedOn: "Rút lại %s: %s",

	Tests: "Kiểm nghiệm", NoTests: "Chưa có phiếu kiểm nghiệm nào.", Indicator: "Chỉ tiêu", Result: "Kết quả", Limit: "Mức cho phép", Verdict: "Đánh giá",
	ScopeBatch:    "Phiếu này thử mẫu của chính lô này.",
	ScopeProduct:  "Phiếu thử định kỳ của sản phẩm, mẫu không lấy từ lô này.",
	ScopeMaterial: "Phiếu này thử nguyên liệu, không phải thành phẩm.",
	Report:        "Phiếu số %s ngày %s", Sampled: "nhận mẫu %s", RowsHidden: "%d chỉ tiêu khác có trong toàn bộ hồ sơ.",
	NoLimit: "không có", Basis: "Căn cứ", ReportsHidden: "%d phiếu khác có trong toàn bộ hồ sơ.",
	PassGlyph: "✓", FailGlyph: "✕", UndecidedGlyph: "?", AsSheet: "Kết quả chỉ có giá trị trên mẫu thử.",

	Certificates: "Giấy chứng nhận", NoCertificates: "Chưa có giấy chứng nhận nào.", Number: "Số %s",
	CertIssued: "cấp %s", CertUntil: "đến %s", NoEnd: "không ghi thời hạn",
	StateValid: "Còn hiệu lực", StateDeclared: "Cơ sở khai còn hạn, chưa cơ quan nào xác nhận", StateExpiring: "Sắp hết hạn, còn %d ngày", StateExpired: "Hết hiệu lực từ %s",
	StateWithdrawn: "Bị thu hồi từ %s", StateSuperseded: "Đã được thay thế từ %s", StateFuture: "Chưa có hiệu lực, từ %s",
	ConfirmedOn: "%s xác nhận %s", DeclaredFile: "Cơ sở khai, có tệp", DeclaredOnly: "Cơ sở tự khai",
	File: "Tải tệp", CertsHidden: "%d giấy tờ khác có trong toàn bộ hồ sơ.",

	Usage: "Cách dùng", Storage: "Bảo quản", Warnings: "Cảnh báo", Ingredients: "Thành phần", About: "Giới thiệu",
	Problem:     "Báo vấn đề",
	ProblemLine: "Sản phẩm hay tem có gì không đúng? Báo tại đây, hoặc gọi, viết thư, nêu mã của tem.",
	ReportBatch: "Báo vấn đề với lô này", ReportStamp: "Báo vấn đề với tem này",
	ToProducer: "Cơ sở sản xuất", ToOffice: "Cơ quan quản lý", Call: "Gọi %s", Write: "Viết thư",
	ThisCode: "Mã của trang này", ThisCodeLine: "Có thể gõ mã này ở trang đầu khi không quét được.", Subject: "Tem %s",
	Glyphs: "○ cơ sở tự khai · ◐ có tài liệu kèm theo · ● được cơ quan xác minh",

	Variety: "giống %s", Plot: "nơi trồng, nuôi: %s", AreaCode: "mã số vùng trồng %s", SeedSource: "nguồn giống: %s",
	RegisteredAs: "đăng ký: %s", Dose: "liều lượng %s", Weather: "thời tiết: %s",
	From: "từ %s", Condition: "tình trạng: %s", Minutes: "%s phút",
	Equipment: "thiết bị: %s", Additives: "phụ gia: %s", Made: "thu được %s", SampleCode: "mẫu %s",
	To: "gửi %s", Units: "%s đơn vị, mỗi đơn vị %s", Packed: "đóng gói ngày %s", Stored: "từ %s đến %s", Humidity: "độ ẩm %s %%",
	Destination: "đến %s", Conforms: "phù hợp", NotConforms: "không phù hợp", Measures: "yêu cầu: %s", Method: "cách tiêu hủy: %s",
	WithdrawalEnds: "hết thời gian cách ly %s", Material: "bao bì: %s",
	BatchIn: "lô %s", Purpose: "mục đích: %s",
}
