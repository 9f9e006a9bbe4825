// @ts-check
// The host panel: three columns on a desk, three tabs on a phone, painted from the desk's state.

import { html, nothing, render, repeat } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { agenda } from "./agenda.js";
import { chatDesk } from "./chat.js";
import { compose, openComposer } from "./compose.js";
import { act, dismissToast, giveUpForm, noteTyping, onChange, openForm, pollsInOrder, role, set, store, ui, watchPresses } from "./desk.js";
import { demoCard } from "./demo.js";
import { listenForDrags } from "./drag.js";
import { guide } from "./guide.js";
import { help, listenForKeys } from "./keys.js";
import { loadLinks } from "./links.js";
import { listenForMenus } from "./menus.js";
import { pollCard } from "./poll.js";
import { questionDesk } from "./questions.js";
import { roomCard } from "./room.js";
import { share } from "./share.js";
import { theme, top } from "./top.js";
import { walkCard } from "./walk.js";

/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").SessionView} Session */

const root = /** @type {HTMLElement} */ (document.getElementById("panel"));

/** @type {Record<string, string>} */
const LINE = {
  connecting: "Connecting…",
  offline: "The connection is gone. What you see may be old; it comes back by itself.",
  outdated: "This page is of another version. Reload it.",
  gone: "This session cannot be reached any more. Reload the page or sign in again.",
};

function app() {
  const { session, presence } = store.get;
  const unsaved = presence?.cannot_save;
  if (!session) return html`<main class="waiting"><p role="status">${LINE[ui.line] ?? LINE.connecting}</p></main>`;
  const tab = (/** @type {string} */ id, /** @type {string} */ label) => html`
    <button type="button" class="tab" aria-pressed=${ui.tab === id} @click=${() => set({ tab: id })}>${label}</button>`;
  const partTab = (/** @type {string} */ part, /** @type {unknown} */ label) => html`
    <button type="button" class="tab" aria-pressed=${ui.tab === "polls" && ui.part === part} @click=${() => set({ tab: "polls", part })}>${label}</button>`;
  const helps = role === "moderator";
  return html`
    ${top(session)}
    <div role="status">${ui.line === "online" ? nothing : html`<p class="banner">${LINE[ui.line]}</p>`}</div>
    <div role="alert">${unsaved ? html`<p class="banner">Nothing can be saved just now: ${unsaved}. Votes are kept on people's phones and sent again by themselves; this is tried again all the time.</p>` : nothing}</div>
    <nav class="tabs" aria-label="Columns">${helps ? nothing : html`${tab("agenda", "Agenda")}${partTab("polls", "Polls")}`}${partTab("questions", html`Questions${count()}`)}${partTab("chat", "Chat")}${helps ? nothing : tab("share", "Share")}</nav>
    <main class=${helps ? "columns only" : "columns"} data-tab=${ui.tab}>
      ${helps ? nothing : agenda(session)}
      ${middle(session)}
      ${helps ? nothing : share(session)}
    </main>
    ${helps ? nothing : html`<div class="dock" role="group" aria-label="Quick actions">
      ${session.state === "draft" ? html`<button type="button" @click=${() => { set({ tab: "agenda" }); openForm("segment", null, "add-segment"); }}>Add a segment</button>` : nothing}
      ${session.state === "live" ? html`<button type="button" @click=${() => act("previous")}>‹ Back</button>` : nothing}
      <button type="button" class="main" @click=${() => openComposer()}>New poll</button>
      ${session.state === "live" ? html`<button type="button" @click=${() => act("next")}>Next ›</button>` : nothing}
    </div>`}
    <p class="sr-only" role="status">${ui.said}</p>
    <div class="toast-place" role="status">${ui.toast
      ? html`<p class=${ui.toast.bad ? "toast bad" : "toast"}><span>${ui.toast.text}</span>
          ${ui.toast.undo && session.undo ? html`<button type="button" class="quiet" title=${session.undo} @click=${() => act("undo")}>Undo</button>` : nothing}
          <button type="button" class="quiet" aria-label="Dismiss" @click=${dismissToast}>×</button></p>`
      : nothing}</div>
    ${help()}`;
}

/** Questions that want a look, or else how many are open. */
function count() {
  const { pending = 0, open = 0 } = store.get.questions ?? {};
  const n = pending || open;
  return n ? html` <b class=${pending ? "badge waits" : "badge"}>${n}<span class="sr-only"> ${pending ? "to look at" : "open"}</span></b>` : nothing;
}

const PARTS = { polls: "Polls", questions: "Questions", chat: "Chat" };

/** The middle column shows one part at a time. @param {Session} session */
function middle(session) {
  if (ui.part === "polls") return polls(session);
  return html`
    <section class="column polls" aria-labelledby="part-title">
      <div class="row head">${parts()}<h2 id="part-title" class="sr-only" tabindex="-1">${PARTS[/** @type {keyof typeof PARTS} */ (ui.part)]}</h2></div>
      ${ui.part === "questions" ? html`${role === "moderator" ? roomCard(session) : nothing}${questionDesk(session)}` : chatDesk()}
    </section>`;
}

const parts = () => html`
  <div class="switch" role="group" aria-label="Middle column">${Object.entries(PARTS).filter(([id]) => id !== "polls" || role !== "moderator").map(([id, words]) => html`
    <button type="button" aria-pressed=${ui.part === id} @click=${() => set({ part: id })}>${words}${id === "questions" ? count() : nothing}</button>`)}</div>`;

/** Under which heading a poll stands: while a session goes on by what matters now, else by the agenda. @param {Poll} poll @param {Session} session */
function heading(poll, session) {
  const segment = session.agenda.find((one) => one.id === poll.segment);
  const title = segment?.title ?? (session.agenda.length ? "Of no segment" : "Polls");
  if (session.state === "draft") return title;
  if (poll.segment === session.current) return "In this segment";
  return poll.phase === "open" || poll.phase === "closing" ? "Also open" : title;
}

/** @param {Session} session */
function polls(session) {
  const all = pollsInOrder();
  const above = (/** @type {Poll} */ poll, /** @type {Poll|undefined} */ before) => (
    before && heading(before, session) === heading(poll, session) ? nothing : html`<h3 class="group" dir="auto">${heading(poll, session)}</h3>`);
  const composing = ui.form?.form === "poll";
  return html`
    <section class="column polls" aria-labelledby="polls-title">
      <div class="row head">
        ${parts()}<h2 id="polls-title" class="sr-only" tabindex="-1">Polls</h2>
        <button type="button" class="main" aria-expanded=${composing} @click=${composing ? giveUpForm : () => openComposer()}>New poll <kbd>N</kbd></button>
      </div>
      ${session.state === "ended" ? guide(session, all.length === 0) : nothing}
      ${walkCard(session)}
      ${demoCard(session)}
      ${composing ? compose(session) : session.state === "ended" ? nothing : guide(session, all.length === 0)}
      ${repeat(all, (poll) => poll.id, (poll, /** @type {number} */ place) => html`${above(poll, all[place - 1])}${pollCard(poll, session)}`)}
    </section>`;
}

/** Paints anew. Who was somewhere stays there: a list that changes its order moves nodes, and moved nodes lose the focus. */
function paint() {
  const held = /** @type {HTMLElement|null} */ (document.activeElement);
  const home = /** @type {HTMLElement|null|undefined} */ (held?.parentElement?.closest("[tabindex='-1']"));
  render(app(), root);
  bringForward();
  if (!held || held === document.activeElement || !root.contains(held) && !home) return;
  for (const place of [held, home]) {
    if (!place || !root.contains(place)) continue;
    place.focus({ preventScroll: true });
    if (document.activeElement === place) return;
  }
}

/** The segment and the run in front of everyone, as they were last painted. */
let front = "";

/** What is in front of everyone is in front of the host too, unless they are writing something. */
function bringForward() {
  const { session } = store.get;
  if (session?.state !== "live") return;
  const run = session.runs?.find((one) => one.segment === session.current);
  const now = `${session.current} ${run?.number}`;
  const before = front;
  front = now;
  const writing = ui.form || document.activeElement?.matches("input:not([type=checkbox], [type=range]), textarea, select");
  if (!before || before === now || writing) return;
  const column = document.querySelector(".column.polls");
  // On a desk the column scrolls, elsewhere the page; on a phone it may not be shown at all.
  if (column?.getClientRects().length) {
    column.scrollTop = 0;
    scrollBy({ top: Math.min(0, column.getBoundingClientRect().top) });
  }
  document.getElementById(`segment-${session.current}`)?.scrollIntoView({ block: "nearest" });
}

// What the server drew is for those without JavaScript; lit would leave it standing.
root.replaceChildren();
onChange(paint);
listenForKeys();
listenForMenus();
listenForDrags(root);
watchPresses(root);
for (const kind of ["input", "change"]) root.addEventListener(kind, noteTyping);
theme.restore();
paint();
if (role === "host") void loadLinks();
// Clocks and countdowns.
setInterval(paint, 1000);
