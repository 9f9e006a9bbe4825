// @ts-check
// The question that is read out, in large type: its words, who asked it, and the written answer if there is one.
import { h, say, show } from "./dom.js";
import { askerOf, lengthOf } from "./questions.js";

/** @typedef {import("../session.js").Ready} Ready */
/** @typedef {import("protocol").QuestionView} Question */
/** @typedef {import("protocol").RulesView} Rules */

/** Lines of a written answer at most; fewer where they would get too small. */
const LINES = 16;

/** Name and source, each in its own direction of writing. @param {HTMLElement} node @param {Question} question @param {Rules} rules */
export function sayAsker(node, question, rules) {
  const { name, source } = askerOf(question, rules);
  const picture = JSON.stringify([name, source]);
  if (node.dataset.picture === picture) return;
  node.dataset.picture = picture;
  node.replaceChildren(h("bdi.asker-name", {}, name), source ? ", on " : "", source && h("bdi.asker-source", {}, source));
}

export function makeQuestion() {
  const labels = h("span.labels");
  const kicker = h("p.kicker", {}, h("span.now-asking", {}, "Now asking"), labels);
  const text = h("h1.question", { dir: "auto" });
  const asker = h("p.asker");
  const written = h("p.written", { dir: "auto" });
  const body = h("div.body", { hidden: true }, h("p.small-head", {}, "Answer"), written);
  const node = h("section.scene.ask", {}, kicker, text, asker, body);
  let drawn = "";
  return {
    node,
    rows: LINES,
    least: 2,
    /** How much of the height the question may take, beside an answer and alone. */
    get shares() { return body.hidden ? [0.8, 0.7] : [0.42, 0.3]; },
    /** @param {import("./scene.js").QuestionScene} scene @param {Ready} held @param {number} limit */
    update({ question }, held, limit) {
      const words = JSON.stringify(question.labels ?? []);
      if (words !== drawn) {
        drawn = words;
        labels.replaceChildren(...(question.labels ?? []).map((/** @type {string} */ label) => h("bdi.label", {}, label)));
      }
      say(text, question.text);
      text.dataset.length = lengthOf(question.text);
      sayAsker(asker, question, held.questions.rules);
      say(written, question.answer?.text ?? "");
      show(body, Boolean(question.answer));
      body.style.setProperty("--lines", String(limit));
    },
    tick() {},
  };
}
