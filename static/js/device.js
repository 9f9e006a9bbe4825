// @ts-check
// What this device remembers of how its owner wants the page. Storage may be off; then nothing is remembered.

/** @param {string} key */
export function read(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

/** @param {string} key @param {string} value */
export function write(key, value) {
  try { localStorage.setItem(key, value); } catch { /* For as long as the page is. */ }
}

/** Light or dark: the system's, until it is chosen here. @param {string} key Where the choice is kept. */
export function makeTheme(key) {
  const root = document.documentElement;
  return {
    restore() {
      const kept = read(key);
      if (kept === "light" || kept === "dark") root.dataset.theme = kept;
    },
    turn() {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      write(key, root.dataset.theme);
    },
  };
}
