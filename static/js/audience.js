// @ts-check
// The core of the audience page, inlined: enough to vote, whatever happens to the network.
// Flow: what is chosen in a form becomes a kept vote; the server's answer lets go of it.
// What only matters once something changes is in audience-view.js, which is loaded as soon as the line stands.
// A page that cannot run this is the plain form that it was without.
// The build makes it small (build.rs); what is written here is for people.

/** @typedef {import("protocol").Answer} Answer */
/** @typedef {import("audience").Message} Message */
/** @typedef {import("audience").Ask} Ask */
/** @typedef {import("audience").Vote} Vote */
/** @typedef {HTMLFormElement & {write_in: HTMLInputElement}} BallotForm The form of a poll. */

/** An element that the page always has. @param {string} id */
const $ = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {import("protocol").Snapshot} */
const snap = JSON.parse($("state").textContent);
const { code } = snap.session;
const { session, view: viewUrl = "" } = document.body.dataset;
const shelf = `salon/${session}`;

/** Casts an answer, or withdraws without one. @param {string} poll @param {Answer} [answer] */
const cast = (poll, answer) => {
  // It outgrows the counted vote and one under way.
  const known = [...my.snap.ballots, ...Object.values(kept)].filter((vote) => vote.poll === poll);
  const seq = 1 + Math.max(0, ...known.map((vote) => vote.seq));
  const vote = { poll, seq, answer };
  delete notes[poll];
  keep(poll, vote);
  note(poll, my.live ? "Sending…" : "Kept on this device: will be sent when you are back online.");
  sendVote(vote);
  paint();
};

/** Speaks to those who do not see the page change. @param {string} words */
const announce = (words) => write($("say"), words);

/** @param {Ask} message */
const send = (message) => {
  sentAt = performance.now();
  socket?.send(JSON.stringify(message));
};

/** Sends an ask of the modules that are loaded later. @param {Ask} message @returns {number} Its number. */
const ask = (message) => {
  send({ ...message, ask: ++lastAsk });
  return lastAsk;
};

/** @type {import("audience").Known} */
const my = {
  snap, code, shelf, cast, announce, send, ask,
  via: snap.via || "",
  kept: Object.create(null),
  notes: Object.create(null),
  clock: snap.now - performance.now(),
  now: () => performance.now() + my.clock,
  late: 0,
  missed: [],
  live: false,
  opened: false,
  stopped: "",
};
const { kept, notes } = my;

/** @type {WebSocket|null} */
let socket = null;
/** @type {import("audience").View|undefined} */
let view;
/** Whether the key that was pressed last only moves between rows. */
let arrow = false;
let retry = 0;
/** Whether a vote is on its way by plain HTTP. */
let posting = false;
/** Whether the server said that there is no place. */
let full = false;
/**
 * The revision that is held in full: a line that is cut between two frames of one change leaves a hole, and so does a page
 * that was sent without all polls.
 * @type {number|null}
 */
let whole = snap.left_out ? null : snap.rev;
let lastAsk = 0;
let tries = 0;
let heardAt = 0;
let sentAt = 0;
let probedAt = 0;
/** What came and is not shown yet, in its order, with when it came. @type {[number, Message][]} */
const queue = [];

// ---- Casting ----

/** Keeps a vote, or lets go of it. @param {string} poll @param {Vote} [vote] */
const keep = (poll, vote) => {
  if (vote) kept[poll] = vote;
  else delete kept[poll];
  try {
    // Another tab keeps its votes on the same shelf.
    /** @type {Vote[]} */
    const all = JSON.parse(localStorage[shelf] || "[]");
    const others = all.filter((other) => other.poll !== poll);
    localStorage[shelf] = JSON.stringify(vote ? [...others, vote] : others);
  } catch {
    // Without storage a vote is kept for as long as the page is.
  }
};

/** Casts what the form says, or tells in words why it cannot. @param {string} poll @param {HTMLFormElement} form */
const submit = (poll, form) => {
  const data = new FormData(form);
  const ticked = data.getAll("pick");
  const chance = data.get("probability");
  const number = data.get("number");
  const by = data.get("by");
  /** @type {Answer} */
  const answer = {};
  // Both yes and no are one row, "0,1".
  const picks = ticked.join().match(/\d+/g);
  if (picks) answer.picks = picks.map(Number);
  if (ticked.includes("write-in")) answer.write_in = String(data.get("write_in"));
  if (number) answer.write_in = String(number);
  if (chance) answer.probability = Number(chance);
  if (by) answer.by = Number(by);
  const fault = view?.fault(poll, answer);
  if (!fault) return cast(poll, answer);
  notes[poll] = fault;
  announce(fault);
  paint();
};

/** @param {Vote} vote */
const sendVote = (vote) => {
  if (!my.live) return;
  delete notes[vote.poll];
  vote.ask = ++lastAsk;
  send({ ...vote, type: vote.answer ? "cast" : "withdraw" });
};

/** The vote that was sent with this ask. @param {number} [number] */
const voteOf = (number) => Object.values(kept).find((vote) => number && vote.ask === number);

// ---- What is shown ----

/**
 * Sets words, if they are others than were set last. What stands there now may be a translator's.
 * @param {import("audience").Told|null} part @param {string} words
 */
const write = (part, words) => {
  if (!part) return;
  if ((part.said ?? part.textContent) !== words) part.textContent = words;
  part.said = words;
};

/** Writes on the card of a poll. @param {string} poll @param {string} words */
const note = (poll, words) => write(document.querySelector(`#poll-${poll} .note`), words);

/** How it stands with the line. */
const lineWords = () => {
  if (my.stopped) return my.stopped;
  if (my.live) return "Connected";
  if (!navigator.onLine) return "You are offline";
  if (full) return "The room is full: you can vote, and this page tries again by itself.";
  return my.opened ? "Connection lost; trying again…" : "Connecting…";
};

const paint = () => {
  view?.paint();
  document.body.classList.toggle("away", !!my.stopped || !my.live && my.opened || !navigator.onLine);
  write($("line"), lineWords());
};

// ---- The server's words ----

/** A line stands. */
const start = () => {
  my.live = my.opened = true;
  tries = 0;
  full = false;
  Object.values(kept).forEach(sendVote);
  my.connected?.();
  if (view) return;
  import(viewUrl).then((module) => {
    view = module.begin(my);
    paint();
  }, () => {
    // The next line tries again; voting does not need it.
  });
};

/**
 * Takes in the ballot of an answer and lets go of its vote, unless the voter has chosen anew since.
 * @param {{ask?: number, ballot?: import("protocol").OwnBallot}} answer
 * @param {string} words What to tell the voter.
 * @returns {string|undefined} The poll.
 */
const settle = ({ ask, ballot }, words) => {
  const { ballots } = my.snap;
  // What another tab did before may be heard after; the newest ballot stays.
  if (ballot && !ballots.some((held) => held.poll === ballot.poll && held.seq > ballot.seq)) {
    my.snap.ballots = [...ballots.filter((held) => held.poll !== ballot.poll), ballot];
  }
  const vote = voteOf(ask);
  if (!vote) return;
  keep(vote.poll);
  note(vote.poll, words);
  announce(words);
  return vote.poll;
};

/** Whether a message is news: revisions only go forward. @param {{rev: number}} message */
const isNews = ({ rev }) => {
  whole = null;
  if (rev < my.snap.rev) return false;
  my.snap.rev = rev;
  return true;
};

/** @param {string} id */
const pollOf = (id) => my.snap.polls.find((poll) => poll.id === id);

/** So do the versions of a tally: the newer of the two is the poll's. @param {import("protocol").PollView} poll */
const setTally = (poll, came = poll.tally, held = poll.tally) => {
  poll.tally = held && came && held.version > came.version ? held : came;
};

/** What each message changes. @type {{[Type in Message["type"]]?: (message: Extract<Message, {type: Type}>) => void}} */
const changes = {
  snapshot: (message) => {
    my.snap = { ...message, ballots: my.snap.ballots };
    my.missed = [];
    whole = message.rev;
  },
  resumed: ({ room, run }) => {
    Object.assign(my.snap, { room, run });
    my.missed = [];
  },
  session: (message) => {
    if (isNews(message)) my.snap.session = message.session;
  },
  poll: (message) => {
    const { poll } = message;
    const { polls } = my.snap;
    const held = pollOf(poll.id);
    if (!isNews(message)) return;
    setTally(poll, poll.tally, held?.tally);
    my.snap.polls = held ? polls.map((other) => other === held ? poll : other) : [...polls, poll];
  },
  poll_gone: (message) => {
    if (isNews(message)) my.snap.polls = my.snap.polls.filter((poll) => poll.id !== message.poll);
  },
  tally: ({ poll: id, tally }) => {
    const poll = pollOf(id);
    if (poll && tally) setTally(poll, tally);
  },
  ballot: ({ ballot }) => {
    settle({ ballot }, "");
  },
  heard: (message) => {
    settle(message, message.ballot?.answer ? "Counted ✓" : "Your vote is withdrawn.");
  },
  refused: (message) => {
    // What the server cannot save just now is kept and sent again, not by a whole room in the same instant.
    const vote = message.code === "not_saved" && voteOf(message.ask);
    if (vote) {
      const wait = (message.wait_seconds || 0) * (500 + 1000 * Math.random());
      setTimeout(() => vote === kept[vote.poll] && sendVote(vote), wait);
      announce(message.why += " It is sent again by itself.");
    }
    const poll = vote ? vote.poll : settle(message, message.why);
    if (poll) notes[poll] = message.why;
  },
};

/** @param {Message} message */
const take = (message) => {
  /** @type {((message: Message) => void)|undefined} */ (changes[message.type])?.(message);
  if (my.hear) my.hear(message);
  else my.missed = [...my.missed.filter((other) => other.type !== message.type), message];
  paint();
};

// ---- The line ----

/** What the stream shows later is shown later: all but answers, what is one's own, and the first picture. */
const AT_ONCE = /heard|refused|ballot|own|similar|inspected|beat/;

/** Takes in what it is time for. A delay that was changed holds for what waits as well, so the order stays. */
const flow = () => {
  while (queue.length && queue[0][0] + my.late <= performance.now()) take(queue.splice(0, 1)[0][1]);
};

/** The address of the socket. The version is the one of the program that made this page. */
const address = () => {
  const have = whole == null ? "" : `&have=${whole}`;
  const via = my.via && `&via=${my.via}`;
  return `${location.origin.replace("http", "ws")}/ws/${code}?v=${snap.v}&role=audience&session=${session}${have}${via}`;
};

const connect = () => {
  clearTimeout(retry);
  if (my.stopped || socket) return;
  const line = socket = new WebSocket(address());
  line.binaryType = "arraybuffer";
  heardAt = sentAt = performance.now();
  line.onmessage = ({ data }) => {
    /** @type {Message} */
    const message = typeof data === "string" ? JSON.parse(data) : { type: "picture", bytes: data };
    const atOnce = !my.opened || AT_ONCE.test(message.type);
    heardAt = performance.now();
    if ("now" in message) my.clock = message.now - heardAt;
    if ("ballots" in message) my.snap.ballots = message.ballots;
    if (!my.live) start();
    if (atOnce) return take(message);
    queue.push([heardAt, message]);
    setTimeout(flow, my.late);
    flow();
  };
  line.onclose = ({ code }) => line === socket && lost(code);
};

/**
 * Comes back by itself, with full jitter, so that a whole room does not do so in the same instant.
 * @param {number} [why] The code that the server closed with.
 */
const lost = (why = 0) => {
  const line = socket;
  socket = null;
  my.live = false;
  line?.close();
  // An outdated page loads itself anew, unless it just did.
  if (why === 4001 && performance.now() > 60000) return location.reload();
  if (why === 4001 || why >= 4500) {
    my.stopped = `This page is ${why === 4502 ? "open in too many tabs" : "out of date"}. Please reload it.`;
  }
  full = why === 4013;
  retry = setTimeout(connect, 500 + Math.random() * Math.min(14500, full ? 1e6 : 1000 * 3 ** tries++));
  paint();
};

/** Looks at the line at once: the phone woke up, or the network came back. */
const probe = () => {
  tries = 0;
  if (!my.live) return connect();
  probedAt = performance.now();
  send({ type: "beat" });
};

/** Where no socket gets through but the server answers, a vote goes by plain HTTP. @param {Vote} vote */
const post = async (vote) => {
  const { poll, seq, answer } = vote;
  // By this number the answer finds its vote, and not one that was chosen since.
  const ask = vote.ask ??= ++lastAsk;
  const body = JSON.stringify({ answer, seq, via: my.via || null });
  posting = true;
  try {
    const url = `/api/v1/public/${code}/polls/${poll}/ballot`;
    const answered = await fetch(url, answer ? { method: "PUT", body } : { method: "DELETE" });
    if (answered.status < 500) {
      const said = await answered.json();
      if (answered.ok) settle({ ask, ballot: said }, "Counted ✓");
      else settle({ ask }, said.detail);
    }
  } catch {
    // Kept, and tried again.
  }
  posting = false;
};

setInterval(() => {
  flow();
  const now = performance.now();
  const [vote] = Object.values(kept);
  // A line that swallows votes looks open: one that leaves a vote unanswered is dropped sooner, and one that does not
  // answer the phone that woke up at once: while it sleeps, this clock may stand still.
  const isSilent = now - heardAt > (my.live && !vote ? 45000 : 10000);
  const isDead = probedAt > heardAt && now - probedAt > 5000;
  if (socket && (isSilent || isDead)) lost();
  else if (my.live && now - sentAt > 20000) send({ type: "beat" });
  if (vote && (full || !my.opened) && !posting && now > 8000) post(vote);
  paint();
}, 1000);

// ---- Hands and keys ----

/**
 * Listens on the whole page for what happens inside the card of a poll.
 * @template {"keydown"|"keyup"|"input"|"submit"} Type
 * @param {Type} type
 * @param {(event: WindowEventMap[Type], poll: string, form: BallotForm, target: HTMLInputElement, isTap: boolean) => void} act
 *   What it came from is an input, or for "submit" a form.
 */
const on = (type, act) => addEventListener(type, (event) => {
  const target = /** @type {HTMLInputElement} */ (event.target);
  const card = target.closest(".poll");
  const form = /** @type {BallotForm|null|undefined} */ (card?.querySelector(".ballot"));
  if (card && form) act(event, card.id.slice(5), form, target, card.classList.contains("tap"));
});

/**
 * A choice in a one-tap poll counts at once, save for "something else", which wants words first.
 * @param {string} poll @param {BallotForm} form @param {HTMLInputElement} input
 */
const choose = (poll, form, input) => {
  input.checked = true;
  if (input.value === "write-in") form.write_in.focus();
  else submit(poll, form);
};

// Arrows only move between rows; Enter or the space bar votes for the row that has the focus.
on("keydown", (event, poll, form, input, isTap) => {
  arrow = event.key.startsWith("Arrow");
  if (input.type !== "radio" || !isTap || !/^(Enter| )$/.test(event.key)) return;
  event.preventDefault();
  choose(poll, form, input);
});
on("keyup", () => { arrow = false; });

on("input", (_, poll, form, input, isTap) => {
  // Slider and number show the same.
  const chance = input.closest(".chance");
  for (const other of chance ? chance.querySelectorAll("input") : []) {
    if (other !== input) other.value = input.value;
  }
  delete notes[poll];
  if (input.type === "radio" && isTap && !arrow) choose(poll, form, input);
  paint();
});

on("submit", (event, poll, form, target) => {
  event.preventDefault();
  if (/** @type {Element} */ (target) === form) return submit(poll, form);
  cast(poll);
  /** @type {HTMLElement|null} */ (form.querySelector("input:not([type=hidden])"))?.focus();
});

// A hall whose network comes back is online in one instant.
addEventListener("online", () => setTimeout(() => navigator.onLine && probe(), 1000 * Math.random()));
addEventListener("offline", () => lost());
addEventListener("pageshow", (event) => event.persisted && probe());
document.addEventListener("visibilitychange", () => document.hidden || probe());

try {
  for (const vote of JSON.parse(localStorage[shelf])) kept[vote.poll] = vote;
} catch {
  // Nothing was kept.
}
document.body.classList.add("js");
connect();
