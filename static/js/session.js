// @ts-check
// What a page knows of its session, merged from the server's frames.
// **Invariant:** a frame that is older than what is held changes nothing; only a snapshot may start anew.
// Polls and sessions are replaced, never changed in place, so that a view can tell by identity what is new.

import { readPicture } from "./demo/picture.js";

/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").QuestionView} Question */
/** @typedef {import("protocol").OwnBallot} OwnBallot */
/** @typedef {import("protocol").SessionView} SessionView */
/** @typedef {import("./socket.js").Message} Message */
/** @typedef {import("./demo/picture.js").Picture} Picture */
/**
 * What a run has shown so far; what has not come yet is null.
 * @typedef {object} Shown
 * @property {import("protocol").ProgressView|null} progress
 * @property {import("protocol").ChartView|null} chart
 * @property {Picture|null} picture
 */
/**
 * @typedef {object} Held
 * @property {SessionView|null} session Null before the first snapshot.
 * @property {Poll[]} polls In agenda order.
 * @property {Map<string, OwnBallot>} ballots Own ballots by poll id.
 * @property {import("protocol").Presence|null} presence
 * @property {number|null} rev The revision that is held in full, to be sent as `have`; null where a frame came
 *   since the last snapshot, because its siblings of the same turn may have been lost with the line.
 * @property {string|null} via
 * @property {import("protocol").QuestionsView|null} questions Rules, what is asked now, the list; null before the first
 *   snapshot.
 * @property {import("protocol").ChatView|null} chat
 * @property {import("protocol").SignalView|null} signal The check that runs; null without one.
 * @property {Record<string, number>} reactions Totals by kind: only the difference to the last ones is news.
 * @property {Shown|null} run
 * @property {import("protocol").OwnRoom|null} own What this voter has asked and pressed; null where nobody votes.
 */
/**
 * What is held once the first snapshot came: before it nothing is painted.
 * @typedef {Readonly<Held & {session: SessionView, questions: import("protocol").QuestionsView, chat: import("protocol").ChatView}>} Ready
 */
/**
 * @typedef {object} Session
 * @property {(message: Message) => void} receive
 * @property {(fn: () => void) => () => void} subscribe Called at most once a frame of the screen.
 * @property {Readonly<Held>} get
 * @property {() => number} serverNow The server's clock, in Unix milliseconds.
 */

const onNextFrame = typeof requestAnimationFrame === "function"
  ? requestAnimationFrame
  : (/** @type {() => void} */ fn) => setTimeout(fn, 16);

/** A difference of clocks beyond this is a clock that was set, not a slow message. */
const CLOCK_SET = 2000;

/**
 * Polls in the order of the agenda; those of no segment come last, in their own order where the page knows it.
 * @param {Poll[]} polls @param {SessionView|null} session
 */
export function inAgendaOrder(polls, session) {
  const order = [...(session?.agenda ?? []).flatMap((segment) => segment.polls), ...(session?.loose ?? [])];
  const rank = new Map(order.map((id, place) => [id, place]));
  const last = order.length;
  return [...polls].sort((a, b) => (rank.get(a.id) ?? last) - (rank.get(b.id) ?? last));
}

/**
 * A list of questions as the server orders it: what is open by pin, voices and age; the rest keeps its place.
 * @param {Question[]} list
 */
export function inQueueOrder(list) {
  const open = list.filter((one) => one.standing === "open" && isListed(one));
  const places = list.flatMap((one, place) => (open.includes(one) ? [place] : []));
  open.sort((a, b) => Number(b.pinned ?? false) - Number(a.pinned ?? false) || b.voices - a.voices || a.id - b.id);
  const ordered = [...list];
  places.forEach((place, n) => { ordered[place] = open[n]; });
  return ordered;
}

/** Whether a question stands in the queue by itself; only those who moderate get others. @param {Pick<Question, "desk">} question */
export const isListed = ({ desk }) =>
  !desk || !(desk.hidden || desk.withdrawn || desk.review === "pending" || desk.merged_into != null);

/** @returns {Session} */
export function createSession() {
  /** @type {Held} */
  let held = {
    session: null, polls: [], ballots: new Map(), presence: null, rev: null, via: null,
    questions: null, chat: null, signal: null, reactions: {}, own: null, run: null,
  };
  /** The newest revision of each thing, so that one that is gone does not come back. @type {Map<string, number>} */
  let revs = new Map();
  /** The newest version of each poll's count. @type {Map<string, number>} */
  let versions = new Map();
  /** @type {number|null} */
  let ahead = null;
  let told = true;
  /** @type {Set<() => void>} */
  const subscribers = new Set();

  function changed() {
    if (!told) return;
    told = false;
    onNextFrame(() => {
      told = true;
      for (const fn of [...subscribers]) fn();
    });
  }

  /** The message that spent least time on its way tells the clock best. @param {number} now @param {boolean} [anew] */
  function setClock(now, anew = false) {
    const seen = now - performance.now();
    if (anew || ahead === null || seen > ahead || ahead - seen > CLOCK_SET) ahead = seen;
  }

  /** @param {string} topic @param {number} rev */
  function isNews(topic, rev) {
    if (rev < (revs.get(topic) ?? revs.get("") ?? 0)) return false;
    revs.set(topic, rev);
    held.rev = null;
    return true;
  }

  /** @param {string} id */
  const pollOf = (id) => held.polls.find((poll) => poll.id === id);

  /** @param {Poll} poll */
  function putPoll(poll) {
    const polls = held.polls.some((one) => one.id === poll.id)
      ? held.polls.map((one) => (one.id === poll.id ? poll : one))
      : [...held.polls, poll];
    held.polls = inAgendaOrder(polls, held.session);
  }

  /** @param {OwnBallot} ballot */
  function putBallot(ballot) {
    const old = held.ballots.get(ballot.poll);
    if (old && old.seq > ballot.seq) return;
    held.ballots = new Map(held.ballots).set(ballot.poll, ballot);
  }

  /** The room as it is now; whatever was held before, this is newer. @param {import("protocol").RoomView} [room] */
  const roomOf = (room) => ({
    questions: room?.questions ?? null,
    chat: room?.chat ?? null,
    signal: room?.signal ?? null,
    own: room?.own ?? null,
    reactions: room?.reactions ?? {},
  });

  /** The run as it is now; its picture follows. @param {import("protocol").ShownRun} [run] @returns {Shown|null} */
  const runOf = (run) => run ? { ...run, picture: null } : null;

  /** @param {Partial<Shown>} news */
  const putRun = (news) => {
    held.run = { ...(held.run ?? { progress: null, chart: null, picture: null }), ...news };
  };

  /** @param {{version: number}} one @param {{version: number}|null} held */
  const isOlder = (one, held) => one.version < (held?.version ?? 0);

  /** @param {number} version @param {[number, number][]} voices */
  function putVoices(version, voices) {
    const { questions } = held;
    if (!questions || version < questions.version) return;
    const counts = new Map(voices);
    const list = questions.list.map((one) => {
      const now = counts.get(one.id) ?? one.voices;
      return now === one.voices ? one : { ...one, voices: now };
    });
    held.questions = { ...questions, version, list: inQueueOrder(list) };
  }

  /** @param {import("protocol").OwnQuestion} question */
  function putOwn(question) {
    if (!held.own) return;
    const others = held.own.questions.filter((one) => one.id !== question.id);
    held.own = { ...held.own, questions: [...others, question].sort((a, b) => a.id - b.id) };
  }

  /** @param {Message} message */
  function receive(message) {
    switch (message.type) {
      case "snapshot":
        setClock(message.now, true);
        revs = new Map([["", message.rev]]);
        versions = new Map();
        for (const poll of message.polls) if (poll.tally) versions.set(poll.id, poll.tally.version);
        held = {
          session: message.session,
          polls: inAgendaOrder(message.polls, message.session),
          ballots: new Map(message.ballots.map((one) => [one.poll, one])),
          presence: message.presence ?? null,
          rev: message.rev,
          via: message.via ?? null,
          ...roomOf(message.room),
          run: runOf(message.run),
        };
        break;
      case "resumed":
        setClock(message.now, true);
        held.rev = message.rev;
        held.ballots = new Map(message.ballots.map((one) => [one.poll, one]));
        Object.assign(held, roomOf(message.room), { run: runOf(message.run) });
        break;
      case "questions":
        if (isOlder(message.questions, held.questions)) return;
        held.questions = message.questions;
        break;
      case "voices":
        putVoices(message.version, message.voices);
        break;
      case "own_question":
        putOwn(message.question);
        break;
      case "chat":
        if (isOlder(message.chat, held.chat)) return;
        held.chat = message.chat;
        break;
      case "signal":
        held.signal = message.signal ?? null;
        break;
      case "progress":
        putRun({ progress: message.progress });
        break;
      case "chart":
        putRun({ chart: message.chart });
        break;
      case "picture":
        putRun({ picture: readPicture(message.bytes) });
        break;
      case "reactions":
        held.reactions = message.totals;
        break;
      case "session":
        if (!isNews("session", message.rev)) return;
        held.session = message.session;
        // Hyphens and voices go by the language of what is shown.
        if (message.session.lang) document.body.lang = message.session.lang;
        held.polls = inAgendaOrder(held.polls, held.session);
        break;
      case "poll": {
        const { poll } = message;
        if (!isNews(`poll ${poll.id}`, message.rev)) return;
        const old = pollOf(poll.id);
        const version = versions.get(poll.id) ?? 0;
        const stale = poll.tally && old?.tally && poll.tally.version < version;
        if (poll.tally && !stale) versions.set(poll.id, poll.tally.version);
        putPoll(stale ? { ...poll, voters: old.voters, tally: old.tally } : poll);
        break;
      }
      case "poll_gone":
        if (!isNews(`poll ${message.poll}`, message.rev)) return;
        held.polls = held.polls.filter((poll) => poll.id !== message.poll);
        break;
      case "tally": {
        const poll = pollOf(message.poll);
        // Without a tally there is nothing that could be older than what is shown.
        if (!poll || message.tally && message.version < (versions.get(message.poll) ?? 0)) return;
        if (message.tally) versions.set(message.poll, message.version);
        putPoll({ ...poll, voters: message.voters, tally: message.tally });
        break;
      }
      case "ballot":
        putBallot(message.ballot);
        break;
      case "heard":
      case "refused":
        if ("question" in message && message.question) putOwn(message.question);
        else if (!message.ballot) return;
        if (message.ballot) putBallot(message.ballot);
        break;
      case "presence":
        held.presence = message.presence;
        break;
      case "beat":
        setClock(message.now);
        return;
      default:
        // A newer server may say more than this page understands.
        return;
    }
    changed();
  }

  return {
    receive,
    subscribe(fn) {
      subscribers.add(fn);
      return () => void subscribers.delete(fn);
    },
    get: {
      get session() { return held.session; },
      get polls() { return held.polls; },
      get ballots() { return held.ballots; },
      get presence() { return held.presence; },
      get rev() { return held.rev; },
      get via() { return held.via; },
      get questions() { return held.questions; },
      get chat() { return held.chat; },
      get signal() { return held.signal; },
      get reactions() { return held.reactions; },
      get run() { return held.run; },
      get own() { return held.own; },
    },
    serverNow: () => performance.now() + (ahead ?? 0),
  };
}
