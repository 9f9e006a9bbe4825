//! Pictures of pages held against those that are kept in `tests/pages/golden`, pixel by pixel.
//!
//! `scripts/goldens` writes them anew. The version of the browser that drew them stands beside them: another one may
//! draw letters a little differently, so that more of a picture may differ, and the run says so.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use image::{Rgb, RgbImage};

/// By how much a channel of a pixel may differ before the pixel counts as different.
const CHANNEL: u8 = 40;
/// How much of a picture may be different, with the browser that drew it, and with another one.
const SHARE: f64 = 0.0004;
const SHARE_OTHER: f64 = 0.03;

pub struct Goldens {
    folder: PathBuf,
    update: bool,
    share: f64,
    /// What differs, in words.
    pub wrong: Vec<String>,
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/golden")
}

impl Goldens {
    /// `browser` is the name and version of the one that draws now; with `others` nothing is written anew.
    pub fn open(browser: &str, others: bool) -> Self {
        let folder = folder();
        let update = !others && std::env::var_os("SALON_GOLDENS").is_some();
        let kept = folder.join("browser.txt");
        if update {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&kept, format!("{browser}\n")).unwrap();
        }
        let drew = std::fs::read_to_string(&kept).unwrap_or_default();
        let same = drew.trim() == browser.trim();
        if !same {
            eprintln!(
                "GOLDENS: drawn by {}, now {browser}: {} % of a picture may differ in place of {} %",
                drew.trim(),
                SHARE_OTHER * 100.0,
                SHARE * 100.0
            );
        }
        let share = if same { SHARE } else { SHARE_OTHER };
        Self {
            folder,
            update,
            share,
            wrong: Vec::new(),
        }
    }

    /// Whether this picture is the kept one; when pictures are written anew, it becomes the kept one.
    pub fn is(&self, name: &str, png: &[u8]) -> Result<(), String> {
        let path = self.folder.join(format!("{name}.png"));
        let now = decode(png)?;
        let kept = std::fs::read(&path)
            .ok()
            .map(|bytes| decode(&bytes))
            .transpose()?;
        let difference = match &kept {
            Some(kept) => compare(kept, &now, self.share),
            None => Err((format!("there is no {name}.png"), None)),
        };
        match difference {
            Ok(()) => Ok(()),
            Err(_) if self.update => write(&path, &now).map_err(|error| format!("{name}: {error}")),
            Err((why, picture)) => {
                let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/goldens");
                let _ = std::fs::create_dir_all(&out);
                let _ = now.save(out.join(format!("{name}.now.png")));
                if let Some(picture) = picture {
                    let _ = picture.save(out.join(format!("{name}.difference.png")));
                }
                Err(format!("{name}: {why} (target/goldens/{name}.*.png)"))
            }
        }
    }

    pub fn updates(&self) -> bool {
        self.update
    }
}

/// The pictures of the README are copies of golden ones.
const README: [(&str, &str); 12] = [
    ("host", "host-open-1280-light"),
    ("host-questions", "host-questions-1280-light"),
    ("audience", "phone-open-390-light"),
    ("audience-result", "phone-result-390-light"),
    ("speaker", "speaker-1280-light"),
    ("stage-welcome", "stage-welcome-1920-dark"),
    ("stage", "stage-result-tools-1920-dark"),
    ("stage-open", "stage-open-counted-1920-dark"),
    ("stage-question", "stage-question-1920-dark"),
    ("stage-talk", "stage-talk-1920-dark"),
    ("stage-prediction", "stage-result-forecast-1920-dark"),
    ("stage-walk", "stage-walk-1920-dark"),
];

/// Makes the README's pictures anew, or says which are not what the golden ones are.
pub fn readme(update: bool) -> Vec<String> {
    let images = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images");
    let mut wrong = Vec::new();
    for (image, golden) in README {
        let (to, from) = (
            images.join(format!("{image}.png")),
            folder().join(format!("{golden}.png")),
        );
        if update {
            std::fs::copy(&from, &to).unwrap();
        } else if std::fs::read(&to).ok() != std::fs::read(&from).ok() {
            wrong.push(format!(
                "docs/images/{image}.png is not {golden}.png; scripts/goldens copies it"
            ));
        }
    }
    wrong
}

/// In as few bytes as comparing needs: at most 256 colours, each the commonest of those that it stands for.
fn write(path: &Path, picture: &RgbImage) -> Result<(), Box<dyn std::error::Error>> {
    let mut counts: HashMap<[u8; 3], usize> = HashMap::new();
    for pixel in picture.pixels() {
        *counts.entry(pixel.0).or_default() += 1;
    }
    let mut colours: Vec<_> = counts.into_iter().collect();
    colours.sort_by_key(|(colour, count)| (Reverse(*count), *colour));
    // With two bits a channel there are no more than 64 boxes of colours; few pictures need fewer than five.
    let (palette, place) = (2..=8)
        .rev()
        .find_map(|bits| boxed(&colours, bits))
        .ok_or("too many colours")?;
    let pixels: Vec<u8> = picture.pixels().map(|pixel| place[&pixel.0]).collect();
    let file = BufWriter::new(File::create(path)?);
    let mut encoder = png::Encoder::new(file, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(palette);
    encoder.set_compression(png::Compression::High);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(())
}

/// A palette, three bytes a colour, and the place in it of each colour of the picture.
type Palette = (Vec<u8>, HashMap<[u8; 3], u8>);

/// A palette, and each colour's place in it, where colours that agree in so many bits are one; none if it has no room.
fn boxed(colours: &[([u8; 3], usize)], bits: u8) -> Option<Palette> {
    let (mut palette, mut boxes, mut place) = (Vec::new(), HashMap::new(), HashMap::new());
    for (colour, _) in colours {
        let of = colour.map(|channel| channel >> (8 - bits));
        let at = match boxes.get(&of) {
            Some(at) => *at,
            None => {
                let at = u8::try_from(palette.len() / 3).ok()?;
                palette.extend(colour);
                boxes.insert(of, at);
                at
            }
        };
        place.insert(*colour, at);
    }
    Some((palette, place))
}

fn decode(png: &[u8]) -> Result<RgbImage, String> {
    let image = image::load_from_memory(png).map_err(|error| error.to_string())?;
    Ok(image.to_rgb8())
}

/// Says what differs, and draws it: what is the same in pale grey, what is not in red.
fn compare(kept: &RgbImage, now: &RgbImage, share: f64) -> Result<(), (String, Option<RgbImage>)> {
    if kept.dimensions() != now.dimensions() {
        let (a, b) = (kept.dimensions(), now.dimensions());
        return Err((
            format!("{} × {} in place of {} × {}", b.0, b.1, a.0, a.1),
            None,
        ));
    }
    let differs =
        |a: &Rgb<u8>, b: &Rgb<u8>| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > CHANNEL);
    let different = kept
        .pixels()
        .zip(now.pixels())
        .filter(|(a, b)| differs(a, b))
        .count();
    let of = f64::from(kept.width()) * f64::from(kept.height());
    if different as f64 <= of * share {
        return Ok(());
    }
    let mut picture = now.clone();
    for (pixel, was) in picture.pixels_mut().zip(kept.pixels()) {
        let grey = pixel.0.iter().map(|c| u16::from(*c)).sum::<u16>() / 3;
        let pale = 170 + (grey / 3) as u8;
        *pixel = if differs(was, pixel) {
            Rgb([220, 0, 0])
        } else {
            Rgb([pale; 3])
        };
    }
    let percent = different as f64 / of * 100.0;
    Err((
        format!("{different} pixels differ, {percent:.2} %"),
        Some(picture),
    ))
}

#[test]
fn a_moved_word_is_a_difference_and_a_shade_is_none() {
    let plain = RgbImage::from_pixel(100, 100, Rgb([250, 250, 250]));
    let shade = RgbImage::from_pixel(100, 100, Rgb([240, 240, 240]));
    assert!(compare(&plain, &shade, SHARE).is_ok());
    let mut word = plain.clone();
    (0..5).for_each(|x| word.put_pixel(x, 9, Rgb([0, 0, 0])));
    let (why, picture) = compare(&plain, &word, SHARE).unwrap_err();
    assert_eq!(why, "5 pixels differ, 0.05 %");
    assert_eq!(picture.unwrap().get_pixel(2, 9), &Rgb([220, 0, 0]));
    assert!(compare(&plain, &RgbImage::new(10, 10), 1.0).is_err());
    // What is kept in fewer colours is the same picture still.
    let many = RgbImage::from_fn(64, 64, |x, y| Rgb([(x * 4) as u8, (y * 4) as u8, 90]));
    let path = std::env::temp_dir().join(format!("salon-golden-{}.png", std::process::id()));
    write(&path, &many).unwrap();
    let kept = decode(&std::fs::read(&path).unwrap()).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(compare(&kept, &many, SHARE).is_ok());
}
