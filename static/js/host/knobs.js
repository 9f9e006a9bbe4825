// @ts-check
// What a demo's knobs are called for people.

/**
 * A demo with all that a host's desk is told of it.
 * @typedef {Required<import("protocol").DemoView>} Demo
 */

/** With its lists, which are left out where they are empty. @param {import("protocol").DemoView} demo @returns {Demo} */
export const whole = (demo) => ({ settings: {}, knobs: [], presets: [], ...demo });

/** A setting's word as it is read: `low-rank` → `Low rank`. @param {string} word */
export function words(word) {
  const plain = word.replaceAll(/[_-]/g, " ");
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
}
