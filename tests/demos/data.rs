//! Data sets: those inside the program, and files of every soundness.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use salon_demos::demos::rbf::data::{Dataset, Images, Shape, Split};
use tempfile::TempDir;

/// The four files of an IDX set of 4 × 3 images.
pub fn idx(count: u32) -> Vec<(&'static str, Vec<u8>)> {
    let images = |count: u32| {
        let mut file = [2051_u32, count, 4, 3].map(u32::to_be_bytes).concat();
        file.extend((0..count * 12).map(|n| (n % 256) as u8));
        file
    };
    let labels = |count: u32| {
        let mut file = [2049_u32, count].map(u32::to_be_bytes).concat();
        file.extend((0..count).map(|n| (n % 3) as u8));
        file
    };
    vec![
        ("train-images-idx3-ubyte", images(count)),
        ("train-labels-idx1-ubyte", labels(count)),
        ("t10k-images-idx3-ubyte", images(6)),
        ("t10k-labels-idx1-ubyte", labels(6)),
    ]
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

pub fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    dir
}

pub fn open(dir: &TempDir) -> Result<Dataset, String> {
    Dataset::open(dir.path().to_str().unwrap()).map_err(|error| error.to_string())
}

#[test]
fn the_sets_inside_the_program_are_what_their_notice_says() {
    for (name, train, test) in [("digits", 8_000, 2_000), ("fashion", 6_000, 2_000)] {
        let set = Dataset::open(name).unwrap();
        assert_eq!((set.train.len(), set.test.len()), (train, test), "{name}");
        let shape = Shape {
            channels: 1,
            height: 28,
            width: 28,
        };
        assert_eq!(set.shape(), shape);
        assert_eq!(set.classes.len(), 10);
        for class in 0..10 {
            assert!(
                set.train
                    .labels
                    .iter()
                    .filter(|label| **label == class)
                    .count()
                    > 500
            );
            assert!(
                set.test
                    .labels
                    .iter()
                    .filter(|label| **label == class)
                    .count()
                    > 100
            );
        }
        let ink = set
            .train
            .bytes
            .iter()
            .map(|byte| u64::from(*byte))
            .sum::<u64>();
        assert!(ink > 0);
    }
    // Known for ever: runs are compared by it.
    let digits = Dataset::open("digits").unwrap().hash();
    assert_eq!(digits, Dataset::open("digits").unwrap().hash());
    assert_ne!(digits, Dataset::open("fashion").unwrap().hash());
}

#[test]
fn idx_files_are_read_packed_or_not_and_of_any_size() {
    let plain = open(&folder(&idx(30))).unwrap();
    assert_eq!(
        (plain.train.len(), plain.test.len(), plain.classes.len()),
        (30, 6, 3)
    );
    assert_eq!((plain.shape().height, plain.shape().width), (4, 3));
    assert_eq!(plain.train.image(1), (12..24).collect::<Vec<u8>>());
    let gz: Vec<(String, Vec<u8>)> = idx(30)
        .into_iter()
        .map(|(name, bytes)| (format!("{name}.gz"), packed(&bytes)))
        .collect();
    let gz: Vec<(&str, Vec<u8>)> = gz
        .iter()
        .map(|(name, b)| (name.as_str(), b.clone()))
        .collect();
    let unpacked = open(&folder(&gz)).unwrap();
    assert_eq!(unpacked.hash(), plain.hash());
}

#[test]
fn a_bad_idx_file_is_told_with_its_name_and_place() {
    type Spoil = fn(&mut Vec<(&'static str, Vec<u8>)>);
    let cases: [(Spoil, &str); 9] = [
        (
            |f| f[0].1.truncate(100),
            "train-images-idx3-ubyte: at byte 100: the file ends; 276 more bytes of images",
        ),
        (
            |f| f[0].1.truncate(6),
            "train-images-idx3-ubyte: at byte 6: the file ends; 2 more bytes of the header",
        ),
        (
            |f| f[1].1[3] = 3,
            "train-labels-idx1-ubyte: at byte 0: the file begins with 2051; IDX labels begin with 2049",
        ),
        (
            |f| f[1].1[7] = 29,
            "train-labels-idx1-ubyte: at byte 4: there are 29 labels, but 30 images",
        ),
        (
            |f| f[0].1[7] = 29,
            "train-labels-idx1-ubyte: at byte 4: there are 30 labels, but 29 images",
        ),
        (
            |f| f[2].1.push(0),
            "t10k-images-idx3-ubyte: at byte 88: the data should end here",
        ),
        (
            |f| f[0].1[8] = 255,
            "train-images-idx3-ubyte: at byte 8: the height is 4278190084",
        ),
        (
            |f| f[0].1[4] = 255,
            "train-images-idx3-ubyte: at byte 4: there are 4278190110 images",
        ),
        (
            |f| {
                f.remove(3);
            },
            "t10k-labels-idx1-ubyte (or t10k-labels-idx1-ubyte.gz) is missing",
        ),
    ];
    for (spoil, wanted) in cases {
        let mut files = idx(30);
        spoil(&mut files);
        let told = open(&folder(&files)).unwrap_err();
        assert!(told.contains(wanted), "{told}\nwanted: {wanted}");
    }
    let mut files = idx(30);
    let broken = packed(&files[0].1)[..40].to_vec();
    files[0] = ("train-images-idx3-ubyte.gz", broken);
    let told = open(&folder(&files)).unwrap_err();
    assert!(
        told.contains("train-images-idx3-ubyte.gz: at byte"),
        "{told}"
    );
    let told = Dataset::open("/no/such/folder").unwrap_err().to_string();
    assert!(told.contains("digits, fashion"), "{told}");
    let told = open(&TempDir::new().unwrap()).unwrap_err();
    assert!(told.contains("has no data that is known here"), "{told}");
}

#[test]
fn cifar_batches_are_read_and_checked() {
    let record = |label: u8| {
        let mut bytes = vec![label];
        bytes.extend((0..3_072).map(|n| (n % 251) as u8));
        bytes
    };
    let batch: Vec<u8> = (0..20).flat_map(|n| record(n % 10)).collect();
    let files = |train: Vec<u8>| {
        vec![
            ("data_batch_1.bin", train),
            ("data_batch_2.bin", batch.clone()),
            ("test_batch.bin", batch.clone()),
            (
                "batches.meta.txt",
                "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n".into(),
            ),
        ]
    };
    let set = open(&folder(&files(batch.clone()))).unwrap();
    assert_eq!(
        (set.train.len(), set.test.len(), set.shape().channels),
        (40, 20, 3)
    );
    assert_eq!(set.classes[9], "truck");
    let told = open(&folder(&files(batch[..5_000].to_vec()))).unwrap_err();
    assert!(
        told.contains("data_batch_1.bin: at byte 5000: the file ends; 1146 more bytes of an image"),
        "{told}"
    );
    let mut lying = batch.clone();
    lying[3_073] = 10;
    let told = open(&folder(&files(lying))).unwrap_err();
    assert!(told.contains("at byte 3073: the label is 10"), "{told}");
    let hundred: Vec<u8> = (0..200)
        .flat_map(|n| [vec![0], record(n % 100)].concat())
        .collect();
    let files = vec![("train.bin", hundred.clone()), ("test.bin", hundred)];
    assert_eq!(open(&folder(&files)).unwrap().classes.len(), 100);
}

pub fn png(path: &Path, width: u32, height: u32, rgb: [u8; 3]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    image::RgbImage::from_pixel(width, height, image::Rgb(rgb))
        .save(path)
        .unwrap();
}

#[test]
fn a_folder_of_images_by_class_is_a_set() {
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
    std::fs::write(dir.path().join("train/cat/notes.txt"), "no image").unwrap();
    let set = open(&dir).unwrap();
    assert_eq!(set.classes, ["cat", "dog"]);
    assert_eq!((set.train.len(), set.test.len()), (6, 6));
    assert_eq!(
        set.shape(),
        Shape {
            channels: 3,
            height: 4,
            width: 5
        }
    );
    assert_eq!(set.train.image(0), [vec![255; 20], vec![0; 40]].concat());

    png(&dir.path().join("train/dog/9.png"), 6, 4, [0, 0, 0]);
    let told = open(&dir).unwrap_err();
    assert!(told.contains("9.png: is 6 × 4; others are 5 × 4"), "{told}");
    std::fs::write(dir.path().join("train/dog/9.png"), "no png at all").unwrap();
    let told = open(&dir).unwrap_err();
    assert!(told.contains("9.png: is no sound image"), "{told}");
    std::fs::remove_file(dir.path().join("train/dog/9.png")).unwrap();
    // What is empty is no class; with an image in it it is one that nothing is trained for.
    std::fs::create_dir(dir.path().join("test/cow")).unwrap();
    assert_eq!(open(&dir).unwrap().classes, ["cat", "dog"]);
    png(&dir.path().join("test/cow/0.png"), 5, 4, [9; 3]);
    let told = open(&dir).unwrap_err();
    assert!(told.contains("cow"), "{told}");
}

#[test]
fn the_validation_part_is_of_every_class_and_the_same_for_a_seed() {
    let set = Dataset::open("digits").unwrap();
    let split = Split::of(&set.train, 10, 7);
    assert_eq!(split, Split::of(&set.train, 10, 7));
    assert_ne!(split, Split::of(&set.train, 10, 8));
    assert_eq!(split.train.len() + split.validation.len(), set.train.len());
    let validation = set.train.at(&split.validation);
    for class in 0..10 {
        let n = validation
            .labels
            .iter()
            .filter(|label| **label == class)
            .count();
        assert!((60..110).contains(&n), "{class}: {n}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is done to a file, it is read or refused; nothing panics, and no header costs more than it has.
    #[test]
    fn no_bytes_take_the_program_down(file in 0..4_usize, at in 0..200_usize, byte: u8, cut in 0..400_usize) {
        let mut files = idx(30);
        let bytes = &mut files[file].1;
        let at = at % bytes.len();
        bytes[at] = byte;
        bytes.truncate(cut.max(1));
        let _ = open(&folder(&files));
    }

    #[test]
    fn a_split_takes_each_image_once(labels in prop::collection::vec(0..5_u16, 1..60), every in 0..12_usize, seed: u64) {
        let shape = Shape { channels: 1, height: 1, width: 1 };
        let images = Images { shape, bytes: vec![0; labels.len()], labels };
        let split = Split::of(&images, every, seed);
        let mut all = [split.train, split.validation].concat();
        all.sort_unstable();
        prop_assert_eq!(all, (0..images.len()).collect::<Vec<_>>());
    }
}
