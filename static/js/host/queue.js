// @ts-check
// The open questions as this desk lists them: found by words, in the order that was chosen.

/** @typedef {import("protocol").QuestionView} Question */

/** @type {[string, string][]} */
export const ORDERS = [["votes", "Most wanted"], ["newest", "Newest"], ["oldest", "Oldest"], ["unanswered", "Unanswered first"]];

/** @type {Record<string, (a: Question, b: Question) => number>} */
const BY = {
  newest: (a, b) => b.asked_at - a.asked_at || b.id - a.id,
  oldest: (a, b) => a.asked_at - b.asked_at || a.id - b.id,
  unanswered: (a, b) => Number(Boolean(a.answer)) - Number(Boolean(b.answer)),
};

/** Case, accents and compatibility forms do not matter for finding. @param {string} text */
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** @type {WeakMap<object, string>} */
const known = new WeakMap();

/** All that can be found of a question. @param {Question} one @param {string} nobody What those without a name are called. */
function wordsOf(one, nobody) {
  let words = known.get(one);
  if (words === undefined) {
    words = folded([one.text, one.name || nobody, one.source ?? "", ...(one.labels ?? []), one.answer?.text ?? ""].join("\n"));
    known.set(one, words);
  }
  return words;
}

/** Those in which each of the words is found. @template {Question} One @param {One[]} list @param {string} search @param {string} nobody */
export function found(list, search, nobody) {
  const words = folded(search).split(/\s+/).filter(Boolean);
  return words.length ? list.filter((one) => words.every((word) => wordsOf(one, nobody).includes(word))) : list;
}

/** In this order; by votes they are as the server sends them, pinned ones first. @template {Question} One @param {One[]} list @param {string} order */
export const ordered = (list, order) => (BY[order] ? [...list].sort(BY[order]) : list);

/**
 * What is merged into each question, directly or not, by the question's id.
 * @template {Question} One
 * @param {One[]} list @returns {Map<number, One[]>}
 */
export function mergedInto(list) {
  const byId = new Map(list.map((one) => [one.id, one]));
  /** @type {Map<number, One[]>} */
  const heads = new Map();
  for (const one of list) {
    /** @type {One|undefined} */
    let head = one;
    for (let steps = 0; head?.desk?.merged_into != null && steps < list.length; steps += 1) head = byId.get(head.desk.merged_into);
    if (head && head !== one) heads.set(head.id, [...(heads.get(head.id) ?? []), one]);
  }
  return heads;
}
