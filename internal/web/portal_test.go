package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
)

// canary is what people of a client must never read.
const canary = "canary-4711"

// wroteInside puts the canary into all that the desk keeps to itself about a ticket.
func (s *stage) wroteInside(ref app.Ref) {
	s.tb.Helper()
	bo := s.As("bo")
	bo.Takes(ref, canary+" note", ticket.Noted{})
	bo.Takes(ref, canary+" work", ticket.Worked{Minutes: 20})
	bo.Takes(ref, canary+" escalated", ticket.Escalated{Hierarchical: true})
	_, err := s.Attach(s.tb.Context(), bo.Actor, ref, app.Command{}, app.NewFile{Name: canary + ".txt", Body: []byte(canary), Internal: true})
	s.Must(err)
}

func TestClientNeverReadsWhatTheDeskKeeps(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ref := s.As("rik").Logs(s.Incident(desktest.Boei, "No payment"))
	s.wroteInside(ref)
	s.As("bo").Takes(ref, "We look at it.", ticket.Replied{})
	tabs := map[string]*tab{"cor": s.enter("cor"), "rik": s.enter("rik")}
	for who, in := range tabs {
		for _, path := range []string{"/portal", "/portal/tickets", "/portal/tickets?q=" + canary, "/portal/tickets?state=all", "/portal/tickets/" + ref.Key} {
			page := in.get(path).wants(http.StatusOK)
			if body := strings.ReplaceAll(page.body, "q="+canary, ""); strings.Contains(strings.ReplaceAll(body, `value="`+canary+`"`, ""), canary) {
				t.Errorf("%s reads the canary on %s", who, path)
			}
		}
		in.page.says("We look at it.")
	}
	view := s.As("bo").Opens(ref)
	tabs["cor"].get("/portal/tickets/" + ref.Key + "/files/" + view.Files[0].ID).wants(http.StatusNotFound)
}

func TestPortalSpeaksToTheClient(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ref := s.As("rik").Logs(s.Incident(desktest.Boei, "No payment"))
	s.As("bo").Takes(ref, "Which bank?", ticket.Replied{}, ticket.Waits{For: catalog.Client})
	cor := s.enter("cor")
	cor.get("/").wants(http.StatusOK).says("Waits for you 1")
	page := cor.get("/portal/tickets/" + ref.Key)
	for _, want := range []string{"We wait for your answer.", "works again", "Which bank?", "stands still"} {
		page.says(want)
	}
	for _, word := range []string{"estoration", "Assign", "L2", "Log time", "Note"} {
		if strings.Contains(page.text(), word) {
			t.Errorf("the portal says %q: %s", word, page.text())
		}
	}
	answered := cor.submit("/portal/tickets/"+ref.Key+"/answer", "", "text", "The one in Utrecht.").wants(http.StatusOK)
	if strings.Contains(answered.text(), "We wait for your answer.") {
		t.Errorf("it still waits for an answer that is there: %s", answered.text())
	}
	if cor.get("/portal/tickets/" + ref.Key); len(cor.page.unguarded(cor.token())) > 0 {
		t.Errorf("without a token: %q", cor.page.unguarded(cor.token()))
	}
}

func TestClientReportsAnswersAndReopens(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	rik := s.enter("rik")
	rik.get("/portal/tickets/new").wants(http.StatusOK)
	wrong := rik.submit("/portal/tickets/new", "", "text", "It has gone.", "impact", "I2", "urgency", "U2").wants(http.StatusUnprocessableEntity)
	wrong.says("It has gone.")
	if bad := wrong.find(invalid); len(bad) != 1 || attr(bad[0], "name") != "title" {
		t.Errorf("%d fields are marked wrong", len(bad))
	}
	page := rik.submit("/portal/tickets/new", "", "title", "No payment", "impact", "I2", "urgency", "U2").wants(http.StatusOK)
	page.says("No payment")
	page.says("It has gone.")
	key := s.lastKey()
	path := "/portal/tickets/" + key
	rik.get(path)
	rik.submit(path+"/answer", "", "text", " ").wants(http.StatusUnprocessableEntity)
	rik.submit(path+"/answer", "", "text", "It is the bank Ekster.").wants(http.StatusOK).says("It is the bank Ekster.")
	ref := app.Ref{Client: s.Client(desktest.Boei), Key: key}
	s.As("bo").Takes(ref, "Mended.", ticket.Restored{})
	rik.get(path).says("works again")
	rik.submitTo(path+"/reopen", path+"/answer", "text", "No, it fails for me.").wants(http.StatusOK).says("took this up again")
	rik.page.says("No, it fails for me.")
	s.As("bo").Takes(ref, "Now it is.", ticket.Resolved{})
	rik.get(path)
	rik.submitTo(path+"/close", path+"/answer", "text", "Thank you.").wants(http.StatusOK).says("closed")
	rik.page.says("Thank you.")
}

func TestSentTwiceIsMadeOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	rik := s.enter("rik")
	form := rik.get("/portal/tickets/new").filled(rik.page.form("/portal/tickets/new"))
	for name, value := range map[string]string{"title": "Twice", "impact": "I3", "urgency": "U3"} {
		form.Set(name, value)
	}
	first := rik.send("POST", "/portal/tickets/new", form).header.Get("Location")
	second := rik.send("POST", "/portal/tickets/new", form).header.Get("Location")
	if first == "" || first != second {
		t.Errorf("led to %q, then to %q", first, second)
	}
	n, err := s.Count(t.Context(), s.Actor("ada"), app.Filter{})
	if s.Must(err); n != 1 {
		t.Errorf("%d tickets", n)
	}
}

func TestOtherTicketsAreNotThere(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	theirs := s.As("dirk").Logs(s.Incident(desktest.Kompas, "Theirs"))
	s.As("ada").Logs(s.Incident(desktest.Kompas, "Theirs too"))
	colleague := s.As("ria").Logs(s.Incident(desktest.Boei, "Of a colleague"))
	dirk := s.enter("dirk")
	dirk.get("/portal/tickets/" + theirs.Key).wants(http.StatusOK)
	rik, cor := s.enter("rik"), s.enter("cor")
	cor.get("/portal/tickets/" + colleague.Key).wants(http.StatusOK)
	for _, end := range []string{"", "/files/x"} {
		// What was asked for may be said again, and nothing else differs.
		unknown := strings.ReplaceAll(same(rik.get("/portal/tickets/INC-009999"+end).wants(http.StatusNotFound)), "INC-009999", colleague.Key)
		if got := same(rik.get("/portal/tickets/" + colleague.Key + end).wants(http.StatusNotFound)); got != unknown {
			t.Errorf("%s of a colleague differs from one that is not there:\n%s\n%s", end, got, unknown)
		}
	}
	form := url.Values{"csrf": {rik.token()}, "text": {"hello"}, "on": {"1"}}
	for _, end := range []string{"/answer", "/close", "/reopen", "/attach", "/watch"} {
		for _, key := range []string{colleague.Key, "INC-009999"} {
			if p := rik.send("POST", "/portal/tickets/"+key+end, form); p.status != http.StatusNotFound && end != "/attach" {
				t.Errorf("POST %s%s: %d", key, end, p.status)
			}
		}
	}
}

func TestFilesAreKeptAndNeverShown(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	rik := s.enter("rik")
	ref := s.As("rik").Logs(s.Incident(desktest.Boei, "No payment"))
	path := "/portal/tickets/" + ref.Key
	rik.get(path)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	s.Must(form.WriteField("csrf", rik.token()))
	part, err := form.CreateFormFile("file", "evil.html")
	s.Must(err)
	_, err = part.Write([]byte("<script>alert(1)</script>"))
	s.Must(err)
	s.Must(form.Close())
	r := httptest.NewRequestWithContext(t.Context(), "POST", "http://desk.test"+path+"/attach", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.AddCookie(&http.Cookie{Name: sessionCookie, Value: rik.cookies[sessionCookie]})
	w := httptest.NewRecorder()
	s.site.ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	link := rik.get(path).link("evil.html")
	file := rik.get(link).wants(http.StatusOK)
	for name, want := range map[string]string{
		"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
	} {
		if got := file.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := file.header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") {
		t.Errorf("Content-Disposition is %q", got)
	}
	rik.get(path)
	rik.submit(path+"/attach", "").wants(http.StatusUnprocessableEntity)
}

func TestWatchingIsGivenUp(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ref := s.As("ria").Logs(s.Incident(desktest.Boei, "Of a colleague"))
	s.Must(s.Watch(t.Context(), s.Actor("ria"), ref, true))
	ria := s.enter("ria")
	path := "/portal/tickets/" + ref.Key
	ria.get(path)
	ria.submit(path+"/watch", "").wants(http.StatusOK)
	if view := s.As("ria").Opens(ref); view.Watching {
		t.Error("still watches")
	}
}

func TestLettersLeadClientsToTheirTicket(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ref := s.As("rik").Logs(s.Incident(desktest.Boei, "No payment"))
	s.enter("rik").get("/tickets/boei/" + ref.Key).wants(http.StatusOK).says("No payment")
	s.enter("dirk").get("/tickets/boei/" + ref.Key).wants(http.StatusNotFound)
}

func TestDutchPortalSaysU(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ref := s.As("rik").Logs(s.Incident(desktest.Boei, "Geen betaling"))
	s.As("bo").Takes(ref, "Welke bank?", ticket.Replied{}, ticket.Waits{For: catalog.Client})
	rik := s.enter("rik")
	for _, path := range []string{"/portal", "/portal/tickets", "/portal/tickets/new", "/portal/tickets/" + ref.Key, "/me"} {
		page := rik.send("GET", path, nil, "Accept-Language", "nl")
		for word := range strings.FieldsSeq(strings.ToLower(textOf(page.root))) {
			if word = strings.Trim(word, ".,:;!?“”"); word == "je" || word == "jij" || word == "jouw" {
				t.Errorf("%s says %q: %s", path, word, page.text())
			}
		}
	}
}

// TestAMergeLetsInWhomItIsToldTo merges the ticket of one colleague into that of another, by form.
func TestAMergeLetsInWhomItIsToldTo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	older := s.As("ria").Logs(s.Incident(desktest.Boei, "No payment"))
	ann, rik := s.enter("ann"), s.enter("rik")
	for _, e := range []struct {
		box  []string
		want int
	}{{nil, http.StatusNotFound}, {[]string{"let_in", "on"}, http.StatusOK}} {
		s.Pass(minute)
		younger := s.As("rik").Logs(s.Incident(desktest.Boei, "No payment either"))
		form := "/tickets/boei/" + younger.Key + "/merged"
		ann.get(form).wants(http.StatusOK)
		ann.submit(form, "", append([]string{"key", older.Key}, e.box...)...).wants(http.StatusOK)
		rik.get("/portal/tickets/" + younger.Key).wants(http.StatusOK).says(older.Key)
		rik.get("/portal/tickets/" + older.Key).wants(e.want)
	}
}
