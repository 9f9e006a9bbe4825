// @ts-check
// The rest of the audience's page, loaded once voting works: questions, chat, reactions, signal checks, and how far
// behind this viewer is. It hears what the core of the page hears and asks through it; a vote never waits for it.

import { html, nothing, render } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { read, write } from "../device.js";
import { inQueueOrder } from "../session.js";
import { readPicture } from "../demo/picture.js";
import { chat } from "./chat.js";
import { makeKept } from "./kept.js";
import { questions } from "./questions.js";
import { countFrom, react, reactionBar, reactionButton } from "./reactions.js";
import { signalCard } from "./signal.js";
import { makeStep } from "./step.js";
import { asIs, text } from "./text.js";
import { inRange } from "./words.js";

/** @typedef {import("protocol").AnnouncementView} Announcement */
/** @typedef {import("protocol").QuestionView} Question */
/** @typedef {import("protocol").QuestionsView} Questions */

/** @typedef {import("protocol").OwnQuestion} OwnQuestion */
/** @typedef {import("protocol").RoomView} Room */
/** @typedef {import("audience").Message} Message */
/** @typedef {Extract<Message, {type: "heard"|"refused"|"similar"|"inspected"}>} Answer */
/** @typedef {import("../socket.js").Ask} Ask */

/** What audience.js knows; set once. @type {import("audience").Known} */
let my;

/** What is open on this screen. */
export const ui = {
  /** @type {"votes"|"questions"|"chat"} */
  tab: "votes",
  /** @type {"top"|"new"} */
  sort: "top",
  draft: "",
  name: "",
  /** The question that is followed up, or edited. @type {number|null} */
  about: null,
  /** @type {number|null} */
  editing: null,
  /** What is like what is being typed. @type {Question[]} */
  similar: [],
  error: "",
  editError: "",
  /** When asking makes sense again. */
  waitUntil: 0,
  said: "",
  chatError: "",
  /** Polls that opened while another part was looked at. */
  polls: 0,
  /** Polls that were open when last heard of. @type {Set<string>} */
  open: new Set(),
  /** Whether the row of reactions is open. */
  reacting: false,
  /** When a finger, pointer or focus was last in the list. */
  touchedAt: -Infinity,
  /** @type {number[]} */
  order: [],
  /** Questions of one's own that changed here after a snapshot was made. @type {Map<number, number>} */
  ownAt: new Map(),
};

/** Asks that wait for their answer, by their number. @type {Map<number, (answer: Answer) => void>} */
const waiting = new Map();
/** @type {ReturnType<typeof makeKept>} */
let kept;
/** @type {ReturnType<typeof makeStep>} */
let step;

export const session = () => my.snap.session;
/** Questions, chat and the like. Nothing of it is painted, or pressed, before it came. */
export const room = () => /** @type {Room} */ (my.snap.room);
export const code = () => my.code;
export const serverNow = () => my.now();
/** The time that this viewer sees on the stage. */
export const seenNow = () => serverNow() - (my.late || 0);
/** Whether what all see comes here later than what this viewer presses. */
export const isBehind = () => Boolean(my.late);
export const isLive = () => Boolean(my.live);
export const announce = (/** @type {string} */ words) => my.announce(words);

/** Sends an ask; `then` gets its answer. False without a connection. @param {Ask} message @param {(answer: Answer) => void} [then] */
export function ask(message, then = () => {}) {
  if (!my.live) return false;
  waiting.set(my.ask(message), then);
  return true;
}

/** @param {Partial<typeof ui>} [change] */
export function set(change = {}) {
  Object.assign(ui, change);
  paint();
}

/** Asks a question, or keeps it until it can be asked. @param {import("./kept.js").Draft} question */
export const askQuestion = (question) => kept.put(question);
export const keptQuestions = () => kept.all();

/** @param {OwnQuestion} question */
export function putOwn(question) {
  const own = room()?.own;
  if (!own) return;
  ui.ownAt.set(question.id, performance.now());
  own.questions = [...own.questions.filter((one) => one.id !== question.id), question].sort((a, b) => a.id - b.id);
}

/** Words that were refused go back into the box, before what was typed since. @param {import("./kept.js").Draft} one @param {{why: string, wait_seconds?: number}} refusal */
function giveBack(one, refusal) {
  const since = ui.draft.trim();
  set({
    error: refusal.why, draft: since && since !== one.text ? `${one.text}\n${since}` : one.text, about: one.about ?? ui.about,
    waitUntil: refusal.wait_seconds ? performance.now() + refusal.wait_seconds * 1000 : 0,
  });
}

// ---- The server's words ----

/** @type {{[Type in Message["type"]]?: (message: Extract<Message, {type: Type}>) => void}} */
const hears = {
  questions: ({ questions }) => {
    if (questions.version < room().questions.version) return;
    tellAsking(questions);
    room().questions = questions;
  },
  voices: ({ version, voices }) => {
    const held = room().questions;
    if (version < held.version) return;
    const counts = new Map(voices);
    held.version = version;
    held.list = inQueueOrder(held.list.map((one) => ({ ...one, voices: counts.get(one.id) ?? one.voices })));
  },
  chat: (m) => {
    if (m.chat.version >= room().chat.version) room().chat = m.chat;
  },
  signal: ({ signal }) => {
    if (signal && signal.check !== room().signal?.check) announce("Can you see the slides and hear the speaker?");
    room().signal = signal;
  },
  reactions: ({ totals }) => react(totals),
  own_question: ({ question }) => {
    putOwn(question);
    if (question.state === "asking") announce("Your question is being asked now.");
  },
  session: () => step.follow(),
  progress: ({ progress }) => putRun({ progress }),
  chart: ({ chart }) => putRun({ chart }),
  picture: ({ bytes }) => putRun({ picture: readPicture(bytes) }),
  poll: () => noteOpen(),
};

/** @param {object} news */
const putRun = (news) => { my.snap.run = { ...my.snap.run, ...news }; };

/** The run in front of everyone, drawn once there is one. @type {ReturnType<typeof import("./demo.js").makePhoneRun>|null} */
let demo = null;
let askedForDemo = false;

/** Asks about an image or a centre of the run. @param {{run: number, what: import("protocol").InspectSpec}} message @returns {Promise<import("../demo/looking.js").Found>} */
const inspect = (message) => new Promise((resolve) => {
  if (!ask({ type: "inspect", ...message }, resolve)) resolve({ type: "refused", why: "There is no connection just now." });
});

function paintDemo() {
  if (!askedForDemo && session().runs?.length) {
    askedForDemo = true;
    import("./demo.js").then(({ makePhoneRun }) => {
      demo = makePhoneRun(/** @type {HTMLElement} */ (document.getElementById("demo")), { inspect, code: code() });
      paintDemo();
    }, () => { askedForDemo = false; });
  }
  demo?.update(session(), my.snap.run);
}

/** Marks the votes where one opened that was not open before; a new option in an open one is no news. */
function noteOpen() {
  /** @type {string[]} */
  const open = my.snap.polls.filter((one) => one.phase === "open").map((one) => one.id);
  if (ui.tab !== "votes" && open.some((id) => !ui.open.has(id))) ui.polls = 1;
  ui.open = new Set(open);
}

/** @param {Questions} questions */
function tellAsking(questions) {
  const before = room().questions.asking;
  const now = questions.list.find((one) => one.id === questions.asking);
  if (now && now.id !== before && ui.tab === "questions") announce(`Being asked now: ${now.text}`);
}

/** A first picture, or one after a gap. What changed here since it was made is newer. @param {Room|undefined} before @param {number} madeAt */
function merge(before, madeAt) {
  const own = room()?.own;
  if (!own || !before?.own) return;
  const newer = before.own.questions.filter((one) => (ui.ownAt.get(one.id) ?? 0) > madeAt);
  for (const one of newer) own.questions = [...own.questions.filter((other) => other.id !== one.id), one];
  own.questions.sort((a, b) => a.id - b.id);
}

/** @type {Room|undefined} */
let last;

/** Called by the core with every message, after it has taken it in. @param {Message} m */
function hear(m) {
  if (m.type === "snapshot" || m.type === "resumed") {
    merge(last, performance.now() - (my.late || 0));
    if (m.room) countFrom(m.room.reactions);
    step.follow();
    noteOpen();
  } else if (m.type === "heard" || m.type === "refused" || m.type === "similar" || m.type === "inspected") {
    const then = waiting.get(m.ask ?? 0);
    waiting.delete(m.ask ?? 0);
    // First, so that what was kept and what is received follow each other without a gap.
    if ("question" in m && m.question) putOwn(m.question);
    then?.(m);
  } else if (room()) {
    /** @type {((message: Message) => void)|undefined} */ (hears[m.type])?.(m);
  }
  last = room();
}

/** Called by the core when a line stands: what was asked before and not answered is asked again. */
function connected() {
  waiting.clear();
  kept.send();
  step.tell();
}

// ---- Painting ----

/** @type {HTMLElement} */
let box;
/** @type {HTMLElement} */
let bar;
/** @type {HTMLElement} */
let foot;

const TABS = { votes: "Votes", questions: "Questions", chat: "Chat" };

/** @param {"votes"|"questions"|"chat"} id @param {number} n */
const tab = (id, n) => html`
  <a href="#${id}" aria-current=${ui.tab === id ? "page" : nothing}>${text(TABS[id])}${n
    ? html` <b class="count">${id === "votes" ? html`<span class="sr">new</span>●` : asIs(n)}</b>` : nothing}</a>`;

/** Nothing is drawn before its styles are there: it would jump about. */
let ready = false;

function paint() {
  const now = room();
  if (!now || !ready) return;
  const { rules } = now.questions;
  const withChat = rules.chat, withReactions = rules.reactions && session().state === "live";
  if (ui.tab === "chat" && !withChat) ui.tab = "votes";
  if (ui.tab === "votes") ui.polls = 0;
  document.body.dataset.tab = ui.tab;
  render(html`
    ${banner(session().announcement)}
    ${signalCard(now, () => step.seconds())}
    ${ui.tab === "questions" ? questions(now) : ui.tab === "chat" ? chat(now) : nothing}`, box);
  render(html`
    ${withReactions && ui.reacting ? reactionBar() : nothing}
    <div class="bar-row"><nav aria-label="Parts of this page">${tab("votes", ui.polls)}${tab("questions", now.questions.open)}${withChat ? tab("chat", 0) : nothing}</nav>
      ${withReactions ? reactionButton(ui.reacting, () => set({ reacting: !ui.reacting })) : nothing}</div>`, bar);
  render(step.view(), foot);
  paintDemo();
}

/** The announcement that was put away, and the one that was told; for where the device remembers nothing. */
let gone = "", told = "";

/** @param {Announcement} [announcement] */
function banner(announcement) {
  if (!announcement || (announcement.until && seenNow() > announcement.until)) return nothing;
  const name = String(announcement.at), shelf = `${my.shelf}/gone`;
  gone = read(shelf) ?? gone;
  if (gone === name) return nothing;
  if (told !== name) announce(announcement.text);
  told = name;
  const dismiss = () => {
    gone = name;
    write(shelf, name);
    focusOn(document.querySelector("#head h1"));
    paint();
  };
  return html`<p class="announcement"><span dir="auto" .textContent=${announcement.text}></span>
    <button type="button" class="quiet" @click=${dismiss}>OK<span class="sr">, put the announcement away</span></button></p>`;
}

/** Moves the focus to a heading, so that the keyboard and a screen reader go on from there. @param {Element|null} place */
function focusOn(place) {
  if (!(place instanceof HTMLElement)) return;
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

const tabOf = (/** @type {string} */ hash) => /** @type {keyof typeof TABS} */ (Object.hasOwn(TABS, hash.slice(1)) ? hash.slice(1) : "votes");

function follow() {
  set({ tab: tabOf(location.hash), error: "", editError: "", chatError: "" });
  scrollTo({ top: 0 });
  focusOn(document.querySelector(ui.tab === "votes" ? "#head h1" : "#room .part h2"));
}

/** Called once by the page's view with what the core knows. @param {import("audience").Known} core */
export function begin(core) {
  my = core;
  const base = new URL("../../css/audience-room.css", import.meta.url).href;
  const styled = () => {
    ready = true;
    paint();
  };
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: base, onload: styled, onerror: styled }));
  box = document.createElement("section");
  box.id = "room";
  box.setAttribute("aria-label", "Questions and chat");
  // Below what is asked: whatever comes here late pushes no poll away.
  document.getElementById("demo")?.before(box);
  foot = document.createElement("div");
  document.querySelector("footer")?.prepend(foot);
  bar = document.createElement("div");
  bar.id = "bar";
  document.body.append(bar);
  ui.name = read("salon/name") || "";
  kept = makeKept(`${my.shelf}/asked`, { ask, set, giveBack, announce });
  step = makeStep(my, { paint: () => paint(), inRange });
  my.hear = hear;
  my.connected = connected;
  addEventListener("hashchange", follow);
  ui.tab = tabOf(location.hash);
  last = room();
  if (last) countFrom(last.reactions);
  noteOpen();
  ui.polls = 0;
  if (my.live) connected();
  // Times go by, and a list that was held still for a finger moves on.
  setInterval(paint, 1000);
  paint();
  return { paint };
}
