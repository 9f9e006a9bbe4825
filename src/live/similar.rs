//! Which open questions are like what someone is typing: words by BM25 (Robertson & Zaragoza 2009), stemmed and
//! without stop words, so that they say "me too" and need not ask again.
//!
//! The owner keeps the shelf in step; those who type search it on their own time, and never hold the owner up.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use bm25::{DefaultTokenizer, Embedder, EmbedderBuilder, Embedding, Language, Scorer};

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::domain::questions::{QUESTIONS_MAX, Questions};
use crate::domain::refusal::Refusal;
use crate::ids::QuestionId;

/// Questions that are offered at once.
const OFFERED: usize = 3;
/// Words that a question has in the middle; BM25 weighs lengths by it.
const USUAL_WORDS: f32 = 9.0;
/// Of what shares a word with the text, so many are looked at, the likest first.
const LOOKED_AT: usize = 200;
/// Searches that may wait for their turn; whoever types on asks again anyway.
const WAIT: usize = 32;
/// Longer texts are searched by their beginning.
const SEARCHED_CHARS: usize = 500;

pub struct Similar {
    embedder: Embedder<u32, DefaultTokenizer>,
    shelf: RwLock<Shelf>,
    /// Where searches run, one at a time.
    runs_on: Handle,
    turn: Semaphore,
    waiting: Semaphore,
}

#[derive(Default)]
struct Shelf {
    scorer: Scorer<QuestionId, u32>,
    entries: HashMap<QuestionId, Entry>,
    /// Changes since the scorer was made.
    changes: usize,
}

struct Entry {
    words: Embedding<u32>,
    /// The same, each once, in order.
    held: Vec<u32>,
    /// Where its voices are counted.
    head: QuestionId,
}

impl Shelf {
    /// The scorer keeps every word that it has ever seen: now and then it is made anew from what is left.
    fn tidy(&mut self) {
        self.changes += 1;
        if self.changes <= QUESTIONS_MAX * 4 {
            return;
        }
        let mut scorer = Scorer::default();
        for (id, entry) in &self.entries {
            scorer.upsert(id, entry.words.clone());
        }
        (self.scorer, self.changes) = (scorer, 0);
    }
}

impl Similar {
    pub fn of(questions: &Questions, runs_on: Handle) -> Self {
        let tokenizer = DefaultTokenizer::new(Language::English);
        let similar = Self {
            embedder: EmbedderBuilder::<u32, DefaultTokenizer>::with_avgdl(USUAL_WORDS)
                .tokenizer(tokenizer)
                .build(),
            shelf: RwLock::default(),
            runs_on,
            turn: Semaphore::new(1),
            waiting: Semaphore::new(WAIT),
        };
        similar.update(questions, questions.all.iter().map(|question| question.id));
        similar
    }

    /// Puts these questions on the shelf, or takes them down, as they are now.
    pub fn update(&self, questions: &Questions, ids: impl IntoIterator<Item = QuestionId>) {
        for id in ids {
            let head = questions.resolve(id);
            let offered = questions
                .find(head)
                .is_some_and(|head| head.is_listed() && head.is_open());
            let found = questions.find(id).filter(|one| offered && one.is_public());
            // The words are found before the lock is taken: readers wait for the change alone.
            let embedding = found.map(|question| self.embedder.embed(&question.text));
            let mut shelf = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
            shelf.tidy();
            match embedding {
                Some(words) => {
                    shelf.scorer.upsert(&id, words.clone());
                    let held: BTreeSet<u32> = words.indices().copied().collect();
                    let held = held.into_iter().collect();
                    shelf.entries.insert(id, Entry { words, held, head });
                }
                None => {
                    if shelf.entries.remove(&id).is_some() {
                        shelf.scorer.remove(&id);
                    }
                }
            }
        }
    }

    /// As [`Similar::to`], in turn.
    ///
    /// # Errors
    /// If too many wait already.
    pub async fn search(shelf: &Arc<Self>, text: &str) -> Result<Vec<QuestionId>, Refusal> {
        let busy = || Refusal::TooSoon { wait_seconds: 1 };
        let _place = shelf.waiting.try_acquire().map_err(|_| busy())?;
        let _turn = shelf.turn.acquire().await.map_err(|_| busy())?;
        let (searched, text) = (Arc::clone(shelf), text.to_string());
        let found = shelf.runs_on.spawn_blocking(move || searched.to(&text));
        found.await.map_err(|_| busy())
    }

    /// The likest first; those that share at least two words, or half of what was typed.
    pub fn to(&self, text: &str) -> Vec<QuestionId> {
        let text: String = text.chars().take(SEARCHED_CHARS).collect();
        let wanted = self.embedder.embed(&text);
        let words: BTreeSet<u32> = wanted.indices().copied().collect();
        let shelf = self.shelf.read().unwrap_or_else(PoisonError::into_inner);
        let mut offered = Vec::new();
        for found in shelf.scorer.matches(&wanted).into_iter().take(LOOKED_AT) {
            let Some(entry) = shelf.entries.get(&found.id) else {
                continue;
            };
            let is_held = |word: &&u32| entry.held.binary_search(word).is_ok();
            let shared = words.iter().filter(is_held).count();
            if (shared >= 2 || shared * 2 >= words.len()) && !offered.contains(&entry.head) {
                offered.push(entry.head);
            }
            if offered.len() == OFFERED {
                break;
            }
        }
        offered
    }
}
