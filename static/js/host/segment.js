// @ts-check
// A segment's form: what it is, and of a demo what it runs, how it is set, and the poll by which the audience chooses.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { foldedKnobs } from "./demo.js";
import { act, closeForm, fields, set, ui } from "./desk.js";
import { whole, words } from "./knobs.js";
import { fieldOf } from "./field.js";

/** @typedef {import("./knobs.js").Demo} Demo */
/** @typedef {import("protocol").SegmentView} Segment */
/** @typedef {import("protocol").SessionView} Session */

export const KINDS = [["talk", "Talk"], ["polls", "Polls"], ["qa", "Q&A"], ["demo", "Demo"], ["break", "Break"]];
/** @type {Record<string, string>} */
export const NAMES = Object.fromEntries(KINDS);
/** @type {Record<string, string>} */
const DEMOS = { rbf: "Training a network", svd: "The SVD is a refactor" };
/** How many sets or steps the audience may choose from at first. */
const CHOICES = 3;

/** What there is to run, from the server; asked for when a form needs it. @type {Demo[]|null} */
let demos = null;
let asked = false;

function loadDemos() {
  if (asked) return;
  asked = true;
  fetch("/api/v1/demos").then((answer) => answer.json()).then((all) => {
    demos = /** @type {import("protocol").DemoView[]} */ (all).map(whole);
    set({});
  }, () => { asked = false; });
}

/** @param {Session} session @param {Segment|null} segment None for a new one. */
export function segmentForm(session, segment) {
  const kind = ui.form?.kind ?? segment?.kind ?? "talk";
  const turn = (/** @type {object} */ change) => set({ form: ui.form && { ...ui.form, ...change } });
  const live = session.state === "live" && session.current;
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    const { text, lines, number, form } = fields(event);
    const links = lines("links").map((line) => {
      const at = line.lastIndexOf(" ");
      return { label: line.slice(0, Math.max(at, 0)).trim() || line, url: line.slice(at + 1) };
    });
    const spec = {
      id: segment?.id ?? "", kind: text("kind"), title: text("title"), speaker: text("speaker"),
      blurb: text("blurb"), links, planned_minutes: number("minutes") ?? null,
      ...(kind === "demo" ? { demo: demoOf(form) } : {}),
    };
    const polls = segment || kind !== "demo" ? [] : pollOf(form);
    const done = segment
      ? await act("edit_segment", { segment: spec })
      : await act("add_segment", { segment: spec, after: live ? session.current : null, polls });
    if (done) closeForm();
  };
  return html`
    <form class="form" data-form @submit=${send} aria-label=${segment ? `Edit ${segment.title}` : "New segment"}>
      <label>Kind <select name="kind" @change=${(/** @type {Event} */ event) => turn({ kind: fieldOf(event).value })}>${KINDS.map(([id, name]) => html`<option value=${id} ?selected=${kind === id}>${name}</option>`)}</select></label>
      <label>Title <input name="title" required maxlength="200" .defaultValue=${segment?.title ?? ""}></label>
      ${kind === "demo" ? demoFields(segment, turn) : nothing}
      <details ?open=${Boolean(segment)}><summary>Speaker, blurb, links, minutes</summary><div class="form">
        <label>Speaker <input name="speaker" maxlength="120" .defaultValue=${segment?.speaker ?? ""}></label>
        <label>Blurb <textarea name="blurb" rows="3" maxlength="2000" .defaultValue=${segment?.blurb ?? ""}></textarea></label>
        <label>Links, one a line: words, then the address
          <textarea name="links" rows="2" .defaultValue=${(segment?.links ?? []).map((link) => `${link.label} ${link.url}`).join("\n")}></textarea></label>
        <label>Planned minutes <input name="minutes" type="number" min="1" max="1440" inputmode="numeric" .defaultValue=${segment?.planned_minutes ?? ""}></label>
      </div></details>
      <div class="row form-end"><button class="main">${segment ? "Save" : live ? "Add after the current one" : "Add"}</button>
        <button type="button" @click=${closeForm}>Cancel</button></div>
    </form>`;
}

/** @param {Segment|null} segment @param {(change: object) => void} turn */
function demoFields(segment, turn) {
  loadDemos();
  if (!demos) return html`<p class="soft">Looking up the demos…</p>`;
  const chosen = ui.form?.demo ?? segment?.demo?.kind ?? "rbf";
  const demo = demos.find((one) => one.kind === chosen) ?? demos[0];
  const settings = (segment?.demo?.kind === chosen ? segment.demo.settings : null) ?? demo.settings;
  // A field that is folded away could not be told to be wrong.
  const unfold = (/** @type {Event} */ event) => {
    const folded = /** @type {Element} */ (event.currentTarget).closest("details");
    if (folded) folded.open = true;
  };
  const field = (/** @type {import("protocol").KnobView} */ knob) => html`<label>${knob.label} ${knob.or_folder
    ? html`<input name="knob" data-knob=${knob.name} type="text" required autocomplete="off" spellcheck="false" list=${`knob-${knob.name}`} title="A set of the program, or the name of a folder within its data folder" .defaultValue=${String(settings[knob.name])} @invalid=${unfold}>
      <datalist id=${`knob-${knob.name}`}>${(knob.words ?? []).map((/** @type {string} */ word) => html`<option value=${word}></option>`)}</datalist>`
    : knob.kind === "choice"
    ? html`<select name="knob" data-knob=${knob.name}>${(knob.words ?? []).map((/** @type {string} */ word) => html`<option value=${word} ?selected=${settings[knob.name] === word}>${words(word)}</option>`)}</select>`
    : html`<input name="knob" data-knob=${knob.name} type="number" required min=${knob.from} max=${knob.to} step=${knob.kind === "count" ? 1 : "any"} .defaultValue=${String(settings[knob.name])} @invalid=${unfold}>`}</label>`;
  const [first, more] = foldedKnobs(demo.knobs);
  return html`
    <fieldset class="boxed demo-choice"><legend>What it shows</legend>
      <label>Demo <select name="demo" @change=${(/** @type {Event} */ event) => turn({ demo: fieldOf(event).value })}>${demos.map((one) => html`<option value=${one.kind} ?selected=${one.kind === chosen}>${DEMOS[one.kind] ?? one.kind}</option>`)}</select></label>
      <div class="knobs" data-of=${chosen}>${chosen === "svd" ? first.map(field) : nothing}</div>
      ${chosen === "svd" ? nothing : html`<details class="more-knobs"><summary>How it is set: data, head, λ, …</summary><div class="knobs" data-of=${chosen}>${[...first, ...more].map(field)}</div></details>`}
    </fieldset>
    ${segment ? nothing : steeringFields(demo)}`;
}

/** What the audience may choose from: ready sets, or else steps. @param {Demo} demo */
const choicesOf = ({ presets, knobs: [knob] }) => (presets.length
  ? presets.map(({ label, settings }) => ({ label, settings }))
  : (knob?.words ?? []).map((word) => ({ label: words(word), settings: { [knob.name]: word } })));

/** @param {Demo} demo */
function steeringFields(demo) {
  const asks = ui.form?.asks ?? true;
  const turn = (/** @type {Event} */ event) => set({ form: ui.form && { ...ui.form, asks: fieldOf(event).checked } });
  return html`
    <fieldset class="boxed"><legend>Who chooses?</legend>
      <label class="tick"><input type="checkbox" name="asks" .checked=${asks} @change=${turn}> The audience, by a poll: what wins starts when it closes</label>
      ${asks ? html`
        <label>Its question <input name="steer_question" required maxlength="400" .defaultValue=${demo.kind === "svd" ? "Where do we begin?" : "What shall we train?"}></label>
        <div class="ticks" role="group" aria-label="Its answers">${choicesOf(demo).map((one, /** @type {number} */ place) => html`
          <label class="tick"><input type="checkbox" name="choice" value=${place} ?checked=${place < CHOICES}> ${one.label}</label>`)}</div>` : nothing}
    </fieldset>`;
}

/** @param {HTMLFormElement} form */
function demoOf(form) {
  const kind = String(new FormData(form).get("demo") ?? "rbf");
  /** @type {Record<string, string|number>} */
  const settings = {};
  const plain = demos?.find((one) => one.kind === kind);
  for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[name=knob]"))) {
    const name = field.dataset.knob ?? "";
    const knob = plain?.knobs.find((one) => one.name === name);
    const value = knob?.kind === "choice" ? field.value.trim() : Number(field.value);
    // What stands as the demo has it is not written down, so that a run sheet says what was chosen and no more.
    if (value !== plain?.settings[name]) settings[name] = value;
  }
  return { kind, settings };
}

/** The poll that steers a new demo, as a draft. @param {HTMLFormElement} form */
function pollOf(form) {
  const data = new FormData(form);
  const demo = demos?.find((one) => one.kind === data.get("demo"));
  const question = String(data.get("steer_question") ?? "").trim();
  if (!demo || !question) return [];
  const chosen = data.getAll("choice").map((place) => choicesOf(demo)[Number(place)]);
  return [{
    id: "", kind: "single", question, options: chosen.map((one) => one.label),
    // Nameless: the segment that is made with it.
    steers: { segment: "", settings: chosen.map((one) => one.settings) },
  }];
}
