// @ts-check
// The time, the agenda, who is here, and whether they can see and hear.
import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { act, checkSignal, known, store } from "./room.js";
import { answeredIn, dayClock, delayOf, hereWords, shareGone, signalStep, signalTone, signalWords, timeLeft } from "./words.js";

/** @typedef {import("protocol").ChannelSpec} Channel */
/** @typedef {import("protocol").SignalCount} Count */

export function clock() {
  const { session } = known();
  const now = store.serverNow();
  const place = session.agenda.findIndex((one) => one.id === session.current);
  const segment = session.agenda[place];
  const next = place >= 0 ? session.agenda[place + 1] : session.agenda[0];
  const { text, tone } = timeLeft(segment, now);
  const gone = shareGone(segment, now);
  return html`
    <section class="panel clock" aria-label="Time">
      <p class="day">${dayClock(now)}</p>
      <div class="segment">
        ${text ? html`<p class="left" data-tone=${tone}>${text}</p>` : nothing}
        <p class="segment-title" dir="auto">${segment?.title ?? (session.state === "draft" ? "Not started yet" : "Before the first segment")}</p>
        ${gone === null ? nothing : html`<progress class="gone" max="1" .value=${gone} data-tone=${tone} aria-hidden="true"></progress>`}
        ${next ? html`<p class="soft">Next: <bdi>${next.title}</bdi></p>` : html`<p class="soft">This is the last segment.</p>`}
      </div>
    </section>`;
}

/** @param {Count} count @param {Channel[]} channels */
function source(count, channels) {
  const delay = delayOf(count.source, channels);
  return html`<li><bdi>${count.source}</bdi>${delay ? html` <span class="soft">(${delay} s behind)</span>` : nothing}: ${signalWords(count)}</li>`;
}

export function signalCheck() {
  const { signal, session, presence } = known();
  const step = signal ? signalStep(signal, session.channels, store.serverNow()) : null;
  const [sum, ...sources] = signal?.counts ?? [];
  const running = step?.at === "asking";
  const here = Math.max(presence?.audience ?? 0, sum ? answeredIn(sum) : 0);
  return html`
    <section class="panel signal" aria-labelledby="signal-title">
      <div class="signal-head">
        <h2 id="signal-title">See and hear</h2>
        ${step ? html`<span class="soft">${step.text}</span>` : nothing}
      </div>
      ${sum ? html`
        <p class="signal-sum" data-tone=${signalTone(sum)}>${signalWords(sum)}</p>
        ${sources.length > 1 || (sources.length === 1 && delayOf(sources[0].source, session.channels)) ? html`<ul class="sources" role="list">${sources.map((one) => source(one, session.channels))}</ul>` : nothing}
        <p class="soft">${answeredIn(sum).toLocaleString("en")} of ${here.toLocaleString("en")} answered</p>`
        : step ? html`<p class="signal-sum" data-tone="none">No answers yet</p>` : nothing}
      <div class="row">
        ${running ? nothing : html`<button type="button" class="wide" @click=${checkSignal}>${signal ? "Ask again" : "Can everyone see and hear?"} <kbd>S</kbd></button>`}
        ${signal ? html`<button type="button" class="small" @click=${() => act("end_signal")}>${step?.at === "over" ? "Put away" : "End the check"}</button>` : nothing}
      </div>
    </section>`;
}

export const here = () => html`<span class="here">${hereWords(store.get.presence)}</span>`;
