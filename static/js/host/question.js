// @ts-check
// One question on the desk: who asks what, how many want it answered, and what can be done about it.

import { html, nothing } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { act, ago, closeForm, fields, known, openForm, plural, set, span, store, toast, ui } from "./desk.js";

/** @typedef {import("protocol").QuestionView} Question */
/** @typedef {Question & {desk: import("protocol").DeskView}} Desked A question as those who moderate get it. */

const rulesNow = () => known().questions.rules;
export const nameOf = (/** @type {Pick<Question, "name">} */ one) => one.name || rulesNow().anonymous;
const short = (/** @type {string} */ text) => (text.length > 48 ? `${text.slice(0, 47).trimEnd()}…` : text);

/** @param {Desked} one */
function about(one) {
  noteWording(one);
  const { session } = known();
  const elsewhere = one.segment !== session.current && session.agenda.find((segment) => segment.id === one.segment);
  const parent = one.about && known().questions.list.find((other) => other.id === one.about);
  return html`<p class="meta"><b dir="auto">${nameOf(one)}</b>
    ${one.source ? html`<span>${one.source}${one.stream_seconds != null ? ` at ${span(one.stream_seconds * 1000)}` : ""}</span>` : nothing}
    <span>${ago(store.serverNow() - one.asked_at)}</span>
    ${one.desk.edits ? html`<span>edited</span>` : nothing}
    ${elsewhere ? html`<span dir="auto">${elsewhere.title}</span>` : nothing}
    ${parent ? html`<span>follows up “<span dir="auto">${short(parent.text)}</span>”</span>` : nothing}
    ${one.pinned ? html`<span class="tag">Pinned</span>` : nothing}
    ${one.labels?.map((/** @type {string} */ label) => html`<span class="tag" dir="auto">${label}</span>`)}
    ${one.desk.banned ? html`<span class="tag bad">Banned</span>` : nothing}</p>`;
}

/** @param {Desked} one @param {string} form */
const isOpen = (one, form) => ui.form?.form === form && ui.form.id === String(one.id);

/** @param {Desked} one */
function forms(one) {
  const id = { question: one.id };
  /** @param {(f: ReturnType<typeof fields>) => Promise<boolean>} run */
  const then = (run) => async (/** @type {SubmitEvent} */ event) => { if (await run(fields(event))) closeForm(); };
  const end = html`<div class="row"><button class="main">Save</button><button type="button" @click=${closeForm}>Cancel</button></div>`;
  if (isOpen(one, "answer")) return html`
    <form class="form" data-form @submit=${then((f) => act("answer_question", { ...id, text: f.text("text") }))}>
      <label>A written answer, for everyone to read <textarea name="text" rows="3" maxlength="2000" dir="auto" .defaultValue=${one.answer?.text ?? ""}></textarea></label>${end}</form>`;
  if (isOpen(one, "label")) return html`
    <form class="form" data-form @submit=${then((f) => act("label_question", { ...id, labels: f.text("labels").split(",").map((label) => label.trim()).filter(Boolean) }))}>
      <label>Labels, with commas between <input name="labels" maxlength="160" .defaultValue=${(one.labels ?? []).join(", ")}></label>${end}</form>`;
  if (isOpen(one, "close")) return html`
    <form class="form" data-form @submit=${then((f) => act("close_questions", { questions: [one.id], note: f.text("note") }, "Closed; its asker reads your word."))}>
      <label>A word to its asker <input name="note" maxlength="300" .defaultValue=${NOTE}></label>${end}</form>`;
  if (isOpen(one, "move")) return html`
    <form class="form" data-form @submit=${then((f) => act("carry_over", { questions: [one.id], segment: f.text("segment") || null }))}>
      <label>To which segment? <select name="segment">${known().session.agenda.map((s) => html`<option value=${s.id} ?selected=${s.id === known().session.current}>${s.title}</option>`)}</select></label>${end}</form>`;
  if (isOpen(one, "ban")) return html`
    <form class="form" data-form @submit=${then((f) => act("ban_asker", { ...id, hide: f.ticked("hide") }, `${nameOf(one)} may not ask any more.`))}>
      <p>No more questions and messages from this asker.</p>
      <label class="tick"><input type="checkbox" name="hide" checked> Hide what they asked and wrote</label>
      <div class="row"><button class="main">Ban</button><button type="button" @click=${closeForm}>Cancel</button></div></form>`;
  return nothing;
}

export const NOTE = "Sorry, we ran out of time. Ask again in the chat, or write to the speaker.";

/** @param {Desked} one */
function menu(one) {
  const open = (/** @type {string} */ form) => () => openForm(form, String(one.id), `question-${one.id}`);
  return html`
    <details class="more"><summary aria-label="More for “${short(one.text)}”">⋯</summary><div class="row">
      <button type="button" @click=${() => act("pin_question", { question: one.id, pinned: !one.pinned })}>${one.pinned ? "Unpin" : "Pin"}</button>
      <button type="button" @click=${open("label")}>Label</button>
      <button type="button" @click=${open("answer")}>Answer in writing</button>
      ${one.standing === "open" ? html`<button type="button" @click=${() => act("answered", { question: one.id })}>Mark as answered</button>
        <button type="button" @click=${open("move")}>Move to a segment</button>
        <button type="button" @click=${open("close")}>Close with a word</button>` : nothing}
      ${one.desk.asker && !one.desk.banned ? html`<button type="button" @click=${open("ban")}>Ban the asker</button>` : nothing}
    </div></details>`;
}

/** A wording that came while the finger was on its way was not read. */
const READ_MS = 1500;

/** When each wording came onto this screen, by question. @type {Map<number, {edits: number, at: number}>} */
const came = new Map();

/** @param {Desked} one */
function noteWording(one) {
  const held = came.get(one.id);
  if (held?.edits !== one.desk.edits) came.set(one.id, { edits: one.desk.edits, at: held ? performance.now() : -READ_MS });
}

/** Lets a question out as it was read. @param {Desked} one */
function publish(one) {
  if (performance.now() - (came.get(one.id)?.at ?? -READ_MS) < READ_MS) return toast("This question has just been worded anew. Read it again.", true);
  void act("approve_question", { question: one.id, read: one.desk.edits });
}

/** @param {Desked} one */
const hide = (one) => act("hide_question", { question: one.id }, `“${short(one.text)}” is hidden.`);

/** An open one: a line in the queue; the chosen one is told in full, with what can be done about it.
 * @param {Desked} one @param {Question[]} merged @param {() => void} tick */
export function openQuestion(one, merged, tick) {
  const selected = ui.question === one.id;
  const ticked = ui.tickedQuestions.has(one.id);
  const choose = () => ui.question !== one.id && set({ question: one.id });
  return html`
    <li class="question queued" id="question-${one.id}" tabindex="-1" aria-current=${selected ? "true" : nothing} aria-labelledby="qt-${one.id}" @focusin=${choose} @click=${choose}>
      <input type="checkbox" .checked=${ticked} @change=${tick} aria-label="Merge “${short(one.text)}”">
      <p class="voices" title="So many want this answered"><b>${one.voices}</b><span class="sr-only"> ${one.voices === 1 ? "voice" : "voices"}</span></p>
      <div class="body"><h3 id="qt-${one.id}" dir="auto">${one.text}</h3>${about(one)}</div>
      ${merged.length ? html`<span class="tag" title="Merged into this">+${merged.length}</span>` : nothing}
      ${selected ? html`<div class="chosen">
        ${forms(one)}
        ${one.answer ? html`<p class="written" dir="auto">${one.answer.text}</p>` : nothing}
        <div class="row">
          <button type="button" @click=${() => act("take_up", { question: one.id, read: one.desk.edits })}>Take up</button>
          ${one.desk.review === "new" ? html`<button type="button" @click=${() => publish(one)}>Looks good</button>` : nothing}
          <button type="button" @click=${() => hide(one)}>Hide</button>
          ${menu(one)}
        </div>
        ${mergedList(merged)}
      </div>` : nothing}
    </li>`;
}

/** @param {Question[]} merged */
export const mergedList = (merged) => (merged.length ? html`
  <details><summary>${plural(merged.length, "question")} merged into this</summary><ul class="aside">${merged.map((one) => html`
    <li><span dir="auto">${one.text}</span> <span class="soft">${nameOf(one)}</span>
      <button type="button" class="quiet" @click=${() => act("unmerge_question", { question: one.id })}>Take out</button></li>`)}</ul></details>` : nothing);

/** The one that is read out. @param {Desked} one @param {Question[]} merged @param {Question[]} follow */
export function askedQuestion(one, merged, follow) {
  const { shows } = known().session;
  const onStage = shows.scene === "question" && shows.id === String(one.id);
  return html`
    <article class="card question asked" id="question-${one.id}" tabindex="-1" aria-labelledby="qt-${one.id}">
      <p class="meta"><span class="phase" data-phase="open">Now asking</span><span>${plural(one.voices, "voice")}</span>
        ${onStage ? html`<span>On stage</span>` : nothing}</p>
      ${about(one)}
      <h3 id="qt-${one.id}" dir="auto">${one.text}</h3>
      ${forms(one)}
      ${one.answer ? html`<p class="written" dir="auto">${one.answer.text}</p>` : nothing}
      <div class="row">
        <button type="button" class="main" @click=${() => act("answered", { question: one.id })}>Answered</button>
        ${onStage ? nothing : html`<button type="button" @click=${() => act("take_up", { question: one.id, read: one.desk.edits })}>Show on stage</button>`}
        <button type="button" @click=${() => act("reopen_question", { question: one.id })}>Back to the queue</button>
        <button type="button" @click=${() => openForm("answer", String(one.id), `question-${one.id}`)}>Answer in writing</button>
        <button type="button" @click=${() => hide(one)}>Hide</button>
        ${menu(one)}
      </div>
      ${follow.length ? html`<p class="soft">Follow-ups</p><ul class="aside">${follow.map((other) => html`<li><span dir="auto">${other.text}</span> <span class="soft">${nameOf(other)}</span></li>`)}</ul>` : nothing}
      ${mergedList(merged)}
    </article>`;
}

/** One that waits for a moderator. @param {Desked} one */
export function heldQuestion(one) {
  return html`
    <article class="card question held" id="question-${one.id}" tabindex="-1" aria-labelledby="qt-${one.id}">
      ${about(one)}
      <h3 id="qt-${one.id}" dir="auto">${one.text}</h3>
      ${one.desk.held ? html`<p class="soft">Held by the word list, or for a link.</p>` : nothing}
      ${forms(one)}
      <div class="row">
        <button type="button" class="main" @click=${() => publish(one)}>Publish</button>
        <button type="button" @click=${() => hide(one)}>Hide</button>
        ${menu(one)}
      </div>
    </article>`;
}

/** A line for what is answered, closed, hidden or withdrawn. @param {Desked} one */
export function pastQuestion(one) {
  const { desk } = one;
  const words = desk.withdrawn ? "withdrawn by its asker" : desk.hidden ? "hidden" : one.standing;
  const back = desk.withdrawn ? nothing : desk.hidden
    ? html`<button type="button" class="quiet" @click=${() => act("show_question", { question: one.id })}>Show again</button>`
    : html`<button type="button" class="quiet" @click=${() => act("reopen_question", { question: one.id })}>Reopen</button>
      <button type="button" class="quiet" @click=${() => openForm("answer", String(one.id), `question-${one.id}`)}>${one.answer ? "Edit the answer" : "Answer in writing"}</button>`;
  return html`
    <li id="question-${one.id}" tabindex="-1"><span><span dir="auto">${one.text}</span>
      <span class="soft">${nameOf(one)} · ${words}${desk.note ? html` · “<span dir="auto">${desk.note}</span>”` : nothing}${one.answer ? html` · <span dir="auto">${one.answer.text}</span>` : nothing}</span></span>
      <span class="row">${back}</span>${forms(one)}</li>`;
}
