// @ts-check
// What others see, and how they come in: the stage's preview, links, channels, the session's own settings.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { act, fields, links, set, ui } from "./desk.js";
import { copyInvite } from "./top.js";

const wide = matchMedia("(min-width: 761px)");

/** @param {any} session */
export function share(session) {
  const log = `/${session.code}/log`;
  return html`
    <section class="column share" aria-labelledby="share-title">
      <div class="row head"><h2 id="share-title">Stage and links</h2></div>
      ${wide.matches ? html`<div class="preview"><iframe src="${links.stage}?embed" title="What the stage shows" loading="lazy" tabindex="-1"></iframe></div>` : nothing}
      <ul class="links">
        <li><a href=${links.stage} target="_blank" rel="noopener">Open the stage</a> <kbd>F</kbd> <span class="soft">for the projector</span></li>
        <li><a href="${links.stage}?embed" target="_blank" rel="noopener">Embed</a> <span class="soft">for an iframe in slides</span></li>
        <li><a href="${links.stage}?overlay" target="_blank" rel="noopener">Overlay</a> <span class="soft">for a browser source in OBS, 1920 × 1080</span></li>
        <li><a href="/${session.code}" target="_blank" rel="noopener">Vote yourself</a> <span class="soft">on the audience page</span></li>
        <li><a href=${log} target="_blank" rel="noopener">Public log</a></li>
        <li><a href="/host/${links.session}/sheet.toml" download>Run sheet (TOML)</a></li>
      </ul>
      <h3>Ways in</h3>
      <ul class="links">
        <li><a href=${session.join_url} target="_blank" rel="noopener">${session.join_url}</a> <button type="button" class="quiet" @click=${() => copyInvite(session)}>Copy</button></li>
        ${session.channels.map((/** @type {any} */ channel) => html`<li><span>${channel.label}${channel.delay_seconds ? html` <span class="soft">${channel.delay_seconds} s behind</span>` : nothing}</span>
          <a href="${session.join_url}?via=${channel.id}" target="_blank" rel="noopener">?via=${channel.id}</a>
          <button type="button" class="quiet" @click=${() => copyInvite(session, channel.id)}>Copy<span class="sr-only"> for ${channel.label}</span></button></li>`)}
      </ul>
      ${ui.form?.form === "session" ? settings(session)
        : html`<button type="button" @click=${() => set({ form: { form: "session", id: null } })}>Edit title and channels</button>`}
    </section>`;
}

/** @param {any} session */
function settings(session) {
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    const { text, lines } = fields(event);
    const channels = lines("channels").map((line) => {
      const [id, seconds, ...label] = line.split(/\s+/);
      return { id, delay_seconds: Math.max(0, Math.round(Number(seconds)) || 0), label: label.join(" ") || id };
    });
    if (await act("edit_session", { title: text("title"), blurb: text("blurb"), channels })) set({ form: null });
  };
  const shown = session.channels.map((/** @type {any} */ c) => `${c.id} ${c.delay_seconds} ${c.label}`).join("\n");
  return html`
    <form class="form" @submit=${send} aria-label="Title and channels">
      <label>Title <input name="title" required maxlength="200" .defaultValue=${session.title}></label>
      <label>Blurb <textarea name="blurb" rows="3" maxlength="2000" .defaultValue=${session.blurb}></textarea></label>
      <label>Channels, one a line: id, seconds behind, name <textarea name="channels" rows="3" placeholder="youtube 30 YouTube" .defaultValue=${shown}></textarea></label>
      <div class="row"><button class="main">Save</button><button type="button" @click=${() => set({ form: null })}>Cancel</button></div>
    </form>`;
}
