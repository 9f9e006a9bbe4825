// @ts-check
// What the answers of a poll set going: a demo of this session, by ready sets or by one knob.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { whole, words } from "./knobs.js";
import { fieldOf } from "./field.js";

/** @typedef {import("./knobs.js").Demo} Demo */
/** @typedef {Pick<import("./desk.js").OpenForm, "steers"|"by"|"options">} Form */
/** @typedef {import("./compose_options.js").Row} Row */
/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").SessionView} Session */

/** Segments that a poll can steer. @param {Session} session */
export const steered = (session) =>
  session.agenda.flatMap(({ id, title, demo }) => (demo?.knobs?.length ? [{ id, title, demo: whole(demo) }] : []));

/**
 * How a draft's steering stands in the form: the segment, what is set (`sets` or a knob's name; `kept` for what this
 * form cannot show), and each answer's value.
 * @param {Pick<Poll, "steers">|null|undefined} draft @param {Session} session
 */
export function steeringOf(draft, session) {
  const { steers } = draft ?? {};
  const demo = steers && steered(session).find((one) => one.id === steers.segment)?.demo;
  if (!demo) return { segment: "", by: "sets", values: [] };
  const same = (/** @type {object} */ a, /** @type {object} */ b) => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
  const sets = steers.settings.map((one) => demo.presets.findIndex((preset) => same(preset.settings, one)));
  if (sets.every((/** @type {number} */ n) => n >= 0)) return { segment: steers.segment, by: "sets", values: sets.map(String) };
  const names = steers.settings.map((one) => Object.keys(one));
  const [name] = names[0] ?? [];
  if (names.every((/** @type {string[]} */ one) => one.length === 1 && one[0] === name)) {
    return { segment: steers.segment, by: name, values: steers.settings.map((one) => String(one[name])) };
  }
  return { segment: steers.segment, by: "kept", values: steers.settings.map((one) => JSON.stringify(one)) };
}

/** @param {Form} form @param {Session} session */
const demoOf = (form, session) => steered(session).find((one) => one.id === form.steers)?.demo;

/** @param {Form} form @param {Session} session @param {(change: object) => void} turn */
export function steeringFields(form, session, turn) {
  const all = steered(session);
  if (!all.length) return nothing;
  const demo = demoOf(form, session);
  // What an answer started was of another kind.
  const afresh = () => (form.options ?? []).map((row) => ({ ...row, starts: undefined }));
  return html`
    <fieldset class="boxed"><legend>Does it start something?</legend>
      <label>What wins sets and starts <select name="steers" @change=${(/** @type {Event} */ event) => turn({ steers: fieldOf(event).value, by: "", options: afresh() })}>
        <option value="">nothing</option>${all.map((one) => html`<option value=${one.id} ?selected=${one.id === form.steers}>${one.title}</option>`)}</select></label>
      ${demo ? bySelect(form, demo, (by) => turn({ by, options: afresh() })) : nothing}
    </fieldset>`;
}

/** What of a demo each answer sets. @param {Form} form @param {Demo} demo @param {(by: string) => void} turn */
function bySelect(form, demo, turn) {
  const by = byOf(form, demo);
  return html`<label>Each answer is <select name="by" @change=${(/** @type {Event} */ event) => turn(fieldOf(event).value)}>
    ${demo.presets.length ? html`<option value="sets" ?selected=${by === "sets"}>a ready set</option>` : nothing}
    ${demo.knobs.map((knob) => html`<option value=${knob.name} ?selected=${by === knob.name}>a value of ${knob.label}</option>`)}
    ${by === "kept" ? html`<option value="kept" selected>as it was written</option>` : nothing}</select></label>`;
}

/** @param {Form} form @param {Demo} demo */
const byOf = (form, demo) => form.by || (demo.presets.length ? "sets" : demo.knobs[0]?.name) || "sets";

/** What one answer sets. @param {Form} form @param {Session} session @param {Row} row @param {number} place @param {(value: string) => void} turn */
export function settingField(form, session, row, place, turn) {
  const demo = demoOf(form, session);
  if (!demo) return nothing;
  const by = byOf(form, demo);
  const label = `What answer ${place + 1} starts`;
  const change = (/** @type {Event} */ event) => turn(fieldOf(event).value);
  if (by === "kept") return html`<span class="soft">as written</span>`;
  if (by === "sets") return html`<select aria-label=${label} @change=${change}>${demo.presets.map((preset, /** @type {number} */ n) => html`<option value=${n} ?selected=${String(n) === valueOf(form, session, row, place)}>${preset.label}</option>`)}</select>`;
  const knob = demo.knobs.find((one) => one.name === by);
  if (!knob) return nothing;
  const value = valueOf(form, session, row, place);
  return knob.kind === "choice"
    ? html`<select aria-label=${label} @change=${change}>${(knob.words ?? []).map((/** @type {string} */ word) => html`<option value=${word} ?selected=${word === value}>${words(word)}</option>`)}</select>`
    : html`<input type="number" required aria-label=${label} min=${knob.from} max=${knob.to} step=${knob.kind === "count" ? 1 : "any"} .value=${value} @input=${change}>`;
}

/** What an answer sets, as its field has it; the place of the answer where nothing was chosen. @param {Form} form @param {Session} session @param {Row} row @param {number} place */
function valueOf(form, session, row, place) {
  const demo = demoOf(form, session);
  if (!demo) return "";
  const by = byOf(form, demo);
  const { starts } = row;
  if (by === "kept") return starts ?? "{}";
  if (by === "sets") return starts && demo.presets[Number(starts)] ? starts : String(Math.min(place, demo.presets.length - 1));
  const { kind, words = [] } = demo.knobs.find((one) => one.name === by) ?? {};
  if (kind === "choice") return starts && words.includes(starts) ? starts : words[Math.min(place, words.length - 1)] ?? "";
  return starts && Number.isFinite(Number(starts)) ? starts : String(demo.settings[by]);
}

/** What goes with the poll; an empty list takes steering away. @param {Form} form @param {Session} session @param {Row[]} rows @returns {import("protocol").SteersSpec} */
export function steersSpec(form, session, rows) {
  const demo = demoOf(form, session);
  if (!demo) return { segment: steered(session)[0]?.id ?? "", settings: [] };
  const by = byOf(form, demo);
  const knob = demo.knobs.find((one) => one.name === by);
  const settings = rows.map((row, place) => {
    const value = valueOf(form, session, row, place);
    if (by === "kept") return JSON.parse(value);
    if (by === "sets") return demo.presets[Number(value)].settings;
    return { [by]: knob?.kind === "choice" ? value : Number(value) };
  });
  return { segment: form.steers ?? "", settings };
}
