// Two ways to put words on the page; they never become markup.

/** An element. Any of them may hold words in any script, so each finds out its direction. */
export const make = (tag, kind, ...children) => {
  const one = document.createElement(tag);
  one.className = kind;
  one.dir = "auto";
  one.append(...children);
  return one;
};

/** Sets words by selector, if they are others than were set last. What stands there now may be a translator's. */
export const set = (box, words) => {
  for (const [selector, text] of Object.entries(words)) {
    const part = box.querySelector(selector);
    if ((part.said ?? part.textContent) !== text) part.textContent = text;
    part.said = text;
  }
};
