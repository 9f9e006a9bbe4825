// @ts-check
// The chat on the desk: what was written, and what can be done about it.

import { html, nothing, repeat } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { act, ago, fields, known, store } from "./desk.js";

/** @typedef {import("protocol").RulesView} Rules */

/** @param {import("protocol").MessageView} one @param {Rules} rules */
function message(one, rules) {
  const id = { message: one.id };
  return html`
    <li class=${one.hidden || one.pending ? "message aside-message" : "message"}>
      <p class="meta"><b dir="auto">${one.name || rules.anonymous}</b>${one.source ? html`<span>${one.source}</span>` : nothing}<span>${ago(store.serverNow() - one.at)}</span>
        ${one.hidden ? html`<span class="tag">Hidden</span>` : one.pending ? html`<span class="tag">Waits</span>` : nothing}</p>
      <p dir="auto">${one.text}</p>
      <p class="row">
        ${one.pending ? html`<button type="button" class="quiet" @click=${() => act("pass_message", id)}>Let out</button>` : nothing}
        ${one.hidden ? html`<button type="button" class="quiet" @click=${() => act("show_message", id)}>Show again</button>`
          : html`<button type="button" class="quiet" @click=${() => act("hide_message", id, "The message is hidden.")}>Hide</button>`}
        ${one.host ? nothing : html`<button type="button" class="quiet" @click=${() => act("ban_author", { ...id, hide: true }, "Its author may not write or ask any more.")}>Ban the author</button>`}
      </p>
    </li>`;
}

export function chatDesk() {
  const { chat, questions } = known();
  const { rules } = questions;
  /** @param {SubmitEvent} event */
  const say = async (event) => {
    const { form, text } = fields(event);
    if (await act("say", { text: text("text") })) form.reset();
  };
  return html`
    ${rules.chat ? nothing : html`<p class="soft">The chat is off: the audience does not see it. <button type="button" class="inline" @click=${() => act("set_rules", { rules: { ...rules, chat: true } })}>Turn it on</button></p>`}
    <form class="row add-option" @submit=${say}>
      <label class="sr-only" for="say">Write as the host</label>
      <input id="say" name="text" maxlength="300" required placeholder="Write as the host" autocomplete="off"><button>Send</button>
    </form>
    ${chat.messages.length === 0 ? html`<p class="empty">Nobody has written yet.</p>` : nothing}
    <ol class="messages">${repeat([...chat.messages].reverse(), (one) => one.id, (one) => message(one, rules))}</ol>`;
}
