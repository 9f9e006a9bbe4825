// @ts-check
// The announcement: a bar above whatever the stage shows.
import { byId, say, show } from "./dom.js";
import { isUp, lengthOf } from "./questions.js";

/** @typedef {Readonly<import("../session.js").Held>} Held */

/** @param {Held} held @param {() => number} serverNow */
export function makeNotice(held, serverNow) {
  const bar = byId("announce");
  const text = byId("announce-text");
  let drawn = "";
  /** Draws what is to be seen now. True where that is another thing than before, so that the rest has to be fitted anew. */
  function draw() {
    const announcement = held.session?.announcement;
    const words = announcement && isUp(announcement, serverNow()) ? announcement.text : "";
    if (words === drawn) return false;
    drawn = words;
    bar.dataset.length = lengthOf(words);
    // The text first: a live region is read out once it has something to say.
    say(text, words);
    show(bar, words !== "");
    return true;
  }

  return { draw, get words() { return drawn; } };
}
