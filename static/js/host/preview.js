// @ts-check
// What phones will show: the audience's own page with one poll open, in a frame in which nothing can be sent.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { links, pollOf, set, ui } from "./desk.js";

/** @typedef {import("protocol").PollView} Poll */

const WAIT = 350;
/** Where there is room for it beside what is composed. */
const wide = matchMedia("(min-width: 1101px)");

let waiting = 0;
let shown = "";

/** @typedef {{poll: import("protocol").PollSpec, segment: string}} Looked */

/** The address of the picture. @param {Looked} looked */
function address({ poll, segment }) {
  return `/host/${links.session}/preview?${new URLSearchParams({ poll: JSON.stringify(poll), segment })}`;
}

function load() {
  const frame = /** @type {HTMLIFrameElement|null} */ (document.querySelector(".phone iframe"));
  if (!frame || !ui.preview || frame.dataset.at === shown) return;
  frame.dataset.at = shown;
  // In place of the one before: pictures are nothing to go back to.
  frame.contentWindow?.location.replace(new URL(shown, location.href));
}

/** Looks at a poll, a moment after the last change. @param {() => Looked} what */
export function look(what) {
  clearTimeout(waiting);
  waiting = Number(setTimeout(() => {
    const looked = ui.form && what();
    if (!looked?.poll.question) return;
    shown = address(looked);
    set({ preview: "form" });
    load();
  }, WAIT));
}

/** A draft's own words as its plan. @param {Poll} poll */
const planOf = (poll) => ({
  id: poll.id, kind: poll.kind, question: poll.question, live_results: poll.live_results, write_in: poll.write_in,
  options: poll.kind === "single" || poll.kind === "multiple" ? poll.options.map((one) => one.label) : [],
  both: poll.kind === "yes_no" && poll.max === 2, seconds: poll.seconds ?? null,
  ...(poll.kind === "multiple" ? { min: poll.min, max: poll.max } : {}),
  ...(poll.range ? { from: poll.range.from, to: poll.range.to } : {}),
  ...(poll.kind === "prediction" ? { answer: poll.answer, horizons: poll.horizons.map((one) => one.label) } : {}),
});

/** Looks at a draft, or no more. @param {Poll} poll */
export function lookAt(poll) {
  if (ui.preview === poll.id) return set({ preview: null });
  shown = address({ poll: planOf(poll), segment: poll.segment ?? "" });
  set({ preview: poll.id });
  load();
}

/** The phone, where it belongs: beside on a desk, `inline` where there is one column. @param {"beside"|"inline"} place @param {string} [of] The draft under whose card it stands. */
export function phone(place, of = "form") {
  const stands = wide.matches ? place === "beside" : place === "inline" && ui.preview === of;
  // What is open or over is on phones themselves.
  const drafted = ui.preview === "form" || pollOf(ui.preview)?.phase === "draft";
  if (!ui.preview || !stands || !drafted) return nothing;
  requestAnimationFrame(load);
  return html`<figure class="phone"><figcaption>What phones will show <button type="button" class="quiet small" aria-label="Close the preview" @click=${() => set({ preview: null })}>×</button></figcaption>
    <div class="phone-screen"><iframe sandbox title="What phones will show" tabindex="-1"></iframe></div></figure>`;
}

wide.addEventListener("change", () => set({}));
