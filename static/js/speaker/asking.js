// @ts-check
// What is asked now, to be read at arm's length, and what comes next.
import { html, nothing, repeat } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { askerOf, followUpsOf, lengthOf, voicesText } from "../stage/questions.js";
import { shortLink } from "../stage/words.js";
import { answered, asked, backToQueue, known, queue, store, takeUp, takeUpNext } from "./room.js";
import { notThereYet, restWords, sinceText } from "./words.js";

/** @typedef {import("protocol").QuestionView} Question */

/** Questions shown of those that wait; a speaker chooses among few. */
const SHOWN = 3;

/** @param {Question} question */
function asker(question) {
  const { name, source } = askerOf(question, known().questions.rules);
  return html`<bdi>${name}</bdi>${source ? html`, on <bdi>${source}</bdi>` : nothing}`;
}

/** @param {Question} question */
const labels = (question) => (question.labels ?? []).map((/** @type {string} */ label) => html`<span class="label"><bdi>${label}</bdi></span> `);

export function nowAsking() {
  const question = asked();
  const waiting = queue();
  const now = store.serverNow();
  return html`
    <section class="now" aria-labelledby="now-title">
      <div class="now-head">
        <h2 id="now-title">Now asking</h2>
        ${question ? html`<span class="since" aria-hidden="true">${sinceText(question.standing_at, now)}</span>` : nothing}
      </div>
      ${question ? words(question, now) : html`<div class="now-words">${nobody(waiting)}</div>`}
      <div class="acts">
        <button type="button" class="main" @click=${takeUpNext} aria-disabled=${waiting.length === 0}>Next question <kbd>N</kbd></button>
        <button type="button" @click=${answered} aria-disabled=${!question}>Answered <kbd>A</kbd></button>
        <button type="button" class="small" @click=${backToQueue} aria-disabled=${!question}>Back to queue <kbd>B</kbd></button>
      </div>
    </section>`;
}

/** @param {Question} question @param {number} now */
function words(question, now) {
  const late = notThereYet(store.get.presence, question.standing_at, now);
  const follow = followUpsOf(known().questions, question.id);
  return html`
    <div class="now-words">
      <p class="now-text" dir="auto" data-length=${lengthOf(question.text)}>${question.text}</p>
      <p class="now-asker">${asker(question)}${question.voices > 1 ? html` <span class="voices">${voicesText(question.voices)}</span>` : nothing}</p>
      ${question.labels?.length ? html`<p class="labels">${labels(question)}</p>` : nothing}
      ${question.answer ? html`<p class="written"><b>Written answer:</b> <bdi>${question.answer.text}</bdi></p>` : nothing}
      ${late ? html`<p class="late">${late}.</p>` : nothing}
      ${follow.length ? html`
        <h3>Follow-ups</h3>
        <ul class="list follow" role="list">${repeat(follow, (one) => one.id, item)}</ul>` : nothing}
    </div>`;
}

/** What to do while nothing is asked. @param {Question[]} waiting */
function nobody(waiting) {
  const { session, questions } = known();
  if (session.state === "ended") return html`<p class="empty">The session has ended.</p>`;
  if (waiting.length > 0) {
    return html`<p class="empty">Nothing is being asked. Press “Next question” for the first of ${waiting.length === 1 ? "the queue" : `${questions.open} that wait`}.</p>`;
  }
  if (!questions.rules.open) return html`<p class="empty">No questions are taken now. The host can open them.</p>`;
  return html`<p class="empty">No questions yet. Tell people to ask at <strong>${shortLink(session.join_url)}</strong></p>`;
}

/** @param {Question} question */
function item(question) {
  return html`
    <li>
      <div class="item-words">
        <p class="item-text" dir="auto">${question.text}</p>
        <p class="item-asker">${labels(question)}${asker(question)}${question.voices > 1 ? html` <span class="voices">${voicesText(question.voices)}</span>` : nothing}</p>
      </div>
      <button type="button" aria-label=${`Take up: ${question.text}`} @click=${() => takeUp(question)}>Take up</button>
    </li>`;
}

export function nextUp() {
  const waiting = queue();
  const shown = waiting.slice(0, SHOWN);
  const rest = Math.max(known().questions.open, waiting.length) - shown.length;
  return html`
    <section class="panel next" aria-labelledby="next-title">
      <h2 id="next-title" tabindex="-1">Next</h2>
      ${shown.length
        ? html`<ol class="list" role="list">${repeat(shown, (one) => one.id, item)}</ol>`
        : html`<p class="soft">No other question is waiting.</p>`}
      ${rest > 0 ? html`<p class="soft">${restWords(rest)}</p>` : nothing}
    </section>`;
}
