// @ts-check
// Words that may change, in an element of their own. A browser that translates the page puts its own nodes in place of text;
// where only a text node is held, what comes later goes to one that is no longer in the page. An element stays.

import { html } from "../../vendor/lit-html-3.3.3/lit-html.js";

/** @param {string|number} words */
export const text = (words) => html`<span .textContent=${String(words)}></span>`;

/** A number, a name or a time: it is the same in any language. @param {string|number} words */
export const asIs = (words) => html`<span translate="no" .textContent=${String(words)}></span>`;
