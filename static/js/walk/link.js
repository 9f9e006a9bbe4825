// @ts-check
// A step with its input as a link, and back.

/** Bytes of a link's query, as it is encoded and with its question mark, that the server shares and sends; as in `domain/walk.rs`. */
export const INPUT_MAX = 7 * 1024 + 512;

/** @typedef {Record<string, string>} Texts By the name of their field. */

/** What is not as the step has it. @param {Texts} texts @param {Texts} defaults @returns {[string, string][]} */
export const setTexts = (texts, defaults) => Object.entries(texts).filter(([name, text]) => text !== defaults[name]);

/** The same numbers, with single spaces between them; as in `domain/walk.rs`. Where tabs part cells, or semicolons within lines, a comma may be a part of a number. @param {string} text */
function shorter(text) {
  if (text.includes("\t") || (text.includes(";") && /[\r\n]/.test(text.trim()))) return text;
  const pieces = text.split(",").map((piece) => piece.replace(/^[ \t]+|[ \t]+$/g, ""));
  return /[^\d \t\r\n,;.+\-eE[\]]/.test(text) || pieces.includes("") ? text : pieces.join(" ");
}

/** @param {Texts} texts @param {Texts} defaults */
function queryOf(texts, defaults) {
  const pairs = setTexts(texts, defaults);
  const query = new URLSearchParams(pairs).toString();
  if (query.length + 1 <= INPUT_MAX) return query;
  return new URLSearchParams(pairs.map(([name, text]) => [name, shorter(text)])).toString();
}

/** @param {string} code @param {string} step @param {Texts} texts @param {Texts} defaults */
export function pathOf(code, step, texts, defaults) {
  const query = queryOf(texts, defaults);
  return `/walk/${code}/${step}${query && `?${query}`}`;
}

/** The texts of a link's query; what it does not set is as the step has it. @param {string} search @param {Texts} defaults @returns {Texts} */
export function textsOf(search, defaults) {
  const given = new URLSearchParams(search);
  return Object.fromEntries(Object.entries(defaults).map(([name, text]) => [name, given.getAll(name).at(-1) ?? text]));
}

/** Whether it can be shared and sent. @param {Texts} texts @param {Texts} defaults */
export const isShareable = (texts, defaults) => queryOf(texts, defaults).length + 1 <= INPUT_MAX;

/** Milliseconds until it makes sense to ask again. @param {string|null} retryAfter */
export const waitOf = (retryAfter) => 1000 * Math.max(1, Math.min(30, Number(retryAfter) || 2));
