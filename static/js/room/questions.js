// @ts-check
// The questions: what is asked now, one's own, the open ones to press "me too" on, and what was answered.

import { html, nothing, repeat } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { askBox } from "./ask.js";
import { announce, ask, isBehind, isLive, keptQuestions, room, serverNow, session, set, ui } from "./main.js";
import { asIs, text } from "./text.js";
import { ago, byline, stateWords, steadyOrder, threads } from "./words.js";

/** @typedef {import("protocol").QuestionView} Question */
/** @typedef {import("protocol").OwnQuestion} OwnQuestion */
/** @typedef {import("protocol").RoomView} Room */
/** @typedef {import("protocol").RulesView} Rules */
/** @typedef {{head: Question, follow: Question[]}} Thread */

/** A list under someone's finger keeps its order for so long. */
const HOLD_MS = 2000;
/** On a touch screen the last thing touched counts as hovered for ever. */
const HOVERS = matchMedia("(hover: hover)");

export const hasVoice = (/** @type {number} */ id) => Boolean(room().own?.upvoted.includes(id)
  || room().own?.questions.some((one) => one.id === id && one.state !== "withdrawn"));
const isOwn = (/** @type {number} */ id) => room().own?.questions.some((one) => one.id === id);

/** Shown at once, and put right if the server says otherwise. @param {number} id @param {boolean} up */
export function upvote(id, up) {
  const own = room().own;
  if (!own) return;
  const one = room().questions.list.find((other) => other.id === id);
  const mark = (/** @type {boolean} */ yes) => {
    if (one && !isBehind() && own.upvoted.includes(id) !== yes) one.voices += yes ? 1 : -1;
    own.upvoted = yes ? [...new Set([...own.upvoted, id])] : own.upvoted.filter((/** @type {number} */ one) => one !== id);
  };
  const sent = ask({ type: "upvote", question: id, up }, (answer) => {
    if (answer.type !== "refused") return;
    mark(!up);
    announce(answer.why);
    set({ error: answer.why });
  });
  if (!sent) {
    announce("You are offline. Press again when you are back.");
    return set({ error: "You are offline. Press again when you are back." });
  }
  mark(up);
  set();
}

/** @param {import("protocol").WrittenView} answer */
const written = (answer) => html`<div class="answer"><p class="hint"><span>Answer</span>, ${text(ago(serverNow() - answer.at))}</p><p dir="auto" .textContent=${answer.text}></p></div>`;

/** @param {Question} one @param {Rules} rules */
function card(one, rules, { now = false, reply = true } = {}) {
  const mine = hasVoice(one.id), done = one.standing === "answered" || one.standing === "closed";
  const over = session().state === "ended";
  return html`
    <article class=${now ? "question now-asked" : "question"} aria-labelledby="q${one.id}">
      ${done || over ? html`<p class="voices"><b translate="no" .textContent=${String(one.voices)}></b> <span class="sr" .textContent=${one.voices === 1 ? "voice" : "voices"}></span></p>` : html`
        <button type="button" class="voices" aria-pressed=${mine} aria-disabled=${Boolean(isOwn(one.id))} aria-label="Me too: ${one.text}, ${one.voices}"
          title=${isOwn(one.id) ? "Your own question" : "I want this answered too"} @click=${() => isOwn(one.id) || upvote(one.id, !mine)}><span aria-hidden="true">▲</span><b translate="no" .textContent=${String(one.voices)}></b></button>`}
      <div class="what">
        ${one.labels?.length || one.pinned ? html`<p class="labels">${one.pinned ? html`<span class="label">Pinned</span>` : nothing}${one.labels?.map((/** @type {string} */ label) => html`<span class="label" dir="auto" .textContent=${label}></span>`)}</p>` : nothing}
        <p class="words" id="q${one.id}" dir="auto" .textContent=${one.text}></p>
        <p class="hint"><bdi translate="no" .textContent=${byline(one, rules)}></bdi> · ${text(ago(serverNow() - one.asked_at))}${one.merged ? html` · ${text(`${one.merged + 1} questions in one`)}` : nothing}</p>
        ${one.answer ? written(one.answer) : one.standing === "answered" && one.standing_at ? html`<p class="hint"><span>Answered</span> ${text(ago(serverNow() - one.standing_at))}</p>` : nothing}
        ${reply && rules.open && !over ? html`<button type="button" class="quiet" @click=${() => followUp(one.id)}><span>Follow up</span><span class="sr">: ${text(one.text)}</span></button>` : nothing}
      </div>
    </article>`;
}

/** @param {number} id */
function followUp(id) {
  set({ about: id });
  document.getElementById("ask-text")?.focus();
}

/** @param {Thread} thread @param {Rules} rules @param {{now?: boolean}} [more] */
const threadOf = ({ head, follow }, rules, more) => html`${card(head, rules, more)}
  ${follow.length ? html`<ul class="follow">${follow.map((one) => html`<li>${card(one, rules, { reply: false })}</li>`)}</ul>` : nothing}`;

/** @param {OwnQuestion} one */
function ownRow(one) {
  const withdraw = () => ask({ type: "withdraw_question", question: one.id }, (answer) => {
    if (answer.type === "refused") return set({ error: answer.why });
    announce("Your question is withdrawn.");
    set();
  });
  // Counts come with the list, not with each one's own.
  const listed = room().questions.list.find((other) => other.id === one.id);
  if (ui.editing === one.id) return html`<li>${editForm(one)}</li>`;
  const { list } = room().questions;
  const into = one.merged_into == null ? undefined : list.find((other) => other.id === one.merged_into);
  const follow = list.filter((other) => other.about === one.id);
  return html`
    <li class="own-row" data-state=${one.state}>
      <p class="words" dir="auto" .textContent=${one.text || "Your question"}></p>
      <p class="state">${text(stateWords({ ...one, voices: listed?.voices ?? one.voices }, session().state === "ended"))}${into ? html` <q dir="auto" .textContent=${into.text}></q>` : nothing}${one.note ? html` <span dir="auto" .textContent=${one.note}></span>` : nothing}</p>
      ${one.answer ? written(one.answer) : into?.answer ? written(into.answer) : nothing}
      ${follow.length ? html`<p class="hint">Followed up:</p><ul class="follow">${follow.map((other) => html`<li><p dir="auto" .textContent=${other.text}></p>${other.answer ? written(other.answer) : nothing}</li>`)}</ul>` : nothing}
      ${one.editable && session().state !== "ended" ? html`<p class="row-acts"><button type="button" class="quiet" id="edit-${one.id}" @click=${() => startEdit(one)}>Edit</button>
        <button type="button" class="quiet" @click=${withdraw}>Withdraw</button></p>` : nothing}
    </li>`;
}

/** @param {OwnQuestion} one */
function startEdit(one) {
  set({ editing: one.id });
  document.getElementById("edit-text")?.focus();
}

/** @param {OwnQuestion} one */
function editForm(one) {
  /** @param {SubmitEvent} event */
  const save = (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text")).value;
    ask({ type: "edit_question", question: one.id, text, name: one.name }, (answer) => {
      if (answer.type === "refused") return set({ editError: answer.why });
      announce("Changed.");
      close();
    });
  };
  const close = () => {
    set({ editing: null, editError: "" });
    document.getElementById(`edit-${one.id}`)?.focus();
  };
  return html`
    <form class="ask" @submit=${save} @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && close()}>
      <label for="edit-text">Your question</label>
      <textarea id="edit-text" name="text" rows="3" maxlength="500" required dir="auto" .defaultValue=${one.text}></textarea>
      <p class="bad-words" role="status" .textContent=${ui.editError}></p>
      <p class="row-acts"><button class="go">Save</button> <button type="button" @click=${close}>Cancel</button></p>
    </form>`;
}

/** @param {Room} now */
function yours(now) {
  const own = [...(now.own?.questions ?? [])].reverse();
  const waiting = keptQuestions();
  if (own.length === 0 && waiting.length === 0) return nothing;
  return html`
    <h3 id="own-title">Your questions</h3>
    <ul class="own" aria-labelledby="own-title">
      ${waiting.map((one) => html`<li class="own-row" data-state="kept"><p class="words" dir="auto" .textContent=${one.text}></p>
        <p class="state" .textContent=${isLive() ? "Sending…" : "Kept on this device: will be sent when you are back online."}></p></li>`)}
      ${repeat(own, (one) => one.id, ownRow)}
    </ul>`;
}

/** @param {Room} now */
export function questions(now) {
  const { rules, list } = now.questions;
  const { asking, open, done } = threads(list, ui.sort);
  // A mouse that rests on the list holds it too; a press leaves a focus behind that is nobody's finger.
  const held = performance.now() - ui.touchedAt < HOLD_MS
    || Boolean(document.querySelector("#open-questions :focus-visible") || (HOVERS.matches && document.querySelector("#open-questions:hover")));
  ui.order = steadyOrder(ui.order, open.map((thread) => thread.head.id), held);
  const inOrder = ui.order.map((id) => open.find((thread) => thread.head.id === id)).filter((one) => one !== undefined);
  const shown = open.reduce((sum, thread) => sum + 1 + thread.follow.filter((one) => one.standing === "open").length, 0);
  const more = now.questions.open - shown - [...asking, ...done].flatMap((thread) => thread.follow).filter((one) => one.standing === "open").length;
  const touch = () => { ui.touchedAt = performance.now(); };
  const sort = (/** @type {"top"|"new"} */ by, /** @type {string} */ words) => html`
    <button type="button" aria-pressed=${ui.sort === by} @click=${() => { ui.touchedAt = -Infinity; ui.order = []; set({ sort: by }); }}>${words}</button>`;
  return html`
    <section class="part" aria-labelledby="questions-title">
      <h2 id="questions-title">Questions</h2>
      ${asking.map((thread) => html`<div class="asked"><p class="tag">Being asked now</p>${threadOf(thread, rules, { now: true })}</div>`)}
      ${session().state === "ended" ? nothing : askBox(now)}
      ${yours(now)}
      <div class="head-row"><h3><span>Open</span>${more > 0 ? html` ${text(`(${more} more come when these are answered)`)}` : nothing}</h3>
        ${open.length > 1 ? html`<div class="sort" role="group" aria-label="Order">${sort("top", "Most wanted")}${sort("new", "Newest")}</div>` : nothing}</div>
      ${open.length === 0 ? html`<p class="empty" .textContent=${session().state === "ended" ? "No questions are left open." : "No open questions yet. Ask the first one."}></p>` : nothing}
      <ol class="list" id="open-questions" @pointermove=${touch} @pointerdown=${touch} @touchmove=${touch}>
        ${repeat(inOrder, (thread) => thread.head.id, (thread) => html`<li>${threadOf(thread, rules)}</li>`)}</ol>
      ${done.length ? html`<details class="done"><summary><span>Answered</span> (${asIs(done.length)})</summary><ol class="list">
        ${repeat(done, (thread) => thread.head.id, (thread) => html`<li>${threadOf(thread, rules)}</li>`)}</ol></details>` : nothing}
    </section>`;
}
