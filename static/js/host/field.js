// @ts-check
// What forms hand in.

/** The field that an event came from. @param {Event} event */
export const fieldOf = (event) => /** @type {HTMLInputElement} */ (event.target);
