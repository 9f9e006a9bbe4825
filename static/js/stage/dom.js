// @ts-check
// The few lines that plain DOM needs to be read like markup.

/** @typedef {Node|string|null|undefined|false} Child */

/**
 * Makes an element: `h("p.hint", { lang: "en" }, "words")`. Attributes that are null are left out.
 * @param {string} selector
 * @param {Record<string, string|number|boolean|null|undefined>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function h(selector, attributes = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child || child === "") node.append(child);
  return node;
}

/** What each node was last told to say. @type {WeakMap<Element, string>} */
const said = new WeakMap();

/**
 * Writes only what is new: an unchanged text must not be laid out again, and one that a translator has put in its place
 * must not be painted over.
 * @param {Element} node @param {string} text
 */
export function say(node, text) {
  if ((said.get(node) ?? node.textContent) !== text) node.textContent = text;
  said.set(node, text);
}

/** @param {HTMLElement} node @param {boolean} shown */
export function show(node, shown) {
  if (node.hidden === shown) node.hidden = !shown;
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`the page lacks #${id}`);
  return node;
}
