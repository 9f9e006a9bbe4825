// @ts-check
// To everyone at once: announcements, and "can you see and hear?".

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { act, fields, plural, span, store } from "./desk.js";

/** @typedef {import("protocol").SessionView} Session */

const READY = ["This session is being recorded.", "We start in a few minutes.", "Please ask by the link, not in the chat.", "The slides are in the chat."];
const CHECK_SECONDS = 30;

/** @param {Session} session */
export function roomCard(session) {
  return html`<section class="card room" aria-labelledby="room-title"><h3 id="room-title">To everyone</h3>${announcement(session)}${signal()}</section>`;
}

/** @param {Session} session */
function announcement({ announcement: now }) {
  const isUp = now && !(now.until && now.until < store.serverNow());
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    const { form, text, number } = fields(event);
    const minutes = number("minutes");
    if (await act("announce", { text: text("text"), seconds: minutes ? minutes * 60 : null })) form.reset();
  };
  return html`
    ${isUp ? html`<div class="up"><p><b dir="auto">${now.text}</b>${now.until ? html` <span class="soft">for ${span(now.until - store.serverNow())}</span>` : nothing}</p>
      <button type="button" @click=${() => act("clear_announcement")}>Take down</button></div>` : nothing}
    <form class="row announce" @submit=${send}>
      <label class="sr-only" for="announce">Announce</label>
      <input id="announce" name="text" list="ready" maxlength="300" required placeholder="Announce something" autocomplete="off">
      <datalist id="ready">${READY.map((words) => html`<option value=${words}></option>`)}</datalist>
      <input name="minutes" type="number" min="1" max="600" inputmode="numeric" placeholder="min" aria-label="For how many minutes; empty for until taken down">
      <button>Announce</button>
    </form>
    <button type="button" class="quiet" @click=${() => act("announce", { text: READY[0], seconds: null })}>Say that it is recorded</button>`;
}

function signal() {
  const check = store.get.signal;
  const ask = () => act("check_signal", { seconds: CHECK_SECONDS });
  if (!check) return html`<button type="button" @click=${ask}>Can everyone see and hear?</button>`;
  const left = check.until - store.serverNow();
  const row = (/** @type {import("protocol").SignalCount} */ count) => {
    const all = count.both + count.sees_only + count.hears_only + count.neither;
    const parts = [[count.both, "both fine"], [count.sees_only, "only see"], [count.hears_only, "only hear"], [count.neither, "neither"]];
    return html`<li><span>${count.source || "All"}: ${parts.filter(([n]) => n).map(([n, words]) => `${n} ${words}`).join(", ") || "no answer yet"}</span>
      ${all ? html`<progress max=${all} value=${count.both} aria-label="${count.source || "All"}, both fine"></progress>` : nothing}</li>`;
  };
  return html`
    <div class="signal"><p><b>Can everyone see and hear?</b> <span class="soft">${left > 0 ? `${Math.ceil(left / 1000)} s left` : "over for those without a delay"}</span></p>
      <ul class="aside counts">${(check.counts ?? []).map(row)}</ul>
      <div class="row"><button type="button" @click=${ask}>Ask again</button><button type="button" class="quiet" @click=${() => act("end_signal")}>Put away</button></div></div>`;
}

/** How many have not seen yet what the host did last. */
export function catchingUp() {
  const { presence } = store.get;
  const behind = presence?.behind ?? [];
  if (!presence || behind.length === 0) return "";
  const since = presence.acted_at ? (store.serverNow() - presence.acted_at) / 1000 : Infinity;
  const late = behind.filter(([delay]) => delay > since);
  const sum = (/** @type {[number, number][]} */ some) => some.reduce((n, [, many]) => n + many, 0);
  if (late.length === 0) return `${sum(behind)} watch up to ${behind[behind.length - 1][0]} s behind`;
  const longest = Math.ceil(Math.max(...late.map(([delay]) => delay)) - since);
  return `${plural(sum(late), "viewer")} still to catch up (${longest} s)`;
}
