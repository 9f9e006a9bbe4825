// @ts-check
// The box to ask in, with what is like it offered while one types.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { write } from "../device.js";
import { ask, askQuestion, announce, isLive, room, set, ui } from "./main.js";
import { hasVoice, upvote } from "./questions.js";
import { asIs, text as words } from "./text.js";

/** @typedef {import("protocol").RulesView} Rules */

const MAX = 500;
/** The counter is shown from here on; before, it would only worry people. */
const NEAR = 400;
const PAUSE_MS = 600;
const LEAST_CHARS = 8;

/** For so long after they came, the offers take no press: it was meant for what stood there before. */
const SETTLE_MS = 500;

let typing = 0, offeredAt = -SETTLE_MS;

/** @param {Rules} rules */
export const nameField = (rules) => (rules.names === "never" ? nothing : html`
  <label><span>Your name${rules.names === "required" ? nothing : " (if you like)"}</span>
    <input name="name" maxlength="60" autocomplete="nickname" dir="auto" .value=${ui.name} placeholder=${rules.anonymous} ?required=${rules.names === "required"}></label>`);

/** The name in a form, kept on this device for the next time. @param {HTMLFormElement} form */
export function rememberName(form) {
  const field = /** @type {HTMLInputElement|null} */ (form.elements.namedItem("name"));
  if (!field) return "";
  ui.name = field.value.trim();
  write("salon/name", ui.name);
  return ui.name;
}

/** @param {InputEvent} event */
function typed(event) {
  ui.draft = /** @type {HTMLTextAreaElement} */ (event.target).value;
  clearTimeout(typing);
  const text = ui.draft.trim();
  if (text.length < LEAST_CHARS) return set({ similar: [], error: "" });
  typing = Number(setTimeout(() => ask({ type: "similar", text }, (answer) => {
    // What came for other words than those in the box now is of no use.
    if (answer.type === "similar" && ui.draft.trim() === text) {
      const own = (room().own?.questions ?? []).map((one) => one.id);
      const similar = answer.questions.filter((one) => !own.includes(one.id));
      if (similar.length && !ui.similar.length) announce("Somebody has asked something like this. See below the box.");
      if (!ui.similar.length) offeredAt = performance.now();
      set({ similar });
    }
  }), PAUSE_MS));
  set({ error: "" });
}

/** @param {SubmitEvent} event */
function submit(event) {
  event.preventDefault();
  const name = rememberName(/** @type {HTMLFormElement} */ (event.currentTarget));
  const text = ui.draft.trim();
  if (!text) return set({ error: "Write your question first." });
  if (secondsLeft() > 0) return;
  clearTimeout(typing);
  askQuestion({ text, name, about: ui.about });
  set({ draft: "", similar: [], about: null, error: "" });
}

const secondsLeft = () => Math.ceil((ui.waitUntil - performance.now()) / 1000);

/** @param {import("protocol").QuestionView} like */
function meToo(like) {
  if (performance.now() - offeredAt < SETTLE_MS) return;
  upvote(like.id, true);
  announce("Counted: you want this answered too.");
  set({ draft: "", similar: [] });
}

/** @param {import("protocol").RoomView} now */
export function askBox(now) {
  const { rules, list } = now.questions;
  if (now.own?.banned) return html`<p class="empty">The moderators take no more questions from you.</p>`;
  if (!rules.open) return html`<p class="empty">Questions are not taken right now.</p>`;
  const about = list.find((one) => one.id === ui.about);
  const left = MAX - ui.draft.length;
  const wait = secondsLeft();
  return html`
    <form class="ask" id="ask" @submit=${submit}>
      ${about ? html`<p class="hint">Following up: <q dir="auto" .textContent=${about.text}></q>
        <button type="button" class="quiet" @click=${() => set({ about: null })}>Ask something new</button></p>` : nothing}
      <label for="ask-text" .textContent=${about ? "Your follow-up" : "Your question"}></label>
      <textarea id="ask-text" rows="3" maxlength=${MAX} dir="auto" .value=${ui.draft} @input=${typed}
        aria-describedby="ask-note" placeholder="What do you want to know?"></textarea>
      ${ui.draft.length > NEAR ? html`<p class="hint">${asIs(left)} <span>characters left</span></p>` : nothing}
      ${ui.similar.length ? html`
        <div class="like"><p><b>Is it one of these?</b></p>
          <ul>${ui.similar.map((one) => html`<li><p dir="auto" .textContent=${one.text}></p>
            <button type="button" @click=${() => meToo(one)} ?disabled=${hasVoice(one.id)}><span>Me too</span> ▲ ${asIs(one.voices)}</button></li>`)}</ul></div>` : nothing}
      ${nameField(rules)}
      <button class="go" aria-disabled=${wait > 0}>${words(wait > 0 ? `Wait ${wait} s` : isLive() ? "Ask" : "Ask when back online")}</button>
      <p id="ask-note" class=${ui.error ? "bad-words" : "hint"} role="status" .textContent=${ui.error
        || (rules.moderation === "before" ? "A moderator looks at each question first." : "")}></p>
    </form>`;
}
