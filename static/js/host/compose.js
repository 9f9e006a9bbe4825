// @ts-check
// A new poll: a ready one opened at once, or one's own, also saved as a draft.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { act, closeForm, fields, openForm, set, ui } from "./desk.js";

const base = { id: "", options: [], both: false, write_in: false, live_results: false };
const PRESETS = [
  { name: "Yes / no", spec: { ...base, kind: "yes_no" } },
  { name: "Yes / no / both", spec: { ...base, kind: "yes_no", both: true } },
  { name: "A – D", spec: { ...base, kind: "single", options: ["A", "B", "C", "D"] } },
  {
    name: "Frameworks",
    question: "Which frameworks do you use?",
    spec: { ...base, kind: "multiple", options: ["PyTorch", "TensorFlow/Keras", "JAX", "scikit-learn"], write_in: true },
  },
  { name: "Prediction", spec: { ...base, kind: "prediction", answer: "probability" } },
];
const KINDS = [["single", "One choice"], ["multiple", "Several choices"], ["yes_no", "Yes or no"], ["prediction", "Prediction"], ["number", "Number"]];

/** @param {any} session @param {any} [draft] */
export function compose(session, draft) {
  const kind = ui.form?.kind ?? draft?.kind ?? "single";
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    const spec = specOf(fields(event), kind, draft);
    const open = /** @type {HTMLButtonElement|null} */ (event.submitter)?.value === "open";
    if (await (draft ? act("edit_poll", { poll: spec }) : add(session, spec, open))) closeForm();
  };
  const turnKind = (/** @type {any} */ event) => set({ form: ui.form && { ...ui.form, kind: event.target.value } });
  // What the kind has no use for stays in the page, so that trying another kind loses no words.
  const choice = kind === "single" || kind === "multiple";
  return html`
    <div class="card compose" data-form>
      ${draft ? nothing : ready(session)}
      <form class="form" @submit=${send} aria-label=${draft ? "Edit the draft" : "Your own poll"}>
        <label>Question <textarea name="question" rows="2" required maxlength="400" .defaultValue=${draft?.question ?? ""}></textarea></label>
        <label>Kind <select name="kind" @change=${turnKind}>
          ${KINDS.map(([id, name]) => html`<option value=${id} ?selected=${kind === id}>${name}</option>`)}</select></label>
        <fieldset ?hidden=${!choice} ?disabled=${!choice}>
          <label>Options, one a line <textarea name="options" rows="5" .defaultValue=${(draft?.options ?? []).map((/** @type {any} */ o) => o.label).join("\n")}></textarea></label>
          <label class="tick"><input type="checkbox" name="write_in" .defaultChecked=${draft?.write_in ?? false}> Voters may add “something else: …”</label>
        </fieldset>
        <fieldset class="pair" ?hidden=${kind !== "multiple"} ?disabled=${kind !== "multiple"}>
          <label>At least <input name="min" type="number" min="1" max="40" .defaultValue=${draft?.kind === "multiple" ? draft.min : 1}></label>
          <label>At most <input name="max" type="number" min="1" max="41" placeholder="all" .defaultValue=${ownMax(draft)}></label>
        </fieldset>
        <fieldset ?hidden=${kind !== "yes_no"} ?disabled=${kind !== "yes_no"}>
          <label class="tick"><input type="checkbox" name="both" .defaultChecked=${draft?.max === 2}> Both may be picked</label>
        </fieldset>
        <fieldset class="pair" ?hidden=${kind !== "number"} ?disabled=${kind !== "number"}>
          <label>From <input name="from" type="number" step="1" min="-1000000" max="1000000" required .defaultValue=${draft?.range?.from ?? 0}></label>
          <label>To <input name="to" type="number" step="1" min="-1000000" max="1000000" required .defaultValue=${draft?.range?.to ?? 10}></label>
        </fieldset>
        <fieldset ?hidden=${kind !== "prediction"} ?disabled=${kind !== "prediction"}>
          <label>Answered by <select name="answer"><option value="probability">a probability, 0–100 %</option><option value="verdict" ?selected=${draft?.answer === "verdict"}>yes, no or both</option></select></label>
          <label>By when, one a line (optional) <textarea name="horizons" rows="3" .defaultValue=${(draft?.horizons ?? []).map((/** @type {any} */ o) => o.label).join("\n")}></textarea></label>
        </fieldset>
        <label>Countdown in seconds (optional) <input name="seconds" type="number" min="1" max="86400" inputmode="numeric" .defaultValue=${draft?.seconds ?? ""}></label>
        <label class="tick"><input type="checkbox" name="live_results" .defaultChecked=${draft?.live_results ?? false}> Show the result to everyone from the start</label>
        <div class="row">
          ${draft ? html`<button class="main" value="save">Save</button>` : html`<button class="main" value="open">Open now</button><button value="save">Save as draft</button>`}
          <button type="button" class="quiet" @click=${closeForm}>Cancel</button>
        </div>
      </form>
    </div>`;
}

/** Ready polls: a press opens one, or keeps it for later. @param {any} session */
function ready(session) {
  /** @param {SubmitEvent} event */
  const launch = async (event) => {
    const { text, ticked } = fields(event);
    // Enter in the question field is the first preset's.
    const preset = PRESETS[Number(/** @type {HTMLButtonElement|null} */ (event.submitter)?.value ?? 0)];
    const question = text("question") || preset.question || "What do you think?";
    if (await add(session, { ...preset.spec, question }, !ticked("draft"))) closeForm();
  };
  return html`
    <form class="form ready" @submit=${launch} aria-label="Ready polls">
      <label>Ask at once <input name="question" id="quick-question" maxlength="400" placeholder="Your question, or leave it to the speaker's words" autocomplete="off"></label>
      <div class="row">${PRESETS.map((preset, place) => html`<button name="preset" value=${place}>${preset.name}</button>`)}</div>
      <label class="tick"><input type="checkbox" name="draft"> Keep it as a draft for later</label>
    </form>
    <h3 class="group">Or your own</h3>`;
}

/** @param {any} session @param {any} poll @param {boolean} open */
async function add(session, poll, open) {
  const done = await act("add_poll", { poll, segment: session.current, open });
  // The keys act on what is on stage now, and no longer on what was chosen before.
  if (done && open) set({ selected: null });
  return done;
}

/** The most picks where the draft sets it; the view always has a number. @param {any} draft */
function ownMax(draft) {
  const ways = (draft?.options.length ?? 0) + (draft?.write_in ? 1 : 0);
  return draft?.kind === "multiple" && draft.max < ways ? draft.max : "";
}

/** @param {ReturnType<typeof fields>} form @param {string} kind @param {any} draft */
function specOf(form, kind, draft) {
  const spec = /** @type {any} */ ({
    ...base, id: draft?.id ?? "", kind, question: form.text("question"),
    live_results: form.ticked("live_results"), seconds: form.number("seconds") ?? null,
  });
  if (kind === "single" || kind === "multiple") {
    spec.options = form.lines("options");
    spec.write_in = form.ticked("write_in");
  }
  if (kind === "multiple") {
    spec.min = form.number("min") ?? 1;
    spec.max = form.number("max") ?? null;
  }
  if (kind === "number") {
    spec.from = form.number("from");
    spec.to = form.number("to");
  }
  if (kind === "yes_no") spec.both = form.ticked("both");
  if (kind === "prediction") {
    spec.answer = form.text("answer");
    spec.horizons = form.lines("horizons");
  }
  return spec;
}

/** Opens the composer with the cursor in its first field. */
export function openComposer() {
  set({ tab: "polls", part: "polls" });
  if (ui.form?.form === "poll") document.getElementById("quick-question")?.focus();
  else openForm("poll", null, "polls-title");
}
