package main

import (
	"context"
	"errors"

	"temgoc/internal/account"
	"temgoc/internal/sample"
	"temgoc/internal/trace"
)

// demoNames are the people of the demonstration, one of each role. They have no
// passwords: the demonstration opens sessions for them.
var demoNames = map[trace.Role]string{
	trace.Administrator: "Hoàng Văn Tuấn",
	trace.Office:        "Nguyễn Thị Hương",
	trace.Certifier:     "Trần Quốc Bảo",
	trace.ProducerRole:  "Bàn Thị Mai",
	trace.Laboratory:    "Lê Thu Trang",
	trace.Inspector:     "Ma Văn Dũng",
}

// demoPeople registers the organisations of the demonstration and one person of
// each role, where they are not there yet, and returns the people's ids.
func (s *service) demoPeople(ctx context.Context, d *sample.Data) (map[trace.Role]string, error) {
	ids := map[trace.Role]string{}
	for role, name := range demoNames {
		m := account.Membership{Role: role}
		if role == trace.ProducerRole {
			m.Producer = d.Producers[0].ID
		} else {
			m.Organisation = sample.Organisation(role)
		}
		id, err := s.demoPerson(ctx, name, m)
		if err != nil {
			return nil, err
		}
		ids[role] = id
	}
	return ids, nil
}

func (s *service) demoPerson(ctx context.Context, name string, m account.Membership) (string, error) {
	w := trace.Write{By: operator}
	login := string(m.Role) + "@minhhoa.example"
	found, err := s.people.PersonByLogin(ctx, operator, login)
	if !errors.Is(err, trace.ErrNotFound) {
		return found.ID, err
	}
	if m.Organisation != "" {
		o := account.Organisation{Name: m.Organisation, Role: m.Role}
		if _, err := s.people.CreateOrganisation(ctx, w, o); err != nil && !errors.Is(err, trace.ErrConflict) {
			return "", err
		}
	}
	_, p, err := s.people.Invite(ctx, w, account.NewPerson{Name: name, Login: login, Memberships: []account.Membership{m}})
	return p.ID, err
}
