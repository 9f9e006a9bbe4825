// @ts-check
// Questions that the server has not answered yet. They are kept on the device under the key that they are asked by, and
// asked again on the next line: the same key asks nothing twice.

/** @typedef {{text: string, name: string, about?: number|null}} Draft A question as it was written. */
/** @typedef {Draft & {key: string}} Kept */
/** @typedef {import("./main.js").Answer} Answer */
/** @typedef {Extract<Answer, {type: "refused"}>} Refusal */

/**
 * @param {string} shelf
 * @param {{ask: (message: import("../socket.js").Ask, then?: (answer: Answer) => void) => boolean,
 *   set: (change: {error: string}) => void, giveBack: (question: Draft, refusal: Refusal) => void,
 *   announce: (words: string) => void}} page
 */
export function makeKept(shelf, { ask, set, giveBack, announce }) {
  /** @type {Kept[]} */
  let all = [];
  try { all = JSON.parse(localStorage[shelf] || "[]"); } catch { /* Nothing was kept. */ }

  /** Keeps one, or lets go of its key. Another tab keeps its questions on the same shelf. @param {string} key @param {Kept} [one] */
  function write(key, one) {
    const but = (/** @type {Kept[]} */ list) => [...list.filter((other) => other.key !== key), ...(one ? [one] : [])];
    all = but(all);
    try {
      localStorage[shelf] = JSON.stringify(but(JSON.parse(localStorage[shelf] || "[]")));
    } catch { /* Kept for as long as the page is. */ }
  }

  /** @param {Kept} one */
  function send(one) {
    ask({ type: "ask_question", key: one.key, text: one.text, name: one.name, about: one.about ?? null }, (answer) => {
      if (answer.type !== "heard" && answer.type !== "refused") return;
      const refusal = answer.type === "refused" ? answer : null;
      // "Too much at once" is about the pace, not about the question: it is asked again when that makes sense.
      if (refusal?.code === "too_fast") return void setTimeout(send, 1000 * (refusal.wait_seconds || 1), one);
      // Nor is a disk that is full: not by a whole room in the same instant.
      if (refusal?.code === "not_saved") {
        announce(`${refusal.why} It is sent again by itself.`);
        return void setTimeout(send, (refusal.wait_seconds || 1) * (500 + 1000 * Math.random()), one);
      }
      write(one.key);
      if (answer.type === "heard") {
        const waits = answer.question?.state === "pending";
        announce(waits ? "Received. A moderator looks at it first." : "Your question is received.");
        return set({ error: "" });
      }
      // The words come back into the box: nobody should type them again.
      announce(answer.why);
      giveBack(one, answer);
    });
  }

  return {
    all: () => all,
    /** @param {Draft} question */
    put(question) {
      const one = { ...question, key: freshKey() };
      write(one.key, one);
      send(one);
    },
    send: () => all.forEach(send),
  };
}

/** 128 random bits; `randomUUID` is not there on a plain-http address. */
export function freshKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
