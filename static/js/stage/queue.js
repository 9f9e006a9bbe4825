// @ts-check
// The questions under a segment: those with most voices, and where to ask.
import { h } from "./dom.js";
import { askerOf, voicesText } from "./questions.js";
import { plural, shortLink } from "./words.js";

/** @typedef {import("../session.js").Ready} Ready */
/** @typedef {import("protocol").QuestionView} Question */
/** @typedef {import("protocol").RulesView} Rules */

/** Questions shown at most; fewer where they would get too small. */
export const SHOWN = 5;

/** @param {Question} question @param {Rules} rules */
function item(question, rules) {
  const { name, source } = askerOf(question, rules);
  const voices = h("span.voices", {}, h("span.voices-number", { "aria-hidden": "true" }, question.voices.toLocaleString("en")),
    h("span.sr-only", {}, voicesText(question.voices)));
  return h("li.waiting-question", {}, voices,
    h("span.waiting-words", {},
      h("span.waiting-text", { dir: "auto" }, question.text),
      h("span.waiting-asker", {}, h("bdi", {}, name), source && [" \u00b7 ", source].join(""))));
}

/**
 * @param {import("protocol").QuestionView[]} queue @param {Ready} held @param {number} limit
 * @returns {HTMLElement}
 */
export function drawQueue(queue, { session, questions }, limit) {
  const { rules } = questions;
  const where = h("p.ask-at", {}, "Ask at ", h("strong.ask-link", {}, shortLink(session.join_url)));
  if (queue.length === 0) {
    return h("div.waiting", {}, h("p.ask-first", {}, "Ask the first question"), where);
  }
  const shown = queue.slice(0, Math.min(SHOWN, limit));
  const rest = questions.open - shown.length;
  return h("div.waiting", {},
    h("p.small-head", {}, rest > 0 ? `Most wanted, of ${plural(questions.open, "question")}` : "What people want to know"),
    h("ol.waiting-list", { role: "list" }, ...shown.map((question) => item(question, rules))),
    rules.open ? where : h("p.ask-at", {}, "No new questions are taken now."));
}
