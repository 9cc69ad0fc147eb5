// What browsers add to pages that work without them: live updates, keys, counting clocks.
import "./live.js";
import "./theme.js";
import "./tick.js";
import "./keys.js";
import "./palette.js";
import "./sheet.js";
import "./form.js";
import "./toast.js";
