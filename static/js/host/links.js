// @ts-check
// Links for those who help with this session. Each is shown once, when it is made; the host alone makes them.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { closeForm, fields, links, openForm, set, toast, ui } from "./desk.js";

/** @typedef {{id: string, role: string, label: string, created_at: number, expires_at: number|null}} Helper */
/** @typedef {Helper & {url: string, token: string}} Fresh A link as its maker sees it, this once. */

const ROLES = [["moderator", "Moderator: questions and chat"], ["speaker", "Speaker: the question now, the clock"], ["cohost", "Co-host: everything but these links"], ["bridge", "Bridge: a program that hands on questions"]];
const NAMES = Object.fromEntries(ROLES.map(([id, words]) => [id, words.split(":")[0]]));
const url = `/host/${links.session}/links`;

/** @param {string} path @param {RequestInit} [init] */
async function ask(path, init) {
  try {
    const answer = await fetch(path, { credentials: "same-origin", ...init });
    const body = answer.status === 204 ? null : await answer.json();
    if (answer.ok) return { body };
    toast(body?.detail ?? "That did not work.", true);
  } catch {
    toast("There is no connection just now.", true);
  }
  return null;
}

export async function loadLinks() {
  const answer = await ask(url);
  if (answer) set({ helpers: answer.body });
}

/** @param {string} text @param {string} what */
async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} is copied.`);
  } catch {
    toast("Copying is not allowed here; mark the text and copy it by hand.", true);
  }
}

function make() {
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    const { text } = fields(event);
    const answer = await ask(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ role: text("role"), label: text("label"), days: Number(text("days")) || null }) });
    if (!answer) return;
    set({ fresh: answer.body });
    closeForm();
    void loadLinks();
  };
  return html`
    <form class="form" data-form @submit=${send} aria-label="A link for a helper">
      <label>Who is it for? <input name="label" required maxlength="120" placeholder="Ana" autocomplete="off"></label>
      <label>As <select name="role">${ROLES.map(([id, words]) => html`<option value=${id}>${words}</option>`)}</select></label>
      <label>Good for <select name="days">${[["", "until I withdraw it"], ["1", "one day"], ["7", "a week"], ["30", "30 days"]].map(([days, words]) => html`<option value=${days}>${words}</option>`)}</select></label>
      <div class="row"><button class="main">Make the link</button><button type="button" @click=${closeForm}>Cancel</button></div>
    </form>`;
}

function fresh() {
  const one = ui.fresh;
  if (!one) return nothing;
  const bridge = one.role === "bridge";
  return html`
    <div class="fresh" role="status"><p><b dir="auto">${one.label}</b>, ${NAMES[one.role].toLowerCase()}. Whoever has this has the role; it is shown this once.</p>
      <p class="secret">${bridge ? one.token : one.url}</p>
      ${bridge ? html`<p class="soft">Posts to <span class="secret">${one.url}</span></p>` : nothing}
      <div class="row"><button type="button" class="main" @click=${() => copy(bridge ? one.token : one.url, bridge ? "The token" : "The link")}>Copy</button>
        <button type="button" class="quiet" @click=${() => set({ fresh: null })}>Done</button></div></div>`;
}

export function helpers() {
  const revoke = async (/** @type {Helper} */ one) => {
    if (await ask(`${url}/${one.id}`, { method: "DELETE" })) {
      toast(`The link for ${one.label} opens nothing any more.`);
      void loadLinks();
    }
  };
  return html`
    <h3>Helpers</h3>
    <ul class="ways">
      <li><a href="/speaker/${links.session}" target="_blank" rel="noopener">Speaker’s view</a> <span class="soft">yours, in this browser</span></li>
      ${(ui.helpers ?? []).map((one) => html`<li><span><span dir="auto">${one.label}</span> <span class="soft">${NAMES[one.role]}${one.expires_at ? `, until ${new Date(one.expires_at).toLocaleString()}` : ""}</span></span>
        <button type="button" class="quiet" @click=${() => revoke(one)}>Withdraw<span class="sr-only"> the link for ${one.label}</span></button></li>`)}
    </ul>
    ${fresh()}
    ${ui.form?.form === "link" ? make() : html`<button type="button" id="make-link" @click=${() => openForm("link", null, "make-link")}>Make a link for a helper</button>`}`;
}
