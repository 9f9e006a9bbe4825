//! Folders of images as people have them: what is left behind in them, how pictures stand, how names are stored.

use tempfile::TempDir;

use crate::data::{open, png};

/// A set of two classes with pictures of 5 × 4.
fn classes() -> TempDir {
    let dir = TempDir::new().unwrap();
    for part in ["train", "test"] {
        for (class, rgb) in [("cat", [255, 0, 0]), ("dog", [0, 0, 255])] {
            for n in 0..3 {
                png(
                    &dir.path().join(part).join(class).join(format!("{n}.png")),
                    5,
                    4,
                    rgb,
                );
            }
        }
    }
    dir
}

#[test]
fn what_systems_leave_behind_is_neither_a_class_nor_an_image() {
    let dir = classes();
    let hash = open(&dir).unwrap().hash();
    for folder in [
        "train/.ipynb_checkpoints",
        "test/.ipynb_checkpoints",
        "train/__MACOSX/cat",
        "test/empty",
        "train/@eaDir",
        "train/cat/.thumbs",
    ] {
        std::fs::create_dir_all(dir.path().join(folder)).unwrap();
    }
    for file in [
        "train/cat/._0.png",
        "test/dog/._1.png",
        "train/.DS_Store",
        "train/cat/Thumbs.db",
        "train/__MACOSX/cat/._0.png",
        "train/.ipynb_checkpoints/0.png",
    ] {
        std::fs::write(dir.path().join(file), "no picture").unwrap();
    }
    let set = open(&dir).unwrap();
    assert_eq!((set.classes.len(), set.hash()), (2, hash));
}

#[test]
fn images_of_other_formats_are_counted_and_named() {
    let dir = classes();
    for n in 0..4 {
        std::fs::create_dir_all(dir.path().join("train/dot")).unwrap();
        std::fs::write(dir.path().join(format!("train/dot/{n}.webp")), "RIFF").unwrap();
    }
    let told = open(&dir).unwrap_err();
    assert!(
        told.contains("train/dot: has 0 .png or .jpg and 4 .webp"),
        "{told}"
    );
    std::fs::remove_dir_all(dir.path().join("train/dot")).unwrap();
    std::fs::write(dir.path().join("train/cat/more.GIF"), "GIF").unwrap();
    let told = open(&dir).unwrap_err();
    assert!(
        told.contains("train/cat: has 3 .png or .jpg and 1 .gif"),
        "{told}"
    );
    std::fs::remove_file(dir.path().join("train/cat/more.GIF")).unwrap();
    std::fs::create_dir(dir.path().join("train/bird")).unwrap();
    std::fs::write(dir.path().join("train/bird/notes.txt"), "soon").unwrap();
    let told = open(&dir).unwrap_err();
    assert!(
        told.contains("train/bird: has 0 .png or .jpg and 1 .txt"),
        "{told}"
    );
}

#[test]
fn what_is_transparent_lies_on_white() {
    let dir = TempDir::new().unwrap();
    let path = |part: &str, class: &str| {
        let path = dir.path().join(part).join(class);
        std::fs::create_dir_all(&path).unwrap();
        path.join("0.png")
    };
    for part in ["train", "test"] {
        // Black ink, all of it, half of it and none.
        let ink = |alpha: [u8; 3]| {
            image::RgbaImage::from_fn(3, 1, |x, _| image::Rgba([0, 0, 0, alpha[x as usize]]))
        };
        ink([255, 128, 0]).save(path(part, "one")).unwrap();
        ink([0, 0, 255]).save(path(part, "two")).unwrap();
    }
    let set = open(&dir).unwrap();
    assert_eq!(set.train.image(0), [0_u8, 127, 255].repeat(3));
    assert_eq!(set.train.image(1), [255_u8, 255, 0].repeat(3));
    // Grey with alpha stays grey.
    for part in ["train", "test"] {
        for class in ["one", "two"] {
            image::GrayAlphaImage::from_pixel(3, 1, image::LumaA([10, 0]))
                .save(path(part, class))
                .unwrap();
        }
    }
    let set = open(&dir).unwrap();
    assert_eq!(
        (set.shape().channels, set.train.image(0)),
        (1, [255, 255, 255].as_slice())
    );
}

/// A JPEG of a picture with a bright left edge, with what a camera says of how it was held.
fn jpeg(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let drawn = image::GrayImage::from_fn(width, height, |x, _| {
        image::Luma([if x < width / 4 { 250 } else { 5 }])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    drawn
        .write_to(&mut bytes, image::ImageFormat::Jpeg)
        .unwrap();
    let bytes = bytes.into_inner();
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let mut all = bytes[..2].to_vec();
    all.extend([0xff, 0xe1]);
    all.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    all.extend(exif);
    all.extend(&bytes[2..]);
    all
}

#[test]
fn a_picture_stands_as_its_camera_says_and_a_cut_one_is_refused() {
    let dir = TempDir::new().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    for part in ["train", "test"] {
        for class in ["a", "b"] {
            // 6: turned a quarter to the right to be seen, so that the left edge is on top.
            put(&format!("{part}/{class}/0.jpg"), &jpeg(24, 16, 6));
            put(&format!("{part}/{class}/1.jpg"), &jpeg(16, 24, 1));
        }
    }
    let set = open(&dir).unwrap();
    assert_eq!((set.shape().height, set.shape().width), (24, 16));
    let turned = set.train.image(0);
    let mean = |row: usize| {
        turned[row * 16..(row + 1) * 16]
            .iter()
            .map(|byte| f64::from(*byte))
            .sum::<f64>()
            / 16.0
    };
    assert!(
        mean(1) > 200.0 && mean(22) < 50.0,
        "{} {}",
        mean(1),
        mean(22)
    );

    let whole = jpeg(16, 24, 1);
    for share in [40, 80, 99] {
        put("train/b/2.jpg", &whole[..whole.len() * share / 100]);
        let told = open(&dir).unwrap_err();
        assert!(told.contains("2.jpg: "), "{share}: {told}");
    }
    assert!(open(&dir).unwrap_err().contains("at byte"), "where it ends");
}

#[test]
fn what_looks_the_same_is_one_class_and_no_name_is_left_out() {
    let dir = classes();
    let move_to = |part: &str, from: &str, to: &std::ffi::OsStr| {
        std::fs::rename(
            dir.path().join(part).join(from),
            dir.path().join(part).join(to),
        )
        .unwrap();
    };
    move_to("train", "cat", "caf\u{e9}".as_ref());
    move_to("test", "cat", "cafe\u{301}".as_ref());
    #[cfg(target_os = "linux")]
    for part in ["train", "test"] {
        use std::os::unix::ffi::OsStrExt;
        move_to(part, "dog", std::ffi::OsStr::from_bytes(b"ni\xf1o"));
    }
    let set = open(&dir).unwrap();
    assert_eq!(
        (set.classes.len(), set.train.len(), set.test.len()),
        (2, 6, 6)
    );
    assert_eq!(set.classes[0], "caf\u{e9}");
    std::fs::create_dir(dir.path().join("train/cafe\u{301}")).unwrap();
    png(&dir.path().join("train/cafe\u{301}/0.png"), 5, 4, [0; 3]);
    assert!(open(&dir).unwrap_err().contains("another way to write"));
}
