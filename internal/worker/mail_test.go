package worker

import (
	"context"
	"io"
	"log/slog"
	"testing"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/notify"
	"github.com/watchbill/watchbill/internal/notify/notifytest"
)

// TestAnInvitationArrives takes the whole way with a real mail server: from the command to
// the letter.
func TestAnInvitationArrives(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	server := notifytest.Start(t)
	mail, err := notify.NewMail(notify.Settings{
		Host: server.Host, Port: server.Port, Trust: server.Trust, From: "desk@provider.test", Base: "https://desk.test",
	})
	d.must(err)
	arrived := make(chan error, 10)
	send := func(ctx context.Context, m *notice.Message) error {
		err := mail.Send(ctx, m)
		arrived <- err
		return err
	}
	w := New(d.App, app.Channels{notice.Mail: send}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx)
	}()
	_, err = d.Invite(t.Context(), d.admin, app.Invitation{
		Email: "new@mail.test", Name: "New", Language: "nl", Position: app.Position{Role: access.Agent, Everything: true},
	})
	d.must(err)
	if err := <-arrived; err != nil {
		t.Fatal(err)
	}
	cancel()
	<-done
	got := server.Mails()
	if len(got) != 1 || got[0].To[0] != "new@mail.test" || got[0].Header("Subject") != "Uitnodiging voor Watchbill" {
		t.Errorf("got %+v", got)
	}
}
