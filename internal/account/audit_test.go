package account

import (
	"encoding/json"
	"testing"
	"time"

	"temgoc/internal/trace"
)

func TestActs(t *testing.T) {
	later := time.Date(2026, 11, 15, 3, 0, 0, 0, time.UTC)
	key, revoked := Key{Label: "điện thoại"}, Key{Label: "điện thoại", Revoked: later}
	person := Person{Name: "An", Memberships: []Membership{{Role: trace.ProducerRole, Producer: "p"}}}
	disabled, other, invited, reset := person, person, person, person
	disabled.Disabled = later
	other.Memberships = []Membership{{Role: trace.Office, Organisation: "Văn phòng"}}
	invited.Link, reset.Link = &Link{Hash: "a"}, &Link{Hash: "b"}
	for _, test := range []struct {
		before, now trace.Document
		want        string
	}{
		{nil, key, "Cấp khóa API điện thoại"},
		{key, key, "Sửa khóa API điện thoại"},
		{key, revoked, "Thu hồi khóa API điện thoại"},
		{revoked, revoked, "Sửa khóa API điện thoại"},
		{nil, Organisation{Name: "VP"}, "Thêm tổ chức VP"},
		{Organisation{Name: "VP"}, Organisation{Name: "VP"}, "Sửa thông tin tổ chức VP"},
		{nil, invited, "Mời người dùng An"},
		{person, person, "Sửa thông tin người dùng An"},
		{person, disabled, "Khóa tài khoản An"},
		{disabled, person, "Mở lại tài khoản An"},
		{person, other, "Đổi vai trò của người dùng An"},
		{person, reset, "Cấp liên kết đặt mật khẩu An"},
		{invited, reset, "Cấp liên kết đặt mật khẩu An"},
		{invited, person, "Dùng liên kết đặt mật khẩu An"},
		{invited, invited, "Sửa thông tin người dùng An"},
		{nil, secrets{Password: "a"}, "Đặt mật khẩu "},
		{secrets{Password: "a"}, secrets{Password: "b"}, "Đổi mật khẩu "},
		{secrets{Password: "a"}, secrets{Password: "a", Factor: "x"}, "Bật xác thực hai bước "},
		{secrets{Password: "a", Factor: "x"}, secrets{Password: "a"}, "Tắt xác thực hai bước "},
		{secrets{Password: "a", Factor: "x"}, secrets{Password: "a", Factor: "y"}, "Thay đổi cách đăng nhập "},
	} {
		e := trace.AuditEntry{Number: 1}
		for _, k := range AuditKinds() {
			if k.Kind == test.now.DocumentKind() {
				e.Kind = k
			}
		}
		var err error
		if e.Body, err = json.Marshal(test.now); err != nil {
			t.Fatal(err)
		}
		if test.before != nil {
			e.Number = 2
			if e.Before, err = json.Marshal(test.before); err != nil {
				t.Fatal(err)
			}
		}
		if act := e.Act(); act.Action.VI+" "+act.Subject.VI != test.want || act.Action.EN == "" {
			t.Errorf("%+v, want %s", act, test.want)
		}
	}
}
