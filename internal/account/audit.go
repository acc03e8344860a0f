package account

import (
	"slices"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// AuditKinds lists the kinds of this package for the audit log: what is done
// with keys, people and what they sign in with, but not who came when. Their
// content has hashes and is not for readers of the log.
func AuditKinds() []trace.AuditKind {
	return []trace.AuditKind{
		trace.AuditKindOf("Khóa API", "API key", describeKey, nil),
		trace.AuditKindOf("Tổ chức", "Organisation", describeOrganisation, nil),
		trace.AuditKindOf("Người dùng", "Person", describePerson, nil),
		trace.AuditKindOf("Cách đăng nhập", "Means of signing in", describeSecrets, nil),
	}
}

func act(vi, en, subject string) trace.Act {
	return trace.Act{Action: catalog.Name{VI: vi, EN: en}, Subject: catalog.Name{VI: subject}}
}

func describeKey(before *Key, now Key) trace.Act {
	a := changeOfKey(before, now)
	a.Subject = nameOr(now.Label)
	return a
}

func changeOfKey(before *Key, now Key) trace.Act {
	switch {
	case before == nil:
		return act("Cấp khóa API", "Issued an API key", "")
	case before.Revoked.IsZero() && !now.Revoked.IsZero():
		return act("Thu hồi khóa API", "Revoked an API key", "")
	}
	return act("Sửa khóa API", "Changed an API key", "")
}

func describeOrganisation(before *Organisation, now Organisation) trace.Act {
	if before == nil {
		return act("Thêm tổ chức", "Added an organisation", now.Name)
	}
	return act("Sửa thông tin tổ chức", "Edited an organisation", now.Name)
}

func describePerson(before *Person, now Person) trace.Act {
	a := changeOfPerson(before, now)
	a.Subject = now.Called()
	return a
}

func changeOfPerson(before *Person, now Person) trace.Act {
	switch {
	case before == nil:
		return act("Mời người dùng", "Invited a person", "")
	case before.Erased.IsZero() && !now.Erased.IsZero():
		return act("Xóa tài khoản theo yêu cầu", "Erased an account on request", "")
	case before.Disabled.IsZero() && !now.Disabled.IsZero():
		return act("Khóa tài khoản", "Disabled an account", "")
	case !before.Disabled.IsZero() && now.Disabled.IsZero():
		return act("Mở lại tài khoản", "Enabled an account", "")
	case !slices.Equal(before.Memberships, now.Memberships):
		return act("Đổi vai trò của người dùng", "Changed what a person may do", "")
	case now.Link != nil && (before.Link == nil || before.Link.Hash != now.Link.Hash):
		return act("Cấp liên kết đặt mật khẩu", "Made a link to set a password", "")
	case before.Link != nil && now.Link == nil:
		return act("Dùng liên kết đặt mật khẩu", "Used a link to set a password", "")
	}
	return act("Sửa thông tin người dùng", "Edited a person", "")
}

// describeSecrets names nobody: the person is the id of the document.
func describeSecrets(before *secrets, now secrets) trace.Act {
	if before == nil {
		before = &secrets{}
	}
	switch {
	case before.Password == "" && now.Password != "":
		return act("Đặt mật khẩu", "Set a password", "")
	case before.Password != now.Password:
		return act("Đổi mật khẩu", "Changed a password", "")
	case before.Factor == "" && now.Factor != "":
		return act("Bật xác thực hai bước", "Switched on the second factor", "")
	case before.Factor != "" && now.Factor == "":
		return act("Tắt xác thực hai bước", "Switched off the second factor", "")
	}
	return act("Thay đổi cách đăng nhập", "Changed how to sign in", "")
}
