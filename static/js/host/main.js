// @ts-check
// The host panel: three columns on a desk, three tabs on a phone, painted from the desk's state.

import { html, nothing, render } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { agenda } from "./agenda.js";
import { compose } from "./compose.js";
import { act, onChange, pollsInOrder, set, store, ui } from "./desk.js";
import { help, listenForKeys } from "./keys.js";
import { pollCard } from "./poll.js";
import { share } from "./share.js";
import { top } from "./top.js";

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
    ${ui.line === "online" ? nothing : html`<p class="banner" role="status">${LINE[ui.line]}</p>`}
    <nav class="tabs" aria-label="Columns">${tab("agenda", "Agenda")}${tab("polls", "Polls")}${tab("share", "Share")}</nav>
    <main class="columns" data-tab=${ui.tab} aria-busy=${ui.asking > 0}>
      ${agenda(session)}
      ${polls(session)}
      ${share(session)}
    </main>
    <div class="dock" role="toolbar" aria-label="Quick actions">
      <button type="button" @click=${() => act("previous")}>‹ Back</button>
      <button type="button" class="main" @click=${() => set({ tab: "polls", form: { form: "poll", id: null } })}>New poll</button>
      <button type="button" @click=${() => act("next")}>Next ›</button>
    </div>
    <div class="toast-place" role="status">${ui.toast
      ? html`<p class=${ui.toast.bad ? "toast bad" : "toast"}>${ui.toast.text}
          <button type="button" class="quiet" aria-label="Dismiss" @click=${() => set({ toast: null })}>×</button></p>`
      : nothing}</div>
    ${help()}`;
}

/** @param {any} session */
function polls(session) {
  const all = pollsInOrder();
  const heading = (/** @type {any} */ poll, /** @type {any} */ before) => {
    const group = (/** @type {any} */ p) => (p.segment === session.current ? "here" : p.phase === "open" || p.phase === "closing" ? "open" : "rest");
    if (before && group(before) === group(poll)) return nothing;
    const words = { here: "In this segment", open: "Also open", rest: "Other polls" };
    return html`<h3 class="group">${words[group(poll)]}</h3>`;
  };
  return html`
    <section class="column polls" aria-labelledby="polls-title">
      <div class="row head">
        <h2 id="polls-title">Polls</h2>
        <button type="button" class="main" aria-expanded=${ui.form?.form === "poll"}
          @click=${() => set({ form: ui.form?.form === "poll" ? null : { form: "poll", id: null } })}>New poll <kbd>N</kbd></button>
      </div>
      ${ui.form?.form === "poll" ? compose(session) : nothing}
      ${all.length === 0 && ui.form?.form !== "poll" ? html`
        <div class="empty">
          <p><strong>No polls yet.</strong></p>
          <ol>
            <li>Share the link or the code <b>${session.code}</b> so that people can join.</li>
            <li>Press <b>New poll</b> and pick a ready one: it is open in two clicks.</li>
            <li>Watch the votes come in here, then <b>Reveal</b> the result to everyone.</li>
          </ol>
        </div>` : nothing}
      ${all.map((poll, place) => html`${heading(poll, all[place - 1])}${pollCard(poll, session)}`)}
    </section>`;
}

const paint = () => render(app(), root);
// What the server drew is for those without JavaScript; lit would leave it standing.
root.replaceChildren();
onChange(paint);
listenForKeys();
paint();
// Clocks and countdowns.
setInterval(paint, 1000);
