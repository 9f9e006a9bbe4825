// @ts-check
// Questions from the room, as stage and speaker's view choose and say them: no DOM here, so that it can be tested
// without a browser.
import { plural } from "./words.js";

/** @typedef {import("protocol").AnnouncementView} Announcement */
/** @typedef {import("protocol").QuestionView} Question */
/** @typedef {import("protocol").RulesView} Rules */

/** @typedef {import("protocol").QuestionsView} Questions */

/** The question that is read out now. @param {Pick<Questions, "asking"|"list">|null} [questions] @returns {Question|null} */
export function askedOf(questions) {
  if (questions?.asking == null) return null;
  return questions.list.find((one) => one.id === questions.asking) ?? null;
}

/**
 * What is taken up next, in this order: the list's own, those of the current segment first.
 * @param {Pick<Questions, "list">|null|undefined} questions @param {string|null|undefined} current The current segment.
 * @returns {Question[]}
 */
export function queueOf(questions, current) {
  const open = (questions?.list ?? []).filter((one) => one.standing === "open");
  const here = (/** @type {Question} */ one) => (one.segment ?? null) === (current ?? null);
  return [...open.filter(here), ...open.filter((one) => !here(one))];
}

/** Questions that follow this one up and are not answered yet. @param {Questions} questions @param {number} id @returns {Question[]} */
export const followUpsOf = (questions, id) =>
  questions.list.filter((one) => one.about === id && one.standing === "open");

/**
 * Who asked, in parts, so that each can be laid out in its own direction of writing.
 * @param {Pick<Question, "name"|"source">} question @param {Rules} [rules]
 * @returns {{name: string, source: string}}
 */
export const askerOf = (question, rules) => ({ name: question.name || rules?.anonymous || "Anonymous", source: question.source ?? "" });

/** "Name, on YouTube": to be read out. @param {Question} question @param {Rules} rules */
export function askedBy(question, rules) {
  const { name, source } = askerOf(question, rules);
  return source ? `${name}, on ${source}` : name;
}

/** @param {number} n */
export const voicesText = (n) => plural(n, "voice");

/** For those who hear the page. @param {Question} question @param {Rules} rules */
export const askedAloud = (question, rules) => `Now asking: ${question.text} ${askedBy(question, rules)}.`;

/** How large a text may be set: what is long must get smaller to be seen as a whole. @param {string} text */
export function lengthOf(text) {
  // Signs of East Asia are about twice as wide as letters.
  const length = [...text].reduce((sum, sign) => sum + (sign >= "\u2e80" ? 2 : 1), 0);
  return length > 320 ? "longest" : length > 160 ? "long" : length > 70 ? "middle" : "short";
}

/** Whether an announcement is to be seen at this moment. @param {Announcement|undefined} announcement @param {number} now */
export const isUp = (announcement, now) => announcement !== undefined && (announcement.until == null || now < announcement.until);

/** Minutes and seconds of the server's clock: what a delayed picture shows, compared with now, is the delay. @param {number} now */
export function syncText(now) {
  const seconds = Math.floor(now / 1000);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** The dot is lit in each tenth second. @param {number} now */
export const isSyncMark = (now) => Math.floor(now / 1000) % 10 === 0;
