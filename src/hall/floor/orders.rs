//! What the thread is asked to do.

use mio::net::TcpStream;
use mio::{Interest, Token};
use tokio_tungstenite::tungstenite::Message;

use super::Floor;
use crate::hall::crowd::Crowd;
use crate::hall::frame::wire;
use crate::hall::line::Line;
use crate::hall::{Order, Seating};
use crate::protocol::close as codes;

/// Answers that are sent together.
const AT_ONCE: usize = 256;

impl Floor<'_> {
    pub(super) fn carry_out_all(&mut self) {
        while let Some(order) = self.orders.pop_front() {
            // Answers wait for each other, and for nothing that takes longer.
            let quick = matches!(order, Order::Resume { .. } | Order::Say { .. });
            if !quick || self.resumed.len() >= AT_ONCE {
                self.answer();
            }
            self.carry_out(order);
        }
        self.answer();
    }

    /// Sends what guests that are back have answered, and listens to their lines again.
    fn answer(&mut self) {
        let resumed = std::mem::take(&mut self.resumed);
        let answer = |place: &usize| Some((*place, self.lines.get_mut(*place)?.let_go()));
        let answers = resumed.iter().filter_map(answer).collect();
        self.send(answers);
        for place in resumed {
            // What was said to it meanwhile.
            self.flush(place);
            self.listen(place);
        }
    }

    fn carry_out(&mut self, order: Order) {
        match order {
            Order::Admit { id, socket, first } => self.admit(id, socket, &first),
            Order::Sit {
                id,
                guest,
                crowd,
                seen,
                first,
                turn: _turn,
            } => self.sit(id, guest, crowd, seen, &first),
            Order::Resume { id, guest, reply } => {
                let Some(place) = self.open_place(id) else {
                    guest.leave("left");
                    return;
                };
                let Some(line) = self.lines.get_mut(place) else {
                    return;
                };
                line.guest = Some(guest);
                self.resumed.push(place);
                if let Some(reply) = reply {
                    let reply = wire(&Message::Text(reply));
                    if line.is_ready() {
                        line.take_up(reply);
                    } else {
                        self.say(place, reply);
                    }
                }
            }
            Order::Say { id, frame } => {
                if let Some(place) = self.open_place(id) {
                    self.say(place, wire(&Message::Text(frame)));
                }
            }
            Order::Close { id, why } => {
                if let Some(place) = self.open_place(id) {
                    self.close(place, why);
                }
            }
            Order::Show { crowd, board } => {
                let place = self.crowd(crowd);
                if let Some(crowd) = self.crowds.get_mut(place) {
                    crowd.show(board);
                }
            }
            // Its guests held it: it has none any more.
            Order::Forget { crowd } => {
                if let Some(place) = self.crowd_places.remove(&crowd) {
                    self.crowds.try_remove(place);
                }
            }
            Order::Dismiss { crowd, why } => {
                let place = self.crowd(crowd);
                let Some(crowd) = self.crowds.get_mut(place) else {
                    return;
                };
                crowd.dismissed = Some(why);
                for member in crowd.members.clone() {
                    self.close(member, why);
                }
            }
            Order::Finish(done) => {
                self.finish = Some(done);
                let all: Vec<usize> = self.lines.iter().map(|(place, _)| place).collect();
                for place in all {
                    self.close(place, (codes::RESTARTING, "restarting"));
                }
            }
        }
    }

    fn admit(&mut self, id: u64, socket: std::net::TcpStream, first: &[u8]) {
        if self.finish.is_some() {
            return;
        }
        let entry = self.lines.vacant_entry();
        let mut socket = TcpStream::from_std(socket);
        let interest = Interest::READABLE | Interest::WRITABLE;
        let token = Token(entry.key() + 1);
        if let Err(error) = self.poll.registry().register(&mut socket, token, interest) {
            tracing::warn!(%error, "a socket could not be taken in");
            return;
        }
        self.places.insert(id, entry.key());
        entry.insert(Line::new(socket, id, first, self.now));
    }

    fn sit(&mut self, id: u64, guest: Seating, crowd: u64, seen: u64, first: &[Message]) {
        let guest = guest();
        let Some(place) = self.open_place(id) else {
            guest.leave("left");
            return;
        };
        let crowd_place = self.crowd(crowd);
        let (Some(line), Some(crowd)) =
            (self.lines.get_mut(place), self.crowds.get_mut(crowd_place))
        else {
            return;
        };
        line.guest = Some(guest);
        line.seen = seen;
        line.crowd = Some((crowd_place, crowd.enter(place)));
        let dismissed = crowd.dismissed;
        let sent = line.seat(first.iter().map(wire), self.now);
        self.went_well(place, sent);
        match dismissed {
            Some(why) => self.close(place, why),
            None => {
                self.catch_up(place);
                self.listen(place);
            }
        }
    }

    /// The place of a crowd, which comes to be with its first order.
    fn crowd(&mut self, id: u64) -> usize {
        let crowds = &mut self.crowds;
        *self
            .crowd_places
            .entry(id)
            .or_insert_with(|| crowds.insert(Crowd::default()))
    }

    /// Where a line is that is not being closed.
    fn open_place(&self, id: u64) -> Option<usize> {
        let place = *self.places.get(&id)?;
        let line = self.lines.get(place)?;
        line.closing.is_none().then_some(place)
    }
}
