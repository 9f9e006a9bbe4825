// @ts-check
// Tells who has scrolled away, or looks at another part, that a poll opened or a result came. The page never moves by
// itself: a quiet line above the bar shows the way.

import { make, set } from "./audience-parts.js";

/** Of the window's height: a card whose top is above this line from the bottom is in sight. */
const SEEN_ABOVE = 160;

export const makeNews = () => {
  /** What to say, by poll; the newest last. @type {Map<string, string>} */
  const waiting = new Map();
  const button = make("button", "", make("span", ""));
  button.id = "news";
  button.type = "button";
  button.hidden = true;
  document.body.append(button);

  /** @param {string} id */
  const cardOf = (id) => document.getElementById(`poll-${id}`);

  /** @param {HTMLElement} card */
  const isSeen = (card) => {
    const { top, bottom, height } = card.getBoundingClientRect();
    return height > 0 && top < innerHeight - SEEN_ABOVE && bottom > 0;
  };

  const paint = () => {
    for (const id of waiting.keys()) {
      const card = cardOf(id);
      if (!card || isSeen(card)) waiting.delete(id);
    }
    const words = [...waiting.values()].at(-1);
    button.hidden = !words;
    if (words) set(button, { span: words });
  };

  button.onclick = () => {
    const id = [...waiting.keys()].at(-1);
    if (id === undefined) return;
    // Polls are in the first part of the page; its own script shows that part when the address says so.
    if (document.body.dataset.tab && document.body.dataset.tab !== "votes") {
      document.body.dataset.tab = "votes";
      location.hash = "votes";
    }
    // After the other part has gone, and what follows the address has done its own.
    setTimeout(() => {
      const card = cardOf(id);
      const title = card?.querySelector("h2");
      if (!card || !title) return;
      const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
      title.tabIndex = -1;
      title.focus({ preventScroll: true });
      card.scrollIntoView({ block: "start", behavior: isStill ? "instant" : "smooth" });
    }, 60);
  };

  addEventListener("scroll", () => waiting.size && paint(), { passive: true });

  return {
    paint,
    /** @param {string} id @param {string} words */
    add: (id, words) => {
      waiting.delete(id);
      waiting.set(id, words);
    },
  };
};
