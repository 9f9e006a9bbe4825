// @ts-check
// The bar on top: what session this is, how many are there, its state, undo.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { makeTheme } from "../device.js";
import { act, links, plural, role, set, store, toast, ui } from "./desk.js";
import { openHelp } from "./keys.js";
import { catchingUp } from "./room.js";

/** @typedef {import("protocol").SessionView} Session */

const LINE = { connecting: "Connecting…", online: "Connected", offline: "Offline", outdated: "Outdated", gone: "Gone" };
export const theme = makeTheme("salon/host-theme");

/** @param {Session} session */
export function top(session) {
  const { presence } = store.get;
  const there = presence
    ? `${presence.audience} joined · ${plural(presence.stage, "stage")} · ${plural(presence.host, "host")}`
    : "";
  const late = catchingUp();
  const [verb, label] = /** @type {const} */ ({
    draft: ["start_session", "Start"],
    live: ["end_session", "End"],
    ended: ["reopen_session", "Reopen"],
  })[/** @type {"draft"|"live"|"ended"} */ (session.state)];
  return html`
    <header class="top">
      ${role === "host" ? html`<a class="home" href="/host">Salon<span class="sr-only">: all sessions</span></a>` : html`<span class="home">Salon <span class="soft">${role === "cohost" ? "co-host" : role}</span></span>`}
      <div class="title">
        <h1 dir="auto">${session.title}</h1>
        <p><span class="state" data-state=${session.state}>${session.state}</span> ${there} ${late ? html`<span class="late">· ${late}</span>` : nothing}
          <span class="line" data-line=${ui.line}>${LINE[/** @type {keyof typeof LINE} */ (ui.line)]}</span></p>
      </div>
      <div class="code" aria-label="Join code"><b>${session.code}</b>
        <button type="button" class="quiet" @click=${() => copyInvite(session)}>Copy invite</button>
        <button type="button" class="quiet" aria-expanded=${ui.qr} @click=${() => set({ qr: !ui.qr })}>QR</button>
      </div>
      <div class="acts">
        <button type="button" class="undo" ?disabled=${!session.undo} title=${session.undo ? `Take back: ${session.undo}` : "Nothing to undo"}
          @click=${() => act("undo")}>Undo${session.undo ? html`<span class="what">: ${session.undo}</span>` : nothing} <kbd>U</kbd></button>
        ${role === "moderator" ? nothing : html`<button type="button" class=${session.state === "draft" ? "main" : ""} @click=${() => act(verb, {}, verb === "end_session" ? "The session has ended. What was revealed stays readable." : undefined)}>${label} session</button>`}
        <button type="button" class="quiet" aria-label="Light or dark" @click=${theme.turn}>◐</button>
        <button type="button" class="quiet" aria-label="Help and keys" @click=${openHelp}>?</button>
      </div>
      ${ui.qr ? html`<div class="qr-plate"><img src="/qr/${session.code}.svg?for=${encodeURIComponent(session.join_url)}" alt="QR code of ${session.join_url}" width="240" height="240"><p>${session.join_url}</p>${links.onlyHere ? html`<p class="only-here">${links.onlyHere}</p>` : nothing}</div>` : nothing}
    </header>`;
}

/** @param {Session} session */
export async function copyInvite(session, via = "") {
  const url = session.join_url + (via ? `?via=${via}` : "");
  const text = `Vote and take part: ${url} (or enter the code ${session.code})`;
  try {
    // Not there on a plain-http address; then the text is shown, to be copied by hand.
    await navigator.clipboard.writeText(text);
    toast("The invite is copied; paste it into the chat.");
  } catch {
    toast(text);
  }
}
