// @ts-check
// The answers of a poll that is being composed: a row each, put in order by drag, keys or buttons.

import { html, nothing, repeat } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { say, set, ui } from "./desk.js";
import { arranges } from "./drag.js";
import { settingField } from "./steering.js";
import { fieldOf } from "./field.js";

/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").SessionView} Session */

const MOST = 40;
let last = 0;

/** @typedef {{key: string, label: string, starts?: string}} Row An answer of a poll that is composed, and what it starts. */

/** A row; its key stays with it wherever it goes. @param {string} [label] @param {string} [starts] @returns {Row} */
export const freshRow = (label = "", starts) => ({ key: String(last += 1), label, starts });

/** @param {Poll} draft @param {string[]} values What each starts. */
export function rowsOf(draft, values) {
  const choice = draft.kind === "single" || draft.kind === "multiple";
  const rows = choice ? draft.options.map((option, /** @type {number} */ place) => freshRow(option.label, values[place])) : [];
  return rows.length ? rows : [freshRow(), freshRow()];
}

/** @param {Row[]} options */
const put = (options) => set({ form: ui.form && { ...ui.form, options } });
const rows = () => ui.form?.options ?? [];

/** @param {string} key @param {string|null} before */
function move(key, before) {
  const row = rows().find((one) => one.key === key);
  if (!row || key === before) return;
  const others = rows().filter((one) => one !== row);
  const at = before === null ? others.length : others.findIndex((one) => one.key === before);
  put([...others.slice(0, at), row, ...others.slice(at)]);
  say(`Answer ${at + 1} of ${rows().length}.`);
  changed();
}

/** @param {string} key @param {number} by */
function moveBy(key, by) {
  const at = rows().findIndex((one) => one.key === key);
  if (at + by < 0 || at + by >= rows().length) return;
  move(key, rows()[by < 0 ? at - 1 : at + 2]?.key ?? null);
}

arranges("option", { to: (key, { before }) => move(key, before), by: moveBy });

/** What was not typed is a change of the form all the same. */
const changed = () => document.getElementById("compose")?.dispatchEvent(new Event("change"));
/** @param {string} key */
const focus = (key) => {
  // At once, or what is typed fast would still go into the row before.
  const row = document.getElementById(`answer-${key}`);
  if (row) row.focus();
  else requestAnimationFrame(() => document.getElementById(`answer-${key}`)?.focus());
};

/** @param {import("./desk.js").OpenForm} form @param {Session} session @param {(change: object) => void} turn */
export function optionRows(form, session, turn) {
  const all = form.options ?? [];
  const change = (/** @type {Row} */ row, /** @type {object} */ news) => turn({ options: rows().map((one) => (one.key === row.key ? { ...one, ...news } : one)) });
  /** Several lines become several answers. @param {Row} row @param {ClipboardEvent} event */
  const paste = (row, event) => {
    const lines = (event.clipboardData?.getData("text") ?? "").split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
    if (lines.length < 2) return;
    event.preventDefault();
    const fresh = lines.map((line) => freshRow(line));
    turn({ options: rows().flatMap((one) => (one.key !== row.key ? [one] : one.label.trim() ? [one, ...fresh] : fresh)).slice(0, MOST) });
    changed();
  };
  const add = (/** @type {Row|null} */ after) => {
    const fresh = freshRow();
    const at = after ? rows().findIndex((one) => one.key === after.key) + 1 : rows().length;
    if (rows().length < MOST) turn({ options: [...rows().slice(0, at), fresh, ...rows().slice(at)] });
    focus(fresh.key);
  };
  const drop = (/** @type {Row} */ row) => {
    const at = rows().findIndex((one) => one.key === row.key);
    turn({ options: rows().filter((one) => one.key !== row.key) });
    const next = rows()[Math.min(at, rows().length - 1)];
    if (next) focus(next.key);
    changed();
  };
  const keys = (/** @type {Row} */ row, /** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const next = rows()[rows().findIndex((one) => one.key === row.key) + 1];
    if (next && !next.label.trim()) focus(next.key);
    else add(row);
  };
  return html`
    <div class="answers" role="group" aria-label="Answers">
      <p class="group">Answers: press Enter for the next one, or paste several lines</p>
      ${repeat(all, (row) => row.key, (row, place) => html`
        <div class="answer" data-item="option" data-id=${row.key}>
          <button type="button" class="handle" aria-label=${`Move answer ${place + 1}`} title="Drag, or press ↑ and ↓">⋮⋮</button>
          <input id=${`answer-${row.key}`} name="option" maxlength="120" autocomplete="off" aria-label=${`Answer ${place + 1}`} .value=${row.label}
            @input=${(/** @type {Event} */ event) => change(row, { label: fieldOf(event).value })} @paste=${(/** @type {ClipboardEvent} */ event) => paste(row, event)} @keydown=${(/** @type {KeyboardEvent} */ event) => keys(row, event)}>
          ${settingField(form, session, row, place, (starts) => change(row, { starts }))}
          <button type="button" class="quiet small" aria-label=${`Move answer ${place + 1} up`} ?disabled=${place === 0} @click=${() => moveBy(row.key, -1)}>↑</button>
          <button type="button" class="quiet small" aria-label=${`Move answer ${place + 1} down`} ?disabled=${place === all.length - 1} @click=${() => moveBy(row.key, 1)}>↓</button>
          <button type="button" class="quiet small" aria-label=${`Remove answer ${place + 1}`} @click=${() => drop(row)}>×</button>
        </div>`)}
      ${all.length < MOST ? html`<button type="button" id="add-answer" @click=${() => add(null)}>Add an answer</button>` : nothing}
    </div>`;
}
