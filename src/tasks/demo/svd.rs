//! The walkthrough from the command line: each step as text, JSON or figures.

use std::fs;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, bail};
use salon::config::{ImageArgs, SvdArgs, SvdTask};
use salon::demos::svd::input::{Input, TEXT_MAX};
use salon::demos::svd::picture;
use salon::demos::svd::shown::Image;
use salon::demos::svd::{STEPS, find, write};
use salon::linalg::svd::{low_rank, singular_values, svd as svd_of};
use serde::Serialize;

/// Columns of a terminal that text is set for.
const WIDTH: usize = 100;
/// Rows and columns that a picture is shrunk to, at most.
const PICTURE_SIDE: usize = 2048;
/// Bytes of a picture's file.
const PICTURE_MAX: usize = 20 * 1024 * 1024;

/// Columns that are tried beyond the rank, and power iterations; see [`low_rank`].
const OVERSAMPLING: usize = 10;
const ITERATIONS: usize = 2;
/// The same picture has the same approximation each time.
const SEED: u64 = 1936;

pub fn svd(args: &SvdArgs) -> anyhow::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let told = tell(args, &mut out);
    let written = out.flush().map_err(anyhow::Error::from);
    // Whoever reads may have enough, as `head` does.
    told.and(written).or_else(|error| {
        let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
        match kind {
            Some(ErrorKind::BrokenPipe) => Ok(()),
            _ => Err(error),
        }
    })
}

fn tell(args: &SvdArgs, out: &mut impl Write) -> anyhow::Result<()> {
    if let Some(SvdTask::Image(args)) = &args.task {
        return image(args, out);
    }
    let Some(name) = &args.step else {
        if args.input.is_some() || !args.set.is_empty() {
            bail!("say which --step; “salon demo svd” lists them");
        }
        return Ok(list(out)?);
    };
    let step = find(name).with_context(|| {
        let known: Vec<_> = STEPS.iter().map(|step| step.name()).collect();
        format!("there is no step “{name}”; there are {}", known.join(", "))
    })?;
    let mut pairs = Vec::new();
    if let Some(path) = &args.input {
        let own = step
            .own()
            .with_context(|| format!("the step “{name}” takes no matrix and no text of a file"))?;
        let choices = own.choices.iter();
        pairs.extend(choices.map(|(field, word)| (field.to_string(), word.to_string())));
        pairs.push((own.field.to_string(), text_of(path)?));
    }
    for pair in &args.set {
        let (field, text) = pair
            .split_once('=')
            .with_context(|| format!("--set {pair}: it is FIELD=TEXT"))?;
        pairs.push((field.to_string(), text.to_string()));
    }
    let input = Input::of(step, &pairs)?;
    let shown = step.show(&input)?;
    if let Some(folder) = &args.svg {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        for (name, svg) in write::svgs(&shown) {
            let path = folder.join(name);
            fs::write(&path, svg).with_context(|| path.display().to_string())?;
            eprintln!("{}", path.display());
        }
    }
    if args.json {
        let json = write::json(step, &input, &shown);
        writeln!(out, "{}", serde_json::to_string_pretty(&json)?)?;
    } else {
        write!(out, "{}", write::text(step, &input, &shown, WIDTH))?;
    }
    if let Some(broken) = shown.checks.iter().find(|check| !check.holds()) {
        bail!("{}: off by {:e}", broken.claim, broken.error);
    }
    Ok(())
}

fn list(out: &mut impl Write) -> io::Result<()> {
    for (place, step) in STEPS.iter().enumerate() {
        writeln!(
            out,
            "{:>2}. {:<16} {}",
            place + 1,
            step.name(),
            step.title()
        )?;
        writeln!(out, "    {}", step.point())?;
        for field in step.fields() {
            writeln!(out, "    --set {}=…  {}", field.name, field.label)?;
        }
    }
    Ok(())
}

/// A file's text, if it is not larger than any field may be.
fn text_of(path: &Path) -> anyhow::Result<String> {
    fits(path, TEXT_MAX)?;
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

/// Refuses a file before it is read.
fn fits(path: &Path, most: usize) -> anyhow::Result<()> {
    let shown = path.display();
    let size = fs::metadata(path).with_context(|| shown.to_string())?.len();
    if size > most as u64 {
        bail!("{shown} has {size} bytes; at most {most} can be read");
    }
    Ok(())
}

fn image(args: &ImageArgs, out: &mut impl Write) -> anyhow::Result<()> {
    let shown = args.picture.display();
    fits(&args.picture, PICTURE_MAX)?;
    let bytes = fs::read(&args.picture).with_context(|| shown.to_string())?;
    let image = picture::read(&bytes, PICTURE_MAX, PICTURE_SIDE)
        .map_err(anyhow::Error::msg)
        .with_context(|| shown.to_string())?;
    let most = image.rows.min(image.columns);
    if !(1..=most).contains(&args.rank) {
        bail!(
            "--rank is {}; a picture of {} × {} has ranks from 1 to {most}",
            args.rank,
            image.rows,
            image.columns
        );
    }
    let m = picture::matrix(&image);
    let s = singular_values(&m)?;
    let kept = if args.rank <= most / 4 {
        low_rank(&m, args.rank, OVERSAMPLING, ITERATIONS, SEED)?
    } else {
        svd_of(&m)?.truncated(args.rank)
    };
    let near = kept.product();
    let norm = |s: &[f64]| s.iter().map(|s| s * s).sum::<f64>().sqrt();
    let share = |lost: f64, of: f64| if of > 0.0 { lost / of } else { 0.0 };
    let at = |place: usize| s.get(place).copied().unwrap_or(0.0);
    let told = Told {
        rows: image.rows,
        columns: image.columns,
        rank: args.rank,
        error_2: share(at(args.rank), at(0)),
        error_frobenius: share(norm(s.get(args.rank..).unwrap_or(&[])), norm(&s)),
        error_written: share((&m - &near).norm(), m.norm()),
        numbers: args.rank * (image.rows + image.columns + 1),
        of: image.rows * image.columns,
    };
    if let Some(path) = &args.out {
        write_png(picture::image(&near, "", ""), path)?;
    }
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&told)?)?;
        return Ok(());
    }
    writeln!(
        out,
        "{} × {} grey values, rank {} of {most}",
        told.rows, told.columns, told.rank
    )?;
    writeln!(
        out,
        "2-norm of what is lost at least:         {:.4} of the largest singular value",
        told.error_2
    )?;
    writeln!(
        out,
        "Frobenius norm of what is lost at least: {:.4} of the picture's ({:.4} by what --out writes)",
        told.error_frobenius, told.error_written
    )?;
    writeln!(
        out,
        "numbers kept:                            {} in place of {}",
        told.numbers, told.of
    )?;
    Ok(())
}

/// What an approximation keeps and loses.
#[derive(Serialize)]
struct Told {
    rows: usize,
    columns: usize,
    rank: usize,
    /// Of the nearest matrix: σ of the first that is left out, as a share of σ₁.
    error_2: f64,
    /// Of the nearest matrix, as a share of the picture's norm.
    error_frobenius: f64,
    /// Of the matrix that is written, which random projection may take a little farther.
    error_written: f64,
    numbers: usize,
    of: usize,
}

fn write_png(image: Image, out: &Path) -> anyhow::Result<()> {
    let sides = (u32::try_from(image.columns)?, u32::try_from(image.rows)?);
    let png = image::GrayImage::from_raw(sides.0, sides.1, image.grey);
    let png = png.context("the picture is not as large as it says")?;
    png.save_with_format(out, image::ImageFormat::Png)
        .with_context(|| out.display().to_string())?;
    eprintln!("{}", out.display());
    Ok(())
}
