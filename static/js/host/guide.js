// @ts-check
// What to do next, where it is not plain: before the start, without polls, after the end.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { links } from "./desk.js";
import { copyInvite } from "./top.js";

/** @typedef {import("protocol").SessionView} Session */

/** @param {Session} session @param {boolean} noPolls */
export function guide(session, noPolls) {
  if (session.state === "draft") return html`
    <aside class="guide" aria-labelledby="guide-title">
      <h3 id="guide-title">Three steps to a start</h3>
      <ol>
        <li>Put the <a href=${links.stage} target="_blank" rel="noopener">stage</a> on the projector or share it in the call. It shows the QR code.</li>
        <li>Send the link: <button type="button" class="inline" @click=${() => copyInvite(session)}>copy the invite</button>, or say the code <b>${session.code}</b>. Whoever comes early can wait there.</li>
        <li>${noPolls
          ? html`Press <b>New poll</b> and pick a ready one. Opening it starts the session.`
          : html`Press <b>Start session</b>, or open the first poll: that starts it too.`}</li>
      </ol>
    </aside>`;
  if (session.state === "ended") return html`
    <aside class="guide" aria-labelledby="guide-title">
      <h3 id="guide-title">The session has ended</h3>
      <p>Nobody votes any more; what was revealed stays readable. You can still reveal a result or say how a prediction came out.
        To go on, press <b>Reopen session</b>.</p>
    </aside>`;
  return noPolls
    ? html`<p class="empty">No polls yet. Press <b>New poll</b> and pick a ready one: the votes come in here, and <b>Reveal</b> shows the result to everyone.</p>`
    : nothing;
}
