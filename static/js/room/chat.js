// @ts-check
// The chat: the last messages, and a line to write one.

import { html, live, nothing, ref, repeat } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { ask, isLive, room, serverNow, session, set, ui } from "./main.js";
import { nameField, rememberName } from "./ask.js";
import { freshKey } from "./kept.js";
import { asIs } from "./text.js";
import { ago } from "./words.js";

/** @typedef {import("protocol").RulesView} Rules */

/** What is under way; sent again under its key it says nothing twice. @type {{key: string, text: string}|null} */
let under = null;
/** Whether the newest message is in sight; it stays there as others come, unless someone reads further up. */
let atEnd = true;

/** @param {Element} [list] */
const stayAtEnd = (list) => list && atEnd && queueMicrotask(() => { list.scrollTop = list.scrollHeight; });

/** @param {Event} event */
function scrolled(event) {
  const { scrollHeight, scrollTop, clientHeight } = /** @type {Element} */ (event.target);
  atEnd = scrollHeight - scrollTop - clientHeight < 40;
}

/** @param {import("protocol").MessageView} message @param {Rules} rules */
const line = (message, rules) => html`
  <li class=${message.host ? "by-host" : ""}><p class="who"><b dir="auto" translate="no" .textContent=${message.name || rules.anonymous}></b>${message.source ? html` · ${asIs(message.source)}` : nothing}
    <span class="hint" .textContent=${ago(serverNow() - message.at)}></span></p><p dir="auto" .textContent=${message.text}></p></li>`;

/** @param {SubmitEvent} event */
function send(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  const text = ui.said.trim();
  const name = rememberName(form);
  if (!text) return set({ chatError: "Write something first." });
  if (under?.text !== text) under = { text, key: freshKey() };
  const sent = ask({ type: "chat", key: under.key, text, name }, (answer) => {
    if (answer.type === "refused") return set({ chatError: answer.why });
    under = null;
    atEnd = true;
    // What was typed since stays.
    set({ said: ui.said.trim() === text ? "" : ui.said, chatError: "" });
  });
  if (!sent) set({ chatError: "You are offline. Your words stay here until you are back." });
}

/** @param {import("protocol").RoomView} now */
export function chat(now) {
  const { rules } = now.questions;
  const over = session().state === "ended";
  return html`
    <section class="part" aria-labelledby="chat-title">
      <h2 id="chat-title">Chat</h2>
      ${now.chat.messages.length === 0 ? html`<p class="empty">Nobody has written yet.</p>` : nothing}
      <ol class="messages" aria-live="off" tabindex="0" aria-label="Messages" @scroll=${scrolled} ${ref((list) => stayAtEnd(list))}>${repeat(now.chat.messages, (one) => one.id, (one) => line(one, rules))}</ol>
      ${over || room().own?.banned ? nothing : html`
        <form class="say" @submit=${send}>
          ${nameField(rules)}
          <label for="say-text">Message</label>
          <div class="say-row"><input id="say-text" maxlength="300" autocomplete="off" dir="auto" .value=${live(ui.said)}
            @input=${(/** @type {InputEvent} */ event) => { ui.said = /** @type {HTMLInputElement} */ (event.target).value; }}>
            <button class="go" aria-disabled=${!isLive()}>Send</button></div>
          <p class="bad-words" role="status" .textContent=${ui.chatError}></p>
        </form>`}
    </section>`;
}
