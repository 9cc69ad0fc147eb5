package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/web/page/client"
	"github.com/watchbill/watchbill/internal/web/ui"
	"github.com/watchbill/watchbill/internal/wording"
)

// inForce is the place of the version that is in force now, -1 when none is yet.
func (v *visit) inForce(versions []app.ContractVersion) int {
	at := -1
	for i := range versions {
		if !versions[i].Effective.After(v.now()) {
			at = i
		}
	}
	return at
}

func (v *visit) modelOf(d *contract.Document) string {
	said := v.voice.Text("contract.model." + string(d.Model))
	if d.Tier != "" {
		said += ", " + v.voice.Text("contract.tier."+string(d.Tier))
	}
	return said
}

// versionRows lists versions, the newest first, with which of them is in force.
func (v *visit) versionRows(slug, name string, versions []app.ContractVersion, now int) []client.Version {
	var rows []client.Version
	for i := len(versions) - 1; i >= 0; i-- {
		one := &versions[i]
		state := "past"
		switch {
		case i == now:
			state = "now"
		case i > now:
			state = "ahead"
		}
		rows = append(rows, client.Version{
			Number: one.Number, Effective: wording.Date(v.voice.Language(), one.Document.Effective), Zone: one.Document.Zone,
			Recorded: one.Recorded.In(v.zone), State: v.voice.Text("clients.version." + state), Now: i == now,
			Href: contractPath(slug, name) + "?version=" + strconv.Itoa(one.Number),
		})
	}
	return rows
}

// contractPath is the address of a contract, whose name people choose.
func contractPath(slug, name string) string {
	return "/clients/" + slug + "/contracts/" + url.PathEscape(name)
}

// contract shows a version of a contract: in plain words, as the file, and what it changed.
func (s *Site) contract(v *visit) error {
	c, err := v.clientAt(v.r.PathValue("client"))
	if err != nil {
		return err
	}
	name := v.r.PathValue("contract")
	versions, err := s.app.Contract(v.ctx(), v.actor, c.ID, name)
	if err != nil {
		return err
	}
	now := v.inForce(versions)
	shown := max(now, 0)
	if asked := v.r.URL.Query().Get("version"); asked != "" {
		shown = -1
		for i := range versions {
			if strconv.Itoa(versions[i].Number) == asked {
				shown = i
			}
		}
		if shown < 0 {
			return fault.New(fault.NotFound, CodePageUnknown)
		}
	}
	document := versions[shown].Document
	d := client.ContractData{
		Name: name, Model: v.modelOf(document), Versions: v.versionRows(c.Slug, name, versions, now), Shown: versions[shown].Number,
		Sections: v.sections(document), Lines: codeLines(string(document.YAML()), nil),
	}
	if v.actor.May(access.AmendContracts) {
		d.Amend = "/clients/" + c.Slug + "/add?contract=" + url.QueryEscape(name)
	}
	if shown > 0 {
		d.Before = versions[shown-1].Number
		d.Changes = v.changes(versions[shown-1].Document, document)
	}
	return v.page(client.ContractPage(v.frame(name, v.clientCrumb(), ui.Crumb{Text: c.Name, Href: "/clients/" + c.Slug}), d))
}

// sections tells a contract in plain words, each with the way to its lines of the file.
func (v *visit) sections(d *contract.Document) []client.Section {
	var all []client.Section
	for _, s := range contract.Explain(d) {
		one := client.Section{Title: v.voice.Reason(s.Title)}
		for _, l := range s.Places {
			said := strconv.Itoa(l.From)
			if l.To > l.From {
				said = fmt.Sprintf("%d–%d", l.From, l.To)
			}
			one.Places = append(one.Places, client.Place{Text: said, Href: lineLink(l.From), Many: l.To > l.From})
		}
		for _, row := range s.Table {
			var cells []string
			for _, cell := range row {
				cells = append(cells, v.voice.Reason(cell))
			}
			one.Table = append(one.Table, cells)
		}
		for _, says := range s.Says {
			one.Says = append(one.Says, v.voice.Reason(says))
		}
		all = append(all, one)
	}
	return all
}

func (v *visit) changes(from, to *contract.Document) []client.Change {
	var all []client.Change
	for _, c := range contract.Diff(from, to) {
		one := client.Change{Says: v.voice.Change(c)}
		if c.Where.File == to.File && c.Where.Line > 0 {
			one.Line, one.Href = c.Where.Line, lineLink(c.Where.Line)
		}
		all = append(all, one)
	}
	return all
}

func lineLink(line int) string { return "#line-" + strconv.Itoa(line) }

// codeLines numbers the lines of a file, with what was found at some of them.
func codeLines(text string, found []client.Finding) []ui.Line {
	var lines []ui.Line
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		one := ui.Line{ID: "line-" + strconv.Itoa(i+1), Text: strings.TrimRight(line, "\r")}
		for _, f := range found {
			if f.Line != i+1 {
				continue
			}
			one.Says = strings.TrimSpace(one.Says + " " + f.Says)
			if one.Mark != ui.WrongLine {
				one.Mark = ui.WarnedLine
			}
			if f.Wrong {
				one.Mark = ui.WrongLine
			}
		}
		lines = append(lines, one)
	}
	return lines
}

// draftFile is what the text of a form is called in messages about its lines.
const draftFile = "contract.yaml"

func (s *Site) addContractPage(v *visit) error {
	c, err := v.clientAt(v.r.PathValue("client"))
	if err != nil {
		return err
	}
	d := v.contractForm(c)
	if name := v.r.URL.Query().Get("contract"); name != "" {
		versions, err := s.app.Contract(v.ctx(), v.actor, c.ID, name)
		if err != nil {
			return err
		}
		d.Text = nextVersion(versions[len(versions)-1].Document)
		d.Amends = name
	}
	return v.page(client.Add(v.addFrame(c), d))
}

func (v *visit) addFrame(c app.Client) ui.Frame {
	return v.frame(v.voice.Text("clients.add"), v.clientCrumb(), ui.Crumb{Text: c.Name, Href: "/clients/" + c.Slug})
}

var versionLine = regexp.MustCompile(`(?m)^version: .*$`)

// nextVersion is the text that an amendment begins with: the version before, numbered on.
func nextVersion(d *contract.Document) string {
	return versionLine.ReplaceAllString(string(d.YAML()), "version: "+strconv.Itoa(d.Number+1))
}

// contractForm is the form of a version, with what was sent. A draft begins with a model.
func (v *visit) contractForm(c app.Client) client.AddData {
	d := client.AddData{Action: v.r.URL.RequestURI(), Client: c.Name, Text: v.r.PostFormValue("text"), Amends: v.field("amends")}
	field := func(name, otherwise string) ui.Field {
		f := ui.Field{Name: name, Label: v.voice.Text("clients.draft." + name), Value: v.field(name)}
		if f.Value == "" {
			f.Value = otherwise
		}
		return f
	}
	zone := v.session.Person.Zone
	if zone == "" {
		zone = "Europe/Amsterdam"
	}
	d.Model, d.Tier = field("model", string(contract.SLAHotfix)), field("tier", string(contract.Gold))
	d.Starts, d.Zone = field("effective", v.now().In(v.zone).Format("2006-01-02")), field("zone", zone)
	d.Week, d.Hours = field("week", "Mon-Fri 09:00-17:30"), field("hours", "")
	d.Starts.Type, d.Hours.Type = "date", "number"
	d.Hours.Hint, d.Zone.Hint = v.voice.Text("clients.draft.hours.hint"), v.voice.Text("clients.draft.zone.hint")
	d.Hours.Attrs = map[string]any{"min": "1", "max": "9999"}
	for _, m := range contract.Models {
		d.Models = append(d.Models, ui.Option{
			Value: string(m), Text: v.voice.Text("contract.model." + string(m)), Note: v.voice.Text("clients.model." + string(m)),
		})
	}
	for _, t := range []contract.Tier{contract.Gold, contract.Platinum} {
		d.Tiers = append(d.Tiers, ui.Option{Value: string(t), Text: v.voice.Text("contract.tier." + string(t))})
	}
	return d
}

// addContract makes a text out of the answers, tells what there is to say of a text, and
// keeps one that was shown in plain words before. Nothing is kept that its sender did not see so.
func (s *Site) addContract(v *visit) error {
	c, err := v.clientAt(v.r.PathValue("client"))
	if err != nil {
		return err
	}
	d := v.contractForm(c)
	kept, status, err := v.contractSent(c, &d)
	switch {
	case err != nil:
		return err
	case kept != nil:
		return v.to(contractPath(c.Slug, kept.Name) + "?version=" + strconv.Itoa(kept.Number))
	default:
		return v.render(status, client.Add(v.addFrame(c), d))
	}
}

// contractSent does what the form of a version asked for. Kept is the version that was added,
// nil when the form is to be shown again with the status.
func (v *visit) contractSent(c app.Client, d *client.AddData) (kept *contract.Document, status int, err error) {
	if v.field("do") == "draft" {
		if d.Text, err = v.drafted(c, d); err != nil {
			fields, problem := v.errorsOf(err)
			if len(fields) == 0 && problem == nil {
				return nil, 0, err
			}
			d.Starts.Error, d.Hours.Error, d.Problem, d.Text = fields["effective"], fields["hours"], problem, ""
			return nil, v.statusOf(err), nil
		}
	}
	file, err := v.sentFile("file")
	if err != nil {
		return nil, 0, err
	}
	if len(file.Body) > 0 {
		d.Text = string(file.Body)
	}
	d.Text = strings.ReplaceAll(d.Text, "\r\n", "\n") // as forms send it
	check, err := v.site.app.CheckContractVersion(v.ctx(), v.actor, c.ID, draftFile, []byte(d.Text))
	if err != nil {
		return nil, 0, err
	}
	v.checked(d, &check)
	seen := v.field("do") == "keep" && v.field("shown") == d.Shown && len(file.Body) == 0
	if !seen || len(check.Errors) > 0 {
		if len(check.Errors) > 0 {
			return nil, 422, nil
		}
		return nil, 200, nil
	}
	if err := v.site.app.AddContractVersion(v.ctx(), v.actor, c.ID, check.Document); err != nil {
		_, problem := v.errorsOf(err)
		if problem == nil {
			return nil, 0, err
		}
		d.Problem = problem
		return nil, v.statusOf(err), nil
	}
	return check.Document, 0, nil
}

// drafted writes a first version from the answers of the form.
func (v *visit) drafted(c app.Client, d *client.AddData) (string, error) {
	draft := contract.Draft{Model: contract.Model(d.Model.Value), Client: c.Name, Zone: d.Zone.Value, Week: d.Week.Value}
	if _, known := contract.Templates[draft.Model]; !known {
		return "", fault.New(fault.Invalid, CodeFieldWrong, "field", "model", "value", d.Model.Value)
	}
	if contract.HasTiers(draft.Model) { // one form asks for all models
		draft.Tier = contract.Tier(d.Tier.Value)
	}
	draft.Holidays = contract.UsualHolidays(draft.Zone)
	var err error
	if draft.Effective, err = calendar.ParseDate(d.Starts.Value); err != nil {
		return "", fault.New(fault.Invalid, CodeFieldWrong, "field", "effective", "value", d.Starts.Value)
	}
	if d.Hours.Value != "" {
		if draft.Hours, err = strconv.Atoi(d.Hours.Value); err != nil || draft.Hours < 1 || draft.Hours > 9999 {
			return "", fault.New(fault.Invalid, CodeFieldWrong, "field", "hours", "value", d.Hours.Value)
		}
	}
	return string(draft.YAML()), nil
}

// checked puts what there is to say of a text into the form.
func (v *visit) checked(d *client.AddData, check *app.ContractCheck) {
	find := func(list fault.List, wrong bool) {
		for _, f := range list {
			d.Findings = append(d.Findings, client.Finding{
				Line: f.Where.Line, Column: f.Where.Column, Says: v.voice.Fault(f), Cure: v.voice.Cure(f), Wrong: wrong,
			})
		}
	}
	find(check.Errors, true)
	find(check.Warnings, false)
	d.Checked = true
	d.Wrong, d.Warned = len(check.Errors), len(check.Warnings)
	d.Lines = codeLines(d.Text, d.Findings)
	if check.Document == nil {
		return
	}
	d.Sections = v.sections(check.Document)
	if check.Before != nil {
		d.Before, d.Changes = check.Before.Number, v.changes(check.Before, check.Document)
	}
	sum := sha256.Sum256([]byte(d.Text))
	d.Shown = hex.EncodeToString(sum[:])
}
