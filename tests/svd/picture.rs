use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;
use salon_demos::demos::svd::picture::{Factors, NAMES, SIDE_MAX, builtin, matrix, read};

const MOST: usize = 1 << 20;

fn written(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn all_of_those_inside_the_program_can_be_read() {
    for name in NAMES {
        let image = builtin(name).unwrap();
        assert!(image.rows <= 192 && image.columns <= 192);
        assert_eq!(image.grey.len(), image.rows * image.columns);
        assert!(!image.title.is_empty() && !image.alt.is_empty());
    }
    assert_eq!(builtin("matrix"), None);
}

#[test]
fn a_small_grey_picture_is_read_as_it_is() {
    let drawn = GrayImage::from_fn(3, 2, |x, y| Luma([(100 * y + x) as u8]));
    let image = read(&written(drawn, ImageFormat::Png), MOST, SIDE_MAX).unwrap();
    assert_eq!((image.rows, image.columns), (2, 3));
    assert_eq!(image.grey, [0, 1, 2, 100, 101, 102]);
}

#[test]
fn colours_become_luma_and_what_is_transparent_white() {
    let drawn = RgbImage::from_fn(3, 1, |x, _| {
        let mut colour = [0; 3];
        colour[x as usize] = 255;
        Rgb(colour)
    });
    let image = read(&written(drawn, ImageFormat::Png), MOST, SIDE_MAX).unwrap();
    assert_eq!(image.grey, [54, 182, 18]);
    let drawn = RgbaImage::from_fn(2, 1, |x, _| Rgba([0, 0, 0, if x == 0 { 0 } else { 255 }]));
    let image = read(&written(drawn, ImageFormat::Png), MOST, SIDE_MAX).unwrap();
    assert_eq!(image.grey, [255, 0]);
}

#[test]
fn a_jpeg_is_read() {
    let drawn = GrayImage::from_pixel(16, 8, Luma([90]));
    let image = read(&written(drawn, ImageFormat::Jpeg), MOST, SIDE_MAX).unwrap();
    assert_eq!((image.rows, image.columns), (8, 16));
    assert!(image.grey.iter().all(|grey| grey.abs_diff(90) < 3));
}

#[test]
fn a_large_one_is_shrunk_to_means() {
    let drawn = GrayImage::from_fn(1024, 300, |x, _| Luma([if x % 2 == 0 { 0 } else { 200 }]));
    let image = read(&written(drawn, ImageFormat::Png), MOST, SIDE_MAX).unwrap();
    assert_eq!((image.rows, image.columns), (75, SIDE_MAX));
    assert!(image.grey.iter().all(|grey| *grey == 100));
    let thin = read(
        &written(GrayImage::new(3000, 1), ImageFormat::Png),
        MOST,
        SIDE_MAX,
    )
    .unwrap();
    assert_eq!((thin.rows, thin.columns), (1, SIDE_MAX));
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    // One row more than may be; the file itself is tiny.
    let bomb = written(GrayImage::new(64, 4097), ImageFormat::Png);
    let why = read(&bomb, MOST, SIDE_MAX).unwrap_err();
    assert!(why.contains("4096 × 4096"), "{why}");
    // 65,535 × 65,535 declared over the data of one pixel: the sizes are at bytes 16 to 23, the checksum of the header
    // at 29 to 32 (PNG specification, 3rd edition, 11.2.1).
    let mut lie = written(GrayImage::new(1, 1), ImageFormat::Png);
    lie[16..24].copy_from_slice(&[0, 0, 255, 255, 0, 0, 255, 255]);
    let sum = checksum(&lie[12..29]).to_be_bytes();
    lie[29..33].copy_from_slice(&sum);
    let why = read(&lie, MOST, SIDE_MAX).unwrap_err();
    assert!(why.contains("4096 × 4096"), "{why}");
}

/// CRC-32 as PNG has it.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 {
                0xEDB8_8320 ^ (sum >> 1)
            } else {
                sum >> 1
            };
        }
    }
    !sum
}

#[test]
fn too_many_bytes_and_other_files_are_refused() {
    let bytes = written(GrayImage::new(4, 4), ImageFormat::Png);
    let why = read(&bytes, bytes.len() - 1, SIDE_MAX).unwrap_err();
    assert!(why.contains("at most"), "{why}");
    assert!(read(&bytes, bytes.len(), SIDE_MAX).is_ok());
    assert!(
        read(b"", MOST, SIDE_MAX)
            .unwrap_err()
            .contains("neither PNG nor JPEG")
    );
    assert!(read(b"<svg xmlns='http://www.w3.org/2000/svg'/>", MOST, SIDE_MAX).is_err());
    assert!(read(b"GIF89a", MOST, SIDE_MAX).is_err());
    assert!(read(&bytes[..bytes.len() / 2], MOST, SIDE_MAX).is_err());
}

#[test]
fn factors_are_written_as_they_are_documented() {
    let drawn = GrayImage::from_fn(7, 5, |x, y| Luma([(31 * x + 17 * y * y) as u8]));
    let image = read(&written(drawn, ImageFormat::Png), MOST, SIDE_MAX).unwrap();
    let factors = Factors::of(&image, 4).unwrap();
    let bytes = factors.to_bytes();
    let (rows, columns, k) = (5, 7, 4);
    assert_eq!(bytes.len(), 16 + 4 * k * (1 + rows + columns));
    assert_eq!(&bytes[..4], b"SVD1");
    let word = |at: usize| <[u8; 4]>::try_from(&bytes[at..at + 4]).unwrap();
    let head: Vec<u32> = (1..4).map(|i| u32::from_le_bytes(word(4 * i))).collect();
    assert_eq!(head, [5, 7, 4]);
    let number = |at: usize| f32::from_le_bytes(word(16 + 4 * at));
    // Recomposed as a page does, from the bytes alone.
    let nearest = salon_demos::linalg::svd::svd(&matrix(&image))
        .unwrap()
        .truncated(k)
        .product();
    for row in 0..rows {
        for column in 0..columns {
            let term = |i: usize| {
                number(i) * number(k + i * rows + row) * number(k + k * rows + i * columns + column)
            };
            let sum: f32 = (0..k).map(term).sum();
            assert!((f64::from(sum) - nearest[(row, column)]).abs() < 1e-3);
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0..90_usize) {
        let _ = read(&bytes, MOST, SIDE_MAX);
        let mut png = written(GrayImage::new(9, 9), ImageFormat::Png);
        let at = at.min(png.len());
        png.splice(at.., bytes);
        let _ = read(&png, MOST, SIDE_MAX);
    }
}

/// A decoder fills what is missing with grey; half a picture is not one.
#[test]
fn a_file_that_is_cut_off_is_refused() {
    let drawn = GrayImage::from_fn(64, 48, |x, y| Luma([(x * y % 251) as u8]));
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let whole = written(drawn.clone(), format);
        read(&whole, MOST, SIDE_MAX).unwrap();
        for share in [30, 60, 90, 97] {
            let cut = &whole[..whole.len() * share / 100];
            assert!(
                read(cut, MOST, SIDE_MAX).is_err(),
                "{format:?} cut to {share} %"
            );
            // Filled up to its length, as a download that broke off may be.
            let mut filled = cut.to_vec();
            filled.resize(whole.len(), 0);
            assert!(
                read(&filled, MOST, SIDE_MAX).is_err(),
                "{format:?} filled from {share} %"
            );
        }
    }
    let jpeg = written(drawn, ImageFormat::Jpeg);
    let told = read(&jpeg[..jpeg.len() - 2], MOST, SIDE_MAX).unwrap_err();
    assert!(told.contains("cut off"), "{told}");
    // Bytes after the end do no harm, nor does a small picture with an end of its own in the file's description.
    let mut more = jpeg.clone();
    more.extend([0; 40]);
    read(&more, MOST, SIDE_MAX).unwrap();
    let mut described = jpeg[..2].to_vec();
    described.extend([0xff, 0xe1, 0, 8, 0xff, 0xd8, 1, 2, 0xff, 0xd9]);
    described.extend(&jpeg[2..]);
    read(&described, MOST, SIDE_MAX).unwrap();
    assert!(read(&described[..described.len() / 2], MOST, SIDE_MAX).is_err());
}
