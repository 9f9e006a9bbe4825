// @ts-check
// Short messages at the edge of a page. They go by themselves once there was time to read them; what went wrong
// stays until it is dismissed or something goes well. While someone points at one, is in it or looks elsewhere,
// its time stands still.

const SHORTEST = 5000;
const LETTER = 70;
const TO_UNDO = 6000;
const TICK = 250;

/** How long a message stays, in ms. @param {string} text @param {boolean} undo */
export const stays = (text, undo) => SHORTEST + text.length * LETTER + (undo ? TO_UNDO : 0);

/**
 * @typedef {{text: string, bad: boolean, undo: boolean}} Toast
 * @param {(toast: Toast|null) => void} show
 */
export function makeToasts(show) {
  let left = 0;
  let ticking = 0;
  const held = () => document.visibilityState !== "visible" || document.querySelector(".toast:hover, .toast:focus-within") !== null;

  function tick() {
    if (held()) return;
    left -= TICK;
    if (left <= 0) dismiss();
  }

  function dismiss() {
    clearInterval(ticking);
    ticking = 0;
    show(null);
  }

  return {
    dismiss,
    /** @param {string} text @param {boolean} [bad] @param {boolean} [undo] */
    tell(text, bad = false, undo = false) {
      clearInterval(ticking);
      left = stays(text, undo);
      ticking = bad ? 0 : Number(setInterval(tick, TICK));
      show({ text, bad, undo });
    },
  };
}
