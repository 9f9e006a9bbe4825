// @ts-check
// The question desk: what is asked now, what waits for a moderator, the queue, and what is done with.

import { html, nothing, repeat } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { isListed } from "../session.js";
import { act, closeForm, fields, openForm, plural, set, store, ui } from "./desk.js";
import { pasteForm } from "./paste.js";
import { NOTE, askedQuestion, heldQuestion, openQuestion, pastQuestion } from "./question.js";
import { rulesForm } from "./rules.js";

/** The list taken apart. */
export function parts() {
  const list = store.get.questions?.list ?? [];
  const of = (/** @type {(one: any) => boolean} */ test) => list.filter(test);
  return {
    asking: of((one) => one.standing === "asking" && isListed(one)),
    held: of((one) => one.desk.review === "pending" && !one.desk.hidden && !one.desk.withdrawn),
    open: of((one) => one.standing === "open" && isListed(one)),
    done: of((one) => isListed(one) && (one.standing === "answered" || one.standing === "closed")),
    gone: of((one) => one.desk.hidden || one.desk.withdrawn),
  };
}

/** The question that keys act on. */
export function selectedQuestion() {
  const { open } = parts();
  return open.find((/** @type {any} */ one) => one.id === ui.question) ?? open[0] ?? null;
}

/** All that are merged into one, directly or not. @param {any} head */
function mergedInto(head) {
  const list = store.get.questions.list;
  const heads = new Set([head.id]);
  /** @type {any[]} */
  const found = [];
  for (let more = true; more;) {
    const next = list.filter((/** @type {any} */ one) => heads.has(one.desk.merged_into) && !heads.has(one.id));
    more = next.length > 0;
    for (const one of next) heads.add(one.id);
    found.push(...next);
  }
  return found;
}

/** @param {any[]} open */
function mergeForm(open) {
  const chosen = open.filter((one) => ui.tickedQuestions.has(one.id));
  if (chosen.length === 0) return nothing;
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    const into = Number(fields(event).text("into"));
    const from = chosen.map((one) => one.id).filter((id) => id !== into);
    if (await act("merge_questions", { from, into }, `${plural(from.length, "question")} merged, with everyone who wants them answered.`)) set({ tickedQuestions: new Set() });
  };
  return html`
    <form class="merge row" @submit=${send}>
      <label>Merge ${chosen.length} into <select name="into">${chosen.map((one) => html`<option value=${one.id}>${one.text}</option>`)}</select></label>
      <button class="main" ?disabled=${chosen.length < 2}>Merge</button>
      <button type="button" class="quiet" @click=${() => set({ tickedQuestions: new Set() })}>Clear</button>
    </form>`;
}

/** Open ones of a segment that is over. @param {any} session @param {any[]} open */
function notReached(session, open) {
  const left = open.filter((one) => {
    const segment = one.segment !== session.current && session.agenda.find((/** @type {any} */ s) => s.id === one.segment);
    return session.state === "ended" || (segment && segment.ended_at);
  });
  if (left.length === 0) return nothing;
  const questions = left.map((one) => one.id);
  const from = session.agenda.find((/** @type {any} */ s) => s.id === left[0].segment)?.title;
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

/** @param {any} session */
export function questionDesk(session) {
  const { rules, bans = [] } = store.get.questions;
  const { asking, held, open, done, gone } = parts();
  const form = ui.form?.form;
  const follow = (/** @type {any} */ head) => open.filter((/** @type {any} */ one) => one.about === head.id);
  return html`
    <div class="row tools">
      <button type="button" class="main" ?disabled=${open.length === 0} @click=${() => act("take_up_next")}>Next question <kbd>T</kbd></button>
      <button type="button" id="paste" @click=${() => openForm("paste", null, "paste")}>From another chat</button>
      <button type="button" id="rules" @click=${() => openForm("rules", null, "rules")}>Rules</button>
    </div>
    ${form === "paste" ? pasteForm(session) : nothing}
    ${form === "rules" ? rulesForm(rules) : nothing}
    ${rules.open ? nothing : html`<p class="soft">Questions are closed: the audience cannot ask. <button type="button" class="inline" @click=${() => act("set_rules", { rules: { ...rules, open: true } })}>Open them</button></p>`}
    ${asking.map((/** @type {any} */ one) => askedQuestion(one, mergedInto(one), follow(one)))}
    ${notReached(session, open)}
    ${held.length ? html`<h3 class="group">To look at (${held.length})</h3>${repeat(held, (/** @type {any} */ one) => one.id, heldQuestion)}` : nothing}
    <h3 class="group">Open${open.length ? ` (${store.get.questions.open})` : ""}</h3>
    ${mergeForm(open)}
    ${open.length === 0 ? html`<p class="empty">No open questions. What the audience asks on its page comes in here, and what you paste from other chats.</p>` : nothing}
    ${repeat(open, (/** @type {any} */ one) => one.id, (/** @type {any} */ one) => openQuestion(one, mergedInto(one)))}
    ${done.length ? html`<details><summary>Answered or closed (${done.length})</summary><ul class="aside past">${repeat(done, (/** @type {any} */ one) => one.id, pastQuestion)}</ul></details>` : nothing}
    ${gone.length ? html`<details><summary>Hidden or withdrawn (${gone.length})</summary><ul class="aside past">${repeat(gone, (/** @type {any} */ one) => one.id, pastQuestion)}</ul></details>` : nothing}
    ${bans.length ? html`<details><summary>Banned (${bans.length})</summary><ul class="aside">${bans.map((/** @type {any} */ ban) => html`<li><span dir="auto">${ban.name || rules.anonymous}</span>
      <button type="button" class="quiet" @click=${() => act("unban", { asker: ban.asker })}>Lift the ban</button></li>`)}</ul></details>` : nothing}`;
}
