// @ts-check
// What a demo's knobs are called for people.

/** A setting's word as it is read: `low-rank` → `Low rank`. @param {string} word */
export function words(word) {
  const plain = word.replaceAll(/[_-]/g, " ");
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
}
