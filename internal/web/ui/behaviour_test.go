package ui

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/watchbill/watchbill/internal/web/webtest"
)

const cursor = `document.querySelector("[data-cursor]")?.id.replace("t-", "") ?? ""`

func TestKeysWorkTheQueue(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryQueue)

	tab.Press("j")
	webtest.Want(tab, "j goes to the first row", cursor, "Casa Linnen/INC-000079")
	tab.Press("jj")
	webtest.Want(tab, "j goes on", cursor, "Fietswereld/INC-000214")
	tab.Press("k")
	webtest.Want(tab, "k goes back", cursor, "Casa Linnen/INC-000087")
	webtest.Want(tab, "the link of the row has the focus", `document.activeElement.closest("tr").id.replace("t-", "")`, "Casa Linnen/INC-000087")

	tab.Press("x")
	webtest.Want(tab, "x selects", `document.querySelector("[data-selected]").textContent`, "1")
	tab.Press("jj")
	tab.Press("X", chromedp.ModifierShift)
	webtest.Want(tab, "Shift x selects the range", `document.querySelector("[data-selected]").textContent`, "3")
	tab.Press(kb.Escape)
	webtest.Want(tab, "Escape selects nothing", `document.querySelectorAll("[data-rows] :checked").length`, 0)
	webtest.Want(tab, "and the bar goes", `new Promise(done => setTimeout(() => done(document.querySelector("[data-bulk]").checkVisibility())))`, false)

	// A live update that replaces all rows.
	webtest.Ask[any](tab, `(() => { const b = document.querySelector("#q-soon"); b.outerHTML = b.outerHTML.replaceAll("data-cursor", "data-was");
		document.dispatchEvent(new Event("htmx:after:swap")); return null })()`)
	webtest.Want(tab, "the cursor is found again", cursor, "Nordic Audio/INC-000131")
	tab.Press("j")
	webtest.Want(tab, "and goes on from there", cursor, "Bloemenhuis/REQ-000063")

	webtest.Ask[any](tab, `(() => { addEventListener("submit", e => e.preventDefault()); addEventListener("click", e => { if (e.target.closest("a")) { e.preventDefault(); window.went = e.target.closest("a").dataset.key ?? e.target.closest("tr").id } }); return null })()`)
	tab.Press("gq")
	webtest.Want(tab, "g q goes to the queue", `window.went`, "g q")
	tab.Press("gc")
	webtest.Want(tab, "g c is not c", `window.went`, "g c")
	tab.Press("c")
	webtest.Want(tab, "c is c", `window.went`, "c")
	tab.Press("o")
	webtest.Want(tab, "o presses what says o, with the row under the cursor", `document.querySelector("[data-rows] :checked").value`, "Bloemenhuis/REQ-000063")

	tab.Press("/")
	webtest.Want(tab, "/ goes to the search", `document.activeElement.name`, "q")
	tab.Press("j?")
	webtest.Want(tab, "letters in a field are letters", `document.activeElement.value`, "j?")
}

func TestKeysDialogShowsWhatThePageHas(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryQueue)
	tab.Press("?", chromedp.ModifierShift)
	webtest.Want(tab, "? opens the dialog", `document.querySelector("#keys").open`, true)
	webtest.Want(tab, "keys of the page are shown", `document.querySelector('#keys [data-for="c"]').hidden`, false)
	webtest.Want(tab, "others are not", `document.querySelector('#keys [data-for="i"]').hidden`, true)
	tab.Shoot("keys")
	tab.Press(kb.Escape)
	webtest.Want(tab, "Escape closes it", `document.querySelector("#keys").open`, false)

	webtest.Ask[any](tab, `(() => { document.documentElement.setAttribute("data-keys-off", ""); return null })()`)
	tab.Press("j?")
	webtest.Want(tab, "switched off, letters do nothing", cursor, "")
}

func TestPaletteFindsWhatThePageOffers(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryTicket)
	tab.Press("k", chromedp.ModifierCtrl)
	webtest.Want(tab, "Ctrl k opens it", `document.querySelector("#palette").open`, true)
	tab.Press("close")
	webtest.Want(tab, "a step that cannot be taken", `document.querySelector("#palette-list [aria-disabled] s").textContent`, "Close")
	webtest.Want(tab, "says why", `document.querySelector("#palette-list [aria-disabled] small").textContent`, "Not yet: a P1 closes after its root cause is sent.")
	tab.Press(kb.Enter)
	webtest.Want(tab, "and stays", `document.querySelector("#palette").open`, true)
	webtest.Ask[any](tab, `(() => { const i = document.querySelector("#palette input"); i.value = "wait par"; i.dispatchEvent(new Event("input")); return null })()`)
	webtest.Want(tab, "words in any place", `document.querySelector("#palette-list [aria-selected=true] b").textContent`, "Wait for a party")
	webtest.Want(tab, "the key is shown", `document.querySelector("#palette-list [aria-selected=true] kbd").textContent`, "3")
	webtest.Want(tab, "the search answers too", `new Promise(done => { const look = () => { const last = document.querySelector("#palette-list li:last-child b"); last?.textContent.startsWith("INC-000777") ? done(last.textContent) : setTimeout(look, 20) }; look() })`, "INC-000777 wait par")
	tab.Shoot("palette")
}

func TestWhyIsAsked(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryTicket)
	tab.Press("w")
	webtest.Want(tab, "w asks why of the next clock", `document.querySelector("#why-restoration").matches(":popover-open")`, true)
	webtest.Want(tab, "beside its clock", `Math.abs(document.querySelector("#why-restoration").getBoundingClientRect().top - document.querySelector(".ask").getBoundingClientRect().bottom) < 20`, true)
	tab.Shoot("why")
	tab.Press(kb.Escape)
	webtest.Want(tab, "Escape closes it", `document.querySelector("#why-restoration").matches(":popover-open")`, false)

	tab.Do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	webtest.Ask[any](tab, `(() => { document.querySelector("#why-restoration").showPopover(); return null })()`)
	webtest.Want(tab, "on a phone it is a sheet at the foot", `Math.round(document.querySelector("#why-restoration").getBoundingClientRect().bottom)`, 844)
	tab.Shoot("why-phone")
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
		if got := spaced(webtest.Ask[string](tab, "("+put+")("+e.open+","+e.due+")")); got != e.want {
			t.Errorf("%s: %q, want %q", e.name, got, e.want)
		}
	}
}

func TestDraftsAndDoubleSending(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryTicket)
	tab.Press("i")
	webtest.Want(tab, "i goes to the text", `document.activeElement.id`, "compose-text")
	webtest.Want(tab, "for colleagues", `document.querySelector("[name=to]:checked").value`, "inside")
	tab.Press("Still one in three.")
	tab.Do(chromedp.Reload(), chromedp.WaitReady("main"))
	webtest.Want(tab, "the draft is kept", `document.querySelector("#compose-text").value`, "Still one in three.")
	webtest.Want(tab, "and for whom", `document.querySelector("[name=to]:checked").value`, "inside")

	webtest.Ask[any](tab, `(() => { window.sent = 0; addEventListener("submit", e => { window.sent++; window.by = e.submitter?.textContent ?? ""; e.preventDefault() }); document.querySelector("#compose-text").focus(); return null })()`)
	tab.Press(kb.Enter, chromedp.ModifierCtrl)
	tab.Press(kb.Enter, chromedp.ModifierCtrl)
	webtest.Want(tab, "twice pressed is once sent", `window.sent`, 1)
	webtest.Want(tab, "by the main button", `window.by.includes("Send")`, true)

	webtest.Ask[any](tab, `(() => { document.querySelector("#toasts").innerHTML = '<span hidden data-sent="INC-000214"></span>'; document.dispatchEvent(new Event("htmx:after:swap")); return null })()`)
	webtest.Want(tab, "what was sent is forgotten", `sessionStorage.getItem("draft:INC-000214") ?? ""`, "")
}

func TestThemeIsKept(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryQueue)
	webtest.Want(tab, "light to begin with", `document.documentElement.dataset.theme`, "light")
	tab.Do(chromedp.Click("[data-theme-toggle] button"))
	webtest.Want(tab, "dark at once", `document.documentElement.dataset.theme`, "dark")
	webtest.Want(tab, "and the server will know", `document.cookie`, "theme=dark")
}

func TestComposerKeepsItsButtonsTogether(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryTicket)
	// as in Dutch: three buttons of long words, and a long word on the clocks
	webtest.Ask[any](tab, `(() => { const acts = document.querySelector(".composer .acts"), first = acts.firstElementChild;
		first.textContent = "Versturen en herstellen"; acts.prepend(first.cloneNode(true)); return null })()`)
	for _, width := range []int64{1440, 900, 800, 721} {
		tab.Size(width, 900)
		webtest.Want(tab, "lines of buttons", `new Set([...document.querySelectorAll(".composer .acts > .btn")].map(b => b.getBoundingClientRect().top)).size`, 1)
	}
}

func TestRelatedTitlesAreNotCut(t *testing.T) {
	t.Parallel()
	tab := gallerySession(t, GalleryTicket)
	webtest.Ask[any](tab, `(() => { document.querySelector(".rel .grow").textContent = "Order placed twice when the button is pressed twice"; return null })()`)
	for _, width := range []int64{1440, 900, 390} {
		tab.Size(width, 900)
		webtest.Want(tab, "titles that are cut", `[...document.querySelectorAll(".rel .grow")].filter(e => {
			const all = document.createRange(); all.selectNodeContents(e);
			return all.getBoundingClientRect().right > e.closest("li").getBoundingClientRect().right + 1 }).length`, 0)
	}
}
