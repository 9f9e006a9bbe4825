// @ts-check
// A small clock of the server's minutes and seconds, where the session has a stream with a delay. Who sees it in the stream
// compares it with the one on their phone, and so learns how far behind they are. It ticks, so it is nothing to be read aloud.
import { h, say } from "./dom.js";
import { isSyncMark, syncText } from "./questions.js";

/** @typedef {import("protocol").SessionView} Session */

/**
 * Puts a clock into each of the places.
 * @param {Element[]} places @param {() => number} serverNow
 */
export function startSync(places, serverNow) {
  const clocks = places.map((place) => {
    const time = h("span.sync-time");
    const node = h("span.sync", { "aria-hidden": "true", hidden: true }, h("span.sync-dot"), h("span.sync-say", {}, "stream clock"), time);
    place.append(node);
    return { node, time };
  });
  let timer = 0;

  /** Wakes at each full second: a clock to compare with must not change late. */
  function tick() {
    const now = serverNow();
    for (const { node, time } of clocks) {
      say(time, syncText(now));
      node.toggleAttribute("data-mark", isSyncMark(now));
    }
    clearTimeout(timer);
    timer = Number(setTimeout(tick, 1005 - (now % 1000)));
  }

  return {
    /** The page knows the server's clock from now on. @param {Session} session */
    show(session) {
      const streamed = session.channels.some((one) => one.delay_seconds > 0);
      for (const { node } of clocks) node.hidden = !streamed;
      tick();
    },
  };
}
