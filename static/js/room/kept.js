// @ts-check
// Questions that the server has not answered yet. They are kept on the device under the key that they are asked by, and
// asked again on the next line: the same key asks nothing twice.

/**
 * @param {string} shelf
 * @param {{ask: (message: any, then?: (answer: any) => void) => boolean, set: (change: any) => void,
 *   putOwn: (question: any) => void, announce: (words: string) => void}} page
 */
export function makeKept(shelf, { ask, set, announce }) {
  /** @type {any[]} */
  let all = [];
  try { all = JSON.parse(localStorage[shelf] || "[]"); } catch { /* Nothing was kept. */ }

  function write() {
    try { localStorage[shelf] = JSON.stringify(all); } catch { /* Kept for as long as the page is. */ }
  }

  /** @param {string} key */
  function drop(key) {
    all = all.filter((one) => one.key !== key);
    write();
  }

  /** @param {any} one */
  function send(one) {
    ask({ type: "ask_question", key: one.key, text: one.text, name: one.name, about: one.about ?? null }, (answer) => {
      drop(one.key);
      if (answer.type === "heard") {
        const waits = answer.question?.state === "pending";
        announce(waits ? "Received. A moderator looks at it first." : "Your question is received.");
        return set({ error: "" });
      }
      // The words come back into the box: nobody should type them again.
      announce(answer.why);
      set({
        error: answer.why, draft: one.text, about: one.about ?? null,
        waitUntil: answer.wait_seconds ? Date.now() + answer.wait_seconds * 1000 : 0,
      });
    });
  }

  return {
    all: () => all,
    /** @param {any} question */
    put(question) {
      const one = { ...question, key: freshKey() };
      all = [...all, one];
      write();
      send(one);
    },
    send: () => all.forEach(send),
  };
}

/** 128 random bits; `randomUUID` is not there on a plain-http address. */
function freshKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
