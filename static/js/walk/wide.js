// @ts-check
// What is wider than its place is scrolled there. It takes the focus while it is, so that arrow keys move it in every
// browser: not each gives it to what scrolls by itself.

/**
 * Lets Tab lead to whatever is scrolled in a step's parts, under the name of its picture or table. Numbers that are
 * opened have all this from the server. @param {ParentNode} shown
 */
export function reachWide(shown) {
  for (const one of /** @type {NodeListOf<HTMLElement>} */ (shown.querySelectorAll(".svd-part, :not(.svd-numbers) > .svd-tablebox, .svd-code"))) {
    const own = one.querySelector("figcaption, caption")?.textContent || one.querySelector("svg")?.getAttribute("aria-label");
    const wide = one.scrollWidth > one.clientWidth + 1;
    const wanted = { tabindex: "0", role: one.matches("figure") ? "" : "group", "aria-label": own || (one.matches("pre") ? "Code" : "Table") };
    for (const [attribute, value] of Object.entries(wanted)) {
      if (wide && value) one.setAttribute(attribute, value);
      else one.removeAttribute(attribute);
    }
  }
}
