//! IDX files as people have them: labels with gaps, and names of many kinds.

use crate::data::{folder, idx, open};

/// The same four files with these labels.
fn labelled(train: &[u8], test: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut files = idx(30);
    let write = |labels: &[u8]| {
        let count = u32::try_from(labels.len()).unwrap();
        let mut images = [2051_u32, count, 4, 3].map(u32::to_be_bytes).concat();
        images.extend((0..count * 12).map(|n| (n % 256) as u8));
        let mut file = [2049_u32, count].map(u32::to_be_bytes).concat();
        file.extend(labels);
        [images, file]
    };
    let parts = write(train).into_iter().chain(write(test));
    for (file, bytes) in files.iter_mut().zip(parts) {
        file.1 = bytes;
    }
    files
}

#[test]
fn idx_labels_that_are_there_are_the_classes() {
    let of = |train: &[u8], test: &[u8]| open(&folder(&labelled(train, test)));
    let set = of(&[0, 50, 100, 0, 50, 100], &[100, 0]).unwrap();
    assert_eq!(set.classes, ["0", "50", "100"]);
    assert_eq!(
        (set.train.labels, set.test.labels),
        (vec![0, 1, 2, 0, 1, 2], vec![2, 0])
    );
    let set = of(&[3, 8, 8, 3], &[3]).unwrap();
    assert_eq!(
        (set.classes, set.train.labels),
        (vec!["3".to_string(), "8".to_string()], vec![0, 1, 1, 0])
    );
    // One label far out on one image alone is a broken byte.
    let mut labels = [0, 1, 2].repeat(12);
    labels[17] = 255;
    let told = of(&labels, &[0, 1]).unwrap_err();
    assert!(
        told.contains("train-labels-idx1-ubyte: at byte 25: the label is 255"),
        "{told}"
    );
    let told = of(&[0, 1, 0, 1], &[0, 1, 2]).unwrap_err();
    assert!(
        told.contains("t10k-labels-idx1-ubyte: at byte 10: the label is 2, and no image"),
        "{told}"
    );
    assert!(of(&[3, 3, 3], &[3]).unwrap_err().contains("has 1 classes"));
}

#[test]
fn idx_files_go_by_many_names() {
    let named = |names: [&'static str; 4], labels: &[u8]| {
        let files = labelled(labels, labels).into_iter().zip(names);
        files
            .map(|((_, bytes), name)| (name, bytes))
            .collect::<Vec<_>>()
    };
    let plain = open(&folder(&labelled(&[1, 2, 26, 1], &[1, 2, 26, 1]))).unwrap();
    let dotted = [
        "train-images.idx3-ubyte",
        "train-labels.idx1-ubyte",
        "t10k-images.idx3-ubyte",
        "t10k-labels.idx1-ubyte",
    ];
    assert_eq!(
        open(&folder(&named(dotted, &[1, 2, 26, 1])))
            .unwrap()
            .hash(),
        plain.hash()
    );
    let letters = [
        "emnist-letters-train-images-idx3-ubyte",
        "emnist-letters-train-labels-idx1-ubyte",
        "emnist-letters-test-images-idx3-ubyte",
        "emnist-letters-test-labels-idx1-ubyte",
    ];
    let set = open(&folder(&named(letters, &[1, 2, 26, 1]))).unwrap();
    assert_eq!(
        (set.hash(), set.classes),
        (
            plain.hash(),
            vec!["a".to_string(), "b".to_string(), "z".to_string()]
        )
    );
    let mut two = named(letters, &[1, 2]);
    two.extend(labelled(&[0, 1], &[0, 1]));
    let told = open(&folder(&two)).unwrap_err();
    assert!(
        told.contains("has 2 sets") && told.contains("emnist-letters-"),
        "{told}"
    );
    let mut missing = named(letters, &[1, 2]);
    missing.pop();
    let told = open(&folder(&missing)).unwrap_err();
    assert!(told.contains("is missing"), "{told}");
}
