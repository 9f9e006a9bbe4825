// Two ways to put words on the page; they never become markup.

/** An element. Any of them may hold words in any script, so each finds out its direction. */
export const make = (tag, kind, ...children) => {
  const one = document.createElement(tag);
  one.className = kind;
  one.dir = "auto";
  one.append(...children);
  return one;
};

/** Sets words by selector, and only those that changed. */
export const set = (box, words) => {
  for (const [selector, text] of Object.entries(words)) {
    const part = box.querySelector(selector);
    if (part.textContent !== text) part.textContent = text;
  }
};
