package ui

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// press presses keys one after the other, on whatever has the focus. A key that writes is one
// event with its text, as of a real keyboard: what a page prevents is then not written.
func press(t *testing.T, tab session, keys string, held ...chromedp.Modifier) {
	t.Helper()
	do(tab.ctx, t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		for _, r := range keys {
			events := kb.Encode(r)
			down, up := events[0], events[len(events)-1]
			for _, m := range held {
				down.Modifiers |= int64(m)
				up.Modifiers |= int64(m)
			}
			if len(events) == 3 && down.Modifiers&^int64(chromedp.ModifierShift) == 0 {
				down.Text = events[1].Text
			}
			for _, e := range []*input.DispatchKeyEventParams{down, up} {
				if _, err := cdp.Call(ctx, target, input.DispatchKeyEvent, *e); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// want compares what an expression gives in the page.
func want[T comparable](t *testing.T, tab session, what, expression string, wanted T) {
	t.Helper()
	if got := ask[T](tab.ctx, t, expression); got != wanted {
		t.Errorf("%s: %v, want %v", what, got, wanted)
	}
}

const cursor = `document.querySelector("[data-cursor]")?.id.replace("t-", "") ?? ""`

func TestKeysWorkTheQueue(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryQueue)

	press(t, tab, "j")
	want(t, tab, "j goes to the first row", cursor, "Casa Linnen/INC-000079")
	press(t, tab, "jj")
	want(t, tab, "j goes on", cursor, "Fietswereld/INC-000214")
	press(t, tab, "k")
	want(t, tab, "k goes back", cursor, "Casa Linnen/INC-000087")
	want(t, tab, "the link of the row has the focus", `document.activeElement.closest("tr").id.replace("t-", "")`, "Casa Linnen/INC-000087")

	press(t, tab, "x")
	want(t, tab, "x selects", `document.querySelector("[data-selected]").textContent`, "1")
	press(t, tab, "jj")
	press(t, tab, "X", chromedp.ModifierShift)
	want(t, tab, "Shift x selects the range", `document.querySelector("[data-selected]").textContent`, "3")
	press(t, tab, kb.Escape)
	want(t, tab, "Escape selects nothing", `document.querySelectorAll("[data-rows] :checked").length`, 0)
	want(t, tab, "and the bar goes", `new Promise(done => setTimeout(() => done(document.querySelector("[data-bulk]").checkVisibility())))`, false)

	// A live update that replaces all rows.
	ask[any](tab.ctx, t, `(() => { const b = document.querySelector("#q-soon"); b.outerHTML = b.outerHTML.replaceAll("data-cursor", "data-was");
		document.dispatchEvent(new Event("htmx:after:swap")); return null })()`)
	want(t, tab, "the cursor is found again", cursor, "Nordic Audio/INC-000131")
	press(t, tab, "j")
	want(t, tab, "and goes on from there", cursor, "Bloemenhuis/REQ-000063")

	ask[any](tab.ctx, t, `(() => { addEventListener("submit", e => e.preventDefault()); addEventListener("click", e => { if (e.target.closest("a")) { e.preventDefault(); window.went = e.target.closest("a").dataset.key ?? e.target.closest("tr").id } }); return null })()`)
	press(t, tab, "gq")
	want(t, tab, "g q goes to the queue", `window.went`, "g q")
	press(t, tab, "gc")
	want(t, tab, "g c is not c", `window.went`, "g c")
	press(t, tab, "c")
	want(t, tab, "c is c", `window.went`, "c")
	press(t, tab, "o")
	want(t, tab, "o presses what says o, with the row under the cursor", `document.querySelector("[data-rows] :checked").value`, "Bloemenhuis/REQ-000063")

	press(t, tab, "/")
	want(t, tab, "/ goes to the search", `document.activeElement.name`, "q")
	press(t, tab, "j?")
	want(t, tab, "letters in a field are letters", `document.activeElement.value`, "j?")
}

func TestKeysDialogShowsWhatThePageHas(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryQueue)
	press(t, tab, "?", chromedp.ModifierShift)
	want(t, tab, "? opens the dialog", `document.querySelector("#keys").open`, true)
	want(t, tab, "keys of the page are shown", `document.querySelector('#keys [data-for="c"]').hidden`, false)
	want(t, tab, "others are not", `document.querySelector('#keys [data-for="i"]').hidden`, true)
	shoot(tab.ctx, t, "keys")
	press(t, tab, kb.Escape)
	want(t, tab, "Escape closes it", `document.querySelector("#keys").open`, false)

	ask[any](tab.ctx, t, `(() => { document.documentElement.setAttribute("data-keys-off", ""); return null })()`)
	press(t, tab, "j?")
	want(t, tab, "switched off, letters do nothing", cursor, "")
}

func TestPaletteFindsWhatThePageOffers(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryTicket)
	press(t, tab, "k", chromedp.ModifierCtrl)
	want(t, tab, "Ctrl k opens it", `document.querySelector("#palette").open`, true)
	press(t, tab, "close")
	want(t, tab, "a step that cannot be taken", `document.querySelector("#palette-list [aria-disabled] s").textContent`, "Close")
	want(t, tab, "says why", `document.querySelector("#palette-list [aria-disabled] small").textContent`, "Not yet: a P1 closes after its root cause is sent.")
	press(t, tab, kb.Enter)
	want(t, tab, "and stays", `document.querySelector("#palette").open`, true)
	ask[any](tab.ctx, t, `(() => { const i = document.querySelector("#palette input"); i.value = "wait par"; i.dispatchEvent(new Event("input")); return null })()`)
	want(t, tab, "words in any place", `document.querySelector("#palette-list [aria-selected=true] b").textContent`, "Wait for a party")
	want(t, tab, "the key is shown", `document.querySelector("#palette-list [aria-selected=true] kbd").textContent`, "3")
	want(t, tab, "the search answers too", `new Promise(done => { const look = () => { const last = document.querySelector("#palette-list li:last-child b"); last?.textContent.startsWith("INC-000777") ? done(last.textContent) : setTimeout(look, 20) }; look() })`, "INC-000777 wait par")
	shoot(tab.ctx, t, "palette")
}

func TestWhyIsAsked(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryTicket)
	press(t, tab, "w")
	want(t, tab, "w asks why of the next clock", `document.querySelector("#why-restoration").matches(":popover-open")`, true)
	want(t, tab, "beside its clock", `Math.abs(document.querySelector("#why-restoration").getBoundingClientRect().top - document.querySelector(".ask").getBoundingClientRect().bottom) < 20`, true)
	shoot(tab.ctx, t, "why")
	press(t, tab, kb.Escape)
	want(t, tab, "Escape closes it", `document.querySelector("#why-restoration").matches(":popover-open")`, false)

	do(tab.ctx, t, chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	ask[any](tab.ctx, t, `(() => { document.querySelector("#why-restoration").showPopover(); return null })()`)
	want(t, tab, "on a phone it is a sheet at the foot", `Math.round(document.querySelector("#why-restoration").getBoundingClientRect().bottom)`, 844)
	shoot(tab.ctx, t, "why-phone")
}

func TestClocksCountOn(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryParts)
	const put = `(open, due) => { const c = document.querySelector(".clock[data-runs]"); c.dataset.runs = [Number(document.body.dataset.now) + due, open, 8 * 3600e3].join(" ");
		document.dispatchEvent(new Event("htmx:after:swap")); return c.dataset.look + " " + c.querySelector(".left").textContent + (c.querySelector(".disc") ? " disc" : " " + parseInt(c.querySelector(".arc").getAttribute("stroke-dasharray"))) }`
	for _, e := range []struct{ name, open, due, want string }{
		{"time enough", "6 * 3600e3 + 30e3", "6 * 3600e3 + 30e3", "calm 6 h 75"},
		{"the hours are shut before due", "3600e3", "20 * 3600e3", "watch 1 h 12"},
		{"due comes nearer than the open time said", "3600e3", "20 * 60e3 + 30e3", "near 20 min 4"},
		{"over while it was looked at", "3600e3", "-65 * 60e3 - 30e3", "over 1 h 05 over disc"},
	} {
		if got := spaced(ask[string](tab.ctx, t, "("+put+")("+e.open+","+e.due+")")); got != e.want {
			t.Errorf("%s: %q, want %q", e.name, got, e.want)
		}
	}
}

func TestDraftsAndDoubleSending(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryTicket)
	press(t, tab, "i")
	want(t, tab, "i goes to the text", `document.activeElement.id`, "compose-text")
	want(t, tab, "for colleagues", `document.querySelector("[name=to]:checked").value`, "inside")
	press(t, tab, "Still one in three.")
	do(tab.ctx, t, chromedp.Reload(), chromedp.WaitReady("main"))
	want(t, tab, "the draft is kept", `document.querySelector("#compose-text").value`, "Still one in three.")
	want(t, tab, "and for whom", `document.querySelector("[name=to]:checked").value`, "inside")

	ask[any](tab.ctx, t, `(() => { window.sent = 0; addEventListener("submit", e => { window.sent++; window.by = e.submitter?.textContent ?? ""; e.preventDefault() }); document.querySelector("#compose-text").focus(); return null })()`)
	press(t, tab, kb.Enter, chromedp.ModifierCtrl)
	press(t, tab, kb.Enter, chromedp.ModifierCtrl)
	want(t, tab, "twice pressed is once sent", `window.sent`, 1)
	want(t, tab, "by the main button", `window.by.includes("Send")`, true)

	ask[any](tab.ctx, t, `(() => { document.querySelector("#toasts").innerHTML = '<span hidden data-sent="INC-000214"></span>'; document.dispatchEvent(new Event("htmx:after:swap")); return null })()`)
	want(t, tab, "what was sent is forgotten", `sessionStorage.getItem("draft:INC-000214") ?? ""`, "")
}

func TestThemeIsKept(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryQueue)
	want(t, tab, "light to begin with", `document.documentElement.dataset.theme`, "light")
	do(tab.ctx, t, chromedp.Click("[data-theme-toggle] button"))
	want(t, tab, "dark at once", `document.documentElement.dataset.theme`, "dark")
	want(t, tab, "and the server will know", `document.cookie`, "theme=dark")
}
