// @ts-check
// The rules for questions and chat, as one form.

import { html } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { act, closeForm, fields } from "./desk.js";

/** @typedef {import("protocol").RulesView} Rules */

const MODERATION = [["off", "Nobody; all are public at once"], ["after", "Moderators, after they are public"], ["before", "Moderators, before they are public"]];
const NAMES = [["optional", "If they like"], ["required", "Yes, with each question"], ["never", "No, all are anonymous"]];

/** @param {Rules} rules */
export function rulesForm(rules) {
  /** @param {SubmitEvent} event */
  const save = async (event) => {
    const { text, lines, number, ticked } = fields(event);
    const done = await act("set_rules", {
      rules: {
        open: ticked("open"), moderation: text("moderation"), names: text("names"), anonymous: text("anonymous"),
        slow_seconds: number("slow") ?? 0, words: lines("words"), hold_links: ticked("links"), chat: ticked("chat"), reactions: ticked("reactions"),
      },
    });
    if (done) closeForm();
  };
  const choice = (/** @type {string} */ name, /** @type {string[][]} */ all, /** @type {string} */ now) => html`
    <select name=${name}>${all.map(([id, words]) => html`<option value=${id} ?selected=${id === now}>${words}</option>`)}</select>`;
  const tick = (/** @type {string} */ name, /** @type {string} */ words, /** @type {boolean} */ on) => html`
    <label class="tick"><input type="checkbox" name=${name} ?checked=${on}> ${words}</label>`;
  return html`
    <form class="form card" data-form @submit=${save} aria-label="Rules for questions and chat">
      ${tick("open", "Questions are taken", rules.open)}
      <label>Who looks at questions? ${choice("moderation", MODERATION, rules.moderation)}</label>
      <label>Do askers give a name? ${choice("names", NAMES, rules.names)}</label>
      <label>Those without a name are called <input name="anonymous" required maxlength="60" .defaultValue=${rules.anonymous}></label>
      <label>Slow mode: seconds between two of one person, 0 for none
        <input name="slow" type="number" min="0" max="3600" inputmode="numeric" .defaultValue=${String(rules.slow_seconds)}></label>
      <label>Words that wait for a moderator, one a line; a star stands for any ending
        <textarea name="words" rows="3" .defaultValue=${rules.words.join("\n")}></textarea></label>
      ${tick("links", "What has a link waits for a moderator", rules.hold_links)}
      ${tick("chat", "Chat on the audience’s page", rules.chat)}
      ${tick("reactions", "Reactions", rules.reactions)}
      <div class="row"><button class="main">Save</button><button type="button" @click=${closeForm}>Cancel</button></div>
    </form>`;
}
