// What the scripts of the audience page have in common. static/js/audience.js stands in the page itself, so that no other
// script can import it; it hands what it knows to those that are loaded later.

import type { Answer, ServerMessage, Snapshot } from "protocol";
import type { Shown } from "../../../static/js/session.js";

/** What the server says; a run's picture is binary. */
export type Message = ServerMessage | { type: "picture"; bytes: ArrayBuffer };

/** A message to the server; it gets its number when it is sent. */
export type Ask = { type: string; [field: string]: unknown };

/** A vote that the server has not answered yet. */
export type Vote = {
  poll: string;
  seq: number;
  /** None where the vote is withdrawn. */
  answer?: Answer;
  /** The number of the message that it was sent in. */
  ask?: number;
};

/** An element, and the words that were set last. */
export type Told = Element & { said?: string };

/** What static/js/audience-view.js does. */
export type View = {
  paint: () => void;
  /** Why an answer cannot be sent, in words; empty if it can. */
  fault: (poll: string, answer: Answer) => string;
};

/** What is known, for the core and for the modules that are loaded later. */
export type Known = {
  /** What the server showed last. */
  snap: Omit<Snapshot, "run"> & { run?: Partial<Shown> };
  code: string;
  /** The channel that this viewer came by; empty without one. */
  via: string;
  /** Votes that the server has not answered yet, by poll. */
  kept: Record<string, Vote>;
  /** Why a vote was not taken, in words, by poll. */
  notes: Record<string, string | undefined>;
  /** How far the server's clock is ahead of performance.now(), which nobody can set. */
  clock: number;
  /** The server's clock. */
  now: () => number;
  /** Where this device keeps what is the session's: its code may be given again. */
  shelf: string;
  /** How many milliseconds behind the viewer is. */
  late: number;
  /** What the later modules have not heard yet: the newest of each type. */
  missed: Message[];
  /** Whether a line stands. */
  live: boolean;
  /** Whether one ever stood. */
  opened: boolean;
  /** Why there is none any more, in words. */
  stopped: string;
  cast: (poll: string, answer?: Answer) => void;
  announce: (words: string) => void;
  send: (message: Ask) => void;
  /** Sends an ask; its number. */
  ask: (message: Ask) => number;
  /** Hears every message; set by a later module. */
  hear?: (message: Message) => void;
  /** Called whenever a line stands; set by a later module. */
  connected?: () => void;
};
