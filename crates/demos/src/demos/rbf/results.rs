//! What comes out in the end: the test images, once, by each read-out; how sure it is and how often right; what is
//! measured beside accuracy; and what the network makes of images that it cannot know.

use std::collections::BTreeMap;

use super::data::{Dataset, Images, builtin};
use super::interpret::{Reader, in_one_metric};
use super::loss::Supervised;
use super::measure::{Calibration, Labelled, Rejection, auroc, nmi, purity, retrieval, threshold};
use super::net::Head;
use super::placing::majority;
use super::train::{Seen, TrainError, Trainer};
use crate::demos::sheet::Reliability;

const BINS: usize = 10;
/// Images of another set that are shown to the network.
const OTHERS: usize = 500;

/// Retrieval and clusters.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measures {
    pub precision_at_1: Option<f64>,
    pub map_at_r: Option<f64>,
    pub nmi: Option<f64>,
    pub purity: Option<f64>,
}

/// Images by where they lie.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// n × d
    pub embeddings: &'a [f32],
    /// The nearest centre of each; none without centres.
    pub nearest: &'a [usize],
    pub labels: &'a [u16],
}

impl Measures {
    /// Of queries, each looked up in the gallery; clusters are the queries' nearest centres. Distances are in the metric
    /// of the head where there is one for all centres, else Euclidean.
    pub fn of(reader: Option<&Reader>, dims: usize, queries: Placed, gallery: Placed) -> Self {
        let mapped = |placed: &Placed| in_one_metric(reader, placed.embeddings);
        let (asked, known) = (mapped(&queries), mapped(&gallery));
        let labelled = |embeddings, labels| Labelled { embeddings, labels };
        let found = retrieval(
            labelled(&asked, queries.labels),
            labelled(&known, gallery.labels),
            dims,
            None,
        );
        Self {
            precision_at_1: found.map(|found| found.precision_at_1),
            map_at_r: found.map(|found| found.map_at_r),
            nmi: nmi(queries.nearest, queries.labels),
            purity: purity(queries.nearest, queries.labels),
        }
    }

    /// By name.
    pub fn told(self) -> impl Iterator<Item = (&'static str, Option<f64>)> {
        [
            ("precision at 1", self.precision_at_1),
            ("MAP@R", self.map_at_r),
            ("NMI", self.nmi),
            ("purity", self.purity),
        ]
        .into_iter()
    }
}

/// What came out.
#[derive(Debug, Clone)]
pub struct Results {
    /// By name.
    pub numbers: BTreeMap<String, f64>,
    pub reliability: Vec<Reliability>,
    /// What the network makes of all images that were trained on, and of the test images.
    train: Seen,
    test: Seen,
}

impl Results {
    /// Adds what was measured beside accuracy.
    pub fn add(&mut self, measured: Measures) {
        let known = measured.told();
        let known = known.filter_map(|(name, value)| Some((name.to_string(), value?)));
        self.numbers.extend(known);
    }

    /// Looks each test image up among all that were trained on.
    ///
    /// # Errors
    /// Of the device.
    pub fn measure(&mut self, trainer: &Trainer, data: &Dataset) -> Result<(), TrainError> {
        let (asked, known) = (self.test.nearest(), self.train.nearest());
        let queries = Placed {
            embeddings: &self.test.embeddings,
            nearest: &asked,
            labels: &data.test.labels,
        };
        let gallery = Placed {
            embeddings: &self.train.embeddings,
            nearest: &known,
            labels: &trainer.train_images().labels,
        };
        let reader = trainer.net.reader()?;
        let measured = Measures::of(reader.as_ref(), self.test.dims, queries, gallery);
        self.add(measured);
        Ok(())
    }
}

/// By each read-out. `reject` of the training images are to be rejected by their largest activation.
///
/// # Errors
/// Of the network.
pub fn results(
    trainer: &Trainer,
    baseline: Option<&Trainer>,
    data: &Dataset,
    reject: f64,
) -> Result<Results, TrainError> {
    let mut told = Told::default();
    let train = trainer.look(trainer.train_images())?;
    let test = trainer.look(&data.test)?;
    let held_out = trainer.evaluate(trainer.validation_images())?;
    let of_train = share(&right(&train, trainer.train_images()));
    let known_test = right(&test, &data.test);
    let of_test = share(&known_test);
    told.tell("train accuracy", of_train);
    told.tell("held-out accuracy", held_out.accuracy);
    told.tell("test accuracy", of_test);
    told.tell("overfitting", of_train - of_test);
    let read_out = match trainer.config.supervised {
        Supervised::CrossEntropy => "softmax",
        _ => "read-out",
    };
    told.calibrate(read_out, "ECE", &test.confidence, &known_test);
    if let Some(baseline) = baseline {
        let train = baseline.evaluate(baseline.train_images())?;
        let test = baseline.look(&data.test)?;
        let known = right(&test, &data.test);
        told.tell("baseline train accuracy", train.accuracy);
        told.tell("baseline test accuracy", share(&known));
        told.calibrate("baseline", "baseline ECE", &test.confidence, &known);
    }
    if matches!(trainer.net.head, Head::Rbf(_)) {
        let labels = &trainer.train_images().labels;
        let classes = majority(&train.nearest(), labels, train.centres);
        let by = |seen: &Seen, labels: &[u16]| {
            let (nearest, sure) = by_centre(seen, &classes);
            let both = nearest.iter().zip(labels);
            let known: Vec<bool> = both.map(|(told, label)| *told == Some(*label)).collect();
            (known, sure)
        };
        let (known, _) = by(&train, labels);
        told.tell("nearest centre train accuracy", share(&known));
        let (known, sure) = by(&test, &data.test.labels);
        told.tell("nearest centre test accuracy", share(&known));
        told.calibrate("nearest centre", "nearest centre ECE", &sure, &known);
        let others = others(data).map(|others| trainer.look(&others));
        let others = others.transpose()?;
        told.reject(&train, (&test, &known_test), others.as_ref(), reject);
    }
    Ok(Results {
        numbers: told.numbers,
        reliability: told.diagrams,
        train,
        test,
    })
}

#[derive(Default)]
struct Told {
    numbers: BTreeMap<String, f64>,
    diagrams: Vec<Reliability>,
}

impl Told {
    fn tell(&mut self, name: &str, value: f64) {
        self.numbers.insert(name.to_string(), value);
    }

    fn calibrate(&mut self, read_out: &str, name: &str, sure: &[f32], known: &[bool]) {
        if let Some(found) = Calibration::of(sure, known, BINS) {
            self.tell(name, found.ece);
            self.diagrams.push(diagram(read_out, &found));
        }
    }

    /// By the largest activation: of the test images, and of others, of which softmax may be as sure as it likes.
    fn reject(&mut self, train: &Seen, test: (&Seen, &[bool]), others: Option<&Seen>, share: f64) {
        let Some(limit) = threshold(&train.largest(), share) else {
            return;
        };
        let largest = test.0.largest();
        if let Some(found) = Rejection::of(&largest, test.1, limit) {
            self.tell("rejected test", found.rejected);
            if let Some(accuracy) = found.accuracy_kept {
                self.tell("test accuracy of the kept", accuracy);
            }
        }
        let Some(others) = others else { return };
        let sure = others.confidence.iter().map(|sure| f64::from(*sure));
        let mean = sure.sum::<f64>() / others.confidence.len().max(1) as f64;
        let found = others.largest();
        self.tell("confidence others", mean);
        self.tell("rejected others", below(&found, limit));
        if let Some(apart) = auroc(&largest, &found) {
            self.tell("told apart from others", apart);
        }
    }
}

/// Images of the other set inside the program, where they have the same shape: what the network cannot know.
fn others(data: &Dataset) -> Option<Images> {
    // Of data from elsewhere nobody here can say that the network has not learned from them.
    let ours = builtin::NAMES.contains(&data.name.as_str());
    let mut names = builtin::NAMES.iter().filter(|_| ours);
    let name = names.find(|name| **name != data.name)?;
    let other = Dataset::open(name).ok()?;
    (other.shape() == data.shape()).then(|| other.test.spread(OTHERS))
}

fn right(seen: &Seen, images: &Images) -> Vec<bool> {
    let both = seen.predicted.iter().zip(&images.labels);
    both.map(|(told, label)| told == label).collect()
}

fn share(of: &[bool]) -> f64 {
    let n = of.iter().filter(|one| **one).count();
    n as f64 / of.len().max(1) as f64
}

fn below(largest: &[f32], limit: f32) -> f64 {
    let n = largest.iter().filter(|largest| **largest < limit).count();
    n as f64 / largest.len().max(1) as f64
}

/// The network ended at the centres, without output weights: the class of the nearest one, and how sure that is, by a
/// softmax over classes of the largest activation among each class's centres.
fn by_centre(seen: &Seen, classes: &[Option<u16>]) -> (Vec<Option<u16>>, Vec<f32>) {
    let rows = seen.activations.chunks_exact(seen.centres.max(1));
    rows.map(|row| {
        let mut best: BTreeMap<u16, f32> = BTreeMap::new();
        for (activation, class) in row.iter().zip(classes) {
            if let Some(class) = class {
                let held = best.entry(*class).or_insert(f32::NEG_INFINITY);
                *held = held.max(*activation);
            }
        }
        let most = best.iter().max_by(|a, b| a.1.total_cmp(b.1));
        let Some((class, most)) = most else {
            return (None, 0.0);
        };
        let parts = best.values().map(|activation| (activation - most).exp());
        (Some(*class), 1.0 / parts.sum::<f32>())
    })
    .unzip()
}

fn diagram(name: &str, found: &Calibration) -> Reliability {
    let bins = found.bins.iter().map(|bin| {
        // An empty bin stands where its middle is, with no share.
        let middle = f64::midpoint(bin.from, bin.to);
        [
            bin.confidence.unwrap_or(middle),
            bin.accuracy.unwrap_or(0.0),
            bin.share,
        ]
    });
    Reliability {
        name: name.to_string(),
        ece: found.ece,
        bins: bins.collect(),
    }
}
