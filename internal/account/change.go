package account

import (
	"slices"

	"temgoc/internal/catalog"
)

// ChangeOf tells in words what a revision of a person did; before is nil for
// the first.
func ChangeOf(before *Person, after Person) catalog.Name {
	switch {
	case before == nil:
		return catalog.Name{VI: "Mời", EN: "Invited"}
	case before.Erased.IsZero() && !after.Erased.IsZero():
		return catalog.Name{VI: "Xóa dữ liệu cá nhân, khóa tài khoản", EN: "Erased, and disabled"}
	case before.Disabled.IsZero() && !after.Disabled.IsZero():
		return catalog.Name{VI: "Khóa tài khoản", EN: "Disabled"}
	case !before.Disabled.IsZero() && after.Disabled.IsZero():
		return catalog.Name{VI: "Mở lại tài khoản", EN: "Enabled"}
	case !slices.Equal(before.Memberships, after.Memberships):
		return catalog.Name{VI: "Đổi vai trò", EN: "Changed the roles"}
	case after.Link != nil && (before.Link == nil || before.Link.Hash != after.Link.Hash):
		return catalog.Name{VI: "Tạo đường dẫn đặt mật khẩu", EN: "Made a link to set a password"}
	case before.Link != nil && after.Link == nil:
		return catalog.Name{VI: "Dùng đường dẫn, đặt mật khẩu", EN: "Used the link, set a password"}
	case before.Login != after.Login:
		return catalog.Name{VI: "Đổi tên đăng nhập", EN: "Changed the sign-in name"}
	case before.Epoch != after.Epoch:
		return catalog.Name{VI: "Kết thúc mọi phiên", EN: "Ended all sessions"}
	}
	return catalog.Name{VI: "Sửa thông tin", EN: "Changed the details"}
}
