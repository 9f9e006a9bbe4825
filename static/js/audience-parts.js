// @ts-check
// Two ways to put words on the page; they never become markup.

/**
 * An element. Any of them may hold words in any script, so each finds out its direction.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {string} kind Its class. @param {...(Node|string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const make = (tag, kind, ...children) => {
  const one = document.createElement(tag);
  one.className = kind;
  one.dir = "auto";
  one.append(...children);
  return one;
};

/**
 * Sets words by selector, if they are others than were set last. What stands there now may be a translator's.
 * @param {ParentNode} box @param {Record<string, string>} words
 */
export const set = (box, words) => {
  for (const [selector, text] of Object.entries(words)) {
    /** @type {import("audience").Told|null} */
    const part = box.querySelector(selector);
    if (!part) continue;
    if ((part.said ?? part.textContent) !== text) part.textContent = text;
    part.said = text;
  }
};
