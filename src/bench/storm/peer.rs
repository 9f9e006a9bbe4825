//! The same hall in front of a peer, whose lines are cut and dialled again by the same rule. A peer has no session to show: a
//! phone is back once its line is open.

use std::time::{Duration, Instant};

use anyhow::bail;

use super::super::crowd::Crowd;
use super::super::figures::micros;
use super::super::page::Away;
use super::super::peers;
use super::super::phone::Heard;
use super::super::server::Server;
use super::{OPEN_WITHIN, PATIENCE};

/// A phone in front of a peer.
#[derive(Clone, Copy)]
enum Line {
    Away,
    Dialled(Instant),
    /// Open, so many µs after the cut.
    Open(u32),
}

/// When each of the hall was back, in µs after the cut.
pub fn comes_back(server: &Server, people: usize) -> anyhow::Result<Vec<u32>> {
    let request = peers::request(server, "/ws");
    let mut crowd = Crowd::new(people, server.address)?;
    crowd.fill(0..people, |_| request.clone(), &mut |_, _| {})?;
    let began = Instant::now();
    let (mut lines, mut away) = (vec![Line::Away; people], Away::new(people));
    for n in 0..people {
        crowd.phones[n].drop_line(n % 2 == 0);
        away.is_lost(n);
    }
    let mut looked = began;
    while !lines.iter().all(|line| matches!(line, Line::Open(_))) {
        if began.elapsed() > PATIENCE {
            bail!(
                "a peer's phones are not back after {} s",
                PATIENCE.as_secs()
            );
        }
        while let Some(n) = away.due() {
            crowd.dial(n, &request)?;
            lines[n] = Line::Dialled(Instant::now());
        }
        crowd.turn(Duration::from_millis(20), &mut |n, heard| match heard {
            Heard::Opened => lines[n] = Line::Open(micros(began.elapsed())),
            Heard::Lost(_) => {
                lines[n] = Line::Away;
                away.is_lost(n);
            }
            Heard::Text(_) => {}
        })?;
        if looked.elapsed() > Duration::from_secs(1) {
            looked = Instant::now();
            for (n, line) in lines.iter_mut().enumerate() {
                if matches!(line, Line::Dialled(at) if looked - *at > OPEN_WITHIN) {
                    crowd.phones[n].drop_line(true);
                    *line = Line::Away;
                    away.is_lost(n);
                }
            }
        }
    }
    let back = lines.into_iter().filter_map(|line| match line {
        Line::Open(micros) => Some(micros),
        _ => None,
    });
    Ok(back.collect())
}
