// htmx, set up for a page whose policy allows no inline styles and no eval. Its extensions
// look for it on window, so it is put there before they load.
import htmx from "../../vendor/htmx.esm.js";

htmx.config.includeIndicatorCSS = false;
htmx.config.history = "reload"; // the server has the truth of a page, not a cache
htmx.config.extensions = "sse";
htmx.config.morphSkip = "[hx-morph-skip]";
// A ring that counts, the cursor and what was picked are the browser's own.
htmx.config.morphIgnore = ["data-htmx-powered", "data-cursor", "data-picked"];
window.htmx = htmx;

export default htmx;
