// @ts-check
// What others see, and how they come in: the stage's preview, links, channels, the session's own settings.

import { html, nothing, repeat } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { act, closeForm, fields, links, openForm, role, set, ui } from "./desk.js";
import { helpers } from "./links.js";
import { phone } from "./preview.js";
import { roomCard } from "./room.js";
import { copyInvite } from "./top.js";

/** @typedef {import("protocol").SessionView} Session */

const wide = matchMedia("(min-width: 761px)");

/** @param {Session} session */
export function share(session) {
  const log = `/${session.code}/log`;
  return html`
    <section class="column share" aria-labelledby="share-title">
      <div class="row head"><h2 id="share-title">Stage and links</h2></div>
      ${phone("beside")}
      ${roomCard(session)}
      ${wide.matches ? html`<div class="preview"><iframe src="${links.stage}?embed&preview" title="What the stage shows" loading="lazy" tabindex="-1"></iframe></div>` : nothing}
      <ul class="links">
        <li><a href=${links.stage} target="_blank" rel="noopener">Open the stage</a> <kbd>F</kbd> <span class="soft">for the projector</span></li>
        <li><a href="${links.stage}?embed" target="_blank" rel="noopener">Embed</a> <span class="soft">for an iframe in slides</span></li>
        <li><a href="${links.stage}?overlay" target="_blank" rel="noopener">Overlay</a> <span class="soft">for OBS, 1920 × 1080</span></li>
        <li><a href="/${session.code}" target="_blank" rel="noopener">Vote yourself</a> <span class="soft">on the audience page</span></li>
        <li><a href=${log} target="_blank" rel="noopener">Public log</a> <span class="soft">what the audience can read</span></li>
        <li><a href="/host/${links.session}/sheet.toml" download>Run sheet</a> <span class="soft">this session as TOML</span></li>
      </ul>
      <h3>Ways in</h3>
      ${links.onlyHere ? html`<p class="only-here" role="note">${links.onlyHere}</p>` : nothing}
      <ul class="ways">
        <li><a href=${session.join_url} target="_blank" rel="noopener">${session.join_url}</a>
          <button type="button" class="quiet" @click=${() => copyInvite(session)}>Copy</button></li>
        ${links.others.map((/** @type {string} */ url) => html`<li><span><a href=${url} target="_blank" rel="noopener">${url}</a> <span class="soft">or this one</span></span></li>`)}
        ${repeat(session.channels, (channel) => channel.id, (channel) => html`<li>
          <span><span dir="auto">${channel.label}</span> <a href="${session.join_url}?via=${channel.id}" target="_blank" rel="noopener">?via=${channel.id}</a>
            ${channel.delay_seconds ? html`<span class="soft">${channel.delay_seconds} s behind</span>` : nothing}</span>
          <button type="button" class="quiet" @click=${() => copyInvite(session, channel.id)}>Copy<span class="sr-only"> for ${channel.label}</span></button></li>`)}
      </ul>
      ${role === "host" ? helpers() : nothing}
      <h3>The session</h3>
      ${ui.form?.form === "session" ? settings(session)
        : html`<button type="button" id="edit-session" @click=${() => openForm("session", null, "edit-session", { channels: session.channels })}>Edit title and channels</button>`}
    </section>`;
}

/** @param {Session} session */
function settings(session) {
  const rows = ui.form?.channels ?? [];
  const turnRows = (/** @type {typeof rows} */ channels) => set({ form: ui.form && { ...ui.form, channels } });
  const addRow = () => {
    turnRows([...rows, { id: "", label: "", delay_seconds: 0 }]);
    /** @type {HTMLElement|null} */ (document.querySelector(".channel:last-of-type input"))?.focus();
  };
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    const { form, text } = fields(event);
    const channels = [...form.querySelectorAll(".channel")].map((row) => {
      const [label, id, delay] = [...row.querySelectorAll("input")].map((input) => input.value.trim());
      return { label, id: id || slug(label), delay_seconds: Math.round(Number(delay)) || 0 };
    });
    if (await act("edit_session", { title: text("title"), blurb: text("blurb"), channels })) closeForm();
  };
  return html`
    <form class="form" data-form @submit=${send} aria-label="Title and channels">
      <label>Title <input name="title" required maxlength="200" .defaultValue=${session.title}></label>
      <label>Blurb <textarea name="blurb" rows="3" maxlength="2000" .defaultValue=${session.blurb}></textarea></label>
      <p class="soft">A channel is a way in with a link of its own. Viewers who are behind keep their delay when a poll closes.</p>
      ${repeat(rows, (row) => row, (row) => html`<fieldset class="channel">
        <legend class="sr-only">Channel ${row.label}</legend>
        <label>Name <input required maxlength="120" placeholder="YouTube" .defaultValue=${row.label}></label>
        <label>?via= <input maxlength="40" placeholder="youtube" autocapitalize="none" spellcheck="false" .defaultValue=${row.id}></label>
        <label>Seconds behind <input type="number" min="0" max="300" inputmode="numeric" .defaultValue=${row.delay_seconds}></label>
        <button type="button" class="quiet" @click=${() => turnRows(rows.filter((one) => one !== row))}>Remove<span class="sr-only"> ${row.label}</span></button>
      </fieldset>`)}
      <button type="button" @click=${addRow}>Add a channel</button>
      <div class="row"><button class="main">Save</button><button type="button" @click=${closeForm}>Cancel</button></div>
    </form>`;
}

/** @param {string} label */
const slug = (label) => label.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
