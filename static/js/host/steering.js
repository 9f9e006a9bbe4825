// @ts-check
// What the answers of a poll set going: a demo of this session, by ready sets or by one knob.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { words } from "./knobs.js";

/** Segments that a poll can steer. @param {any} session */
export const steered = (session) => session.agenda.filter((/** @type {any} */ one) => one.demo?.knobs?.length);

/**
 * How a draft's steering stands in the form: the segment, what is set (`sets` or a knob's name; `kept` for what this
 * form cannot show), and each answer's value.
 * @param {any} draft @param {any} session
 */
export function steeringOf(draft, session) {
  const { steers } = draft ?? {};
  const demo = steers && steered(session).find((/** @type {any} */ one) => one.id === steers.segment)?.demo;
  if (!demo) return { segment: "", by: "sets", values: [] };
  const same = (/** @type {any} */ a, /** @type {any} */ b) => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
  const sets = steers.settings.map((/** @type {any} */ one) => demo.presets.findIndex((/** @type {any} */ preset) => same(preset.settings, one)));
  if (sets.every((/** @type {number} */ n) => n >= 0)) return { segment: steers.segment, by: "sets", values: sets.map(String) };
  const names = steers.settings.map((/** @type {any} */ one) => Object.keys(one));
  const [name] = names[0] ?? [];
  if (names.every((/** @type {string[]} */ one) => one.length === 1 && one[0] === name)) {
    return { segment: steers.segment, by: name, values: steers.settings.map((/** @type {any} */ one) => String(one[name])) };
  }
  return { segment: steers.segment, by: "kept", values: steers.settings.map((/** @type {any} */ one) => JSON.stringify(one)) };
}

/** @param {any} form The open form's state. @param {any} session */
const demoOf = (form, session) => steered(session).find((/** @type {any} */ one) => one.id === form.steers)?.demo;

/** @param {any} form @param {any} session @param {(change: object) => void} turn */
export function steeringFields(form, session, turn) {
  const all = steered(session);
  if (!all.length) return nothing;
  const demo = demoOf(form, session);
  const by = byOf(form, demo);
  // What an answer started was of another kind.
  const afresh = () => form.options.map((/** @type {any} */ row) => ({ ...row, starts: undefined }));
  return html`
    <fieldset class="boxed"><legend>Does it start something?</legend>
      <label>What wins sets and starts <select name="steers" @change=${(/** @type {any} */ event) => turn({ steers: event.target.value, by: "", options: afresh() })}>
        <option value="">nothing</option>${all.map((/** @type {any} */ one) => html`<option value=${one.id} ?selected=${one.id === form.steers}>${one.title}</option>`)}</select></label>
      ${demo ? html`<label>Each answer is <select name="by" @change=${(/** @type {any} */ event) => turn({ by: event.target.value, options: afresh() })}>
        ${demo.presets.length ? html`<option value="sets" ?selected=${by === "sets"}>a ready set</option>` : nothing}
        ${demo.knobs.map((/** @type {any} */ knob) => html`<option value=${knob.name} ?selected=${by === knob.name}>a value of ${knob.label}</option>`)}
        ${by === "kept" ? html`<option value="kept" selected>as it was written</option>` : nothing}</select></label>` : nothing}
    </fieldset>`;
}

/** @param {any} form @param {any} demo */
const byOf = (form, demo) => form.by || (demo?.presets.length ? "sets" : demo?.knobs[0]?.name) || "sets";

/** What one answer sets. @param {any} form @param {any} session @param {any} row @param {number} place @param {(value: string) => void} turn */
export function settingField(form, session, row, place, turn) {
  const demo = demoOf(form, session);
  if (!demo) return nothing;
  const by = byOf(form, demo);
  const label = `What answer ${place + 1} starts`;
  const change = (/** @type {any} */ event) => turn(event.target.value);
  if (by === "kept") return html`<span class="soft">as written</span>`;
  if (by === "sets") return html`<select aria-label=${label} @change=${change}>${demo.presets.map((/** @type {any} */ preset, /** @type {number} */ n) => html`<option value=${n} ?selected=${String(n) === valueOf(form, session, row, place)}>${preset.label}</option>`)}</select>`;
  const knob = demo.knobs.find((/** @type {any} */ one) => one.name === by);
  const value = valueOf(form, session, row, place);
  return knob.kind === "choice"
    ? html`<select aria-label=${label} @change=${change}>${knob.words.map((/** @type {string} */ word) => html`<option value=${word} ?selected=${word === value}>${words(word)}</option>`)}</select>`
    : html`<input type="number" required aria-label=${label} min=${knob.from} max=${knob.to} step=${knob.kind === "count" ? 1 : "any"} .value=${value} @input=${change}>`;
}

/** What an answer sets, as its field has it; the place of the answer where nothing was chosen. @param {any} form @param {any} session @param {any} row @param {number} place */
function valueOf(form, session, row, place) {
  const demo = demoOf(form, session);
  const by = byOf(form, demo);
  if (by === "kept") return row.starts ?? "{}";
  if (by === "sets") return demo.presets[Number(row.starts)] ? row.starts : String(Math.min(place, demo.presets.length - 1));
  const knob = demo.knobs.find((/** @type {any} */ one) => one.name === by);
  if (knob.kind === "choice") return knob.words.includes(row.starts) ? row.starts : knob.words[Math.min(place, knob.words.length - 1)];
  return row.starts !== undefined && row.starts !== "" && Number.isFinite(Number(row.starts)) ? row.starts : String(demo.settings[by]);
}

/** What goes with the poll; an empty list takes steering away. @param {any} form @param {any} session @param {any[]} rows */
export function steersSpec(form, session, rows) {
  const demo = demoOf(form, session);
  if (!demo) return { segment: steered(session)[0]?.id ?? "", settings: [] };
  const by = byOf(form, demo);
  const knob = demo.knobs.find((/** @type {any} */ one) => one.name === by);
  const settings = rows.map((row, place) => {
    const value = valueOf(form, session, row, place);
    if (by === "kept") return JSON.parse(value);
    if (by === "sets") return demo.presets[Number(value)].settings;
    return { [by]: knob.kind === "choice" ? value : Number(value) };
  });
  return { segment: form.steers, settings };
}
