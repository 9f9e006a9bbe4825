// The types of the protocol: what travels as JSON. Made of those in crates/core/src/protocol.rs by
// `cargo test --lib typescript -- --ignored`; a test compares.

/** Stands above everything until it is taken down or its time is over. */
export type AnnouncementView = {
  text: string;
  at: number;
  until?: number;
};

/** One voter's answer, the same shape for every kind of poll; a kind refuses the parts it has no use for. */
export type Answer = {
  /** Option ids. In a prediction: 0 is yes, 1 is no, both mean both. */
  picks?: Array<number>;
  /** "Something else: …", where the poll allows it. */
  write_in?: string;
  /** Percent, 0–100, in a prediction asked for as a probability. */
  probability?: number;
  /** The id of a horizon ("by when"), where the prediction has some. */
  by?: number;
};

export type BanView = {
  /** To be sent with `unban`. */
  asker: string;
  name: string;
  at: number;
};

export type CalibrationBin = {
  /** Lower end of the bin in percent; a bin is ten percent wide. */
  low: number;
  /** Forecasts in it. */
  n: number;
  /** Their mean probability, in percent. */
  mean: number;
  /** How often those events came true, in percent. */
  came_true: number;
};

/** How often a read-out is right when it is so sure. */
export type CalibrationView = {
  /** Of which read-out: `softmax`, `nearest centre`. */
  name: string;
  /** Expected calibration error. */
  ece: number;
  /** Of each bin: mean confidence, accuracy, share of all images. */
  bins: Array<[number, number, number]>;
};

export type CentreView = {
  centre: number;
  /** By majority of those nearest to it. */
  class?: number;
  /** Points that were learned from and are nearest to it, and the share of them that has its class. */
  won: number;
  purity: number;
  /** σ */
  width: number;
  /** Of each class. */
  weights: Array<number>;
  /**
   * Base64 of a u16 (little-endian) for each point of the picture: its distance in units of the centre's width, where
   * 65535 stands for `reach`.
   */
  distances: string;
  reach: number;
};

/** A way in to the session, with its own link (`?via=ID`). */
export type ChannelSpec = {
  id: string;
  label: string;
  /** How far this channel's viewers are behind, in seconds (0–300). */
  delay_seconds: number;
};

export type ChannelTally = {
  /** Empty for those who came by the plain link. */
  id: string;
  label: string;
  voters: number;
  /** In the order of `TallyView::options`. */
  counts: Array<number>;
};

/** A run's curves, whole, thinned out to a few hundred points. */
export type ChartView = {
  number: number;
  names: Array<string>;
  /** `[step, value of names[0], …]`; null where nothing was measured. */
  points: Array<Array<number | null>>;
};

export type ChatView = {
  /** Grows with every change. */
  version: number;
  /** The last 30, oldest first; 200 for host and moderator. */
  messages: Array<MessageView>;
};

export type ChosenView = {
  poll: string;
  /** The option that won. */
  label: string;
  votes: number;
  voters: number;
};

/** What a client says. */
export type ClientMessage = { "type": "cast"; ask: number; poll: string; seq: number; answer: Answer }
  | { "type": "withdraw"; ask: number; poll: string; seq: number }
  | { "type": "do"; ask: number; command: HostCommand }
  | { "type": "ask_question"; ask: number; key: string; text: string; name?: string; about?: number | null }
  | { "type": "edit_question"; ask: number; question: number; text: string; name?: string }
  | { "type": "withdraw_question"; ask: number; question: number }
  | { "type": "upvote"; ask: number; question: number; up: boolean }
  | { "type": "similar"; ask: number; text: string }
  | { "type": "chat"; ask: number; key: string; text: string; name?: string }
  | { "type": "react"; ask: number; kind: string }
  | { "type": "signal"; ask: number; check: number; sees: boolean; hears: boolean }
  | { "type": "inspect"; ask: number; run: number; what: InspectSpec }
  | { "type": "in_step"; delay_seconds: number }
  | { "type": "beat" };

export type ComboView = {
  ids: Array<number>;
  /** As "PyTorch + something else". */
  label: string;
  count: number;
  percent: number;
};

export type CountView = {
  /** Absent for a row that stands for several answers. Of a `number` poll: the place of the row. */
  id: number | null;
  label: string;
  /** Voters who picked it, or at least one of the answers that it stands for: never more than voters in all. */
  count: number;
  /** Percent of voters, one decimal. Surfaces say whole percents, reckoned from `count`. */
  percent: number;
  /** How many answers it stands for, where these are several. */
  answers?: number;
  /** The answers that the host has hidden. */
  hidden?: boolean;
  /** How many voted before this option existed. */
  before: number;
  /** Written in by voters. */
  write_in?: boolean;
};

/** The demo of a segment, as the host writes it. */
export type DemoSpec = {
  /** `rbf` or `svd`. */
  kind: string;
  settings: { [key in string]: SettingSpec };
};

export type DemoView = {
  kind: string;
  /** All knobs, as a run would start now (host only). */
  settings?: { [key in string]: SettingSpec };
  /** Host only. */
  knobs?: Array<KnobView>;
  /** Host only. */
  presets?: Array<PresetView>;
};

/** What only those who moderate know of a question. */
export type DeskView = {
  /** `pending`, `new` (public, not looked at yet) or `passed`. */
  review: string;
  /** The word filter, or a link, holds it. */
  held: boolean;
  hidden: boolean;
  /** Taken back by its asker. */
  withdrawn: boolean;
  /** How often its asker has worded it anew; sent back as `read` with `approve_question` and `take_up`. */
  edits: number;
  merged_into: number | null;
  /** The word that its asker got with the closing. */
  note: string;
  /** The same for all of one asker; absent for questions from other chats. */
  asker: string | null;
  banned: boolean;
};

export type ForecastView = {
  /** Mean probability in percent; a verdict counts yes 100, both 50, no 0. */
  mean: number | null;
  median: number | null;
  /** Ballots per ten percent: 0–9, 10–19, …, 90–100. */
  histogram: Array<number>;
  /** "By when" counts, in the order of the poll's horizons. */
  by: Array<CountView>;
  score?: ScoreView;
};

/** Everything a host may ask for. */
export type HostCommand = { "do": "start_session" }
  | { "do": "end_session" }
  | { "do": "reopen_session" }
  | { "do": "edit_session"; title: string; blurb?: string; channels?: Array<ChannelSpec> }
  | { "do": "go"; segment: string }
  | { "do": "next" } & SeenSegment
  | { "do": "previous" } & SeenSegment
  | { "do": "add_segment"; segment: SegmentSpec; after?: string | null; polls?: Array<PollSpec> }
  | { "do": "edit_segment"; segment: SegmentSpec }
  | { "do": "move_segment"; segment: string; to?: number | null; before?: string | null }
  | { "do": "remove_segment"; segment: string; polls?: boolean }
  | { "do": "add_poll"; poll: PollSpec; segment?: string | null; open?: boolean }
  | { "do": "edit_poll"; poll: PollSpec; segment?: string | null }
  | { "do": "move_poll"; poll: string; segment?: string | null; before?: string | null }
  | { "do": "remove_poll"; poll: string }
  | { "do": "open_poll"; poll: string; seconds?: number | null }
  | { "do": "close_poll"; poll: string; now?: boolean }
  | { "do": "extend_poll"; poll: string; seconds: number; closes_at?: number | null }
  | { "do": "reveal"; poll: string }
  | { "do": "hide_result"; poll: string }
  | { "do": "show"; poll?: string | null }
  | { "do": "add_option"; poll: string; label: string }
  | { "do": "rename_option"; poll: string; option: number; label: string }
  | { "do": "merge_options"; poll: string; from: Array<number>; into: number }
  | { "do": "unmerge_option"; poll: string; option: number }
  | { "do": "hide_option"; poll: string; option: number }
  | { "do": "show_option"; poll: string; option: number }
  | { "do": "list_option"; poll: string; option: number }
  | { "do": "resolve"; poll: string; outcome: string; note?: string }
  | { "do": "unresolve"; poll: string }
  | { "do": "set_rules"; rules: RulesView }
  | { "do": "add_questions"; questions: Array<RelayedQuestion> }
  | { "do": "approve_question"; question: number;
    /** The `edits` of the wording that was read: refused if its asker has worded it anew since. */
    read?: number }
  | { "do": "hide_question"; question: number }
  | { "do": "show_question"; question: number }
  | { "do": "pin_question"; question: number; pinned: boolean }
  | { "do": "label_question"; question: number; labels: Array<string> }
  | { "do": "merge_questions"; from: Array<number>; into: number }
  | { "do": "unmerge_question"; question: number }
  | { "do": "take_up"; question: number;
    /** As with `approve_question`, where it still waits for review. */
    read?: number; asked?: number | null }
  | { "do": "take_up_next"; asked?: number | null }
  | { "do": "answered"; question: number }
  | { "do": "reopen_question"; question: number }
  | { "do": "answer_question"; question: number; text: string }
  | { "do": "close_questions"; questions: Array<number>; note?: string }
  | { "do": "carry_over"; questions: Array<number>; segment?: string | null }
  | { "do": "ban_asker"; question: number; hide?: boolean }
  | { "do": "ban_author"; message: number; hide?: boolean }
  | { "do": "unban"; asker: string }
  | { "do": "hide_message"; message: number }
  | { "do": "show_message"; message: number }
  | { "do": "pass_message"; message: number }
  | { "do": "say"; text: string }
  | { "do": "announce"; text: string; seconds?: number | null }
  | { "do": "clear_announcement"; at?: number | null }
  | { "do": "check_signal"; seconds: number; check?: number | null }
  | { "do": "end_signal"; check?: number | null }
  | { "do": "start_run"; segment: string; settings?: { [key in string]: SettingSpec }; run?: number | null }
  | { "do": "turn_knobs"; segment: string; settings: { [key in string]: SettingSpec }; run?: number | null }
  | { "do": "pause_run" } & SeenRun
  | { "do": "resume_run" } & SeenRun
  | { "do": "stop_run" } & SeenRun
  | { "do": "reset_run" } & SeenRun
  | { "do": "play_run"; segment: string; number: number; run?: number | null }
  | { "do": "walk_to"; segment: string; step: string; input?: { [key in string]: string } }
  | { "do": "show_sent"; sent: number }
  | { "do": "put_aside_sent"; sent: number }
  | { "do": "undo"; step?: number | null };

/** What someone wants to look at. */
export type InspectSpec = { "point": number }
  | { "centre": number }
  | { "prototype": number }
  | { "drawn": string };

export type InspectedView = {
  run: number;
  /** As of which step. */
  step: number;
  /** Channels, height and width of each image. */
  shape: [number, number, number];
  /** Of a point or a drawing. */
  sample?: SampleView;
  centre?: CentreView;
  /** Of the picture's points that were learned from, those most and least like it. */
  nearest: Array<NeighbourView>;
  farthest: Array<NeighbourView>;
};

export type KnobView = {
  name: string;
  label: string;
  /** `number`, `count` or `choice`. */
  kind: string;
  from?: number;
  to?: number;
  /** Of a choice. */
  words?: Array<string>;
  /** Of a choice: another word is the name of a folder within the data folder. */
  or_folder?: boolean;
  /** May be turned while a run goes on. */
  live: boolean;
};

export type LinkSpec = {
  label: string;
  /** `http://` or `https://` only. */
  url: string;
};

/** How a logit comes about: `bias` and all `terms`, added up in this order, are `logit`. */
export type LogitView = {
  class: number;
  logit: number;
  bias: number;
  /** Of each centre; none for a softmax head. */
  terms: Array<number>;
};

export type MessageView = {
  id: number;
  text: string;
  /** Empty: anonymous. */
  name: string;
  source: string;
  at: number;
  /** Written by those who run the session. */
  host?: boolean;
  /** Waits for review (host and moderator only). */
  pending?: boolean;
  /** Host and moderator only. */
  hidden?: boolean;
};

/** How many sets are not shown one by one, and how many voters picked one of them. */
export type MoreCombos = {
  sets: number;
  voters: number;
};

export type Moved = {
  from: string;
  into: string;
};

export type NearCentreView = {
  centre: number;
  class?: number;
  /** In units of the centre's width. */
  distance: number;
  activation: number;
};

export type NeighbourView = {
  /** Its place in the picture. */
  point: number;
  image: string;
  label: number;
  distance: number;
};

/** Of the numbers that were answered; without any, neither is there. */
export type NumbersView = {
  /** One decimal. */
  mean: number | null;
  median: number | null;
};

export type OptionView = {
  id: number;
  label: string;
  /** The poll revision in which it appeared; a ballot of an earlier one was cast without it. */
  since: number;
  /** Written in by a voter and not (yet) listed (host only). */
  write_in?: boolean;
  /** Hidden by the host (host only). */
  hidden?: boolean;
  /** Counted under this option (host only). */
  merged_into?: number;
};

/** A voter's own ballot; sent to nobody else. */
export type OwnBallot = {
  poll: string;
  /** Send `seq + 1` with the next choice. */
  seq: number;
  /** Absent once withdrawn. */
  answer: Answer | null;
  /** Words for the picks, as they are counted now: own write-ins included. */
  labels: Array<string>;
  /** The poll revision it was cast under; options with a higher `since` are new to this voter. */
  revision: number;
  /** Told when the host merged what was picked: "keras is now counted as TensorFlow/Keras". */
  moved?: Array<Moved>;
  /** Own Brier score of a resolved and revealed prediction. */
  brier?: number;
};

/** One's own question, wherever it stands. */
export type OwnQuestion = {
  id: number;
  /** As the page called it when asking. */
  key: string;
  /** Empty once a moderator has hidden it. */
  text: string;
  name: string;
  asked_at: number;
  /** `pending`, `open`, `asking`, `answered`, `closed`, `merged`, `hidden` or `withdrawn`. */
  state: string;
  voices: number;
  /** Whether it may still be edited or withdrawn. */
  editable: boolean;
  about?: number;
  /** The question that it is counted with. */
  merged_into?: number;
  /** A word with the closing. */
  note?: string;
  answer?: WrittenView;
};

/** What one voter has asked and pressed; sent to nobody else. */
export type OwnRoom = {
  questions: Array<OwnQuestion>;
  /** Questions of the list that this voter is counted for. */
  upvoted: Array<number>;
  /** May not ask or chat. */
  banned: boolean;
  /** The answer to the current signal check. */
  signal?: OwnSignal;
};

export type OwnSignal = {
  check: number;
  sees: boolean;
  hears: boolean;
};

/** A poll as the host writes it. An empty `id` asks the program to choose one. */
export type PollSpec = {
  id?: string;
  /** `single`, `multiple`, `yes_no`, `prediction` or `number`. */
  kind?: string;
  question?: string;
  /** Labels, for `single` and `multiple`. */
  options?: Array<string>;
  /** Fewest picks of a `multiple` poll. */
  min?: number | null;
  /** Most picks of a `multiple` poll; none means all. */
  max?: number | null;
  /** Whether yes and no may both be picked (`yes_no`; a prediction by verdict always allows it). */
  both?: boolean;
  /** Whether voters may add "something else: …" (`single`, `multiple`). */
  write_in?: boolean;
  /** The least and the largest whole number that a `number` poll takes; at most 500 numbers. */
  from?: number | null;
  to?: number | null;
  /** How a `prediction` is answered: `verdict` (yes, no, both) or `probability` (0–100 %). */
  answer?: string;
  /** "By when" choices of a `prediction`. */
  horizons?: Array<string>;
  /** Show the tally to everyone from the start, without a reveal. */
  live_results?: boolean;
  /** Countdown in seconds that the poll gets when it is opened. */
  seconds?: number | null;
  /** The demo that the winner sets and starts. In an edit: as it was if left out, none if its `settings` are empty. */
  steers?: SteersSpec | null;
  /**
   * The step of its segment's walkthrough in whose picture the answers are drawn. In an edit: as it was if left
   * out, none if empty.
   */
  step?: string | null;
};

export type PollView = {
  id: string;
  segment: string | null;
  /** `single`, `multiple`, `yes_no`, `prediction` or `number`. */
  kind: string;
  question: string;
  /** `draft`, `open`, `closing` (only delayed channels may still vote) or `closed`. */
  phase: string;
  opened_at: number | null;
  /** End of the countdown, for a viewer without delay; add the channel's delay for the others. */
  closes_at: number | null;
  /** While `closing`: when the tally becomes final. */
  final_at: number | null;
  revealed: boolean;
  /** Grows when the options change; a ballot keeps the one it was cast under. */
  revision: number;
  /** What can be picked. The host's list also has write-ins, merged and hidden ones. */
  options: Array<OptionView>;
  /** "By when" choices of a prediction. */
  horizons: Array<OptionView>;
  /** Fewest picks. */
  min: number;
  /** Most picks. */
  max: number;
  write_in: boolean;
  /** Of a `number` poll: what can be answered, sent as `write_in` of the answer. */
  range?: RangeView;
  /** Of a prediction: `verdict` or `probability`. */
  answer?: string;
  /** Countdown in seconds that the poll gets when it is opened. */
  seconds?: number;
  live_results: boolean;
  /** What its winner sets and starts (host only). */
  steers?: SteersSpec;
  /** The step of a walkthrough in whose picture the answers are drawn. */
  step?: string;
  resolution?: ResolutionView;
  /** Present where the viewer may know it: host and stage always, audience once revealed. */
  voters?: number;
  /** Present for the host always, for the others once revealed. */
  tally?: TallyView;
};

export type Presence = {
  audience: number;
  stage: number;
  /** Hosts, moderators and the speaker. */
  host: number;
  /** How many of the audience are how many seconds behind. */
  behind?: Array<[number, number]>;
  /** When the host last changed something that the audience sees: who is further behind is still to catch up. */
  acted_at?: number;
  /** Why nothing can be saved just now; only for those who run the session. */
  cannot_save?: string;
};

export type PresetView = {
  label: string;
  settings: { [key in string]: SettingSpec };
};

/** How far a run is. */
export type ProgressView = {
  number: number;
  step: number;
  /** Steps in all. */
  steps: number;
  /** The newest value of each curve, in the order of [`ChartView::names`]. */
  values: Array<number | null>;
  /** What classes are called, once known. */
  classes?: Array<string>;
  /** What it runs on. */
  device?: string;
  /** Pictures that can be gone back to. */
  frames: number;
  /** Reliability diagrams, once they are known. */
  calibration?: Array<CalibrationView>;
};

export type QuestionView = {
  id: number;
  text: string;
  /** Empty: anonymous, to be called as the rules say. */
  name: string;
  /** Where it was asked, in words: a channel's label or another chat's name; empty for the plain link. */
  source: string;
  asked_at: number;
  /** Its place in the stream, in seconds, where the other chat told one. */
  stream_seconds?: number;
  segment: string | null;
  /** `open`, `asking`, `answered` or `closed`. */
  standing: string;
  /** When it was taken up, answered or closed. */
  standing_at?: number;
  pinned?: boolean;
  labels?: Array<string>;
  /** The question that it follows up. */
  about?: number;
  /** Everyone who wants this answered, each once: askers, "me too", and those of merged questions. */
  voices: number;
  /** How many questions were merged into it. */
  merged?: number;
  answer?: WrittenView;
  /** Host and moderator only. */
  desk?: DeskView;
};

/**
 * The questions as a list. To an audience of thousands it goes out at most twice a second, and a count alone
 * goes as [`super::ServerMessage::Voices`].
 */
export type QuestionsView = {
  /** Grows with every change; an older frame changes nothing. */
  version: number;
  rules: RulesView;
  /** The question that is read out now. */
  asking: number | null;
  /**
   * In the order to be taken up: pinned, then by voices, then as they came; then what was answered or closed,
   * newest first. Audience, stage and speaker get the first 60 open ones and the last 20 others.
   */
  list: Array<QuestionView>;
  /** Open and public, in all. */
  open: number;
  /** Waiting for review (host and moderator; otherwise 0). */
  pending: number;
  /** Host and moderator only. */
  bans?: Array<BanView>;
};

/** Whole numbers, both ends included. */
export type RangeView = {
  from: number;
  to: number;
};

/** A run that was kept. */
export type RecordingView = {
  number: number;
  segment: string;
  settings: { [key in string]: SettingSpec };
  results: { [key in string]: number };
};

/** A question from another chat, as a bridge sends it or a moderator pastes it in. */
export type RelayedQuestion = {
  text: string;
  /** The asker's name there; empty is anonymous. */
  author?: string;
  /** The other chat: a channel of the session by id or label, or any name. */
  source?: string;
  /** Its place in the stream, in seconds. */
  stream_seconds?: number | null;
  /** The other chat's id for it; the same id is not taken twice. */
  id?: string;
};

export type ResolutionView = {
  /** `yes`, `no` or `annulled`. */
  outcome: string;
  note: string;
  at: number;
};

/** All of it, as one role may see it; in a snapshot, and whenever the page was away. */
export type RoomView = {
  questions: QuestionsView;
  chat: ChatView;
  signal?: SignalView;
  /** What reactions are counted from. */
  reactions: { [key in string]: number };
  /** This voter's own (audience only). */
  own?: OwnRoom;
};

/** The rules for questions and chat; as a command's field, all of them at once. */
export type RulesView = {
  /** Whether questions are taken. */
  open: boolean;
  /** `off`, `after` (public at once, then looked at) or `before` (public once passed). */
  moderation: string;
  /** `optional`, `required` or `never`. */
  names: string;
  /** What those without a name are called. */
  anonymous: string;
  /** Least time between two questions, or two messages, of one voter; 0 is none. */
  slow_seconds: number;
  /** Words that hold a question for review (host and moderator; empty for others). */
  words: Array<string>;
  /** Whether what has a link waits for review. */
  hold_links: boolean;
  chat: boolean;
  reactions: boolean;
};

/** The newest run of a segment. */
export type RunView = {
  segment: string;
  /** Counted from 1 over the session. */
  number: number;
  settings: { [key in string]: SettingSpec };
  /** `running`, `paused`, `stopped` or `ended`. */
  state: string;
  /** The poll that chose the settings. */
  chosen?: ChosenView;
  /** The recorded run that is played back in place of a live one. */
  played?: number;
  /** Why it could not go on. */
  failed?: string;
  /** What came out, by name. */
  results?: { [key in string]: number };
};

export type SampleView = {
  image: string;
  /** Absent where it was drawn. */
  label?: number;
  held_out: boolean;
  predicted: number;
  /** Of each class. */
  probabilities: Array<number>;
  /** The largest activation; absent without centres. */
  largest?: number;
  /** What it must reach not to be rejected. */
  threshold?: number;
  rejected: boolean;
  /** Where it lies in the picture of the embedding, in shares of its extent. */
  at: [number, number];
  /** The nearest first. */
  centres: Array<NearCentreView>;
  /** The predicted class, then the best other one. */
  logits: Array<LogitView>;
};

/** How good the crowd's forecast was, once resolved. */
export type ScoreView = {
  /** Mean Brier score of the voters: 0 is perfect, 0.25 is a coin, 1 is surely wrong. */
  brier: number;
  /** Brier score of the crowd's mean. */
  crowd_brier: number;
  /** Reliability over all resolved predictions of the session. */
  calibration: Array<CalibrationBin>;
};

/** A segment with the run that the sender saw. */
export type SeenRun = {
  segment: string;
  /** The number of the segment's run; null: none. */
  run?: number;
};

/** The segment that the sender saw as the current one. */
export type SeenSegment = {
  /**
   * Null: none. If it is another by now, nothing is done and the answer is `already_done`: two who press at once go
   * one step.
   */
  from?: string;
};

/** A segment as the host writes it. An empty `id` asks the program to choose one. */
export type SegmentSpec = {
  id?: string;
  /** `talk`, `polls`, `qa`, `demo` or `break`. */
  kind?: string;
  title?: string;
  speaker?: string;
  blurb?: string;
  links?: Array<LinkSpec>;
  planned_minutes?: number | null;
  /** What a segment of kind `demo` runs; left out in an edit: as it was. */
  demo?: DemoSpec | null;
};

export type SegmentView = {
  id: string;
  /** `talk`, `polls`, `qa`, `demo` or `break`. */
  kind: string;
  title: string;
  speaker: string;
  blurb: string;
  links: Array<LinkSpec>;
  planned_minutes: number | null;
  /** When it first became current. */
  started_at: number | null;
  /** When it last stopped being current. */
  ended_at: number | null;
  /** What it runs, if it is a demo. */
  demo?: DemoView;
  /** Ids of its polls (drafts: host only). */
  polls: Array<string>;
};

/** An input that a viewer sent. */
export type SentView = {
  sent: number;
  segment: string;
  step: string;
  title: string;
  name: string;
  at: number;
  /** Shown, or put aside. */
  done: boolean;
};

/** What the server says. */
export type ServerMessage = { "type": "snapshot" } & Snapshot
  | { "type": "resumed"; rev: number; now: number; ballots: Array<OwnBallot>; room: RoomView; run?: ShownRun }
  | { "type": "session"; rev: number; session: SessionView }
  | { "type": "poll"; rev: number; poll: PollView }
  | { "type": "poll_gone"; rev: number; poll: string }
  | { "type": "tally"; poll: string; version: number; voters: number; tally?: TallyView }
  | { "type": "ballot"; ballot: OwnBallot }
  | { "type": "questions"; questions: QuestionsView }
  | { "type": "voices"; version: number; voices: Array<[number, number]> }
  | { "type": "own_question"; question: OwnQuestion }
  | { "type": "similar"; ask: number; questions: Array<QuestionView> }
  | { "type": "chat"; chat: ChatView }
  | { "type": "signal"; signal?: SignalView }
  | { "type": "reactions"; totals: { [key in string]: number } }
  | { "type": "progress"; progress: ProgressView }
  | { "type": "chart"; chart: ChartView }
  | { "type": "inspected"; ask: number; run: number;
    /** As of which step. */
    step: number;
    /** Channels, height and width of each image. */
    shape: [number, number, number];
    /** Of a point or a drawing. */
    sample?: SampleView; centre?: CentreView;
    /** Of the picture's points that were learned from, those most and least like it. */
    nearest: Array<NeighbourView>; farthest: Array<NeighbourView> }
  | { "type": "heard"; ask: number; question?: OwnQuestion; ballot?: OwnBallot }
  | { "type": "refused"; ask?: number; code: string; why: string;
    /** Seconds after which asking again makes sense. */
    wait_seconds?: number;
    /** One's ballot as it stands, so that the page can show it again. */
    ballot?: OwnBallot }
  | { "type": "presence"; presence: Presence }
  | { "type": "beat"; now: number };

export type SessionView = {
  title: string;
  blurb: string;
  code: string;
  /** The language of its texts, as `de`; absent where it is not said. */
  lang?: string;
  /** `draft`, `live` or `ended`. */
  state: string;
  /** The link to say and to encode as QR, without a channel. */
  join_url: string;
  channels: Array<ChannelSpec>;
  agenda: Array<SegmentView>;
  /** Ids of the polls of no segment, in order (host only). */
  loose?: Array<string>;
  /** The current segment. */
  current: string | null;
  /** What the stage shows. */
  shows: ShownView;
  /** The poll among it, if it is one. */
  on_stage: string | null;
  /** What undo would take back, in words (host only). */
  undo?: string;
  /** Its number, to be named by `undo` (host, moderator, speaker). */
  undo_step?: number;
  announcement?: AnnouncementView;
  /** The newest run of each demo. */
  runs?: Array<RunView>;
  /** Runs that can be played back (host only). */
  recordings?: Array<RecordingView>;
  /** Where the host stands in each walkthrough. */
  walks?: Array<WalkView>;
  /** What viewers sent to be shown in one, oldest first (host only). */
  sent?: Array<SentView>;
};

/** What a knob is set to. */
export type SettingSpec = number | string;

/** What a run has shown so far. */
export type ShownRun = {
  progress: ProgressView;
  chart: ChartView;
};

/** What is on stage. */
export type ShownView = {
  /** `welcome`, `poll`, `question`, `demo`, `walk`, `segment` or `ended`. */
  scene: string;
  /** Of the poll, the question or the segment; empty where there is none. */
  id?: string;
};

export type SignalCount = {
  /** A channel's label; "Plain link" for those of none. */
  source: string;
  both: number;
  sees_only: number;
  hears_only: number;
  neither: number;
};

/** "Can you see and hear?" */
export type SignalView = {
  check: number;
  opened_at: number;
  /** For a viewer without delay; add the channel's delay for the others. */
  until: number;
  /** Host, moderator and speaker only: the sum first (its `source` is empty), then each source. */
  counts?: Array<SignalCount>;
};

export type Snapshot = {
  /** Protocol version. */
  v: number;
  /** Grows with every change but votes: it tells the audience nothing about the count. */
  rev: number;
  /** The server's clock, to show countdowns by. */
  now: number;
  session: SessionView;
  /** In agenda order. Drafts are in the host's snapshot only. */
  polls: Array<PollView>;
  /** How many polls the copy that a page is sent with leaves out, to stay small; the socket brings them. */
  left_out?: number;
  /** This voter's ballots. */
  ballots: Array<OwnBallot>;
  /** The channel this connection came by. */
  via?: string;
  presence?: Presence;
  /** Questions, chat and the like; not in the copy that a page is sent with. */
  room?: RoomView;
  /** What the run has shown so far, where there is one. */
  run?: ShownRun;
};

/** What the options of a poll do to a demo: the winner's settings start a run when the poll closes. */
export type SteersSpec = {
  /** The segment whose demo it is. */
  segment: string;
  /** One for each option, in order. */
  settings: Array<{ [key in string]: SettingSpec }>;
};

export type TallyView = {
  /** Grows with every ballot counted; a lower one is old news. */
  version: number;
  /** Ballots counted: the base of every percentage. */
  voters: number;
  /** Picks in all; more than `voters` where several may be picked. */
  picks: number;
  /** True once nobody may vote any more. */
  final: boolean;
  /**
   * In poll order, listed options first, then the 30 most frequent write-ins, the others as one row, and hidden ones as
   * one row. Of a `number` poll: at most 12 ranges of the same width, from the least number that can be answered to the
   * largest.
   */
  options: Array<CountView>;
  /**
   * For a picture with room for fewer rows: at place `n`, how many voters picked at least one answer that is not among
   * the `n` options with most votes (equals in the order of `options`). People, not picks. Stage and host only.
   */
  rest?: Array<number>;
  /** Of write-ins that are in the row of others: `[id, count]` (host only). */
  others?: Array<[number, number]>;
  /** Exact sets of picks, most frequent first, at most 12 (several picks allowed only). */
  combos: Array<ComboView>;
  /** The sets after those. */
  more_combos?: MoreCombos;
  /** One row a channel that has voters. */
  channels: Array<ChannelTally>;
  forecast?: ForecastView;
  /** Of a `number` poll. */
  numbers?: NumbersView;
  /**
   * Samples over time: `[unix ms, voters, count of options[0], …]`, at most 120 (host only). Rows that stand for several
   * answers come last and have no count here: a sample knows picks, and these rows count people.
   */
  history?: Array<Array<number>>;
};

export type WalkView = {
  segment: string;
  /** Another one whenever the host goes somewhere. */
  number: number;
  step: string;
  title: string;
  /** The viewer who sent what is shown; empty if it is the host's own, or they gave no name. */
  by?: string;
};

export type WrittenView = {
  text: string;
  at: number;
};
