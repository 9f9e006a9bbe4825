// @ts-check
// A pasted piece of a chat → who said what, and when in the stream. Pure, so that it can be tested.

/** @typedef {{author: string, text: string, seconds: number|null, taken: boolean}} Line */

const TIME = String.raw`\[?(\d{1,2}(?::\d{2}){1,2})\]?`;
/** "00:16:06 From Jane Doe to Everyone: text", "[16:06] Jane Doe: text", "16:06 Jane Doe: text". */
const TIMED = new RegExp(String.raw`^${TIME}[ \t]+(?:From[ \t]+)?([^:\t]{1,60}?)(?:[ \t]+to[ \t]+Everyone)?[ \t]*:[ \t]*(.*)$`, "i");
/** "Jane Doe  0:16:06 text", as copied from beside a stream. */
const NAMED = new RegExp(String.raw`^([^:\t]{1,60}?)[ \t]+${TIME}[ \t]+(.+)$`);
/** "Jane Doe: text"; at most four words, or it is a sentence with a colon. */
const PLAIN = /^((?:\S+[ \t]+){0,3}\S+?)[ \t]*:[ \t]+(.+)$/;

/** "1:02:03" or "16:06" as seconds. @param {string|undefined} text */
export const seconds = (text) => (text ? text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) : null);

/** @param {string} text @returns {Line[]} */
export function takeApart(text) {
  /** @type {Line[]} */
  const lines = [];
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (!line) continue;
    const last = lines.at(-1);
    // Zoom puts a long message on lines of its own, moved in.
    if (/^[ \t]/.test(raw) && last) {
      last.text = `${last.text} ${line}`.trim();
      continue;
    }
    lines.push(lineOf(line));
  }
  return lines;
}

/** @param {string} line @returns {Line} */
function lineOf(line) {
  const timed = TIMED.exec(line);
  if (timed) return { author: timed[2].trim(), text: timed[3].trim(), seconds: seconds(timed[1]), taken: true };
  const named = NAMED.exec(line);
  if (named) return { author: named[1].trim(), text: named[3].trim(), seconds: seconds(named[2]), taken: true };
  const plain = PLAIN.exec(line);
  if (plain && !/^https?$/i.test(plain[1])) return { author: plain[1].trim(), text: plain[2].trim(), seconds: null, taken: true };
  return { author: "", text: line, seconds: null, taken: true };
}
