// @ts-check
// The speaker's view: for someone who stands and talks, at arm's length, with a keyboard, a clicker or a thumb.
// In reading order: where one is, the time, what is asked now, what comes next, whether everyone sees and hears.
import { html, nothing, render } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { stayAwake } from "../stage/keys.js";
import { askedAloud, isUp } from "../stage/questions.js";
import { nextUp, nowAsking } from "./asking.js";
import { canFill, help, listenForKeys, openHelp, theme, turnFullscreen, turnLarge } from "./keys.js";
import { asked, dismissToast, known, links, onChange, store, ui, undo } from "./room.js";
import { clock, here, signalCheck } from "./side.js";

/** @typedef {import("protocol").SessionView} Session */

const TICK = 500;
const root = /** @type {HTMLElement} */ (document.getElementById("view"));
const status = /** @type {HTMLElement} */ (document.getElementById("status"));

/** @type {Record<string, string>} */
const LINE = {
  connecting: "Connecting…",
  offline: "The connection is gone. What you see may be old; it comes back by itself.",
  outdated: "This page is of another version. Reload it.",
  gone: "This session cannot be reached any more. Reload the page, or ask the host for your link.",
};
const SHORT = /** @type {Record<string, string>} */ ({
  connecting: "Connecting", online: "Connected", offline: "Offline", outdated: "Outdated", gone: "Gone",
});

/** Four corners: the sign for it is in few fonts. */
const CORNERS = html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"/></svg>`;

/** @param {Session} session */
function top(session) {
  return html`
    <header class="top">
      <div class="title">
        <h1 dir="auto">${session.title}</h1>
        <p><span class="line" data-line=${ui.line}>${SHORT[ui.line]}</span>
          ${session.state === "live" ? nothing : html`<span class="state">${session.state === "draft" ? "not started yet" : "ended"}</span>`}
          ${here()}</p>
      </div>
      <div class="tools" role="group" aria-label="This screen">
        <button type="button" class="quiet" @click=${undo} aria-disabled=${!session.undo} title=${session.undo ? `Take back: ${session.undo}` : "Nothing to undo"}>Undo <kbd>U</kbd></button>
        <a class="quiet" href=${links.stage} target="_blank" rel="noopener">Stage</a>
        <button type="button" class="quiet" aria-pressed=${ui.large} @click=${turnLarge}>Large <kbd>L</kbd></button>
        <button type="button" class="quiet" aria-label="Dark or light" title="Dark or light (D)" @click=${theme.turn}>◐</button>
        ${canFill() ? html`<button type="button" class="quiet" aria-label="Full screen" title="Full screen (F)" @click=${turnFullscreen}>${CORNERS}</button>` : nothing}
        <button type="button" class="quiet" aria-label="Help and keys" title="Help and keys (?)" @click=${openHelp}>?</button>
      </div>
    </header>`;
}

/** @param {Session} session */
function announcement(session) {
  const { announcement: one } = session;
  return html`<div role="status">${one && isUp(one, store.serverNow()) ? html`<p class="announce"><b>Announced:</b> <bdi>${one.text}</bdi></p>` : nothing}</div>`;
}

function app() {
  const { session, questions } = store.get;
  if (!session || !questions?.rules) return html`<main class="waiting"><p role="status">${LINE[ui.line] ?? LINE.connecting}</p></main>`;
  return html`
    ${top(session)}
    <div role="status">${ui.line === "online" ? nothing : html`<p class="banner">${LINE[ui.line]}</p>`}</div>
    ${announcement(session)}
    <main class="desk">
      ${clock()}
      ${nowAsking()}
      ${nextUp()}
      ${signalCheck()}
    </main>
    <div class="toast-place" role="status">${ui.toast
      ? html`<p class=${ui.toast.bad ? "toast bad" : "toast"}><span>${ui.toast.text}</span>
          <button type="button" class="quiet" aria-label="Dismiss" @click=${dismissToast}>×</button></p>`
      : nothing}</div>
    ${help()}`;
}

/** @type {string|null} */
let told = null;

/** Says a question that was taken up once, politely; what was asked when the page opened is read with the page. */
function tell() {
  const question = asked();
  const taken = question ? `${question.id} ${question.standing_at}` : "";
  if (taken === told) return;
  const first = told === null;
  told = taken;
  if (question && !first) status.textContent = askedAloud(question, known().questions.rules);
}

/** Paints anew. A button that goes away with what it belonged to hands the focus to its place, not to nowhere. */
function paint() {
  document.documentElement.toggleAttribute("data-large", ui.large);
  const held = /** @type {HTMLElement|null} */ (document.activeElement);
  const inside = held && root.contains(held) && held !== root;
  render(app(), root);
  if (inside && !root.contains(held)) document.getElementById("next-title")?.focus({ preventScroll: true });
  if (store.get.session) tell();
}

// What the server drew is for those without JavaScript; lit would leave it standing.
root.replaceChildren();
theme.restore();
onChange(paint);
listenForKeys();
paint();
setInterval(paint, TICK);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && stayAwake());
void stayAwake();
