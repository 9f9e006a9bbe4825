// @ts-check
// The question desk: what is asked now, what waits for a moderator, the queue, and what is done with.

import { html, nothing, repeat } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { isListed } from "../session.js";
import { act, closeForm, fields, known, openForm, plural, set, store, ui } from "./desk.js";
import { pasteForm } from "./paste.js";
import { ORDERS, found, mergedInto, ordered } from "./queue.js";
import { NOTE, askedQuestion, heldQuestion, openQuestion, pastQuestion } from "./question.js";
import { rulesForm } from "./rules.js";
import { fieldOf } from "./field.js";

/** @typedef {import("./question.js").Desked} Question */
/** @typedef {import("protocol").SessionView} Session */

/** The list taken apart. */
export function parts() {
  const list = /** @type {Question[]} */ (store.get.questions?.list ?? []);
  const of = (/** @type {(one: Question) => boolean} */ test) => list.filter(test);
  return {
    asking: of((one) => one.standing === "asking" && isListed(one)),
    held: of((one) => one.desk.review === "pending" && !one.desk.hidden && !one.desk.withdrawn),
    open: of((one) => one.standing === "open" && isListed(one)),
    done: of((one) => isListed(one) && (one.standing === "answered" || one.standing === "closed")),
    gone: of((one) => one.desk.hidden || one.desk.withdrawn),
  };
}

/** The open ones as they are listed here. */
export function listed() {
  const { open } = parts();
  return ordered(found(open, ui.search, store.get.questions?.rules.anonymous ?? ""), ui.order);
}

/** The question that keys act on; none if none was chosen. */
export const selectedQuestion = () => parts().open.find((one) => one.id === ui.question) ?? null;

/** Takes up the chosen question, or else the next one. */
export function takeUp() {
  const one = selectedQuestion();
  return one ? act("take_up", { question: one.id, read: one.desk.edits }) : act("take_up_next");
}

/** @param {Question} one */
export function tick(one) {
  const next = new Set(ui.tickedQuestions);
  if (!next.delete(one.id)) next.add(one.id);
  set({ tickedQuestions: next });
}

/** @param {Question[]} open */
function mergeForm(open) {
  const chosen = open.filter((one) => ui.tickedQuestions.has(one.id));
  if (chosen.length === 0) return nothing;
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    const into = Number(fields(event).text("into"));
    const from = chosen.map((one) => one.id).filter((id) => id !== into);
    if (await act("merge_questions", { from, into }, `${plural(from.length, "question")} merged, with everyone who wants them answered.`)) set({ tickedQuestions: new Set(), question: into });
  };
  return html`
    <form class="merge row" @submit=${send}>
      <label>Merge ${chosen.length} into <select name="into">${chosen.map((one) => html`<option value=${one.id}>${one.text}</option>`)}</select></label>
      <button class="main" ?disabled=${chosen.length < 2}>Merge</button>
      <button type="button" class="quiet" @click=${() => set({ tickedQuestions: new Set() })}>Clear</button>
    </form>`;
}

/** Open ones of a segment that is over. @param {Session} session @param {Question[]} open */
function notReached(session, open) {
  const left = open.filter((one) => {
    const segment = one.segment !== session.current && session.agenda.find((s) => s.id === one.segment);
    return session.state === "ended" || (segment && segment.ended_at);
  });
  if (left.length === 0) return nothing;
  const questions = left.map((one) => one.id);
  const from = session.agenda.find((s) => s.id === left[0].segment)?.title;
  if (ui.form?.form === "rest") {
    /** @param {SubmitEvent} event */
    const send = async (event) => {
      if (await act("close_questions", { questions, note: fields(event).text("note") }, `${plural(questions.length, "question")} closed with your word.`)) closeForm();
    };
    return html`<form class="form card" data-form @submit=${send}>
      <label>A word to their askers <input name="note" maxlength="300" .defaultValue=${NOTE}></label>
      <div class="row"><button class="main">Close ${questions.length}</button><button type="button" @click=${closeForm}>Cancel</button></div></form>`;
  }
  return html`
    <div class="not-reached" id="not-reached" tabindex="-1"><p>${plural(left.length, "question")}${from ? html` from “<span dir="auto">${from}</span>”` : nothing} ${left.length === 1 ? "was" : "were"} not reached.</p>
      <div class="row">${session.state === "ended" ? nothing : html`<button type="button" @click=${() => act("carry_over", { questions, segment: session.current })}>Carry over</button>`}
        <button type="button" @click=${() => openForm("rest", null, "not-reached")}>Close with a word</button></div></div>`;
}

/** What to do with the queue as a whole, in one line. @param {Question[]} open @param {Question[]} shown */
function tools(open, shown) {
  const chosen = selectedQuestion();
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && ui.search) set({ search: "" });
    else if (event.key === "ArrowDown" && shown[0]) document.getElementById(`question-${shown[0].id}`)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return html`
    <div class="row queue-tools">
      <button type="button" class="main" ?disabled=${open.length === 0} @click=${takeUp}>${chosen ? "Take up selected" : "Next question"} <kbd>T</kbd></button>
      <label class="queue-search"><span class="sr-only">Search</span><input type="search" id="search" placeholder="Search (/)" autocomplete="off" .value=${ui.search}
        @input=${(/** @type {Event} */ event) => set({ search: fieldOf(event).value })} @keydown=${keys}></label>
      <label class="queue-order"><span class="sr-only">Order</span><select @change=${(/** @type {Event} */ event) => set({ order: fieldOf(event).value })}>${ORDERS.map(([id, words]) => html`<option value=${id} ?selected=${id === ui.order}>${words}</option>`)}</select></label>
      <details class="more"><summary id="queue-more" aria-label="More for questions">⋯</summary><div class="row">
        <button type="button" id="paste" @click=${() => openForm("paste", null, "queue-more")}>From another chat</button>
        <button type="button" id="rules" @click=${() => openForm("rules", null, "queue-more")}>Rules</button>
      </div></details>
    </div>`;
}

/** @param {Session} session */
export function questionDesk(session) {
  const { rules, bans = [] } = known().questions;
  const { asking, held, open, done, gone } = parts();
  const form = ui.form?.form;
  const shown = listed();
  const merged = mergedInto(known().questions.list);
  const of = (/** @type {Question} */ head) => merged.get(head.id) ?? [];
  const follow = (/** @type {Question} */ head) => open.filter((one) => one.about === head.id);
  const search = (/** @type {Question[]} */ list) => found(list, ui.search, rules.anonymous);
  const past = (/** @type {string} */ words, /** @type {Question[]} */ all) => {
    const list = search(all);
    return list.length ? html`<details><summary>${words} (${list.length})</summary><ul class="aside past">${repeat(list, (one) => one.id, pastQuestion)}</ul></details>` : nothing;
  };
  return html`
    ${tools(open, shown)}
    ${form === "paste" ? pasteForm(session) : nothing}
    ${form === "rules" ? rulesForm(rules) : nothing}
    ${rules.open ? nothing : html`<p class="soft">Questions are closed: the audience cannot ask. <button type="button" class="inline" @click=${() => act("set_rules", { rules: { ...rules, open: true } })}>Open them</button></p>`}
    ${asking.map((one) => askedQuestion(one, of(one), follow(one)))}
    ${notReached(session, open)}
    ${held.length ? html`<h3 class="group">To look at (${held.length})</h3>${repeat(held, (one) => one.id, heldQuestion)}` : nothing}
    ${mergeForm(open)}
    ${open.length === 0 ? html`<p class="empty">No open questions. What the audience asks on its page comes in here, and what you paste from other chats.</p>` : nothing}
    ${ui.search ? html`<p class="soft" role="status">${plural(shown.length, "open question")} found</p>` : nothing}
    <ul class="queue" aria-label="Open questions, ${known().questions.open}">
      ${repeat(shown, (one) => one.id, (one) => openQuestion(one, of(one), () => tick(one)))}</ul>
    ${past("Answered or closed", done)}
    ${past("Hidden or withdrawn", gone)}
    ${bans.length ? html`<details><summary>Banned (${bans.length})</summary><ul class="aside">${bans.map((ban) => html`<li><span dir="auto">${ban.name || rules.anonymous}</span>
      <button type="button" class="quiet" @click=${() => act("unban", { asker: ban.asker })}>Lift the ban</button></li>`)}</ul></details>` : nothing}`;
}
