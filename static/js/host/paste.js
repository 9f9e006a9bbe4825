// @ts-check
// Questions from another chat, pasted in: what was copied is taken apart, shown, put right and handed on.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { act, closeForm, set, ui } from "./desk.js";
import { leftOut, leftOutWords, takeApart } from "./chat_lines.js";
import { fieldOf } from "./field.js";

/** @typedef {import("protocol").SessionView} Session */

const MOST = 100;

/** @param {Session} session */
export function pasteForm(session) {
  const rows = ui.pasted;
  const put = (/** @type {typeof rows} */ pasted) => set({ pasted });
  const read = (/** @type {Event} */ event) => {
    const { value } = /** @type {HTMLTextAreaElement} */ (event.target);
    const lines = takeApart(value);
    const over = lines.length - MOST;
    const words = [leftOutWords(leftOut(value)), over > 0 ? `Only the first ${MOST} lines are taken; paste the other ${over} afterwards.` : ""];
    set({ pasted: lines.slice(0, MOST), pastedNote: words.filter(Boolean).join(" ") });
  };
  const turn = (/** @type {number} */ place, /** @type {object} */ change) => put(rows.map((row, n) => (n === place ? { ...row, ...change } : row)));
  const chosen = rows.filter((row) => row.taken && row.text.trim());
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    event.preventDefault();
    const source = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("source") ?? "").trim();
    const questions = chosen.map((row) => ({ text: row.text.trim(), author: row.author.trim(), stream_seconds: row.seconds, source }));
    if (!await act("add_questions", { questions })) return;
    set({ pasted: [], pastedNote: "" });
    closeForm();
  };
  return html`
    <form class="form card" data-form @submit=${send} aria-label="Questions from another chat">
      <label>Which chat? <input name="source" list="sources" maxlength="60" required placeholder="YouTube" autocomplete="off"></label>
      <datalist id="sources">${session.channels.map((channel) => html`<option value=${channel.label}></option>`)}</datalist>
      <label>Paste the lines, one question each
        <textarea rows="4" @input=${read} placeholder="16:06 Jane Doe: Does it scale to bigger models?"></textarea></label>
      <p class="soft" role="status">${ui.pastedNote}</p>
      ${rows.length ? html`<ul class="pasted">${rows.map((row, place) => html`
        <li>
          <input type="checkbox" .checked=${row.taken} aria-label="Take “${row.text}”" @change=${() => turn(place, { taken: !row.taken })}>
          <div class="form">
            <input .value=${row.author} maxlength="60" aria-label="Who asked" placeholder="Who asked" @input=${(/** @type {Event} */ event) => turn(place, { author: fieldOf(event).value })}>
            <input .value=${row.text} maxlength="500" aria-label="The question" @input=${(/** @type {Event} */ event) => turn(place, { text: fieldOf(event).value })}>
          </div>
        </li>`)}</ul>` : nothing}
      <div class="row"><button class="main" ?disabled=${chosen.length === 0}>Add ${chosen.length || ""} to the queue</button>
        <button type="button" @click=${() => { set({ pasted: [], pastedNote: "" }); closeForm(); }}>Cancel</button></div>
    </form>`;
}
