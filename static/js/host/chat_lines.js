// @ts-check
// A pasted piece of a chat → who said what, and when in the stream; what was said in private, and what is no message, is left
// out. Pure, so that it can be tested. `scripts/bridge-chat` goes by the same rules.

import { EDITED, EVERYONE, FILE, FROM_TO, FROM_TO_CLOSE, PRIVATELY, REACTION, REPLY, TAKEN_BACK } from "./chat_words.js";

/** @typedef {{author: string, text: string, seconds: number|null, taken: boolean}} Line */
/** @typedef {"private"|"reaction"|"removed"|"file"|"reply"} Reason */
/** @typedef {{author: string, seconds: number|null, isPrivate: boolean, isExport: boolean, parts: number, lines: string[]}} Message */

const DATE = String.raw`(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})[,T ]+`;
const CLOCK = String.raw`(\d{1,2}(?::\d{2}){1,2})(?:[.,]\d{1,3})?(?:[ \u00a0\u202f]?([ap])\.?m\b\.?)?`;
/** "00:16:06 …", "[16:06] …", "[12/1/2026 4:06 PM] …". */
const TIMED = new RegExp(String.raw`^(\[?)(?:${DATE})?${CLOCK}\]?[ \t]+(.*)$`, "iu");
/** "Jane Doe  0:16:06 text", as copied from beside a stream; "Jane Doe to Everyone 4:06 PM" has its text below. */
const NAMED = new RegExp(String.raw`^([^:\t]{1,140}?)[ \t]+\[?${CLOCK}\]?(?:[ \t]+(.*))?$`, "iu");
const ONLY_TIME = new RegExp(String.raw`^\[?${CLOCK}\]?$`, "iu");
const GLUED_TIME = /^(\d{1,2}(?::\d{2}){1,2}[ \u202f]?[AP]M)(?=[^\s\]])/u;
/** Captions as a meeting is recorded with: from when to when. */
const SPAN = /^(\d{1,2}:\d{2}:\d{2})\.\d{3},\d{1,2}:\d{2}:\d{2}\.\d{3}$/;
const COLON = /^([^:：\t]{1,140}?)[ \t]*[:：]\s*(.*)$/u;
/** "Jane Doe: text"; at most four words, or it is a sentence with a colon. */
const PLAIN = /^((?:[^\s:：]+[ \t]+){0,3}[^\s:：]+?)[ \t]*(?::[ \t]+|：)(.+)$/u;
const NAME_MAX = 60;

/** "1:02:03", "16:06" or "4:06" and "p" as seconds; null for no time, and for one that no clock shows.
 * @param {string|undefined} text @param {string} [half] */
export function seconds(text, half) {
  if (!text) return null;
  const parts = text.split(":").map(Number);
  // Noon is 12 PM, midnight 12 AM.
  if (half) parts[0] = (parts[0] % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  if (half && parts.length === 2) parts.push(0);
  const total = parts.reduce((sum, part) => sum * 60 + part, 0);
  return /** @type {number} */ (parts.at(-1)) < 60 && total <= 86_400 ? total : null;
}

/** Who wrote to whom. @param {string} head @param {boolean} isStamped with hours, minutes and seconds before it, as exports have
 * @returns {{author: string, isPrivate: boolean, isExport: boolean}} */
export function addressed(head, isStamped) {
  let rest = head.replace(/\s+/gu, " ").trim();
  let isMarked = false;
  const brackets = /^(.*?) ?[(（]([^()（）]*)[)）]$/u.exec(rest);
  /** @param {string} author @param {string} to */
  const written = (author, to) => {
    const isToAll = EVERYONE.has(to.toLowerCase().replace(/[.。]$/, "").trim());
    return { author: author.trim(), isPrivate: isMarked || !isToAll, isExport: true, isToAll };
  };
  if (brackets && PRIVATELY.test(brackets[2])) [rest, isMarked] = [brackets[1], true];
  else if (brackets && /^to /i.test(brackets[2])) return written(brackets[1], brackets[2].slice(3));
  const from = /^from (.+)$/iu.exec(rest);
  const english = /^(.+) to (.+)$/iu.exec(from ? from[1] : rest);
  if (english) return written(english[1], english[2]);
  if (from) return { author: from[1].trim(), isPrivate: isMarked, isExport: true };
  // Names have such words too: it is an address if it is to everyone, marked as private, or written as an export writes it.
  for (const isBegun of [true, false]) {
    for (const [before, between] of FROM_TO) {
      const found = new RegExp(`^${isBegun ? `${before} ` : ""}(.+) (?:${between}) (.+)$`, "iu").exec(rest);
      const told = found && written(found[1], found[2]);
      if (told && (told.isToAll || isMarked || (isBegun && isStamped))) return told;
    }
  }
  for (const [before, between] of FROM_TO_CLOSE) {
    const found = new RegExp(`^((?:${before}) ?)?(.+?) ?(?:${between}) ?(.+)$`, "u").exec(rest);
    const told = found && written(found[2], found[3]);
    if (found && told && (told.isToAll || isMarked || found[1])) return told;
  }
  return { author: rest, isPrivate: isMarked, isExport: isMarked };
}

/** The beginning of a message; null if a line is none. @param {string} line @param {Message|undefined} last @returns {Message|null} */
function beginning(line, last) {
  const inExport = last?.isExport;
  const timed = TIMED.exec(line);
  if (timed) {
    const [, bracket, clock, half, rest] = timed;
    const parts = clock.split(":").length;
    const colon = COLON.exec(rest);
    // In an export a line that begins with another kind of time goes on with the message before it.
    if (colon && !(inExport && !bracket && parts < /** @type {Message} */ (last).parts)) {
      const said = addressed(colon[1], parts === 3);
      if (said.author && said.author.length <= NAME_MAX) return message(said, seconds(clock, half), parts, colon[2]);
    }
    // "[16:06] Jane Doe", with the words below.
    if (!colon && bracket && !inExport && isName(rest)) return message(addressed(rest, false), seconds(clock, half), parts, "");
    return null;
  }
  const named = NAMED.exec(line);
  if (named) {
    const [, head, clock, half, text] = named;
    const said = addressed(head, false);
    const isHead = said.isExport || (!inExport && isName(head) && (text || half || /\s\s|\t|\[/.test(line)));
    if (isHead && said.author.length <= NAME_MAX) return message(said, seconds(clock, half), clock.split(":").length, text ?? "");
  }
  const spoken = COLON.exec(line);
  const isAddressed = spoken && /^from .+ to /iu.test(spoken[1]);
  if (isAddressed) return message(addressed(spoken[1], false), null, 0, spoken[2]);
  const plain = PLAIN.exec(line);
  if (plain && !inExport && !/^https?$/i.test(plain[1])) return message(addressed(plain[1], false), null, 0, plain[2]);
  return null;
}

/** @param {{author: string, isPrivate: boolean, isExport: boolean}} said @param {number|null} at @param {number} parts
 * @param {string} text @returns {Message} */
function message({ author, isPrivate, isExport }, at, parts, text) {
  const time = ONLY_TIME.exec(text.trim());
  // Zoom's window has the time after the colon: "From Jane Doe to Everyone: 04:06 PM".
  if (time) return { author, isPrivate, isExport, seconds: seconds(time[1], time[2]), parts, lines: [] };
  return { author, isPrivate, isExport, seconds: at, parts, lines: text.trim() ? [text.trim()] : [] };
}

/** @param {string} text */
const isName = (text) => text.trim().split(/\s+/u).length <= 5 && !/[?!.:;,？。]$/u.test(text.trim());

/** Lines of other programs brought into one form. @param {string} text */
function lines(text) {
  const raw = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  const isExport = raw.some((line) => /^\S*\d\s+from .+ to .+:/iu.test(line));
  /** @type {string[]} */
  const out = [];
  let span = "";
  for (let line of raw) {
    const caption = SPAN.exec(line.trim());
    if (caption) { span = caption[1]; continue; }
    // Beside a stream: the time, the name, a blank of no width, the words.
    line = line.replace(GLUED_TIME, "$1 ");
    if (TIMED.test(line)) line = line.replace(/^([^\u200b]+?)[ ]?\u200b+[ ]?/u, "$1: ");
    const before = out.at(-1);
    // A name, and the time below it.
    if (!isExport && before?.trim() && !/^\s/.test(before) && !/[:?？]/.test(before) && isName(before) && ONLY_TIME.test(line.trim())) out[out.length - 1] = `${before}\t${line.trim()}`;
    else out.push(span && line.trim() ? `${span} ${line.trim()}` : line);
    if (line.trim()) span = "";
  }
  return out;
}

/** @param {string} text @returns {Message[]} */
function messages(text) {
  /** @type {Message[]} */
  const found = [];
  for (const raw of lines(text)) {
    const line = raw.trim();
    const last = found.at(-1);
    const goesOn = last && (/^[ \t]/.test(raw) || (last.lines.length === 0 && line));
    const begun = line && !(last && /^[ \t]/.test(raw)) ? beginning(line, last) : null;
    if (begun) found.push(begun);
    else if (last && (goesOn || last.isExport || !line)) last.lines.push(line);
    else if (line) found.push({ author: "", isPrivate: false, isExport: false, seconds: null, parts: 0, lines: [line] });
  }
  return found;
}

/** @param {Message} message @returns {{text: string, why: Reason|null}} */
function judged({ lines: all, isPrivate }) {
  const joined = (/** @type {string[]} */ some) => some.filter(Boolean).join(" ").replace(EDITED, "").trim();
  let text = joined(all);
  const marked = /^[(（]([^()（）]*)[)）]/u.exec(text);
  if (isPrivate || (marked && PRIVATELY.test(marked[1]))) return { text, why: "private" };
  if (REACTION.test(text)) return { text, why: "reaction" };
  if (TAKEN_BACK.test(text)) return { text, why: "removed" };
  if (FILE.test(text)) return { text, why: "file" };
  const first = all.findIndex(Boolean);
  if (first >= 0 && REPLY.test(all[first])) {
    // What is answered stands in quotation marks; the answer comes after a blank line, or behind the last of the marks.
    const gap = all.indexOf("", first + 1);
    text = gap > 0 ? joined(all.slice(gap)) : text.replace(REPLY, "").replace(/^["“„«‹「『'‘].*["”“»›」』'’]\s*/u, "");
    if (!asks(text)) return { text, why: "reply" };
  }
  return { text, why: null };
}

/** @param {string} text */
const asks = (text) => /[?？؟]/u.test(text);

/** The lines that may be handed on. @param {string} text @returns {Line[]} */
export function takeApart(text) {
  return messages(text).flatMap((one) => {
    const { text: said, why } = judged(one);
    return why || !said ? [] : [{ author: one.author, text: said, seconds: one.seconds, taken: true }];
  });
}

/** How many lines were left out, by why. @param {string} text @returns {Partial<Record<Reason, number>>} */
export function leftOut(text) {
  /** @type {Partial<Record<Reason, number>>} */
  const out = {};
  for (const { why } of messages(text).map(judged)) if (why) out[why] = (out[why] ?? 0) + 1;
  return out;
}

/** @param {Partial<Record<Reason, number>>} out */
export function leftOutWords(out) {
  const many = (/** @type {number|undefined} */ n, /** @type {string} */ one, more = `${one}s`) => (n ? [`${n} ${n === 1 ? one : more}`] : []);
  const said = [
    ...many(out.private, "said in private or to some only", "said in private or to some only"), ...many(out.reaction, "reaction"),
    ...many(out.removed, "taken back", "taken back"), ...many(out.file, "file"), ...many(out.reply, "answer to others", "answers to others"),
  ];
  return said.length ? `Left out: ${said.join(", ")}.` : "";
}
