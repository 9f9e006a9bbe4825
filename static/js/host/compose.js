// @ts-check
// A new poll: a ready one opened at once, or one's own, also saved as a draft; and a draft edited.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { freshRow, optionRows, rowsOf } from "./compose_options.js";
import { act, closeForm, fields, known, openForm, set, ui } from "./desk.js";
import { look, phone } from "./preview.js";
import { steeringFields, steeringOf, steersSpec } from "./steering.js";
import { stepField } from "./steps.js";
import { fieldOf } from "./field.js";

/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").SessionView} Session */

/** @typedef {import("./desk.js").OpenForm} Form */
/** @typedef {import("protocol").PollSpec} Spec */

/** @type {Spec} */
const base = { id: "", options: [], both: false, write_in: false, live_results: false };
/** @type {{name: string, question?: string, spec: Spec}[]} */
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

/** @param {object} change */
const turn = (change) => set({ form: ui.form && { ...ui.form, ...change } });

/** @param {Session} session @param {Poll} [draft] */
export function compose(session, draft) {
  const form = /** @type {Form} */ (ui.form);
  const { kind } = form;
  const before = session.state === "draft";
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    const spec = specOf(fields(event), form, draft, session);
    const open = /** @type {HTMLButtonElement|null} */ (event.submitter)?.value === "open";
    const done = draft
      ? await act("edit_poll", { poll: spec, ...(form.segment ? { segment: form.segment } : {}) })
      : await add(spec, open);
    if (done) closeForm();
  };
  // Typing changes the phone's picture a moment later.
  const show = (/** @type {Event} */ event) => {
    const element = /** @type {HTMLFormElement} */ (event.currentTarget);
    look(() => ({ poll: specOf(readFields(element), ui.form ?? form, draft, known().session), segment: ui.form?.segment ?? "" }));
  };
  // What the kind has no use for stays in the page, so that trying another kind loses no words.
  const choice = kind === "single" || kind === "multiple";
  return html`
    <div class="card compose" data-form>
      ${session.agenda.length ? html`<label class="where">In the segment <select name="segment" @change=${(/** @type {Event} */ event) => turn({ segment: fieldOf(event).value })}>
        ${draft && draft.segment ? nothing : html`<option value="">none</option>`}
        ${session.agenda.map((one) => html`<option value=${one.id} ?selected=${one.id === form.segment}>${one.title}</option>`)}</select></label>` : nothing}
      ${draft ? nothing : ready(session)}
      <form class="form" id="compose" @submit=${send} @input=${show} @change=${show} @focusin=${show} aria-label=${draft ? "Edit the draft" : "Your own poll"}>
        <label>Question <textarea name="question" rows="2" required maxlength="400" .defaultValue=${draft?.question ?? ""}></textarea></label>
        <label>Kind <select name="kind" @change=${(/** @type {Event} */ event) => turn({ kind: fieldOf(event).value })}>
          ${KINDS.map(([id, name]) => html`<option value=${id} ?selected=${kind === id}>${name}</option>`)}</select></label>
        <fieldset ?hidden=${!choice} ?disabled=${!choice}>
          ${optionRows(form, session, turn)}
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
          <p class="soft">Whole numbers, at most 500 of them.</p>
        </fieldset>
        <fieldset ?hidden=${kind !== "prediction"} ?disabled=${kind !== "prediction"}>
          <label>Answered by <select name="answer"><option value="probability">a probability, 0–100 %</option><option value="verdict" ?selected=${draft?.answer === "verdict"}>yes, no or both</option></select></label>
          <label>By when, one a line (optional) <textarea name="horizons" rows="3" .defaultValue=${(draft?.horizons ?? []).map((/** @type {{label: string}} */ one) => one.label).join("\n")}></textarea></label>
        </fieldset>
        ${choice ? steeringFields(form, session, turn) : nothing}
        ${stepField(form, session, draft)}
        <div class="pair-wide">
          <label>Countdown in seconds (optional) <input name="seconds" type="number" min="1" max="86400" inputmode="numeric" .defaultValue=${draft?.seconds ?? ""}></label>
          <label class="tick"><input type="checkbox" name="live_results" .defaultChecked=${draft?.live_results ?? false}> Show the result to everyone from the start</label>
        </div>
      </form>
      ${phone("inline")}
      <div class="row form-end">
        ${draft ? html`<button form="compose" class="main" value="save">Save</button>`
          : html`<button form="compose" class=${before ? "" : "main"} value="open">Open now${before ? html`<span class="soft">, starts the session</span>` : nothing}</button>
            <button form="compose" class=${before ? "main" : ""} value="save">Save as draft</button>`}
        <button type="button" class="quiet" @click=${closeForm}>Cancel</button>
      </div>
    </div>`;
}

/** A question that was typed here and then given answers below is the one of the poll below. @param {Event} event */
function carryOver(event) {
  const below = /** @type {HTMLTextAreaElement|null} */ (document.querySelector("#compose [name=question]"));
  if (!below || below.value.trim()) return;
  below.value = fieldOf(event).value;
  below.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Ready polls: a press opens one, or keeps it for later. @param {Session} session */
function ready(session) {
  const before = session.state === "draft";
  /** @param {SubmitEvent} event */
  const launch = async (event) => {
    const { text, ticked } = fields(event);
    // Enter in the question field is the first preset's.
    const preset = PRESETS[Number(/** @type {HTMLButtonElement|null} */ (event.submitter)?.value ?? 0)];
    const question = text("question") || preset.question || "What do you think?";
    if (await add({ ...preset.spec, question }, !ticked("draft"))) closeForm();
  };
  return html`
    <form class="form ready" @submit=${launch} aria-label="Ready polls">
      <label>Ask at once <input name="question" id="quick-question" maxlength="400" placeholder="Your question, or leave it to the speaker's words" autocomplete="off" @change=${carryOver}></label>
      <div class="row">${PRESETS.map((preset, place) => html`<button name="preset" value=${place}>${preset.name}</button>`)}
        <label class="tick"><input type="checkbox" name="draft" .defaultChecked=${before}> Keep it as a draft for later</label></div>
    </form>
    <h3 class="group">Or your own</h3>`;
}

/** @param {Spec} poll @param {boolean} open */
async function add(poll, open) {
  const segment = ui.form?.segment || null;
  const done = await act("add_poll", { poll, segment, open });
  // The keys act on what is on stage now, and no longer on what was chosen before.
  if (done && open) set({ selected: null });
  return done;
}

/** The most picks where the draft sets it; the view always has a number. @param {Poll} [draft] */
function ownMax(draft) {
  const ways = (draft?.options.length ?? 0) + (draft?.write_in ? 1 : 0);
  return draft?.kind === "multiple" && draft.max < ways ? draft.max : "";
}

/** The fields of a form that is not sent. @param {HTMLFormElement} form */
function readFields(form) {
  const event = { preventDefault() {}, currentTarget: form };
  return fields(event);
}

/** @param {ReturnType<typeof fields>} read @param {Form} form @param {Poll|undefined} draft @param {Session} session */
function specOf(read, form, draft, session) {
  const { kind } = form;
  /** @type {Spec} */
  const spec = {
    ...base, id: draft?.id ?? "", kind, question: read.text("question"),
    live_results: read.ticked("live_results"), seconds: read.number("seconds") ?? null,
  };
  if (kind === "single" || kind === "multiple") {
    const rows = (form.options ?? []).filter((row) => row.label.trim());
    spec.options = rows.map((row) => row.label.trim());
    spec.write_in = read.ticked("write_in");
    const steers = steersSpec(form, session, rows);
    // Where nothing is steered, only a draft that was steering has to be told so.
    if (steers.settings.length || draft?.steers) spec.steers = steers;
  }
  if (kind === "multiple") {
    spec.min = read.number("min") ?? 1;
    spec.max = read.number("max") ?? null;
  }
  if (kind === "number") {
    spec.from = read.number("from");
    spec.to = read.number("to");
  }
  if (kind === "yes_no") spec.both = read.ticked("both");
  if (kind === "prediction") {
    spec.answer = read.text("answer");
    spec.horizons = read.lines("horizons");
  }
  const step = read.text("step");
  if (step || draft?.step) spec.step = step;
  return spec;
}

/** What a form for this draft, or for a new poll in this segment, begins with. @param {Poll|null} draft @param {string} segment */
function begins(draft, segment) {
  const steering = steeringOf(draft, known().session);
  return {
    kind: draft?.kind ?? "single", segment: draft ? draft.segment ?? "" : segment,
    options: draft ? rowsOf(draft, steering.values) : [freshRow(), freshRow()],
    steers: steering.segment, by: steering.by,
  };
}

/** Opens the composer with the cursor in its first field. @param {string} [segment] Where the poll goes; the current one if none is named. */
export function openComposer(segment) {
  const { session } = known();
  const home = segment ?? session.current ?? session.agenda[0]?.id ?? "";
  set({ tab: "polls", part: "polls" });
  if (ui.form?.form === "poll") {
    if (segment) turn({ segment });
  } else openForm("poll", null, "polls-title", begins(null, home));
  document.getElementById("quick-question")?.focus();
}

/** @param {Poll} draft */
export function openDraft(draft) {
  openForm("draft", draft.id, `poll-${draft.id}`, begins(draft, ""));
  /** @type {HTMLElement|null} */ (document.querySelector("#compose [name=question]"))?.focus();
}
