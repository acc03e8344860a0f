package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"text/tabwriter"

	"temgoc/internal/account"
	"temgoc/internal/discreet"
	"temgoc/internal/printing"
	"temgoc/internal/trace"
)

// userCmd manages the people who sign in to the console.
type userCmd struct {
	Create  userCreateCmd  `cmd:"" help:"Invite a person; prints the link with which it sets its password."`
	List    userListCmd    `cmd:"" help:"List the people."`
	Disable userDisableCmd `cmd:"" help:"Keep a person out; its sessions end within seconds."`
	Enable  userEnableCmd  `cmd:"" help:"Let a person come again."`
	Reset   userResetCmd   `cmd:"" help:"Print a new link for a person who cannot sign in."`
}

// invitationPath is where the console opens invitations.
const invitationPath = "/console/moi/"

// linkFlags say where the console is.
type linkFlags struct {
	PublicURL string `help:"Address of the service (default: the one that it last ran with)." placeholder:"URL"`
}

// link is the address at which a token is opened.
func (f linkFlags) link(ctx context.Context, s *service, token string) (string, error) {
	address := f.PublicURL
	if address == "" {
		published, err := printing.PublishedAddress(ctx, s.ledger)
		if errors.Is(err, trace.ErrNotFound) {
			return "", errors.New("no service has run on these stores yet: say with --public-url where it will answer")
		}
		if err != nil {
			return "", err
		}
		address = strings.ToLower(published) // as a host is written on a screen
	}
	return strings.TrimSuffix(address, "/") + invitationPath + token, nil
}

// invitation prints a link to the one who runs the command.
func (f linkFlags) invitation(ctx context.Context, s *service, out terminal, token string) error {
	link, err := f.link(ctx, s, token)
	if err != nil {
		return err
	}
	i, err := s.people.Invitation(ctx, token)
	if err != nil {
		return err
	}
	fmt.Fprintf(out.err, "%s may set a password here, once, until %s:\n", i.Login, i.Expires.In(trace.Zone).Format("2006-01-02 15:04"))
	_, err = fmt.Fprintln(out.out, link)
	return err
}

type userCreateCmd struct {
	storeFlags
	linkFlags
	Name         string `help:"The person's name." required:"" placeholder:"NAME"`
	Login        string `help:"E-mail address or telephone number to sign in with." required:"" placeholder:"LOGIN"`
	Role         string `help:"Role: administrator, office, certifier, producer, laboratory or inspector." required:""`
	Producer     string `help:"Id of the producer, for the role producer." placeholder:"ID"`
	Organisation string `help:"Name of the authority or laboratory, for the other roles but the administrator; registered when it is new." placeholder:"NAME"`
}

// Run implements the command.
func (c userCreateCmd) Run(ctx context.Context, out terminal) error {
	s, err := c.storeFlags.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := c.link(ctx, s, ""); err != nil { // before anything is written
		return err
	}
	w := trace.Write{By: operator}
	if c.Organisation != "" {
		o, err := s.people.CreateOrganisation(ctx, w, account.Organisation{Name: c.Organisation, Role: trace.Role(c.Role)})
		switch {
		case err == nil:
			fmt.Fprintf(out.err, "%s is registered as an organisation\n", o.Data.Name)
		case !errors.Is(err, trace.ErrConflict):
			return err
		}
	}
	token, _, err := s.people.Invite(ctx, w, account.NewPerson{
		Name: c.Name, Login: c.Login,
		Memberships: []account.Membership{{Role: trace.Role(c.Role), Producer: c.Producer, Organisation: c.Organisation}},
	})
	if err != nil {
		return err
	}
	return c.invitation(ctx, s, out, token)
}

type userListCmd struct{ storeFlags }

// Run implements the command.
func (c userListCmd) Run(ctx context.Context, out terminal) error {
	s, err := c.storeFlags.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	w := tabwriter.NewWriter(out.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "LOGIN\tNAME\tROLES\tSTATE\tSECOND FACTOR\tID")
	for p := (trace.Paging{Limit: trace.MaxPage}); ; {
		people, err := s.people.People(ctx, operator, account.PeopleQuery{}, p)
		if err != nil {
			return err
		}
		if err := s.printPeople(ctx, w, people.Items); err != nil {
			return err
		}
		if people.Next == "" {
			return w.Flush()
		}
		p.After = people.Next
	}
}

func (s *service) printPeople(ctx context.Context, w io.Writer, people []trace.Stored[account.Person]) error {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	states, err := s.people.States(ctx, ids)
	if err != nil {
		return err
	}
	for _, p := range people {
		state := "invited"
		switch {
		case !p.Data.Disabled.IsZero():
			state = "disabled " + day(p.Data.Disabled)
		case states[p.ID].Joined:
			state = "active"
		}
		var roles []string
		for _, m := range p.Data.Memberships {
			roles = append(roles, strings.TrimSpace(string(m.Role)+" "+m.Producer+m.Organisation))
		}
		factor := "no"
		if states[p.ID].SecondFactor {
			factor = "yes"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", p.Data.Login, p.Data.Name, strings.Join(slices.Compact(roles), ", "), state, factor, p.ID)
	}
	return nil
}

// loginArg names a person.
type loginArg struct {
	Login string `arg:"" help:"The person's login."`
}

// person opens the stores and finds the person.
func (a loginArg) person(ctx context.Context, f storeFlags) (*service, string, error) {
	s, err := f.open(ctx)
	if err != nil {
		return nil, "", err
	}
	p, err := s.people.PersonByLogin(ctx, operator, a.Login)
	if errors.Is(err, trace.ErrNotFound) {
		err = fmt.Errorf("nobody has the login %q", a.Login)
	}
	if err != nil {
		return nil, "", errors.Join(err, s.close())
	}
	return s, p.ID, nil
}

type userDisableCmd struct {
	storeFlags
	loginArg
}

// Run implements the command.
func (c userDisableCmd) Run(ctx context.Context, out terminal) error {
	s, id, err := c.person(ctx, c.storeFlags)
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := s.people.Disable(ctx, trace.Write{By: operator}, id); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.out, "%s is disabled\n", c.Login)
	return err
}

type userEnableCmd struct {
	storeFlags
	loginArg
}

// Run implements the command.
func (c userEnableCmd) Run(ctx context.Context, out terminal) error {
	s, id, err := c.person(ctx, c.storeFlags)
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := s.people.Enable(ctx, trace.Write{By: operator}, id); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.out, "%s is enabled\n", c.Login)
	return err
}

type userResetCmd struct {
	storeFlags
	linkFlags
	loginArg
	SecondFactor bool `help:"Take away the second factor too, for a person who has lost it."`
}

// Run implements the command.
func (c userResetCmd) Run(ctx context.Context, out terminal) error {
	s, id, err := c.person(ctx, c.storeFlags)
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := c.link(ctx, s, ""); err != nil { // before anything is written
		return err
	}
	w := trace.Write{By: operator}
	if c.SecondFactor {
		if err := s.people.ClearTOTP(ctx, w, id); err != nil {
			return err
		}
	}
	token, err := s.people.ResetLink(ctx, w, id)
	if err != nil {
		return err
	}
	return c.invitation(ctx, s, out, token)
}

// announceSetup tells, while nobody exists yet, where the first administrator
// registers itself.
func (s *service) announceSetup(ctx context.Context, publicURL string, logger *slog.Logger) error {
	token, err := s.people.SetupLink(ctx)
	if errors.Is(err, trace.ErrConflict) {
		return nil
	}
	if err != nil {
		return err
	}
	link, err := linkFlags{publicURL}.link(ctx, s, token)
	if err != nil {
		return err
	}
	logger.WarnContext(ctx, "nobody can sign in yet: the first administrator registers here, once, within 24 hours", slog.String(discreet.Setup, link))
	return nil
}
