// @ts-check
// One WebSocket that stays: it reconnects with full jitter, beats, and matches answers to asks.
// It knows nothing of sessions; docs/protocol.md tells the whole conversation.

/** @typedef {"connecting"|"online"|"offline"|"outdated"|"gone"} LineState */
/** @typedef {import("protocol").ServerMessage} ServerMessage */
/** @typedef {ServerMessage|{type: "picture", bytes: ArrayBuffer}} Message What the server says; a run's picture is binary. */
/** @typedef {Extract<ServerMessage, {type: "heard"|"refused"|"inspected"}>} Answer */
/**
 * @template T
 * @typedef {T extends unknown ? Omit<T, "ask"> : never} WithoutAsk
 */
/** @typedef {WithoutAsk<import("protocol").ClientMessage>} Ask A message whose number is given when it is sent. */
/** @typedef {{message: Ask, resolve: (answer: Answer) => void, sent: number, until: number}} Waiting */
/**
 * @typedef {object} LineOptions
 * @property {(rev: number|null) => string} url The address, relative or absolute, for a page that holds this revision.
 * @property {(message: Message) => void} onMessage Called with every message, answers to asks included.
 * @property {(state: LineState) => void} onState Called when the state changes; "online" means the first message was heard.
 * @property {() => number|null} rev The revision that the page holds in full; null asks for a snapshot.
 */
/**
 * @typedef {object} Line
 * @property {(message: Ask) => Promise<Answer>} ask Sends a message and resolves with its answer; never rejects.
 * @property {() => void} close Ends the line for good.
 */

const BEAT_AFTER = 20_000;
const SILENT_AFTER = 45_000;
const ASK_WAITS = 10_000;
const OPEN_WITHIN = 10_000;
/** A line that has just been asked whether it holds answers within this time, or is given up. */
const PROBE_WAITS = 5_000;
const RETRY_MIN = 500;
const RETRY_MAX = 15_000;
const OUTDATED = 4001;
const FINAL_FROM = 4500;
const RELOADED = "salon/reloaded";

/** Host commands that would do something else, or the same thing again, if they were carried out twice. */
const NOT_TWICE = new Set([
  "next", "previous", "add_segment", "add_poll", "add_option", "extend_poll", "undo",
  "take_up_next", "check_signal", "say", "add_questions", "start_run", "play_run",
]);

/**
 * How long to wait before the n-th try in a row, counted from 0. Full jitter: a hall of phones that lost
 * the same server must not all come back in the same moment.
 * @param {number} tries
 * @param {number} random from 0 to 1
 */
export function retryDelay(tries, random = Math.random()) {
  if (tries === 0) return random * 1000;
  return RETRY_MIN + random * (Math.min(RETRY_MAX, 1000 * 2 ** tries) - RETRY_MIN);
}

/**
 * Whether a message that may have arrived already can be sent again without harm.
 * Ballots carry a sequence number, so that a repeat changes nothing.
 * @param {Ask} message
 */
export function mayRepeat(message) {
  return message.type !== "do" || !NOT_TWICE.has(message.command.do);
}

/** @param {Message} message @returns {message is Answer} */
const isAnswer = (message) => message.type === "heard" || message.type === "refused" || message.type === "inspected";

/** @param {string} url */
function socketUrl(url) {
  const full = new URL(url, location.href);
  full.protocol = full.protocol.replace("http", "ws");
  return full.href;
}

/** Reloads an outdated page once; a second time would reload for ever. */
function reloadOnce() {
  try {
    if (sessionStorage.getItem(RELOADED)) return false;
    sessionStorage.setItem(RELOADED, "1");
  } catch {
    return false;
  }
  location.reload();
  return true;
}

/**
 * @param {LineOptions} options
 * @returns {Line}
 */
export function connect({ url, onMessage, onState, rev }) {
  /** @type {WebSocket|null} */
  let socket = null;
  /** @type {LineState} */
  let state = "connecting";
  /** @type {Map<number, Waiting>} */
  const asks = new Map();
  let lastAsk = 0;
  let tries = 0;
  let openedAt = 0;
  let heardAt = 0;
  let sentAt = 0;
  /** When the line was last asked whether it still holds. */
  let probedAt = 0;
  let retry = 0;
  let over = false;

  /** @param {LineState} next */
  function become(next) {
    if (state === next) return;
    state = next;
    onState(next);
  }

  function open() {
    clearTimeout(retry);
    retry = 0;
    if (over || socket) return;
    const own = new WebSocket(socketUrl(url(rev())));
    own.binaryType = "arraybuffer";
    socket = own;
    openedAt = performance.now();
    own.onmessage = (event) => own === socket && heard(typeof event.data === "string" ? JSON.parse(event.data) : { type: "picture", bytes: event.data });
    own.onclose = (event) => own === socket && lost(event.code);
  }

  /** @param {Message} message */
  function heard(message) {
    heardAt = performance.now();
    // Only now is the line good: a server that accepts and lets go at once must not be hammered.
    const first = state !== "online";
    if (first) {
      tries = 0;
      try { sessionStorage.removeItem(RELOADED); } catch { /* Storage may be shut off. */ }
    }
    onMessage(message);
    if (first) {
      become("online");
      for (const [ask, waiting] of asks) sendAsk(ask, waiting);
    }
    if (isAnswer(message) && message.ask != null) settle(message.ask, message);
  }

  /** @param {number} code */
  function lost(code) {
    socket = null;
    if (over) return;
    if (code === OUTDATED) return void (reloadOnce() || stop("outdated", "This page is outdated. Please reload it."));
    if (code >= FINAL_FROM && code < 5000) return stop("gone", "This session is no longer here.");
    const now = performance.now();
    for (const [ask, waiting] of asks) {
      waiting.until = now + ASK_WAITS;
      if (waiting.sent === 0 || (waiting.sent === 1 && mayRepeat(waiting.message))) continue;
      const why = "The line was cut before the answer came. See whether it was done before you do it again.";
      settle(ask, { type: "refused", ask, code: "unsure", why });
    }
    become("offline");
    retry = Number(setTimeout(open, retryDelay(tries)));
    tries += 1;
  }

  /** Gives up a line that looks open and is not, without waiting for its goodbye. */
  function drop() {
    const own = socket;
    if (!own) return;
    socket = null;
    own.close();
    lost(0);
  }

  /** @param {LineState} why @param {string} words */
  function stop(why, words) {
    over = true;
    clearInterval(ticking);
    become(why);
    for (const ask of [...asks.keys()]) settle(ask, { type: "refused", ask, code: why, why: words });
  }

  /** @param {object} message */
  function send(message) {
    sentAt = performance.now();
    socket?.send(JSON.stringify(message));
  }

  /** @param {number} ask @param {Waiting} waiting */
  function sendAsk(ask, waiting) {
    waiting.sent += 1;
    waiting.until = performance.now() + ASK_WAITS;
    send({ ...waiting.message, ask });
  }

  /** @param {number} ask @param {Answer} answer */
  function settle(ask, answer) {
    const waiting = asks.get(ask);
    asks.delete(ask);
    waiting?.resolve(answer);
  }

  function tick() {
    const now = performance.now();
    if (state === "online") {
      if (now - heardAt > SILENT_AFTER) return drop();
      // This clock may stand still while the machine sleeps: after that the answer to a beat tells, not the time.
      if (probedAt > heardAt && now - probedAt > PROBE_WAITS) return drop();
      if (now - sentAt > BEAT_AFTER) send({ type: "beat" });
    } else if (socket && now - openedAt > OPEN_WITHIN) {
      return drop();
    }
    for (const [ask, waiting] of asks) {
      if (now < waiting.until) continue;
      // A line that swallows an ask is no line: take a new one. What was sent twice is given up.
      if (state === "online" && waiting.sent === 1) return drop();
      const why = "There is no connection just now. Nothing was changed, as far as we know.";
      settle(ask, { type: "refused", ask, code: "offline", why });
    }
  }

  /** The page woke up, or the network changed: find out at once whether the line still holds. */
  function probe() {
    if (over) return;
    if (!socket) return open();
    if (state !== "online") return;
    probedAt = performance.now();
    send({ type: "beat" });
  }

  function probeIfSeen() {
    if (document.visibilityState === "visible") probe();
  }

  const ticking = setInterval(tick, 1000);
  if (typeof document !== "undefined") {
    document.addEventListener("visibilitychange", probeIfSeen);
    addEventListener("online", probe);
    addEventListener("pageshow", probe);
  }
  onState(state);
  open();

  return {
    ask(message) {
      const ask = ++lastAsk;
      return new Promise((resolve) => {
        if (over) return resolve({ type: "refused", ask, code: state, why: "This page is no longer connected." });
        const waiting = { message, resolve, sent: 0, until: performance.now() + ASK_WAITS };
        asks.set(ask, waiting);
        if (state === "online") sendAsk(ask, waiting);
      });
    },
    close() {
      over = true;
      clearTimeout(retry);
      clearInterval(ticking);
      if (typeof document !== "undefined") {
        document.removeEventListener("visibilitychange", probeIfSeen);
        removeEventListener("online", probe);
        removeEventListener("pageshow", probe);
      }
      for (const ask of [...asks.keys()]) settle(ask, { type: "refused", ask, code: "offline", why: "The page was closed." });
      const own = socket;
      socket = null;
      own?.close();
    },
  };
}
