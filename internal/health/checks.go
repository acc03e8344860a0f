package health

import (
	"maps"
	"slices"

	"temgoc/internal/catalog"
)

// A check is what is always the same about its findings.
type check struct{ title, why, remedy catalog.Name }

// The checks.
const (
	PublicAddress = "public-address"
	PublicTLS     = "public-tls"
	Proxies       = "proxies"
	DataDirectory = "data-directory"
	KeyFile       = "key-file"
	LogKey        = "log-key"
	KeyCopies     = "key-copies"
	KeysBelong    = "keys-belong"
	Passwords     = "passwords"
	StoresOpen    = "stores-open"
	Documents     = "documents"
	Files         = "files"
	Indexes       = "indexes"
	Schema        = "schema"
	Clock         = "clock"
	TimeZone      = "time-zone"
	Log           = "log"
	Witness       = "witness"
	Backup        = "backup"
	Disk          = "disk"
	Descriptors   = "descriptors"
	Mail          = "mail"
	SecondFactor  = "second-factor"
	Chores        = "chores"
	Replicas      = "replicas"
	Records       = "records"
	Certificates  = "certificates"
)

var order = slices.Sorted(maps.Keys(checks))

var checks = map[string]check{
	PublicAddress: {
		catalog.Name{VI: "Địa chỉ công khai", EN: "Public address"},
		catalog.Name{VI: "Địa chỉ này in trên tem và được quét trong nhiều năm; tem đã in thì không sửa được.",
			EN: "This address is printed on stamps that are scanned for years; what is printed cannot be corrected."},
		catalog.Name{VI: "Đặt --public-url là địa chỉ in trên tem, dạng https://TÊN-MIỀN, phía sau không có gì.",
			EN: "Give --public-url the address that is printed on stamps, https://HOST with nothing behind the host."},
	},
	PublicTLS: {
		catalog.Name{VI: "Chứng thư TLS của địa chỉ công khai", EN: "TLS certificate of the public address"},
		catalog.Name{VI: "Khi chứng thư hết hạn hoặc sai, điện thoại chặn trang: mọi tem đã in đều không quét được.",
			EN: "When the certificate ends or is wrong, phones refuse the page: no printed stamp can be scanned."},
		catalog.Name{VI: "Gia hạn chứng thư trên máy chủ proxy (ví dụ: certbot renew) rồi nạp lại proxy; kiểm tra việc gia hạn tự động. Nếu máy này không tự gọi được địa chỉ công khai thì chạy temgoc doctor từ máy khác, hoặc tắt bằng --no-watch-tls.",
			EN: "Renew the certificate on the proxy (for example with certbot renew) and reload the proxy; see why it was not renewed by itself. If this machine cannot reach its own public address, run temgoc doctor on another one, or turn this off with --no-watch-tls."},
	},
	Proxies: {
		catalog.Name{VI: "Proxy được tin", EN: "Trusted proxies"},
		catalog.Name{VI: "Giới hạn theo từng người dùng dựa vào địa chỉ mạng: tin nhầm thì ai cũng giả được, không tin proxy của mình thì mọi người bị tính là một.",
			EN: "Limits for each client go by its address: trusting the wrong proxy lets anybody forge it, not trusting the own one counts everybody as one."},
		catalog.Name{VI: "Đặt --trusted-proxies là đúng địa chỉ của proxy đứng trước dịch vụ, ví dụ 127.0.0.1 hoặc 10.0.0.0/24.",
			EN: "Give --trusted-proxies exactly the addresses of the proxies in front of the service, such as 127.0.0.1 or 10.0.0.0/24."},
	},
	DataDirectory: {
		catalog.Name{VI: "Thư mục dữ liệu", EN: "Data directory"},
		catalog.Name{VI: "Trong đó có hồ sơ và khóa; người khác trên máy đọc được thì làm giả được tem.",
			EN: "It holds the records and the keys; who else on the machine can read it can forge stamps."},
		catalog.Name{VI: "Đặt đúng thư mục bằng --data, hoặc chạy dịch vụ một lần để tạo; đặt quyền: chmod 700 THƯ-MỤC.",
			EN: "Name the right one with --data, or start the service once to make it; set its mode with: chmod 700 DIR."},
	},
	KeyFile: {
		catalog.Name{VI: "Tệp khóa", EN: "Key file"},
		catalog.Name{VI: "Không có khóa thì không xác nhận được mã đơn vị nào đã in, và không mở được mã xác thực của người dùng.",
			EN: "Without the keys no printed item code can be verified, and no second factor be opened."},
		catalog.Name{VI: "Khôi phục tệp từ bản sao, hoặc đặt quyền: chmod 600 TỆP; chỉ khi cài mới hoàn toàn thì tạo bằng: temgoc key init.",
			EN: "Restore it from its copy, or set its mode with: chmod 600 FILE; only for a new installation make one with: temgoc key init."},
	},
	LogKey: {
		catalog.Name{VI: "Khóa của nhật ký bằng chứng", EN: "Key of the log"},
		catalog.Name{VI: "Nhật ký chứng minh hồ sơ không bị sửa; thiếu khóa thì dịch vụ không khởi động, lộ khóa thì chữ ký không còn giá trị.",
			EN: "The log proves that no record was altered; without its key the service does not start, and a key that others have proves nothing."},
		catalog.Name{VI: "Khôi phục log.key từ bản sao và đặt quyền: chmod 600 TỆP; chỉ khi cài mới hoàn toàn thì tạo bằng: temgoc key init.",
			EN: "Restore log.key from its copy and set its mode with: chmod 600 FILE; only for a new installation make one with: temgoc key init."},
	},
	KeyCopies: {
		catalog.Name{VI: "Bản sao của khóa", EN: "Copies of the keys"},
		catalog.Name{VI: "Máy hỏng mà khóa không có bản sao thì dữ liệu khôi phục được cũng không dùng được.",
			EN: "When the machine breaks and there is no copy of the keys, restored data is of no use."},
		catalog.Name{VI: "Chép keys.json và log.key sang nơi khác, không để cùng chỗ với dữ liệu, rồi ghi lại nơi cất.",
			EN: "Copy keys.json and log.key to another place, apart from the data, and write down where."},
	},
	KeysBelong: {
		catalog.Name{VI: "Khóa đúng với kho dữ liệu", EN: "Keys belong to this store"},
		catalog.Name{VI: "Khóa khác thì mã đơn vị đã in không xác nhận được, và hai máy có thể ký khác nhau.",
			EN: "With other keys no printed item code can be verified, and two replicas could sign differently."},
		catalog.Name{VI: "Dùng đúng tệp khóa mà kho này được tạo cùng lúc ban đầu.",
			EN: "Use the key file that this store was started with."},
	},
	Passwords: {
		catalog.Name{VI: "Mật khẩu của kho", EN: "Passwords of the stores"},
		catalog.Name{VI: "Mật khẩu mặc định ai cũng biết: người vào được mạng nội bộ sẽ đọc và xóa được dữ liệu.",
			EN: "Everybody knows default passwords: who gets into the network can read and delete the data."},
		catalog.Name{VI: "Tạo tài khoản riêng với mật khẩu ngẫu nhiên cho dịch vụ, chỉ có quyền trên đúng cơ sở dữ liệu và bucket của nó.",
			EN: "Make accounts for the service with random passwords, and rights to its own database and bucket only."},
	},
	StoresOpen: {
		catalog.Name{VI: "Mở kho", EN: "Opening the stores"},
		catalog.Name{VI: "Không mở được kho thì dịch vụ không khởi động.", EN: "The service does not start without its stores."},
		catalog.Name{VI: "Kiểm tra địa chỉ ở --documents và --files, hai máy chủ có đang chạy và từ đây có tới được không.",
			EN: "Check the addresses given with --documents and --files, and that both servers run and can be reached from here."},
	},
	Documents: {
		catalog.Name{VI: "Kho hồ sơ", EN: "Document store"},
		catalog.Name{VI: "Khi kho hồ sơ không trả lời, chỉ những trang vừa được xem còn hiển thị, mọi việc ghi đều dừng.",
			EN: "While it does not answer only pages seen lately are shown, and nothing can be entered."},
		catalog.Name{VI: "Xem cơ sở dữ liệu có chạy không, mạng tới nó có thông không; dịch vụ tự nối lại khi kho trả lời.",
			EN: "See whether the database runs and can be reached; the service recovers by itself once it answers."},
	},
	Files: {
		catalog.Name{VI: "Kho tệp", EN: "File store"},
		catalog.Name{VI: "Khi kho tệp không trả lời, ảnh và giấy tờ không mở được và không tải lên được.",
			EN: "While it does not answer photos and documents cannot be opened or uploaded."},
		catalog.Name{VI: "Xem kho đối tượng có chạy không và bucket có còn không; với thư mục thì xem đĩa có gắn vào không.",
			EN: "See whether the object store runs and the bucket exists; for a directory, whether its disk is mounted."},
	},
	Indexes: {
		catalog.Name{VI: "Chỉ mục", EN: "Indexes"},
		catalog.Name{VI: "Thiếu chỉ mục duy nhất thì hai người có thể ghi đè nhau; thiếu chỉ mục tìm kiếm thì trang chậm dần.",
			EN: "Without the unique one two people could overwrite each other; without the others pages get slower and slower."},
		catalog.Name{VI: "Cho tài khoản của dịch vụ quyền tạo chỉ mục rồi khởi động lại; dịch vụ tự tạo chỉ mục còn thiếu.",
			EN: "Let the account of the service make indexes, and restart it: it makes those that are missing."},
	},
	Schema: {
		catalog.Name{VI: "Phiên bản cấu trúc dữ liệu", EN: "Schema version"},
		catalog.Name{VI: "Chương trình cũ chạy trên dữ liệu của bản mới có thể hiểu sai dữ liệu.",
			EN: "An old program could misread the data of a newer one."},
		catalog.Name{VI: "Cài đúng phiên bản chương trình đã nâng cấp dữ liệu, hoặc mới hơn.",
			EN: "Install the version of the program that upgraded the data, or a newer one."},
	},
	Clock: {
		catalog.Name{VI: "Đồng hồ", EN: "Clock"},
		catalog.Name{VI: "Ngày trên trang, thứ tự hồ sơ, hạn chứng nhận và mã đăng nhập đều lấy từ đồng hồ máy.",
			EN: "Dates on pages, the order of records, the end of certificates and sign-in codes come from it."},
		catalog.Name{VI: "Bật đồng bộ giờ trên máy này, ví dụ: systemctl enable --now chrony, rồi xem chronyc tracking.",
			EN: "Synchronise the clock of this machine, for example with: systemctl enable --now chrony, and see chronyc tracking."},
	},
	TimeZone: {
		catalog.Name{VI: "Múi giờ Việt Nam", EN: "Time zone of Vietnam"},
		catalog.Name{VI: "Ngày hết hạn tính theo giờ Việt Nam; sai múi giờ thì lệch một ngày.",
			EN: "Days end by the time of Vietnam; with another zone they are one day off."},
		catalog.Name{VI: "Cài gói tzdata, hoặc dùng bản chương trình chính thức (đã kèm dữ liệu múi giờ).",
			EN: "Install the package tzdata, or use the official build, which has the data in it."},
	},
	Log: {
		catalog.Name{VI: "Nhật ký bằng chứng", EN: "Log of the records"},
		catalog.Name{VI: "Nhật ký không khớp với mốc đã giữ nghĩa là dữ liệu bị sửa, hoặc bản cũ đã được đặt lại.",
			EN: "A log that does not continue what was kept means that data was altered, or an old state put back."},
		catalog.Name{VI: "Chạy temgoc audit để biết chỗ nào sai; giữ nguyên dữ liệu làm bằng chứng, rồi khôi phục từ bản sao lưu.",
			EN: "Run temgoc audit to learn where; keep the data as it is for evidence, then restore the backup."},
	},
	Witness: {
		catalog.Name{VI: "Bên làm chứng cho nhật ký", EN: "Witnesses of the log"},
		catalog.Name{VI: "Không có bên ngoài làm chứng thì chỉ dịch vụ này tự bảo đảm rằng nhật ký không bị viết lại.",
			EN: "Without witnesses only this service itself vouches that the log was not rewritten."},
		catalog.Name{VI: "Xem máy của bên làm chứng có chạy không (--witness); chưa có thì nhờ đơn vị khác chạy temgoc witness.",
			EN: "See whether the witness runs (--witness); where there is none, ask another organisation to run temgoc witness."},
	},
	Backup: {
		catalog.Name{VI: "Sao lưu", EN: "Backup"},
		catalog.Name{VI: "Máy hỏng thì mất mọi điều đã ghi từ lần sao lưu cuối.",
			EN: "When the machine breaks all that was entered since the last backup is lost."},
		catalog.Name{VI: "Chạy temgoc backup ngay, xem lịch sao lưu tự động có chạy không và nơi nhận có còn chỗ không.",
			EN: "Run temgoc backup now; see whether its timer runs and its destination has room."},
	},
	Disk: {
		catalog.Name{VI: "Chỗ trống trên đĩa", EN: "Disk space"},
		catalog.Name{VI: "Đầy đĩa thì không ghi được gì nữa; trang quét vẫn xem được.",
			EN: "On a full disk nothing can be entered any more; scan pages are still shown."},
		catalog.Name{VI: "Xóa bớt tệp không cần hoặc mở rộng đĩa; dịch vụ tự ghi tiếp được khi có chỗ.",
			EN: "Remove what is not needed, or enlarge the disk; the service goes on by itself once there is room."},
	},
	Descriptors: {
		catalog.Name{VI: "Số tệp được mở", EN: "Open files allowed"},
		catalog.Name{VI: "Mỗi kết nối cần một tệp mở; thiếu thì dịch vụ từ chối người dùng khi đông.",
			EN: "Each connection takes one; with too few the service turns people away when many come."},
		catalog.Name{VI: "Đặt LimitNOFILE=65536 trong unit systemd, hoặc ulimit -n 65536 trước khi chạy.",
			EN: "Set LimitNOFILE=65536 in the systemd unit, or ulimit -n 65536 before starting."},
	},
	Mail: {
		catalog.Name{VI: "Máy chủ thư", EN: "Mail server"},
		catalog.Name{VI: "Thư mời không gửi được thì phải chép đường dẫn bằng tay cho từng người.",
			EN: "Where invitations cannot be sent each link must be passed on by hand."},
		catalog.Name{VI: "Kiểm tra --mail-server: tên máy, cổng, tài khoản; nhiều nhà mạng chặn cổng 25.",
			EN: "Check --mail-server: host, port and account; many networks block port 25."},
	},
	SecondFactor: {
		catalog.Name{VI: "Mã xác thực của quản trị viên", EN: "Second factor of administrators"},
		catalog.Name{VI: "Chỉ với mật khẩu bị lộ, người khác vào được vai trò có quyền mời và khóa mọi người.",
			EN: "With one leaked password somebody else gets the role that lets people in and keeps them out."},
		catalog.Name{VI: "Yêu cầu người đó đăng nhập và thiết lập ứng dụng xác thực, hoặc khóa tài khoản không dùng nữa.",
			EN: "Have the person sign in and set up an authenticator app, or disable the account that is not used."},
	},
	Chores: {
		catalog.Name{VI: "Việc chạy nền", EN: "Chores"},
		catalog.Name{VI: "Việc nền hoàn tất thu hồi, xóa dữ liệu quá hạn và nối tiếp nhật ký; dừng lâu thì các việc đó không xong.",
			EN: "They complete recalls, remove what is kept too long and follow the log; that is left undone while they fail."},
		catalog.Name{VI: "Xem nhật ký hệ thống, dòng \"not done, to be tried again\"; thường là do kho không trả lời.",
			EN: "See the service's log, the lines \"not done, to be tried again\"; mostly a store does not answer."},
	},
	Replicas: {
		catalog.Name{VI: "Các máy chạy dịch vụ", EN: "Replicas"},
		catalog.Name{VI: "Một máy dừng thì máy còn lại gánh cả; hai phiên bản khác nhau chạy lâu có thể trả lời khác nhau.",
			EN: "When one is away the others carry all; different versions side by side may answer differently."},
		catalog.Name{VI: "Khởi động lại máy đã dừng, hoặc nâng cấp cho cùng phiên bản; máy bỏ hẳn sẽ tự biến khỏi danh sách sau một ngày.",
			EN: "Start the one that is away again, or bring all to one version; one that is gone for good leaves the list after a day."},
	},
	Records: {
		catalog.Name{VI: "Hồ sơ khớp với nhật ký", EN: "Records agree with the log"},
		catalog.Name{VI: "Có hồ sơ bị sửa ngoài chương trình: trang của lô đó đang báo đỏ.",
			EN: "A record was altered from outside the program: the page of its batch is red."},
		catalog.Name{VI: "Xem nhật ký hệ thống để biết lô nào, chạy temgoc audit, giữ nguyên hiện trạng và tìm xem ai đã vào kho.",
			EN: "See the service's log for the batch, run temgoc audit, leave everything as it is, and find out who had access to the store."},
	},
	Certificates: {
		catalog.Name{VI: "Giấy chứng nhận OCOP", EN: "OCOP certificates"},
		catalog.Name{VI: "Hết hạn thì sao biến khỏi trang của mọi tem đã in.",
			EN: "Once they end the stars vanish from the pages of all printed stamps."},
		catalog.Name{VI: "Văn phòng điều phối xem danh sách sắp hết hạn ở trang Tổng quan và nhắc chủ thể làm hồ sơ đánh giá lại.",
			EN: "The programme office finds those ending soon on its overview, and reminds the producers to apply again."},
	},
}
