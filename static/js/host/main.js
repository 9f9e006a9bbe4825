// @ts-check
// The host panel: three columns on a desk, three tabs on a phone, painted from the desk's state.

import { html, nothing, render, repeat } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { agenda } from "./agenda.js";
import { compose, openComposer } from "./compose.js";
import { act, closeForm, onChange, pollsInOrder, set, store, ui, watchPresses } from "./desk.js";
import { guide } from "./guide.js";
import { help, listenForKeys } from "./keys.js";
import { listenForMenus } from "./menus.js";
import { pollCard } from "./poll.js";
import { share } from "./share.js";
import { restoreTheme, top } from "./top.js";

const root = /** @type {HTMLElement} */ (document.getElementById("panel"));

/** @type {Record<string, string>} */
const LINE = {
  connecting: "Connecting…",
  offline: "The connection is gone. What you see may be old; it comes back by itself.",
  outdated: "This page is of another version. Reload it.",
  gone: "This session cannot be reached any more. Reload the page or sign in again.",
};

function app() {
  const { session } = store.get;
  if (!session) return html`<main class="waiting"><p role="status">${LINE[ui.line] ?? LINE.connecting}</p></main>`;
  const tab = (/** @type {string} */ id, /** @type {string} */ label) => html`
    <button type="button" class="tab" aria-pressed=${ui.tab === id} @click=${() => set({ tab: id })}>${label}</button>`;
  return html`
    ${top(session)}
    <div role="status">${ui.line === "online" ? nothing : html`<p class="banner">${LINE[ui.line]}</p>`}</div>
    <nav class="tabs" aria-label="Columns">${tab("agenda", "Agenda")}${tab("polls", "Polls")}${tab("share", "Share")}</nav>
    <main class="columns" data-tab=${ui.tab}>
      ${agenda(session)}
      ${polls(session)}
      ${share(session)}
    </main>
    <div class="dock" role="group" aria-label="Quick actions">
      <button type="button" @click=${() => act("previous")}>‹ Back</button>
      <button type="button" class="main" @click=${openComposer}>New poll</button>
      <button type="button" @click=${() => act("next")}>Next ›</button>
    </div>
    <div class="toast-place" role="status">${ui.toast
      ? html`<p class=${ui.toast.bad ? "toast bad" : "toast"}><span>${ui.toast.text}</span>
          ${ui.toast.undo && session.undo ? html`<button type="button" class="quiet" title=${session.undo} @click=${() => act("undo")}>Undo</button>` : nothing}
          <button type="button" class="quiet" aria-label="Dismiss" @click=${() => set({ toast: null })}>×</button></p>`
      : nothing}</div>
    ${help()}`;
}

/** @param {any} session */
function polls(session) {
  const all = pollsInOrder();
  const words = { here: "In this segment", open: "Also open", rest: "Other polls" };
  const group = (/** @type {any} */ p) => (p.segment === session.current ? "here" : p.phase === "open" || p.phase === "closing" ? "open" : "rest");
  const heading = (/** @type {any} */ poll, /** @type {any} */ before) => (
    before && group(before) === group(poll) ? nothing : html`<h3 class="group">${words[group(poll)]}</h3>`);
  const composing = ui.form?.form === "poll";
  return html`
    <section class="column polls" aria-labelledby="polls-title">
      <div class="row head">
        <h2 id="polls-title" tabindex="-1">Polls</h2>
        <button type="button" class="main" aria-expanded=${composing} @click=${composing ? closeForm : openComposer}>New poll <kbd>N</kbd></button>
      </div>
      ${composing ? compose(session) : guide(session, all.length === 0)}
      ${repeat(all, (poll) => poll.id, (poll, place) => html`${heading(poll, all[place - 1])}${pollCard(poll, session)}`)}
    </section>`;
}

/** Paints anew. Who was somewhere stays there: a list that changes its order moves nodes, and moved nodes lose the focus. */
function paint() {
  const held = /** @type {HTMLElement|null} */ (document.activeElement);
  const home = /** @type {HTMLElement|null|undefined} */ (held?.parentElement?.closest("[tabindex='-1']"));
  render(app(), root);
  if (!held || held === document.activeElement || !root.contains(held) && !home) return;
  for (const place of [held, home]) {
    if (!place || !root.contains(place)) continue;
    place.focus({ preventScroll: true });
    if (document.activeElement === place) return;
  }
}

// What the server drew is for those without JavaScript; lit would leave it standing.
root.replaceChildren();
onChange(paint);
listenForKeys();
listenForMenus();
watchPresses(root);
restoreTheme();
paint();
// Clocks and countdowns.
setInterval(paint, 1000);
