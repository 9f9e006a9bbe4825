//! The variables of a network, drawn from a seed: candle's own generator cannot be seeded on the CPU.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{DType, Device, Result, Shape, Tensor, Var, bail};
use candle_nn::init::{FanInOut, NonLinearity, NormalOrUniform};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, VarBuilder};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// Variables by name; cheap to clone, all clones are the same variables.
#[derive(Clone)]
pub struct Vars {
    inner: Arc<Mutex<Inner>>,
    device: Device,
}

struct Inner {
    vars: BTreeMap<String, Var>,
    random: ChaCha8Rng,
}

impl Vars {
    pub fn new(seed: u64, device: &Device) -> Self {
        let inner = Inner {
            vars: BTreeMap::new(),
            random: ChaCha8Rng::seed_from_u64(seed),
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
            device: device.clone(),
        }
    }

    /// What layers ask for their variables: a name that is new is drawn, one that is there is given again.
    pub fn builder(&self, dtype: DType) -> VarBuilder<'static> {
        VarBuilder::from_backend(Box::new(self.clone()), dtype, self.device.clone())
    }

    /// All of them, by name.
    pub fn all(&self) -> BTreeMap<String, Var> {
        self.with(|inner| inner.vars.clone())
    }

    /// Sets a variable that is there.
    ///
    /// # Errors
    /// If it is not, or has another shape.
    pub fn set(&self, name: &str, value: &Tensor) -> Result<()> {
        match self.all().get(name) {
            Some(var) => var.set(value),
            None => bail!("there is no variable {name}"),
        }
    }

    /// Writes all of them as safetensors.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        let all = self.all();
        let tensors = all
            .iter()
            .map(|(name, var)| (name.clone(), var.as_tensor().clone()));
        candle_core::safetensors::save(&tensors.collect(), path)
    }

    /// Reads them from safetensors; each must be there and have its shape.
    ///
    /// # Errors
    /// If the file cannot be read, or has other variables.
    pub fn load(&self, path: &Path) -> Result<()> {
        let mut found = candle_core::safetensors::load(path, &self.device)?;
        for (name, var) in self.all() {
            let Some(value) = found.remove(&name) else {
                bail!("{}: has no {name}", path.display());
            };
            if value.shape() != var.shape() {
                bail!(
                    "{}: {name} is {:?} and should be {:?}",
                    path.display(),
                    value.shape(),
                    var.shape()
                );
            }
            var.set(&value)?;
        }
        match found.keys().min() {
            Some(other) => bail!("{}: {other} belongs to no layer here", path.display()),
            None => Ok(()),
        }
    }

    fn with<T>(&self, then: impl FnOnce(&mut Inner) -> T) -> T {
        then(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SimpleBackend for Vars {
    fn get(
        &self,
        shape: Shape,
        name: &str,
        init: Init,
        dtype: DType,
        device: &Device,
    ) -> Result<Tensor> {
        self.with(|inner| {
            if let Some(var) = inner.vars.get(name) {
                if var.shape() != &shape {
                    bail!("{name} is {:?} and not {shape:?}", var.shape());
                }
                return Ok(var.as_tensor().clone());
            }
            let all = draw(&mut inner.random, &shape, init);
            // On the CPU: not every device has f64.
            let value = Tensor::from_vec(all, shape, &Device::Cpu)?.to_dtype(dtype)?;
            let var = Var::from_tensor(&value.to_device(device)?)?;
            let tensor = var.as_tensor().clone();
            inner.vars.insert(name.to_string(), var);
            Ok(tensor)
        })
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> Result<Tensor> {
        match self.all().get(name) {
            Some(var) => Ok(var.as_tensor().clone()),
            None => bail!("there is no variable {name}"),
        }
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.with(|inner| inner.vars.contains_key(name))
    }
}

fn draw(random: &mut ChaCha8Rng, shape: &Shape, init: Init) -> Vec<f64> {
    let dims = shape.dims();
    // He et al. 2015: a rectifier halves the variance, which the weights make up for.
    let he = |fan: FanInOut, gain: f64| {
        let field: usize = dims.iter().skip(2).product();
        let side = match fan {
            FanInOut::FanIn => dims.get(1),
            FanInOut::FanOut => dims.first(),
        };
        gain / ((side.copied().unwrap_or(1) * field) as f64).sqrt()
    };
    let mut one: Box<dyn FnMut() -> f64> = match init {
        Init::Const(value) => Box::new(move || value),
        Init::Uniform { lo, up } => Box::new(move || random.random_range(lo..up)),
        Init::Randn { mean, stdev } => Box::new(move || mean + stdev * normal(random)),
        Init::Kaiming {
            dist,
            fan,
            non_linearity,
        } => {
            let gain = match non_linearity {
                NonLinearity::ReLU => std::f64::consts::SQRT_2,
                _ => 1.0,
            };
            let stdev = he(fan, gain);
            match dist {
                NormalOrUniform::Normal => Box::new(move || stdev * normal(random)),
                NormalOrUniform::Uniform => {
                    let bound = 3.0_f64.sqrt() * stdev;
                    Box::new(move || random.random_range(-bound..bound))
                }
            }
        }
    };
    (0..shape.elem_count()).map(|_| one()).collect()
}

/// Box and Muller 1958.
fn normal(random: &mut ChaCha8Rng) -> f64 {
    let radius = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.random::<f64>()).cos()
}
