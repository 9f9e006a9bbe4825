// @ts-check
// The host's hand on a walkthrough: which step everyone is at, and what viewers sent to be shown.

import { html, nothing, repeat } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { fetchWalk } from "../walk/fetched.js";
import { act, ago, fields, known, links, store, ui } from "./desk.js";

/** @typedef {import("protocol").SegmentView} Segment */
/** @typedef {import("protocol").SessionView} Session */

/** Titles by the name of the step, as the walkthrough's own page has them; names alone until they are here. @type {Map<string, string>} */
const titles = new Map();
let asked = false;

/** @param {string} code */
function loadTitles(code) {
  if (asked) return;
  asked = true;
  fetchWalk(code).then(({ steps }) => {
    for (const { name, title } of steps) titles.set(name, title);
  }, () => setTimeout(() => { asked = false; }, 10_000));
}

/** @param {string} name */
const titleOf = (name) => titles.get(name) ?? `${name[0].toUpperCase()}${name.slice(1).replaceAll("-", " ")}`;

/** The walkthrough in front: the current one, or one for which viewers have sent something that waits. @param {Session} session */
export function walkSegment(session) {
  const walked = session.agenda.filter((one) => one.demo?.kind === "svd");
  const waits = (/** @type {Segment} */ one) => session.sent?.some((sent) => sent.segment === one.id && !sent.done);
  return walked.find((one) => one.id === session.current) ?? walked.find(waits) ?? null;
}

/** Names of all steps in order, and the place of the host's. @param {Segment} segment @param {import("protocol").WalkView|undefined} walk @returns {{names: string[], place: number}} */
export function stepsOf(segment, walk) {
  const names = segment.demo?.knobs?.find((knob) => knob.name === "step")?.words ?? [];
  return { names, place: names.indexOf(walk?.step ?? "") };
}

/** The step so many further on; null beyond the ends. @param {Session} session @param {number} by */
export function stepBy(session, by) {
  const segment = walkSegment(session);
  const walk = session.walks?.find((one) => one.segment === segment?.id);
  if (!segment || !walk) return null;
  const { names, place } = stepsOf(segment, walk);
  const step = place < 0 ? undefined : names[place + by];
  return step ? { segment: segment.id, step } : null;
}

/** Goes on or back, if there is a walkthrough in front. @param {number} by */
export function walkBy(by) {
  const to = stepBy(known().session, by);
  if (to) void act("walk_to", to);
}

/** @param {Session} session */
export function walkCard(session) {
  const segment = walkSegment(session);
  const walk = session.walks?.find((one) => one.segment === segment?.id);
  if (!segment || !walk) return nothing;
  loadTitles(session.code);
  const { names, place } = stepsOf(segment, walk);
  const go = (/** @type {SubmitEvent} */ event) => act("walk_to", { segment: segment.id, step: fields(event).text("step") });
  const turn = (/** @type {number} */ by, /** @type {string} */ words, /** @type {string} */ key) => {
    const can = stepBy(session, by) !== null;
    return html`<button type="button" class=${by > 0 ? "main" : ""} aria-disabled=${can ? nothing : "true"} @click=${() => can && walkBy(by)}>${words}${ui.keys ? html` <kbd>${key}</kbd>` : nothing}</button>`;
  };
  return html`
    <article class="poll card walk-card" aria-labelledby="walk-title">
      <h3 id="walk-title" tabindex="-1" dir="auto">${segment.title}</h3>
      <p><b>Step ${place + 1} of ${names.length}: ${walk.title}</b>${walk.by ? html` <span class="soft">with an input by <span dir="auto">${walk.by}</span></span>` : nothing}</p>
      <div class="row">${turn(-1, "‹ Previous step", ",")}${turn(1, "Next step ›", ".")}
        <a href=${`/walk/${session.code}`} target="_blank" rel="noopener">Edit the input<span class="sr-only"> (in a new tab; “Show this to everyone” is there)</span></a></div>
      <form class="row walk-go" @submit=${go}>
        <label for="walk-step">Go to</label>
        <select id="walk-step" name="step">${names.map((name, n) => html`<option value=${name} .selected=${n === place}>${n + 1}. ${titleOf(name)}</option>`)}</select>
        <button>Go</button>
      </form>
      ${sentList(session, segment)}
    </article>`;
}

/** @param {Session} session @param {Segment} segment */
function sentList(session, segment) {
  const sent = (session.sent ?? []).filter((one) => one.segment === segment.id);
  const waiting = sent.filter((one) => !one.done);
  const done = sent.filter((one) => one.done);
  const id = (/** @type {import("protocol").SentView} */ one) => one.sent;
  return html`
    <div tabindex="-1" aria-labelledby="walk-sent">
      <h4 id="walk-sent">Sent by viewers${waiting.length ? ` (${waiting.length})` : ""}</h4>
      ${waiting.length ? html`<ul class="aside">${repeat(waiting, id, sentRow)}</ul>`
        : html`<p class="soft">Nothing waits. Viewers open the walkthrough on their phones, try inputs of their own, and may send you one.</p>`}
      ${done.length ? html`<details><summary>Shown or put aside (${done.length})</summary><ul class="aside">${repeat(done, id, sentRow)}</ul></details>` : nothing}
    </div>`;
}

/** @param {import("protocol").SentView} one */
function sentRow(one) {
  const of = html`<span class="sr-only"> what ${one.name || "someone"} sent</span>`;
  return html`
    <li><span><b>${one.title}</b> <span class="soft"><span dir="auto">${one.name || "No name"}</span> · ${ago(store.serverNow() - one.at)}</span></span>
      <span class="row"><a href=${`/host/${links.session}/sent/${one.sent}`} target="_blank" rel="noopener">Look<span class="sr-only"> at what ${one.name || "someone"} sent (in a new tab)</span></a>
      <button type="button" @click=${() => act("show_sent", { sent: one.sent })}>${one.done ? "Show again" : "Show"}${of}</button>
      ${one.done ? nothing : html`<button type="button" class="quiet" @click=${() => act("put_aside_sent", { sent: one.sent })}>Put aside${of}</button>`}</span></li>`;
}
